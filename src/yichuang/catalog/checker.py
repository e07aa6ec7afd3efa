"""Checks whether a standard may be published: the eight parts of 3.2a in order, and what 3.1c forbids.

Pure: a standard in, findings out. Whether a county's standard agrees with the city's (3.2c) and whether an item is
cancelled (3.1b) needs more than one standard and is checked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from yichuang.catalog import flow
from yichuang.catalog.check_disguise import find_disguises
from yichuang.catalog.check_parts import (
    CHANNELS,
    FEE_RANKS,
    SETTING_RANKS,
    SITUATIONS,
    UNREAD,
    Names,
    levels_cited,
    names_of,
)
from yichuang.catalog.drafting.choices import HALL_CLASSES, MUSTS, POINT_KINDS, RULES
from yichuang.catalog.standard import (
    ARTICLE_45,
    VERIFIED,
    Field,
    FieldType,
    Material,
    Must,
    Point,
    PointKind,
    Standard,
    Step,
    StepKind,
    When,
)
from yichuang.kernel.clock import Unit
from yichuang.kernel.codes import Problem, item_code


class StandardPart(StrEnum):
    """The eight parts (八化) of 3.2a."""

    NAME = "名称规范化"
    CONDITIONS = "条件法定化"
    MATERIALS = "材料格式化"
    FLOW = "流程科学化"
    PARALLEL = "内部审核并联化"
    TIME = "时间承诺化"
    FEES = "收费公开化"
    SERVICE = "服务标准体系化"


@dataclass(frozen=True)
class StandardFinding:
    """One fault of a standard, whether it blocks publication, and the clause it would break."""

    part: StandardPart
    code: str
    message: str
    blocks: bool = True
    clause: str = "3.2a"


def list_findings(standard: Standard, *, real: bool = False) -> list[StandardFinding]:
    """All faults of a standard, in the order of the eight parts; empty when there is none. `real`: for a city's own
    use, where a notice may cite no article that nobody has read; a demo is told so, and may.
    """
    names = names_of(standard)
    findings: list[StandardFinding] = list(_unread(standard, real))
    for part in (_name, _conditions, _forbidden, _materials, _form, _flow, _parallel, _time, _fees, _service):
        findings.extend(part(standard, names))
    order = list(StandardPart)
    return sorted(findings, key=lambda finding: order.index(finding.part))


def parts_passed(standard: Standard) -> dict[StandardPart, bool]:
    """For each of the eight parts, whether no finding in it blocks publication."""
    blocked = {finding.part for finding in list_findings(standard) if finding.blocks}
    return {part: part not in blocked for part in StandardPart}


def is_publishable(standard: Standard) -> bool:
    return all(parts_passed(standard).values())


# --- 名称规范化 -----------------------------------------------------------------------------------------------------

# the title of a document or a plan is no name of an item
_LOOSE_NAME = re.compile(r"试行|暂行|关于|有关|等事项|前置改革")


def _name(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    if not standard.name.strip() or len(standard.name) > 60:
        yield StandardFinding(StandardPart.NAME, "name-length", "事项名称为空或者超过 60 个字。")
    if loose := _LOOSE_NAME.search(standard.name):
        yield StandardFinding(
            StandardPart.NAME, "name-loose", f"事项名称含有“{loose.group()}”，请使用清单公布的规范名称。"
        )
    code = item_code.parse(standard.item_code)
    if isinstance(code, Problem):
        yield StandardFinding(StandardPart.NAME, "item-code", f"实施编码有误：{code.message}")
    elif code.level != standard.level:
        yield StandardFinding(StandardPart.NAME, "item-code-level", "实施编码中的行使层级与事项的行使层级不一致。")


# --- 条件法定化 -----------------------------------------------------------------------------------------------------


def _conditions(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    if not standard.bases:
        yield StandardFinding(StandardPart.CONDITIONS, "no-basis", "没有设定依据。")
    elif standard.task_type == "01" and not any(b.level in SETTING_RANKS for b in standard.bases):
        message = "行政许可只能由法律、行政法规、国务院决定或者地方性法规设定（许可法 14、15 条）。"
        yield StandardFinding(StandardPart.CONDITIONS, "basis-rank", message)
    if not standard.conditions:
        yield StandardFinding(StandardPart.CONDITIONS, "no-condition", "没有申请条件。")
    for number, condition in enumerate(standard.conditions, start=1):
        levels = levels_cited(condition.basis, standard.bases)
        if not levels:
            message = f"第 {number} 项条件的依据不在本事项的依据之列：“{condition.basis}”。"
            yield StandardFinding(StandardPart.CONDITIONS, "condition-basis", message)
        elif not levels & SETTING_RANKS:
            by_rule = "rule" in levels
            message = f"第 {number} 项条件只引规章以下文件，请核对是否增设了上位法没有的条件（许可法 16 条四款）。"
            yield StandardFinding(StandardPart.CONDITIONS, "condition-rank", message, blocks=not by_rule)

    for number, unneeded in enumerate(standard.unneeded, start=1):
        if not unneeded.asked.strip() or not unneeded.instead.strip():
            message = f"第 {number} 项不用办的情形没有写明情形，或者没有写这时怎么办。"
            yield StandardFinding(StandardPart.CONDITIONS, "unneeded-part", message)
        if not levels_cited(unneeded.basis, standard.bases):
            message = f"第 {number} 项不用办的情形的依据不在本事项的依据之列：“{unneeded.basis}”。"
            yield StandardFinding(StandardPart.CONDITIONS, "unneeded-basis", message)


def _forbidden(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    """3.1c: requirements in disguise."""
    for code, message in find_disguises(standard):
        yield StandardFinding(StandardPart.CONDITIONS, code, message, clause="3.1c")


# --- 条款核对 --- what a notice would cite


def _unread(standard: Standard, real: bool) -> Iterator[StandardFinding]:
    """Articles that a correction, a refusal or a grant of this standard may cite and that nobody has checked."""
    for basis in standard.bases:
        if basis.confidence != VERIFIED:
            message = (
                f"依据“{basis.law} {basis.article}”没有核对原文，受理和决定都可能引用。请法制机构在法规库核对这一条。"
            )
            yield StandardFinding(StandardPart.CONDITIONS, "basis-unread", message, real, "3.5h")
    for way in standard.procedure.ways:
        if way.confidence != VERIFIED:
            told = f"{way.situation.label}：{way.words}"
            message = f"救济途径“{told}”没有经法制机构确认，决定书会引用。"
            yield StandardFinding(StandardPart.CONDITIONS, "remedy-unread", message, real, "3.5h")
    if not standard.procedure.review_online:
        message = "没有写明网上提出行政复议的地址；网上送达的决定必须同时提供（行政复议法22条二款）。"
        yield StandardFinding(StandardPart.CONDITIONS, "no-online-review", message, real, "3.5h")
    for kind, name, text in (
        *(("材料", m.name, m.basis) for m in standard.materials),
        *(("收费", f.name, f.basis) for f in standard.fees),
        *(("特别程序", s.name, s.basis) for s in standard.specials),
    ):
        if UNREAD in text:
            message = f"{kind}“{name}”的依据“{text}”没有写明条款，告知书会引用。请核对原文后写明。"
            yield StandardFinding(StandardPart.CONDITIONS, "article-unread", message, real, "3.5h")


# --- 材料格式化 -----------------------------------------------------------------------------------------------------

_CATCH_ALL = re.compile(r"其[他它](相关|有关|前置)?(申请)?(材料|资料|文件|手续|证明)|需要的材料|等材料$")


def _materials(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    codes = [m.code for m in standard.materials]
    if not codes:
        yield StandardFinding(StandardPart.MATERIALS, "no-material", "没有申请材料目录。")
    if len(set(codes)) < len(codes):
        yield StandardFinding(StandardPart.MATERIALS, "material-code", "材料编号重复。")
    for material in standard.materials:
        parts = {
            "格式": material.format,
            "填报须知": material.how_to_fill,
            "受理标准": material.acceptance,
            "要求依据": material.basis,
        }
        if lacking := [part for part, text in parts.items() if not text.strip()]:
            yield StandardFinding(
                StandardPart.MATERIALS, "material-part", f"材料“{material.name}”缺少{'、'.join(lacking)}。"
            )
        if material.copies < 1:
            yield StandardFinding(
                StandardPart.MATERIALS, "material-copies", f"材料“{material.name}”的份数应为 1 份以上。"
            )
        if _CATCH_ALL.search(material.name):
            message = f"材料“{material.name}”是兜底条款，请逐项列明。"
            yield StandardFinding(StandardPart.MATERIALS, "catch-all", message, clause="3.2e")
        if fault := names.find_fault(material.when):
            yield StandardFinding(
                StandardPart.MATERIALS, "material-when", f"材料“{material.name}”的适用情形有误：{fault}"
            )
        yield from _sheet(material)
    if codes and not any(m.blank_form for m in standard.materials):
        yield StandardFinding(StandardPart.MATERIALS, "no-blank-form", "没有空白的申请表格。", clause="3.2e")
    if codes and not any(m.sample for m in standard.materials):
        yield StandardFinding(StandardPart.MATERIALS, "no-sample", "没有示范样本。", clause="3.2e")


def _sheet(material: Material) -> Iterator[StandardFinding]:
    """3.2e: the blank form and the sample must exist as files, not only be named."""
    if (material.blank_form or material.sample) and not (material.generated or material.fields):
        message = f"材料“{material.name}”只有表样的名称，没有写明表样的内容。"
        yield StandardFinding(StandardPart.MATERIALS, "sheet-empty", message, clause="3.2e")
    if material.generated and not material.blank_form:
        message = f"材料“{material.name}”由申请表自动生成，没有空白表格可供窗口使用。"
        yield StandardFinding(StandardPart.MATERIALS, "generated-no-blank", message, clause="3.2e")
    if "自动生成" in material.how_to_fill and not material.generated:
        message = f"材料“{material.name}”的填报须知写明自动生成，但没有标明由申请表生成。"
        yield StandardFinding(StandardPart.MATERIALS, "generated-unmarked", message)
    names = [field.name for field in material.fields]
    if len(set(names)) < len(names):
        yield StandardFinding(
            StandardPart.MATERIALS, "sheet-doubled", f"材料“{material.name}”的表样栏目重名。", clause="3.2e"
        )


def _form(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    if not names.fields:
        yield StandardFinding(StandardPart.MATERIALS, "no-form", "没有格式化表单。", clause="3.2e")
    for name in names.doubled:
        yield StandardFinding(
            StandardPart.MATERIALS,
            "field-doubled",
            f"申请表里有两个栏目（或者分组）用了同一个代号：“{name}”；请删去一个，重新添加。",
            clause="3.2e",
        )
    code, day = FieldType.PROJECT_CODE, FieldType.DATE
    places: list[tuple[str, When | None, str]] = []
    for section in standard.form.sections:
        places.append((section.title, section.when, ""))
        places += [(f.label, f.when, section.code if section.repeat else "") for f in section.fields]
        for field in section.fields:
            if field.type in (FieldType.CHOICE, FieldType.CHOICES) and len(field.choices) < 2:
                message = f"“{field.label}”是选择项，但可选的不足两个。"
                yield StandardFinding(StandardPart.MATERIALS, "field-choices", message, clause="3.2e")
            if field.must and field.type is not (code if field.must is Must.LOCAL else day):
                message = f"“{field.label}”的取值规则“{MUSTS[field.must]}”不适用于这种栏目。"
                yield StandardFinding(StandardPart.MATERIALS, "field-must", message, clause="3.2e")
    for label, when, group in places:
        if fault := names.find_fault(when, group):
            yield StandardFinding(
                StandardPart.MATERIALS, "form-when", f"“{label}”的显示条件有误：{fault}", clause="3.2e"
            )
    for check in standard.form.checks:
        if unknown := [f for f in check.fields if f not in names.fields]:
            message = f"校验“{check.message}”用到的栏目有{len(unknown)}个已经不在申请表里，请重新填写。"
            yield StandardFinding(StandardPart.MATERIALS, "check-field", message, clause="3.2e")
    has_code = any(f.type is FieldType.PROJECT_CODE for f in names.fields.values())
    if standard.uses_project_code and not has_code:
        message = "建设项目事项的表单没有项目代码。"
        yield StandardFinding(StandardPart.MATERIALS, "no-project-code", message, clause="3.7b")


# --- 流程科学化 -----------------------------------------------------------------------------------------------------


def _flow(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    steps = standard.steps
    codes, called = [step.code for step in steps], {step.code: step.name for step in steps}
    if len(set(codes)) < len(codes):
        yield StandardFinding(StandardPart.FLOW, "step-code", "环节编号重复。")
    for code, after in flow.unknown_predecessors(steps):
        yield StandardFinding(
            StandardPart.FLOW,
            "step-unknown",
            f"环节“{called.get(code, code)}”排在一个没有的环节（{after}）之后，请重新选择。",
        )
    if circle := flow.steps_in_circle(steps):
        yield StandardFinding(
            StandardPart.FLOW,
            "step-circle",
            f"环节互相等待，永远不能开始：{'、'.join(called[code] for code in circle)}。",
        )
    if not steps and not standard.instant:
        yield StandardFinding(StandardPart.FLOW, "no-step", "承诺件没有审查环节。")
    if standard.instant and len(steps) > 1:
        yield StandardFinding(StandardPart.FLOW, "instant-steps", "即办件最多一个审查环节。")
    if not standard.instant and standard.reviewer_may_decide:
        message = "审查人可以兼作决定人，请确认确有必要。"
        yield StandardFinding(StandardPart.FLOW, "reviewer-decides", message, blocks=False, clause="3.4c")
    announced = {special.kind for special in standard.specials}
    for step in steps:
        if step.kind is StepKind.SURVEY and step.officers < 2:
            yield StandardFinding(
                StandardPart.FLOW, "survey-officers", f"“{step.name}”应有两名以上工作人员（许可法 34 条三款）。"
            )
        if step.silence_agrees and step.kind is not StepKind.OPINION:
            message = f"“{step.name}”不是部门意见，不适用超时默许。"
            yield StandardFinding(StandardPart.FLOW, "silence", message, clause="3.7f")
        if step.kind is StepKind.OPINION and step.department == standard.department:
            yield StandardFinding(StandardPart.FLOW, "own-opinion", f"“{step.name}”是本部门的环节，不是其他部门意见。")
        if step.kind in ARTICLE_45 and step.kind not in announced:
            message = f"“{step.name}”是特别程序，但没有写明所需时间，无从书面告知申请人（许可法 45 条）。"
            yield StandardFinding(StandardPart.FLOW, "stop-untold", message)
        if unknown := set(step.apart) - {s.code for s in standard.steps if s.code != step.code}:
            message = f"环节“{step.name}”应当与之分开的初审环节，有{len(unknown)}个已经没有了，请重新选择。"
            yield StandardFinding(StandardPart.FLOW, "step-apart", message)
        if fault := names.find_fault(step.when):
            yield StandardFinding(StandardPart.FLOW, "step-when", f"环节“{step.name}”的适用情形有误：{fault}")


# --- 内部审核并联化 -------------------------------------------------------------------------------------------------

# Neither of the two reads what the other found, so that one waiting for the other is lost time.
_INDEPENDENT = {StepKind.OPINION, StepKind.SURVEY}


def _parallel(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    steps = standard.steps
    if flow.steps_in_circle(steps) or flow.unknown_predecessors(steps):
        return  # said already; nothing can be told about the order
    by_code = {step.code: step for step in steps}
    for step in steps:
        for earlier in (by_code[code] for code in step.after):
            if step.kind in _INDEPENDENT and earlier.kind in _INDEPENDENT:
                message = f"“{step.name}”与“{earlier.name}”互不依赖，应当同时进行。"
                yield StandardFinding(StandardPart.PARALLEL, "in-series", message)
        in_row = _only_way(step, by_code)
        if len(in_row) >= 3:
            message = f"连续多级审查（{'、'.join(in_row)}），请核对能否同时进行或者合并。"
            yield StandardFinding(StandardPart.PARALLEL, "three-in-row", message, blocks=False)
    before = flow.list_ancestors(steps)
    ordinary = [s.code for s in steps if s.kind not in standard.procedure.stops]
    alone = all(a in before[b] or b in before[a] for a in ordinary for b in ordinary if a != b)
    if len(ordinary) >= 4 and alone:
        message = "四个以上计时环节全部依次进行，请核对哪些可以同时进行。"
        yield StandardFinding(StandardPart.PARALLEL, "all-in-row", message, blocks=False)


def _only_way(step: Step, by_code: dict[str, Step]) -> list[str]:
    """The names of the reviews in series that end with this step, with no parallel step beside them."""
    names: list[str] = []
    while step.kind is StepKind.REVIEW:
        names.insert(0, step.name)
        if len(step.after) != 1:
            break
        step = by_code[step.after[0]]
    return names


# --- 时间承诺化 -----------------------------------------------------------------------------------------------------


def _time(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    promised, statutory = standard.promised, standard.statutory
    longer = flow.workdays(promised) > flow.workdays(statutory)
    if longer or (statutory.unit is Unit.IMMEDIATE and promised.unit is not Unit.IMMEDIATE):
        yield StandardFinding(
            StandardPart.TIME, "promise", f"承诺时限（{promised.label}）长于法定时限（{statutory.label}）。"
        )
    if promised.unit is not Unit.IMMEDIATE and promised.value == 0:
        yield StandardFinding(StandardPart.TIME, "no-promise", "没有承诺时限。")
    if standard.instant and flow.workdays(promised) > 1:
        yield StandardFinding(StandardPart.TIME, "instant-promise", "即办件的承诺时限应为当场或者一个工作日。")
    broken = flow.steps_in_circle(standard.steps) or flow.unknown_predecessors(standard.steps)
    if not broken:
        needed = flow.longest_way(standard.steps, standard.procedure.stops)
        if needed > flow.workdays(promised):
            message = f"各环节时限合计 {needed} 个工作日，多于承诺的{promised.label}。"
            yield StandardFinding(StandardPart.TIME, "steps-longer", message)
    for special in standard.specials:
        lawful = special.kind in ARTICLE_45 or levels_cited(special.basis, standard.bases) & FEE_RANKS
        if standard.task_type == "01" and not special.counts and not lawful:
            message = f"“{special.name}”不在许可法 45 条所列之内，也没有法律、行政法规规定，其时间应当计入。"
            yield StandardFinding(StandardPart.TIME, "stop-unlawful", message)


# --- 收费公开化 -----------------------------------------------------------------------------------------------------


def _fees(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    for fee in standard.fees:
        if not fee.standard.strip() or not fee.basis.strip():
            yield StandardFinding(StandardPart.FEES, "fee-part", f"“{fee.name}”没有写明标准或者依据。")
        if fee.basis_level not in FEE_RANKS:
            message = f"“{fee.name}”没有法律、行政法规依据（许可法 58 条）。"
            yield StandardFinding(StandardPart.FEES, "fee-basis", message, blocks=fee.collected_here)
        if fee.collected_here and not fee.fixed and not fee.rate:
            yield StandardFinding(StandardPart.FEES, "fee-amount", f"“{fee.name}”没有可以计算的标准。")
        if not fee.collected_here and (fee.fixed or fee.rate):
            yield StandardFinding(StandardPart.FEES, "fee-elsewhere", f"“{fee.name}”不在本环节收取，不应设金额。")
        field = names.fields.get(fee.per or "")
        numeric = field is not None and field.type in (FieldType.INTEGER, FieldType.DECIMAL)
        if fee.rate and not numeric:
            yield StandardFinding(StandardPart.FEES, "fee-per", f"“{fee.name}”的计费数量不是申请表里填数字的栏目。")
        if fault := names.find_fault(fee.when):
            yield StandardFinding(StandardPart.FEES, "fee-when", f"“{fee.name}”的适用情形有误：{fault}")


# --- 服务标准体系化 -------------------------------------------------------------------------------------------------


def _service(standard: Standard, names: Names) -> Iterator[StandardFinding]:
    codes = [situation.code for situation in standard.situations]
    if "new" not in codes or not set(codes) <= SITUATIONS or len(set(codes)) < len(codes):
        yield StandardFinding(StandardPart.SERVICE, "situations", "办理情形缺少新办、重复或者不在规定的五种之内。")
    if not standard.result.name.strip() or not standard.result.certificate_type.strip():
        yield StandardFinding(StandardPart.SERVICE, "result", "没有写明审批结果或者证照名称。")
    unstatable = [name for name in standard.result.fields if not _statable(names.fields.get(name))]
    if unstatable:
        labels = "、".join(f"“{names.fields[name].label}”" for name in unstatable if name in names.fields)
        gone = "有的已经不在申请表里" if any(name not in names.fields for name in unstatable) else ""
        private = f"{labels}是个人号码、电话或者长文，不能印在证照上" if labels else ""
        message = f"证照载明的栏目有误：{'；'.join(part for part in (private, gone) if part)}。"
        yield StandardFinding(StandardPart.SERVICE, "stated-field", message)
    if not standard.channels or not set(standard.channels) <= CHANNELS:
        yield StandardFinding(StandardPart.SERVICE, "channels", "没有办理渠道或者渠道不在规定的四种之内。")
    if standard.hall_class not in HALL_CLASSES:
        yield StandardFinding(StandardPart.SERVICE, "hall-class", "没有写明进驻大厅的事项类别。", clause="3.4a")
    if standard.instant and standard.gaps_allowed:
        yield StandardFinding(StandardPart.SERVICE, "instant-gaps", "即办件不适用容缺受理。", clause="3.6a")
    if standard.visits > 1:
        message = "到现场次数多于一次，不能列入“一次办妥”。"
        yield StandardFinding(StandardPart.SERVICE, "visits", message, blocks=False, clause="3.5a")
    if len(standard.keywords) < 4:
        message = "日常用语少于四个，群众不易查到。"
        yield StandardFinding(StandardPart.SERVICE, "keywords", message, blocks=False)
    yield from _point_findings(standard)


def _statable(field: Field | None) -> bool:
    """Certificates are public: never a person's number, telephone or free text."""
    private = (FieldType.RESIDENT_ID, FieldType.PHONE, FieldType.LONG_TEXT)
    return field is not None and field.type not in private


def _point_findings(standard: Standard) -> Iterator[StandardFinding]:
    missing = [kind for kind in PointKind if all(point.kind is not kind for point in standard.points)]
    if missing:
        labels = "、".join(POINT_KINDS[kind] for kind in missing)
        yield StandardFinding(StandardPart.SERVICE, "points", f"没有{labels}方面的监察节点。", clause="3.2g")
    places = {"accept", "decide", "deliver", "fee"} | {step.code for step in standard.steps}
    for point in standard.points:
        if not _sound(point, places):
            message = f"监察节点“{RULES.get(point.rule, point.rule) or '没有选规则'}”的位置或者规则有误，请重新选择。"
            yield StandardFinding(StandardPart.SERVICE, "point-place", message, clause="3.2g")


def _sound(point: Point, places: set[str]) -> bool:
    return point.at in places and re.fullmatch(r"R-[A-Z]\d{2}", point.rule) is not None
