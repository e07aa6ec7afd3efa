"""表样: blank form (空白表格) and filled-in sample (示范样本) of a material, derived from the standard (3.2a, 3.2e).

Pure: a standard in, what the sheet says out; the same every time, so that a file of it is kept as long as its version.
What never enters: layout (templates/sheet.typ), a case, a person. All values of a sample are invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from yichuang.catalog.conditions import describe_condition
from yichuang.catalog.filling import fill
from yichuang.catalog.form_values import read_value
from yichuang.catalog.invented import ZHENGZHOU, Home, Inventor, invent_value
from yichuang.catalog.standard import Field, FieldType, Material, Section, Standard, When, applies
from yichuang.kernel.sm3 import sm3

BLANK, SAMPLE = "blank", "sample"
KINDS = {BLANK: "空白表格", SAMPLE: "示范样本"}
_NAME, _CODE = "holder", "code"
_CORP = (
    Field(_NAME, "单位名称", FieldType.TEXT),
    Field(_CODE, "统一社会信用代码", FieldType.USCC),
    Field("legal", "法定代表人（负责人）", FieldType.TEXT, max=30),
    Field("contact", "联系人", FieldType.TEXT),
    Field("phone", "联系电话", FieldType.PHONE),
    Field("seat", "住所", FieldType.TEXT),
)
_PERSON = (
    Field(_NAME, "姓名", FieldType.TEXT),
    Field(_CODE, "居民身份证号", FieldType.RESIDENT_ID),
    Field("phone", "联系电话", FieldType.PHONE),
    Field("seat", "住址", FieldType.TEXT),
)
_AGENT = (
    Field("agent", "代理人姓名", FieldType.TEXT, required=False),
    Field("agent_code", "代理人身份证号", FieldType.RESIDENT_ID, required=False),
)
_WIDE = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CHOICES, FieldType.PROJECT_CODE})
_NARROW_TEXT = ("姓名", "人", "职务", "型号", "单位名称", "编号")
_SHORT_CHOICES = 12  # characters of all choices together that still fit half a line
_BLANK_ROWS = 2  # of a repeated group, on a blank form
_HAND = "（手写签名、加盖公章）"


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and what stands beside it; an empty value leaves room to write `lines` lines by hand."""

    label: str
    value: str = ""
    note: str = ""  # when it is filled in, its unit, what to mind
    boxes: bool = False  # the value is choices with their boxes
    wide: bool = False  # takes the whole line
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the sheet: cells, or a list with headings."""

    title: str
    note: str = ""
    cells: tuple[Cell, ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    by_hand: tuple[int, ...] = ()  # the columns of the list that the applicant fills in


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: str  # blank | sample
    title: str
    matter: str  # 食品经营许可（新办）
    department: str
    parts: tuple[Part, ...]
    declares: str
    signs: tuple[Cell, ...]
    notes: tuple[str, ...]
    source: str  # which version of which standard it was made from
    day: date  # of that version

    @property
    def mark(self) -> str:
        return KINDS[self.kind]

    def digest(self) -> str:
        """SM3 of what the sheet says, hex."""
        return sm3(json.dumps(asdict(self), default=str, ensure_ascii=False).encode()).hex()


def offered(material: Material) -> tuple[str, ...]:
    """The kinds of sheet there are of a material."""
    return tuple(kind for kind, there in ((BLANK, material.has_blank), (SAMPLE, material.has_sample)) if there)


def name(material: Material, kind: str) -> str:
    """What the sheet is called in the guide: 食品经营许可申请书, 食品经营许可申请书示范样本."""
    blank = material.blank_form or material.name
    return blank if kind == BLANK else material.sample or f"{blank}示范样本"


def situation_of(standard: Standard, code: str) -> str:
    """The first situation that calls for the material: what its sheet is made for when nobody says."""
    when = next((m.when for m in standard.materials if m.code == code), None)
    codes = [s.code for s in standard.situations]
    return next((c for c in codes if when and when.field == "situation" and c in when.values), codes[0])


def sheet(standard: Standard, code: str, kind: str, situation: str, home: Home = ZHENGZHOU) -> Sheet:
    """The sheet of a material, its sample filled in by somebody at `home`. Raises LookupError when the standard has no
    sheet of this kind or no such situation.
    """
    material = next((m for m in standard.materials if m.code == code), None)
    chosen = standard.situation(situation)
    if material is None or chosen is None or kind not in offered(material):
        raise LookupError(f"{standard.key} {code} {kind} {situation}")
    writer = _Writer(standard, situation, kind == SAMPLE, home)
    return Sheet(
        kind=kind,
        title=material.blank_form or material.name,
        matter=f"{standard.name}（{chosen.name}）",
        department=standard.department_name,
        parts=tuple(writer.application(material) if material.generated else writer.own(material)),
        declares=_declared(standard, material),
        signs=writer.signs(),
        notes=_notes(material),
        source=f"{standard.item} 办事规程第 {standard.version} 版",
        day=date.fromisoformat(standard.valid_from),
    )


def sample_values(standard: Standard, situation: str, home: Home = ZHENGZHOU) -> dict[str, Any]:
    """The form of the standard filled in, as the sample shows it; it passes the form's own validation."""
    day = date.fromisoformat(standard.valid_from)
    chance = Inventor(f"{standard.item}/{situation}", home)
    return fill(standard, chance, day, situation=situation, agent=False, optional=1)


