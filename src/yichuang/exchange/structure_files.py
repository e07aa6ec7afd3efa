"""Imports divisions, departments, halls, posts and officers from an Excel or CSV file: all rows or none.

A file has one table per kind, recognised by its columns. Rows that cannot be stored are reported with line and reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.aggregates.uploads import MOST_SHEETS, read_sheets
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.org import service, structure
from yichuang.org.kinds import POST_KINDS, RISKS
from yichuang.org.models import Department, Division, Hall, Post
from yichuang.people.models import Account
from yichuang.people.service import register_account

MOST_BYTES = MOST_SHEETS
MOST_ROWS = 5000
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The table of one kind of row: its title, its columns in order, and which of them may be empty."""

    kind: str
    title: str
    columns: tuple[str, ...]
    optional: frozenset[str]
    example: tuple[str, ...]


TABLES = {
    table.kind: table
    for table in (
        SheetTable(
            "division",
            "区划",
            ("区划代码", "区划名称", "级别", "代码来自", "文号字头"),
            frozenset({"代码来自", "文号字头"}),
            ("410225", "兰考县", "区县(市)", "GB/T 2260", "兰考"),
        ),
        SheetTable(
            "department",
            "部门",
            ("区划代码", "部门代码", "机关全称", "简称", "统一社会信用代码", "主体性质", "授权依据", "电话", "地址"),
            frozenset({"主体性质", "授权依据", "电话", "地址"}),
            ("410200", "scjg", "开封市市场监督管理局", "市监", "11410200MB0000107M", "法定机关", "", "", ""),
        ),
        SheetTable(
            "hall",
            "大厅",
            ("区划代码", "大厅名称", "地址", "开放时间", "电话"),
            frozenset({"开放时间", "电话"}),
            ("410200", "开封市政务服务大厅", "郑开大道1号", "工作日 9:00–17:00", ""),
        ),
        SheetTable(
            "post",
            "岗位",
            ("部门", "岗位类别", "岗位名称", "廉政风险", "大厅"),
            frozenset({"廉政风险", "大厅"}),
            ("410200/scjg", "审查岗", "食品经营审查岗", "高", ""),
        ),
        SheetTable(
            "officer",
            "人员",
            ("姓名", "工号", "用户名", "电子邮箱", "岗位", "任职起始"),
            frozenset({"电子邮箱", "岗位", "任职起始"}),
            ("王某某", "K0101", "wang", "wang@example.org", "410200/scjg/reviewer/1", "2026-12-01"),
        ),
    )
}


@dataclass
class ImportOutcome:
    """The result of an import: the number of rows stored by kind, or the file's faults; then nothing was stored."""

    stored: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, int, str]] = field(default_factory=list)  # table, line, what is wrong
    accounts: list[Account] = field(default_factory=list)  # of the officers stored


