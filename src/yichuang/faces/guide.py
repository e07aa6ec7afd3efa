"""办事指南: a standard in people's words. Pure: derived from the standard alone, nothing of it is written by hand here
but the words for its codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates.uploads import taken
from yichuang.catalog import conditions
from yichuang.catalog.drafting.choices import APPLICANTS, CHANNELS, FORMS, POINT_KINDS, RANKS, SOURCES
from yichuang.catalog.standard import (
    Basis,
    Contested,
    Fee,
    Field,
    FieldType,
    Material,
    Point,
    Procedure,
    Standard,
    Step,
    When,
)
from yichuang.documents import sheets
from yichuang.faces.material_words import words_of_need, words_of_role
from yichuang.faces.web import day
from yichuang.supervision.rules.catalogue import RULES as CATALOGUE
from yichuang.supervision.rules.rule import Status

LEVELS = {rank: (words, order) for order, (rank, words) in enumerate(RANKS.items())}  # rank of a basis: word and order
_PLACES = {"accept": "受理", "decide": "决定", "deliver": "送达", "fee": "收费"}
# What each supervision rule watches, said to the person it protects (domain §4.2)
RULES = {
    "R-T01": "收到材料后五个工作日内没有告知受理、补正或者不予受理",
    "R-T02": "超过承诺时限没有作出决定",
    "R-T03": "超过法定时限没有作出决定",
    "R-T04": "本环节超过规定的时间",
    "R-T05": "延期超过规定天数、延期两次、未经本机关负责人批准或者没有告知您",
    "R-T06": "作出决定后十个工作日内没有送达",
    "R-T08": "检验、检测、评审等没有书面告知您所需时间，或者超过告知的时间",
    "R-T10": "被征求意见的部门超期不答复",
    "R-P01": "跳过或者颠倒规定的环节",
    "R-P02": "不是本人操作、几个环节由一人代办",
    "R-P03": "同一个人既受理又审查、决定",
    "R-P04": "现场核查的人员少于两名",
    "R-P05": "要求补正超过一次，或者补正时要标准以外的材料",
    "R-P06": "要求提供公布清单以外的材料",
    "R-P07": "不予办理却没有说明理由，或者没有告知怎样申请复议、起诉",
    "R-P08": "应当听证没有听证",
    "R-P09": "已经取消的事项仍然受理",
    "R-P10": "不符合容缺规定却容缺受理，或者欠缺没有补齐就作出准予决定",
    "R-P11": "依据没有公布的文件作出决定",
    "R-F01": "收取没有公布的费用、超过标准收费",
    "R-M01": "指定或者变相指定中介机构",
    "R-O04": "受理之前就做实质审查、现场核查",
}
_WAITING = frozenset(rule.code for rule in CATALOGUE if rule.status is Status.WAITING)
_CONFIDENCE = {  # the legend of items.yaml and of the standards
    "verified": ("已核对原文", "green"),
    "secondary": ("据间接来源", "blue"),
    "demo": ("演示", "yellow"),
    "unconfirmed": ("未证实", "red"),
}


def confidence(code: str) -> tuple[str, str]:
    """Word and colour of how sure a value is; whatever is not verified by reading says so. Nothing is said of what
    has no code: a department wrote it in a draft, its head signed it, and the office examined it (3.2d).
    """
    if not code:
        return "", "green"
    return _CONFIDENCE.get(code.split("-")[0].split("(")[0].split("/")[0], ("待核对", "grey"))


def when_text(standard: Standard, when: When | None, what: str = "需要") -> str:
    """When a material is needed, a step taken or a fee charged. Nothing when it always holds."""
    words = conditions.describe_condition(standard, when)
    return f"{words}{what}" if words else ""


Ways = tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    number: int
    material: Material
    role: str
    necessity: str
    form: str
    source: str
    when: str
    kinds: str
    sheets: tuple[tuple[str, str, str], ...]  # (kind, word for the kind, name) of the blank form and the sample


@dataclass(frozen=True, slots=True)
class StepRow:
    number: int
    step: Step
    after: str  # names of the steps before it, for people
    when: str
    together: str  # names of steps open at the same time


@dataclass(frozen=True, slots=True)
class Guide:
    """What the page shows that is not simply a field of the standard."""

    materials: tuple[MaterialRow, ...]
    left_out: int  # materials that the chosen situation does not need
    steps: tuple[StepRow, ...]
    fees: tuple[tuple[Fee, str], ...]
    points: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    who: str
    channels: str
    visits: str
    validity: str
    stated: str  # what the certificate states, by the labels of the form
    bases: tuple[tuple[Basis, str], ...]  # with the days in force, as far as known
    free: bool
    remedies: Ways


def guide(standard: Standard, situation: str = "", agent: str = "") -> Guide:
    """The guide; a situation and an agent (`yes` | `no`), where chosen, leave out what they do not call for."""
    about = {key: value for key, value in (("situation", situation), ("agent", agent)) if value}

    def called(when: When | None) -> bool:
        return when is None or when.field not in about or when.holds(about)

    materials = [m for m in standard.materials if called(m.when)]
    fields = conditions.fields_by_name(standard)
    return Guide(
        materials=tuple(material_row(standard, n, m) for n, m in enumerate(materials, start=1)),
        left_out=len(standard.materials) - len(materials),
        steps=_steps(standard, [s for s in standard.steps if called(s.when)]),
        fees=tuple((fee, when_text(standard, fee.when, "收取")) for fee in standard.fees),
        points=_points(standard),
        who="、".join(APPLICANTS[a] for a in standard.applicants),
        channels="、".join(CHANNELS.get(c, c) for c in standard.channels),
        visits="不用跑：全程可以网上办" if standard.visits == 0 else f"最多到现场 {standard.visits} 次",
        validity=_validity(standard),
        stated="、".join(fields[name].label for name in standard.result.fields if name in fields),
        bases=tuple((basis, _force(basis)) for basis in standard.bases),
        free=not any(fee.collected_here for fee in standard.fees),
        remedies=list_remedies(standard.procedure),
    )


def list_remedies(procedure: Procedure) -> Ways:
    """How to contest, by situation: (label, ((words, address online, how sure), …)). A standard of before remedies were
    data has one list without a label.
    """
    if not procedure.ways:
        return (("", tuple((words, "", "") for words in procedure.remedies)),)
    return tuple((situation.label, list_ways(procedure, situation)) for situation in Contested)


def list_ways(procedure: Procedure, situation: Contested) -> tuple[tuple[str, str, str], ...]:
    """How to contest in one situation: words, address online, how sure; none where the standard does not say."""
    return tuple((w.words, w.online, w.confidence) for w in procedure.ways if w.situation is situation)


def material_row(standard: Standard, number: int, material: Material) -> MaterialRow:
    """A material in words, under its number in the list."""
    return MaterialRow(
        number=number,
        material=material,
        role=words_of_role(material),
        necessity=words_of_need(material, standard),
        form=FORMS.get(material.form, material.form),
        source=SOURCES.get(material.source, material.source),
        when=when_text(standard, material.when),
        kinds="、".join(k.upper() for k in taken(material.file_kinds)),
        sheets=tuple((kind, sheets.KINDS[kind], sheets.name(material, kind)) for kind in sheets.offered(material)),
    )


def _steps(standard: Standard, steps: list[Step]) -> tuple[StepRow, ...]:
    names = {s.code: s.name for s in standard.steps}
    rows = []
    for number, step in enumerate(steps, start=1):
        beside = [s.name for s in steps if s is not step and set(s.after) == set(step.after)]
        after = "、".join(names[code] for code in step.after)
        when = when_text(standard, step.when, "进行")
        rows.append(StepRow(number, step, after, when, "、".join(beside)))
    return tuple(rows)


def _points(standard: Standard) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Supervision points by kind: (where, what is watched), each once; those whose rule judges nothing yet watch
    nothing.
    """
    kinds: dict[str, dict[tuple[str, str], None]] = {}
    for point in standard.points:
        if point.rule in _WAITING:
            continue
        where = _where(standard, point)
        text = RULES.get(point.rule, point.rule)
        if point.rule == "R-F01" and not standard.fees:
            text = "本事项不收费，收取任何费用都会报警"
        kinds.setdefault(POINT_KINDS[point.kind], {})[(where, text)] = None
    return tuple((kind, tuple(rows)) for kind, rows in kinds.items())


def _where(standard: Standard, point: Point) -> str:
    return _PLACES.get(point.at) or next((s.name for s in standard.steps if s.code == point.at), point.at)


def _validity(standard: Standard) -> str:
    months = standard.result.validity_months
    if months is None:
        return standard.result.validity_note or "按批准的期限，或者没有期限"
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"


def _force(basis: Basis) -> str:
    """From when and until when a basis is in force. Nothing when its days are not known."""
    first = f"{_written(basis.in_force_from)}起施行" if basis.in_force_from else ""
    last = f"施行至{_written(basis.in_force_to)}" if basis.in_force_to else ""
    return "，".join(part for part in (first, last) if part)


def _written(iso: str) -> str:
    """A day of law as laws write it, without the day of the week."""
    on = date.fromisoformat(iso)
    return f"{on.year}年{on.month}月{on.day}日"


def label_of(field: Field, value: Any) -> str:
    """A value of the form as people read it in a summary."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if field.type is FieldType.DATE:
        return _day(value)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return f"{value}{field.unit}" if field.unit else str(value)


def _day(value: Any) -> str:
    """A date in words; what is no date yet stays as it was typed."""
    try:
        return day(value)
    except (TypeError, ValueError):
        return str(value)
