"""办事指南, 一次性告知单 and the poster of a hall, from a standard alone (3.2e). Pure: no case, no person, no clock.

All that is printed stands in the standard; the QR code leads to the guide online, which is always that of the version
in force.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from yichuang.catalog.conditions import describe_condition
from yichuang.catalog.drafting.choices import APPLICANTS, CHANNELS, FORMS
from yichuang.catalog.standard import Material, Role, Standard
from yichuang.kernel.sm3 import sm3

GUIDE, NOTICE, POSTER = "guide", "notice", "poster"
KINDS = {GUIDE: "办事指南", NOTICE: "一次性告知单", POSTER: "大厅海报"}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with its lines; numbered where their order or number matters."""

    title: str
    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Leaflet:
    kind: str
    title: str
    department: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    address: str  # of the guide online; what the QR code holds
    source: str  # which version of which standard it was made from
    day: date  # of that version

    @property
    def mark(self) -> str:
        return KINDS[self.kind]

    def digest(self) -> str:
        """SM3 of what the leaflet says, hex."""
        return sm3(json.dumps(asdict(self), default=str, ensure_ascii=False).encode()).hex()


def make_leaflet(standard: Standard, kind: str, address: str) -> Leaflet:
    """The leaflet of a kind. Raises LookupError for a kind that there is not."""
    if kind not in KINDS:
        raise LookupError(kind)
    blocks = {GUIDE: _guide, NOTICE: _notice, POSTER: _poster}[kind](standard)
    source = f"{standard.department_name}办事规程 {standard.item} 第 {standard.version} 版"
    known = (kind, standard.name, standard.department_name, tuple(_facts(standard)), tuple(blocks), address, source)
    return Leaflet(*known, day=date.fromisoformat(standard.valid_from))


def _facts(standard: Standard) -> Iterator[tuple[str, str]]:
    yield "谁能办", "、".join(APPLICANTS[applicant] for applicant in standard.applicants)
    yield "多久办好", "当场办结" if standard.instant else f"承诺{standard.promised.label}"
    yield "要花多少钱", "收费" if any(fee.collected_here for fee in standard.fees) else "不收费"
    yield "跑几次", "不用跑" if standard.visits == 0 else f"最多{standard.visits}次"
    yield "怎么办", "、".join(CHANNELS.get(channel, channel) for channel in standard.channels)


def _guide(standard: Standard) -> Iterator[Block]:
    yield Block("申请条件", tuple(f"{c.text}（{c.basis}）" for c in standard.conditions), numbered=True)
    yield _materials(standard, whole=True)
    yield _steps(standard)
    statutory = f"法定{standard.statutory.label}，承诺{standard.promised.label}"
    yield Block("办理时限", ("当场办结" if standard.instant else statutory,))
    yield Block("收费", tuple(f"{fee.name}：{fee.standard}（{fee.basis}）" for fee in standard.fees) or ("不收费",))
    yield Block("办理结果", (standard.result.name,))
    yield _remedies(standard)
    yield Block("设定依据", tuple(basis.words for basis in standard.bases), numbered=True)


def _notice(standard: Standard) -> Iterator[Block]:
    """Everything that is asked for, told once (行政许可法32条)."""
    yield Block("符合这些条件可以申请", tuple(c.text for c in standard.conditions), numbered=True)
    yield _materials(standard, whole=True)
    within = standard.procedure.accept_within.label
    told = f"材料不齐或者不合法定形式的，当场或者{within}内一次告知需要补正的全部内容。"
    silent = ("逾期不告知的，自收到申请材料之日起即为受理。",) if standard.procedure.silence_accepts else ()
    yield Block("材料不齐怎么办", (told, *silent))
    yield _remedies(standard)


def _poster(standard: Standard) -> Iterator[Block]:
    yield _materials(standard, whole=False)
    yield _steps(standard)


def _materials(standard: Standard, *, whole: bool) -> Block:
    lines = (_material(standard, material, whole=whole) for material in standard.materials)
    return Block("申请材料", tuple(lines), numbered=True)


def _material(standard: Standard, material: Material, *, whole: bool) -> str:
    when = describe_condition(standard, material.when)
    only = f"（{when}）" if when else ""
    if not whole:
        return f"{material.name}{only}"
    ways = [f"{material.copies}份", FORMS.get(material.form, material.form), material.format.rstrip("。")]
    if material.role is Role.SHARED and material.replaced_by:
        ways.append(f"持有电子{material.replaced_by}的不用交")
    return f"{material.name}{only}：{'，'.join(ways)}。{material.acceptance}"


def _steps(standard: Standard) -> Block:
    lines = tuple(f"{step.name}（{step.limit.label}）" for step in standard.steps)
    return Block("办理流程", ("收件、受理", *lines, "决定、制证、送达"), numbered=True)


def _remedies(standard: Standard) -> Block:
    return Block("不服怎么办", standard.procedure.tell_remedies())
