"""The parts of a standard as a department writes them: every field of the content with its Chinese name and its kind.

This is the only table of them: editor, Excel, YAML, differences and faults all call a field by the name it has here.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yichuang.catalog.drafting import choices
from yichuang.catalog.drafting.content import ID, LISTS, Content, Row
from yichuang.catalog.drafting.kinds import (
    Amount,
    Choice,
    Choices,
    Code,
    Codes,
    Kind,
    Number,
    Prose,
    Repeat,
    Settings,
    Span,
    Texts,
    Whenever,
    Whole,
    YesNo,
)
from yichuang.catalog.drafting.names import CHECKED, DEPARTMENT, FIELD, NUMBER, PLACE, RULE, STEP

LINE, PROSE, TEXTS, WHOLE, YES_NO, LIMIT, WHEN = (
    Kind(),
    Prose(),
    Texts(),
    Whole(),
    YesNo(),
    Span(),
    Whenever(),
)
NAME_OR_NONE = Kind(blank=None)


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field of the content: key (`result/name` inside the result), Chinese name, kind, and what to know of it. Nobody
    writes those that are not `asked`: files carry them, and they stay as they were. `first` is what a new row begins
    with, where most rows say it. `made`: the program names a new row by it, after its id.
    """

    key: str
    label: str
    kind: Kind = LINE
    hint: str = ""
    asked: bool = True
    first: Any = None
    made: bool = False


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A list of rows. `word` is what a row is called, `named_by` the field that says which. Rows of many fields are
    written on pages of their own; `brief` are the fields that then say most of a row in the list.
    """

    key: str
    title: str
    word: str
    letter: str
    named_by: str
    fields: tuple[DraftField, ...]
    nested: DraftTable | None = None
    brief: tuple[str, ...] = ()

    def field(self, key: str) -> DraftField | None:
        return next((field for field in self.fields if field.key == key), None)

    def new_row(self, id: str, outer: str = "") -> Row:
        """A new row, with every field; empty but for what most rows say, and what the program names it by. `outer`: the
        id of the row that it stands in.
        """
        row = {ID: id}
        row |= {f.key: f.kind.copy_blank() if f.first is None else copy.copy(f.first) for f in self.fields}
        row |= {f.key: make_code(id, outer) for f in self.fields if f.made}
        return row | ({self.nested.key: []} if self.nested else {})


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A part of a standard: what one page and one section of the differences show."""

    key: str
    title: str
    fields: tuple[DraftField, ...] = ()
    tables: tuple[DraftTable, ...] = ()


def make_code(id: str, outer: str = "") -> str:
    """The code of a new row: letters, digits and underscores, told apart from those of other rows by its id."""
    return re.sub(r"\W", "_", f"{outer}_{id}" if outer else id, flags=re.ASCII)


def _table(
    key: str,
    title: str,
    named_by: str,
    *fields: DraftField,
    nested: DraftTable | None = None,
    brief: tuple[str, ...] = (),
) -> DraftTable:
    return DraftTable(key, title, title, LISTS[key][1], named_by, fields, nested, brief)


def _source(key: str, label: str) -> DraftField:
    """How sure a value is: kept with it, and not asked for. Who compares an article says so in the register of laws."""
    hint = "不用填写，改动不起作用。条款是否核对过原文，由法制机构在法规库记录。"
    return DraftField(key, label, LINE, hint, asked=False)


_CONFIDENCE = _source("confidence", "核对情况")
_SPAN = "写成 10个工作日、7日、3个月；当场办结的写“当场”。"
_CODE = DraftField("code", "编号", made=True)
_HIDDEN_CODE = DraftField("code", "代号", LINE, "不用填写。", asked=False, made=True)
_WHEN = DraftField(
    "when",
    "适用情形",
    WHEN,
    "总是适用的，一个也不选。表格里写成“办理情形：新办、延续”的样子，冒号前是申请表的栏目或者办理情形。",
)