def _declared(standard: Standard, material: Material) -> str:
    if material.declares or not material.generated:
        return material.declares
    law = "、".join(standard.procedure.basis("materials"))
    declaration = "申请人声明：以上所填内容和所附材料真实、有效，申请人对其真实性负责"
    return f"{declaration}（{law}）。" if law else f"{declaration}。"


def _notes(material: Material) -> tuple[str, ...]:
    by_hand = "“□”为选择项，手写时打“√”；注明填写情形的栏目，只在该情形填写；写不下的可以附页。"
    return (
        by_hand,
        f"填报须知：{material.how_to_fill}",
        f"受理标准：{material.acceptance}",
        f"格式：{material.format}",
    )


class _Writer:
    """Writes the parts of one sheet. The applicant of all samples of a standard is the same."""

    def __init__(self, standard: Standard, situation: str, sample: bool, home: Home) -> None:
        self.standard, self.situation, self.sample, self.home = standard, situation, sample, home
        self.day = date.fromisoformat(standard.valid_from)
        self.applicant = _CORP if "corp" in standard.applicants else _PERSON
        self.holder = self._invent(self.applicant, "applicant") if sample else {}

    def _invent(self, fields: tuple[Field, ...], seed: str, line: int = 0) -> dict[str, Any]:
        """Values of the fields: their examples as far as there are, else invented ones."""
        random = Inventor(f"{self.standard.item}/{seed}/{line}", self.home)
        return {f.name: self._example(f, line) if f.examples else invent_value(f, random, self.day) for f in fields}

    def _example(self, field: Field, line: int) -> Any:
        """The example of a field; several choices are written with 、 between them."""
        text = field.examples[line % len(field.examples)]
        if field.type is FieldType.CHOICES:
            return [choice for choice in field.choices if choice in text]
        return read_value(field, text.format(cert=self.standard.result.certificate_type, item=self.standard.name))

    # --- the application form itself -----------------------------------------------------------------------------

    def application(self, material: Material) -> Iterator[Part]:
        values: dict[str, Any] = {"situation": self.situation}
        if self.sample:
            values |= sample_values(self.standard, self.situation, self.home) | {"agent": "no"}
        yield self._applicant()
        for section in self.standard.form.sections:
            if self._called(section.when, values):
                yield from self._section(section, values)
        yield self._enclosed(material, values)

    def _called(self, when: When | None, known: dict[str, Any]) -> bool:
        """A sample leaves out what its answers do not call for, a blank form only what belongs to other situations."""
        return when is None or (when.field not in known and not self.sample) or applies(when, known)

    def _applicant(self) -> Part:
        situations = self.standard.situations
        chosen = Field("situation", "办理情形", FieldType.CHOICE, choices=tuple(s.name for s in situations))
        now = next(s.name for s in situations if s.code == self.situation)
        cells = [_cell(f, self.holder.get(f.name)) for f in self.applicant]
        agents = [Cell(f.label, "本人办理，不填" if self.sample else "", "委托他人代办时填写") for f in _AGENT]
        return Part("申请人", cells=(*cells, *agents, _cell(chosen, now)))

    def _section(self, section: Section, values: dict[str, Any]) -> Iterator[Part]:
        when = self._when(section.when)
        if section.repeat is None:
            yield Part(section.title, when, self._cells(section.fields, values))
            return
        most = section.repeat[1]
        rows: list[dict[str, Any]] = values.get(section.code) or [{}] * min(most, _BLANK_ROWS)
        for number, row in enumerate(rows, start=1):
            note = f"{when}{'；' if when else ''}最多 {most} 项，可以附页" if number == 1 else ""
            yield Part(f"{section.title}（{number}）", note, self._cells(section.fields, {**values, **row}))

    def _cells(self, fields: tuple[Field, ...], values: dict[str, Any]) -> tuple[Cell, ...]:
        return tuple(_cell(f, values.get(f.name), self._when(f.when)) for f in fields if self._called(f.when, values))

    def _when(self, when: When | None) -> str:
        """A condition that paper cannot decide; the situation is chosen already."""
        return "" if when is None or when.field == "situation" else f"{describe_condition(self.standard, when)}填写"

    def _enclosed(self, own: Material, values: dict[str, Any]) -> Part:
        rows = []
        for material in self.standard.materials:
            if material is own or not self._called(material.when, values):
                continue
            mark = "■" if self.sample else "□"
            note = self._when(material.when).replace("填写", "提交")
            if material.identity:
                note = "；".join(part for part in (note, "已经实名核验的免交") if part)
            elif material.replaced_by:
                note = "；".join(part for part in (note, f"能查到“{material.replaced_by}”的免交") if part)
            rows.append((mark, material.name, f"{material.copies} 份", note))
        return Part("随申请表提交的材料", headings=("选", "材料名称", "份数", "说明"), lines=tuple(rows), by_hand=(0,))

    # --- other materials -----------------------------------------------------------------------------------------

    def own(self, material: Material) -> Iterator[Part]:
        applicant = [_cell(f, self.holder.get(f.name)) for f in self.applicant if f.name in (_NAME, _CODE)]
        yield Part("申请人", cells=tuple(applicant))
        if not material.rows:
            values = self._invent(material.fields, material.code) if self.sample else {}
            yield Part("内容", cells=self._cells(material.fields, values))
            return
        lines = tuple((str(line + 1), *self._line(material, line)) for line in range(material.rows))
        headings = ("序号", *(_labelled(f) for f in material.fields))
        yield Part("清单", headings=headings, lines=lines, by_hand=tuple(range(1, len(headings))))

    def _line(self, material: Material, line: int) -> tuple[str, ...]:
        """A line of a list: on a sample those are filled in that there are examples for."""
        if not self.sample or line >= max(len(f.examples) for f in material.fields):
            return ("",) * len(material.fields)
        values = self._invent(material.fields, material.code, line)
        return tuple(_shown(f, values[f.name]) for f in material.fields)

    def signs(self) -> tuple[Cell, ...]:
        who = "申请人（签名、盖章）"
        if not self.sample:
            return (Cell(who), Cell("日期", "　　　　年　　月　　日"))
        signed = self.holder.get("legal") or self.holder[_NAME]
        return (Cell(who, f"{signed}{_HAND}"), Cell("日期", _day(self.day)))