def read_file(name: str, data: bytes, visitor: str) -> list[tuple[SheetTable, list[tuple[int, Row]]]]:
    """The tables of a file that `visitor` sends, each with its rows and their lines. Raises Invalid for what cannot be
    read.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("file", "文件超过 2 MB；请分成几个文件导入。")
    sheets = _workbook(name, data, visitor) if data[:2] == b"PK" else [("", _csv(name, data))]
    tables = [_table(title, lines) for title, lines in sheets if any(any(cell for cell in line) for line in lines)]
    if not tables:
        raise Invalid("file", "文件里没有内容。")
    if sum(len(rows) for _, rows in tables) > MOST_ROWS:
        raise Invalid("file", f"一次最多导入 {MOST_ROWS} 行；请分成几个文件。")
    order = list(TABLES)
    return sorted(tables, key=lambda pair: order.index(pair[0].kind))


def _csv(name: str, data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(data.decode(encoding)))]
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise Invalid("file", f"{name} 不是可读的 CSV：{error}。") from error
    raise Invalid("file", f"{name} 既不是 Excel 工作簿，也不是 UTF-8 或 GB18030 编码的 CSV。")


def _workbook(name: str, data: bytes, visitor: str) -> list[tuple[str, list[list[str]]]]:
    try:
        sheets = read_sheets(name, data, visitor)
    except Refused as refused:
        raise Invalid("file", f"{refused.message}{refused.next}") from refused
    return [(title, [[cell.strip() for cell in row] for row in rows]) for title, rows in sheets]


def _table(title: str, lines: list[list[str]]) -> tuple[SheetTable, list[tuple[int, Row]]]:
    head = next((number for number, line in enumerate(lines) if any(line)), 0)
    names = [cell for cell in lines[head]]
    table = next(
        (candidate for candidate in TABLES.values() if set(candidate.columns) - candidate.optional <= set(names)), None
    )
    if table is None:
        raise Invalid(
            "file", f"{title or '文件'}的第一行不是任何一种表的列名：{'、'.join(filter(None, names))}。请用模板。"
        )
    unknown = [name for name in names if name and name not in table.columns]
    if unknown:
        raise Invalid("file", f"{table.title}表没有这些列：{'、'.join(unknown)}。请用模板。")
    rows = []
    for number, line in enumerate(lines[head + 1 :], start=head + 2):
        if any(line):
            rows.append((number, {name: cell for name, cell in zip(names, line, strict=False) if name}))
    return table, rows


def import_file(
    name: str, data: bytes, actor: Actor, within: Iterable[str], today: date, *, only_check: bool = False
) -> ImportOutcome:
    """Store every row of a file; if any row has a fault, store none and report each fault. `within` are the divisions
    the actor reaches; with `only_check` nothing is stored in any case.

    Raises Invalid for a file that cannot be read.
    """
    tables = read_file(name, data, actor.person)
    outcome = ImportOutcome()
    reached = set(within)
    with transaction.atomic():
        for table, rows in tables:
            for number, row in rows:
                try:
                    with transaction.atomic():
                        _require(table, row)
                        if account := STORE[table.kind](row, actor, reached, today):
                            outcome.accounts.append(account)
                except Invalid as error:
                    outcome.faults.append((table.title, number, error.message))
                except Refused as refused:
                    outcome.faults.append((table.title, number, f"{refused.message}{refused.next}"))
            outcome.stored[table.title] = len(rows)
        if outcome.faults or only_check:
            transaction.set_rollback(True)
    if outcome.faults:
        return ImportOutcome(faults=outcome.faults)
    return outcome


def _require(table: SheetTable, row: Row) -> None:
    for column in table.columns:
        if column not in table.optional and not row.get(column):
            raise Invalid("file", f"“{column}”没有填写。")
    for column, value in row.items():
        try:
            clean(value)
        except ValueError as fault:
            raise Invalid("file", f"“{column}”：{fault}") from fault


def _choice(value: str, choices: dict[str, str], column: str, default: str = "") -> str:
    """The code of a choice, given by its words or its code. Raises Invalid."""
    if not value:
        return default
    codes = {words: code for code, words in choices.items()} | {code: code for code in choices}
    if value not in codes:
        raise Invalid("file", f"“{column}”写作“{value}”；可以写：{'、'.join(choices.values())}。")
    return codes[value]


def _choices(model: Any, name: str) -> dict[str, str]:
    return {str(value): str(words) for value, words in model._meta.get_field(name).flatchoices}


def _reachable(code: str, reached: set[str]) -> None:
    if code not in reached:
        raise Invalid("file", f"区划 {code} 没有登记，或不在您管理的范围内。")


def _store_division(row: Row, actor: Actor, reached: set[str], today: date) -> None:
    levels = {"county": "区县(市)", "committee": "功能区管委会"}
    division = Division(
        code=row["区划代码"],
        name=row["区划名称"],
        level=_choice(row["级别"], levels, "级别"),
        code_kind=_choice(row.get("代码来自", ""), _choices(Division, "code_kind"), "代码来自", "gbt2260"),
        mark=row.get("文号字头", ""),
        parent_id=actor.division,
    )
    structure.add_division(division, actor)
    reached.add(division.code)


def _store_department(row: Row, actor: Actor, reached: set[str], today: date) -> None:
    _reachable(row["区划代码"], reached)
    division = Division.objects.get(pk=row["区划代码"])
    department = Department(
        id=f"{division.code}/{row['部门代码']}",
        division=division,
        code=row["部门代码"],
        name=row["机关全称"],
        short=row["简称"],
        uscc=row["统一社会信用代码"],
        kind=_choice(row.get("主体性质", ""), _choices(Department, "kind"), "主体性质", "1"),
        citation=row.get("授权依据", ""),
        phone=row.get("电话", ""),
        address=row.get("地址", ""),
        confidence="given",
    )
    structure.add_department(department, actor)


def _store_hall(row: Row, actor: Actor, reached: set[str], today: date) -> None:
    _reachable(row["区划代码"], reached)
    hall = Hall(
        division=Division.objects.get(pk=row["区划代码"]),
        name=row["大厅名称"],
        address=row["地址"],
        hours=row.get("开放时间", ""),
        phone=row.get("电话", ""),
    )
    structure.add_hall(hall, actor)


def _store_post(row: Row, actor: Actor, reached: set[str], today: date) -> None:
    department = Department.objects.select_related("division").filter(pk=row["部门"]).first()
    if department is None:
        raise Invalid("file", f"部门 {row['部门']} 没有登记；写法如 410200/scjg。")
    _reachable(department.division_id, reached)
    hall = None
    if row.get("大厅"):
        hall = Hall.objects.filter(division=department.division_id, name=row["大厅"]).first()
        if hall is None:
            raise Invalid("file", f"{department.division}没有名为“{row['大厅']}”的大厅。")
    kind = _choice(row["岗位类别"], POST_KINDS, "岗位类别")
    risk = _choice(row.get("廉政风险", ""), RISKS, "廉政风险")
    structure.add_post(department, kind, row["岗位名称"], actor, risk, hall)


def _store_officer(row: Row, actor: Actor, reached: set[str], today: date) -> Account:
    account: Account = register_account(
        row["用户名"], None, kind="officer", real_name=row["姓名"], email=row.get("电子邮箱", ""), actor=actor
    )
    officer = service.enrol_officer(account.pk, row["姓名"], row["工号"], actor)
    first = _day(row.get("任职起始", ""), today)
    for id in filter(None, row.get("岗位", "").replace("；", ";").split(";")):
        post = Post.objects.select_related("department__division").filter(pk=id.strip()).first()
        if post is None:
            raise Invalid("file", f"岗位 {id.strip()} 没有登记；写法如 410200/scjg/reviewer/1，几个岗位用分号隔开。")
        _reachable(post.department.division_id, reached)
        service.appoint(officer, post, first, actor)
    return account


def _day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Invalid("file", f"“任职起始”写作“{text}”；日期应当写成 2026-12-01 的样子。") from None
    if not 2000 <= day.year <= 2100:
        raise Invalid("file", f"“任职起始”的年份 {day.year} 不可能；请核对。")
    return day


STORE: dict[str, Callable[[Row, Actor, set[str], date], Account | None]] = {
    "division": _store_division,
    "department": _store_department,
    "hall": _store_hall,
    "post": _store_post,
    "officer": _store_officer,
}