def _form_fields(word: str) -> DraftTable:
    """Fields of a section of the form, or of the blank form of a material."""
    return DraftTable(
        "fields",
        f"{word}栏目",
        "栏目",
        "f",
        "label",
        (
            DraftField("name", "代号", LINE, "不用填写。", asked=False, made=True),
            DraftField("label", "名称"),
            DraftField("type", "类型", Choice(table=choices.FIELD_TYPES)),
            DraftField("required", "必填", YES_NO),
            DraftField("hint", "填写提示", PROSE),
            DraftField("choices", "选项", TEXTS, "每行一个。"),
            DraftField("min", "最小（数值或字数）", Number()),
            DraftField("max", "最大（数值或字数）", Number()),
            DraftField("unit", "单位"),
            _WHEN,
            DraftField("examples", "示例", TEXTS, "示范样本里填的内容，每行一个。"),
            DraftField("must", "取值规则", Choice(blank=None, table=choices.MUSTS)),
        ),
        brief=("type", "required", "when"),
    )


BASICS = DraftPart(
    "basics",
    "基本信息",
    (
        DraftField(
            "item_code",
            "实施编码",
            LINE,
            "填12位基本编码，照国家或者省的事项清单；前面的统一社会信用代码和行使层级由系统加上，合成31位。"
            "它不是本市清单上的事项编码。",
        ),
        DraftField("task_type", "事项类型", Choice(table=choices.TASK_TYPES)),
        DraftField("hall_class", "进驻大厅的类别", Choice(table=choices.HALL_CLASSES)),
        DraftField("procedure", "适用程序", Choice(table=choices.PROCEDURES)),
        DraftField("applicants", "申请人", Choices(table=choices.APPLICANTS)),
        DraftField("instant", "即办件", YES_NO),
        DraftField("channels", "办理渠道", Choices(table=choices.CHANNELS)),
        DraftField("visits", "到现场次数", WHOLE),
        DraftField("gaps_allowed", "允许容缺", YES_NO),
        DraftField("reviewer_may_decide", "审查人可以兼作决定人", YES_NO),
        DraftField("keywords", "日常用语", TEXTS, "群众查找时会用的词，每行一个，四个以上。"),
        DraftField("uses_project_code", "凭项目代码办理", YES_NO),
        DraftField("assigns_project_code", "由本事项赋项目代码", YES_NO),
        _CONFIDENCE,
    ),
)
BASES = DraftPart(
    "bases",
    "设定依据",
    tables=(
        _table(
            "bases",
            "依据",
            "law",
            DraftField("law", "法律法规名称", LINE, "带版本，如 食品安全法（2021修正）。"),
            DraftField("article", "条款"),
            DraftField("level", "效力级别", Choice(table=choices.RANKS)),
            DraftField("in_force_from", "施行日期", LINE, "如 2021-04-29；不知道的不填。"),
            DraftField("in_force_to", "失效前最后一日"),
            _CONFIDENCE,
        ),
    ),
)
CONDITIONS = DraftPart(
    "conditions",
    "申请条件",
    tables=(
        _table(
            "conditions",
            "条件",
            "text",
            DraftField("text", "内容", PROSE),
            DraftField("basis", "依据", LINE, "写明法律法规的名称和条款，必须在本事项的设定依据之列。"),
            _CONFIDENCE,
        ),
    ),
)
MATERIALS = DraftPart(
    "materials",
    "申请材料",
    tables=(
        _table(
            "materials",
            "材料",
            "name",
            _CODE,
            DraftField("name", "名称"),
            DraftField("role", "类别", Choice(table=choices.ROLES), first="primary"),
            DraftField("necessity", "是否必要", Choice(table=choices.NECESSITIES), first="1"),
            DraftField("form", "形式", Choice(table=choices.FORMS), first="both"),
            DraftField("source", "来源", Choice(table=choices.SOURCES), first="applicant"),
            DraftField("copies", "份数", WHOLE, first=1),
            DraftField("format", "材料格式", PROSE, "原件或复印件、纸张、签章。"),
            DraftField("how_to_fill", "填报须知", PROSE),
            DraftField("acceptance", "受理标准", PROSE),
            DraftField("basis", "要求依据", PROSE),
            DraftField("replaced_by", "可代替的证照", NAME_OR_NONE),
            DraftField("blank_form", "空白表格", NAME_OR_NONE),
            DraftField("sample", "示范样本", NAME_OR_NONE),
            _WHEN,
            DraftField("file_kinds", "文件格式", Codes(), "网上可以传的。", first=["pdf", "jpg", "png"]),
            DraftField("generated", "由申请表自动生成", YES_NO),
            DraftField("declares", "表样的声明", PROSE),
            DraftField("rows", "表样的行数", WHOLE, "0 表示逐栏填写一次，其他表示清单的行数。"),
            DraftField("identity", "证明身份（实名核验的免交）", YES_NO),
            _CONFIDENCE,
            nested=_form_fields("表样"),
            brief=("role", "necessity", "form", "when"),
        ),
    ),
)
STEPS = DraftPart(
    "steps",
    "办理流程",
    tables=(
        _table(
            "steps",
            "环节",
            "name",
            _CODE,
            DraftField("name", "名称"),
            DraftField("kind", "种类", Choice(table=choices.STEP_KINDS), first="review"),
            DraftField(
                "after",
                "先后关系",
                Codes(sort=STEP, nothing="受理"),
                "在哪些环节之后；一个也不选，表示受理之后就开始。",
            ),
            DraftField("department", "办理部门", Code(sort=DEPARTMENT)),
            DraftField("post", "岗位", Choice(table=choices.POSTS), first="reviewer"),
            DraftField("limit", "时限", LIMIT, _SPAN),
            DraftField("officers", "人数", WHOLE, "现场核查两人以上。", first=1),
            DraftField("silence_agrees", "超时默许", YES_NO),
            _WHEN,
            DraftField("task", "审查内容", PROSE),
            DraftField("apart", "与哪些初审分开", Codes(sort=STEP), "办过这些环节的人不办本环节。"),
            _CONFIDENCE,
            brief=("kind", "after", "limit", "when"),
        ),
    ),
)
TIMES = DraftPart(
    "times",
    "办理时限",
    (
        DraftField("statutory", "法定时限", LIMIT, _SPAN),
        DraftField("statutory_from", "法定时限的起点", Choice(table=choices.STARTS)),
        DraftField("statutory_note", "法定时限的说明", PROSE),
        DraftField("statutory_extension", "法定可延长", LIMIT, "法律没有规定可以延长的不填。"),
        DraftField("promised", "承诺时限", LIMIT, _SPAN),
        _source("promised_confidence", "承诺时限的核对情况"),
    ),
    (
        _table(
            "specials",
            "特别程序",
            "name",
            DraftField("name", "名称"),
            DraftField("kind", "种类", Choice(table=choices.STEP_KINDS)),
            DraftField("typical", "所需时间", LIMIT),
            DraftField("counts", "计入时限", YES_NO),
            DraftField("basis", "依据", PROSE),
            _CONFIDENCE,
        ),
    ),
)
FEES = DraftPart(
    "fees",
    "收费",
    tables=(
        _table(
            "fees",
            "收费项目",
            "name",
            _HIDDEN_CODE,
            DraftField("name", "名称"),
            DraftField("standard", "收费标准", PROSE),
            DraftField("basis", "依据", PROSE),
            DraftField("basis_level", "依据的级别", Choice(table=choices.RANKS)),
            DraftField("fixed", "固定金额（元）", Amount()),
            DraftField("rate", "每单位金额（元）", Amount()),
            DraftField(
                "per", "计费数量的栏目", Code(blank=None, sort=NUMBER), "按数量收费的，选申请表里填数量的栏目。"
            ),
            _WHEN,
            DraftField("collected_here", "在本环节收取", YES_NO),
            _CONFIDENCE,
            brief=("standard", "fixed", "when"),
        ),
    ),
)
RESULT = DraftPart(
    "result",
    "审批结果",
    (
        DraftField("result/name", "结果名称"),
        DraftField("result/kind", "结果种类", Choice(table=choices.RESULT_KINDS)),
        DraftField("result/certificate_type", "证照名称"),
        DraftField("result/validity_months", "有效期（月）", Whole(blank=None), "没有期限的不填。"),
        DraftField("result/validity_note", "有效期的说明", PROSE),
        DraftField("result/fields", "证照载明的栏目", Codes(sort=FIELD), "申请表里填的、要印在证照上的栏目。"),
        DraftField("result/public", "结果公开", YesNo(blank=None), "不填的按程序：许可决定公开。"),
        _source("result/confidence", "审批结果的核对情况"),
    ),
)
SITUATIONS = DraftPart(
    "situations",
    "办理情形",
    tables=(
        _table(
            "situations",
            "情形",
            "name",
            DraftField("code", "种类", Choice(table=choices.SITUATIONS), "每种一行。"),
            DraftField("name", "名称", LINE, "申请人看到的叫法，如 新办、首次登记。"),
            DraftField("instant", "即办", YES_NO),
            DraftField("note", "说明", PROSE),
            _CONFIDENCE,
        ),
        _table(
            "unneeded",
            "不用办的情形",
            "asked",
            DraftField("asked", "情形", PROSE, "法律规定不需要办理的，写成申请人能回答“是”的话，如 只销售预包装食品。"),
            DraftField("instead", "这时怎么办", PROSE),
            DraftField("basis", "依据", LINE, "写明法律法规的名称和条款，必须在本事项的设定依据之列。"),
            _CONFIDENCE,
        ),
    ),
)
FORM = DraftPart(
    "form",
    "申请表",
    tables=(
        _table(
            "sections",
            "分组",
            "title",
            _HIDDEN_CODE,
            DraftField("title", "标题"),
            _WHEN,
            DraftField("repeat", "可以填几行", Repeat(), "只填一次的不填；清单写成“最少-最多”，如 1-5。"),
            nested=_form_fields("申请表"),
            brief=("when", "repeat"),
        ),
        _table(
            "checks",
            "校验",
            "message",
            DraftField(
                "kind",
                "种类",
                Choice(table=choices.CHECKS),
            ),
            DraftField("fields", "栏目", Codes(sort=CHECKED), "写栏目的名称，用顿号隔开；按种类里说的先后。"),
            DraftField("message", "提示", PROSE),
        ),
    ),
)
POINTS = DraftPart(
    "points",
    "监察节点",
    tables=(
        _table(
            "points",
            "节点",
            "rule",
            _HIDDEN_CODE,
            DraftField(
                "kind",
                "种类",
                Choice(table=choices.POINT_KINDS),
            ),
            DraftField("at", "位置", Code(sort=PLACE), "受理、决定、送达、收费，或者某个环节。"),
            DraftField("rule", "规则", Code(sort=RULE), "监察规则，见电子监察的规则目录。"),
            DraftField("parameters", "参数", Settings(), "不用填写。", asked=False),
            _CONFIDENCE,
            brief=("kind", "at"),
        ),
    ),
)
PARTS = (BASICS, BASES, CONDITIONS, MATERIALS, STEPS, TIMES, FEES, RESULT, SITUATIONS, FORM, POINTS)
TABLES = {table.key: table for part in PARTS for table in part.tables}
FIELDS = {field.key: field for part in PARTS for field in part.fields}