def _labelled(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit else field.label


def _cell(field: Field, given: Any, when: str = "") -> Cell:
    choices = ("是", "否") if field.type is FieldType.YES_NO else field.choices
    notes = [when, "" if field.required else "选填", field.hint if not given and not choices else ""]
    return Cell(
        label=_labelled(field),
        value=_boxes(choices, given) if choices else _shown(field, given),
        note="；".join(note for note in notes if note),
        boxes=bool(choices),
        wide=_wide(field),
        lines=3 if field.type is FieldType.LONG_TEXT else 1,
    )


def _boxes(choices: tuple[str, ...], given: Any) -> str:
    """□ 是　■ 否: every choice with its box, the chosen ones full."""
    chosen = ["是" if given else "否"] if isinstance(given, bool) else given if isinstance(given, list) else [given]
    return "　".join(f"{'■' if choice in chosen else '□'} {choice}" for choice in choices)


def _shown(field: Field, given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "是" if given else "否"
    if isinstance(given, list):
        return "、".join(map(str, given))
    if field.type is FieldType.DATE:
        return _day(date.fromisoformat(given))
    return str(int(given)) if isinstance(given, float) and given == int(given) else str(given)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _wide(field: Field) -> bool:
    if field.type is FieldType.CHOICE:
        return sum(map(len, field.choices)) > _SHORT_CHOICES
    if field.type is FieldType.TEXT:
        return not (field.max is not None and field.max <= 60) and not field.label.endswith(_NARROW_TEXT)
    return field.type in _WIDE