def find_part(line: str) -> DraftPart | None:
    """The part that a line belongs to."""
    head = line.split("/")[0]
    for part in PARTS:
        if any(table.key == head for table in part.tables) or any(f.key in (line, head) for f in part.fields):
            return part
    return RESULT if head == "result" else None


def find_field(line: str) -> DraftField | None:
    """The field on a line; None for a row, a list, and what the content does not know."""
    if line in FIELDS:
        return FIELDS[line]
    parts = line.split("/")
    table: DraftTable | None = TABLES.get(parts[0])
    if table and len(parts) == 5 and table.nested and parts[2] == table.nested.key:
        table, parts = table.nested, parts[2:]
    return table.field(parts[2]) if table and len(parts) == 3 else None


def find_table(line: str) -> DraftTable | None:
    """The table of a list (`materials`, `materials/M03/fields`) or of a row of it."""
    parts = line.split("/")
    table = TABLES.get(parts[0])
    return table.nested if table and len(parts) >= 3 else table


def list_tables(content: Content) -> Iterator[tuple[str, DraftTable, list[Row]]]:
    """Every list of rows in a content, with its line: a table, then those inside its rows."""
    for key, table in TABLES.items():
        rows = content.get(key) or []
        yield key, table, rows
        if table.nested:
            for row in rows:
                yield f"{key}/{row[ID]}/{table.nested.key}", table.nested, row.get(table.nested.key) or []


def read_field(content: Content, key: str) -> Any:
    """A value outside the tables; `result/name` is inside the result."""
    outer, _, inner = key.partition("/")
    value = content.get(outer)
    return (value.get(inner) if isinstance(value, dict) else None) if inner else value
