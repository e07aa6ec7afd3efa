"""A first look at a log without a mapping: what it holds, what looks odd, and a draft of a mapping to go on with.

Everything that is said here is a guess for a person to check; no rule reads it.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import duckdb
import yaml

from yichuang.history import dataset, xes
from yichuang.history.contract_files import TableFile
from yichuang.history.mapping import EVENT, SHANGHAI
from yichuang.history.own_columns import CASE_COLUMNS

MOST = 5_000  # different values counted of a column; beyond it "at least"
MOST_KEPT = 50  # different values of an attribute that may group cases
SHOWN = 20  # activities and columns printed
_PIECE = 16 << 20  # bytes of XES read at a time
_BATCH = 10_000  # rows of a table read at a time
_WORDS = {  # names that columns have for what a mapping asks, the surest first
    "case": r"case|办件|案件|申办|流水|业务号|zaak|事项编号|编号|案号|^件号?$",
    "activity": r"activity|concept:name|动作|环节|活动|步骤|task|action|event",
    "at": r"timestamp|complete|时间|日期|date|time|wanneer",
    "person": r"resource|user|person|经办|人员|操作人|处理人|办理人|人$|employee|wie",
    "transition": r"lifecycle|transition|状态",
    "recorded": r"record|登记时间|录入|入库|created",
    "due": r"due|deadline|planned|应当|到期|期限",
}
_KINDS = {  # words of activities that suggest a kind of the contract
    "received": r"收件|收到申请|receiv|ontvang|regist",
    "correction_asked": r"补正告知|要求补正",
    "supplied": r"补正材料|补齐",
    "accepted": r"^受理|决定受理|准予受理|accept",
    "declined": r"不予受理",
    "decided": r"决定$|^决定|审批决定|decision|decide|besluit|approve",
    "withdrawn": r"撤回|withdraw|cancel",
    "closed": r"办结|归档|clos|archiv",
}


# A value that names a zone is a moment; another one is read by the clock of the log. `there` is either on that clock
_MOMENTS = r"""
    with texts as (select v, v ~ '.*(Z|[+-]\d\d:?\d\d)$' as zoned, try_cast(v as timestamptz) as m from
      (select unnest($values) as v)),
    placed as (select *, case when zoned then m at time zone $zone else try_cast(v as timestamp) end as there,
      try_cast(regexp_replace(v, '(Z|[+-]\d\d:?\d\d)$', '') as timestamp) as written from texts)
    select avg((m is not null and v ~ '.*\d{1,4}[-/]\d{1,2}.*')::int), avg(zoned::int),
      avg((zoned and written <> there)::int), strftime(min(there), $form), strftime(max(there), $form)
    from placed
"""
_DATED = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}")
_DIGITS = str.maketrans("123456789", "000000000")
_MOST_SHAPES = 200  # of a column's dates


@dataclass(slots=True)
class Column:
    """What was seen of an attribute: how often it has a value, and which."""

    name: str
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    more: bool = False  # there are more different values than were counted
    moments: float = 0.0  # share of its values that are times
    zoned: float = 0.0  # share of its values that name a zone
    elsewhere: float = 0.0  # share of its values that name another offset than the zone of the log has
    span: tuple[str, str] = ("", "")  # its first and last moment, on the clock of the log
    extremes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # of the dates beyond those counted

    def add(self, value: str) -> None:
        if not value:
            return
        self.filled += 1
        if value in self.values or len(self.values) < MOST:
            self.values[value] += 1
        else:
            self.more = True
            if _DATED.match(value):
                self._widen(value)

    def _widen(self, value: str) -> None:
        """Keep the first and last date of those written in one way: such texts are in the order of time."""
        shape = (value.translate(_DIGITS), value[-6:] if value[-6:-5] in ("+", "-") else "")
        first, last = self.extremes.get(shape, (value, value))
        if shape in self.extremes or len(self.extremes) < _MOST_SHAPES:
            self.extremes[shape] = min(first, value), max(last, value)


@dataclass(slots=True)
class Look:
    """What a log holds: columns of events and of cases, and what each seems to be."""

    events: int = 0
    cases: int = 0
    columns: dict[str, Column] = field(default_factory=dict)
    of_case: dict[str, Column] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # what a mapping asks → column
    timezone: str = SHANGHAI  # the clock by which times are told here

    @property
    def at(self) -> Column | None:
        """The column of the times of events; None where none was recognised."""
        return self.columns.get(self.roles.get("at", ""))


def inspect_log(source: Path, timezone: str = SHANGHAI) -> Look:
    """Look at an XES file or a table of events; its times are told in this zone, which is also what times are read in
    that name none. Raises xes.Broken, mapping.Unclear, OSError.
    """
    look = Look(timezone=timezone)
    is_xes = source.name.lower().endswith((".xes", ".xes.gz"))
    if is_xes:
        _read_xes(source, look)
        look.roles = {role: name for role, name in EVENT.items() if name in look.columns}
        look.roles["case"] = "concept:name"
    else:
        with tempfile.TemporaryDirectory(prefix="yichuang-inspect-") as scratch:
            for row in _read_table(source, Path(scratch)):
                look.events += 1
                _add(look.columns, row)
    _find_moments(look)
    if not is_xes:
        look.roles = _guess_roles(look)
        look.cases = len(look.columns[look.roles["case"]].values) if "case" in look.roles else 0
    return look


def _read_xes(source: Path, look: Look) -> None:
    def take(line: int, event: Mapping[str, str], trace: Mapping[str, str] | None) -> None:
        look.events += 1
        _add(look.columns, event)

    def ended(line: int, trace: Mapping[str, str]) -> None:
        look.cases += 1
        _add(look.of_case, trace)

    first = True
    for line, piece, last in xes.cut_pieces(source, _PIECE):
        xes.read_piece(piece, line, take, ended, first=first, last=last)
        first = False


def _read_table(source: Path, scratch: Path) -> Iterator[Mapping[str, str]]:
    con = dataset.connect("300MB")
    try:
        table = TableFile(con, source, _guess_encoding(source), scratch)
        names = (name.replace('"', '""') for name in table.columns)
        columns = ", ".join(f"coalesce(\"{name}\"::varchar, '')" for name in names)
        result = con.execute(f"select {columns} from {table.relation}")
        while rows := result.fetchmany(_BATCH):
            for row in rows:
                yield dict(zip(table.columns, row, strict=True))
    finally:
        con.close()


def _guess_encoding(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(1 << 20)
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _add(columns: dict[str, Column], row: Mapping[str, str]) -> None:
    for name, value in row.items():
        column = columns.get(name)
        if column is None:
            column = columns[name] = Column(name)
        column.add(value)


def _find_moments(look: Look) -> None:
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    for column in (*look.columns.values(), *look.of_case.values()):
        values = [*column.values, *chain.from_iterable(column.extremes.values())]
        asked = {"values": values, "zone": look.timezone, "form": "%Y-%m-%d %H:%M:%S"}
        row = con.execute(_MOMENTS, asked).fetchone()
        if row and values:
            column.moments, column.zoned, column.elsewhere = map(float, row[:3])
            column.span = (row[3] or "", row[4] or "")
    con.close()


def _guess_roles(look: Look) -> dict[str, str]:
    """What each column seems to be, by its name; times only where the values are."""
    roles: dict[str, str] = {}
    for role, words in _WORDS.items():
        timed = role in ("at", "recorded", "due")
        for word in words.split("|"):
            fits = [
                column.name
                for column in look.columns.values()
                if re.search(word, column.name, re.IGNORECASE)
                and (column.moments > 0.5) == timed
                and column.name not in roles.values()
            ]
            if fits:
                roles[role] = fits[0]
                break
    if "at" not in roles:
        times = [c for c in look.columns.values() if c.moments > 0.9]
        if times:
            roles["at"] = times[0].name
    return roles


def describe(look: Look) -> list[str]:
    """The look in Chinese lines for people."""
    first, last = look.at.span if look.at else ("", "")
    out = [
        f"{look.cases or '？'} 件，{look.events:,} 个动作，{first or '？'} 至 {last or '？'}（{look.timezone} 的时间）"
    ]
    roles = {name: role for role, name in look.roles.items()}
    for title, columns, total in (("动作的列", look.columns, look.events), ("办件的属性", look.of_case, look.cases)):
        if columns:
            out.append(f"{title}：")
        for column in columns.values():
            most = "、".join(value[:30] for value, _ in column.values.most_common(3))
            different = f"{'至少 ' if column.more else ''}{len(column.values):,} 种"
            role = f"，像是 {roles[column.name]}" if columns is look.columns and column.name in roles else ""
            share = f"{column.filled / max(total, 1):.0%}"
            out.append(f"  {column.name}：有值 {share}，{different}{role}；如 {most}")
    for role, title in (("activity", "动作"), ("person", "经办人")):
        if name := look.roles.get(role):
            out.append(f"最常见的{title}：")
            out += [f"  {count:>9,}  {value[:60]}" for value, count in look.columns[name].values.most_common(SHOWN)]
    return [*out, *(f"! {doubt}" for doubt in _doubts(look))]


def _doubts(look: Look) -> Iterator[str]:
    """What looks odd in the log, in Chinese."""
    for role, what in (("case", "办件"), ("activity", "动作"), ("at", "时间"), ("person", "经办人")):
        if role not in look.roles:
            yield f"没有认出{what}是哪一列，请在映射的 events 里写 {role}。"
        elif role != "case" and (column := look.columns[look.roles[role]]).filled < look.events:
            yield f"{column.name} 有 {look.events - column.filled:,} 个动作没有值。"
    if at := look.at:
        if at.moments < 1:
            yield f"{at.name} 约 {1 - at.moments:.1%} 的写法读不成时间。"
        if 0 < at.zoned < 1:
            yield f"{at.name} 有的带时区，有的不带；不带的按映射的 timezone。"
        if at.elsewhere:
            yield (
                f"{at.name} 约 {at.elsewhere:.1%} 自带的时区与 {look.timezone} 不同；一个时刻是哪一天按映射的"
                " timezone，请写日志所在地的时区。"
            )
    for column in look.columns.values():
        if len(column.values) == 1 and column.filled == look.events > 1:
            yield f"{column.name} 只有一个值，没有区别作用。"


def _draft_own(look: Look) -> Iterator[str]:
    """Lines for the dates and attributes of which nothing else is known: what may be due, and what may group."""
    taken, used = set(look.roles.values()), set(CASE_COLUMNS)
    dates: dict[str, dict[str, str]] = {"case": {}, "events": {}}
    kept: dict[str, dict[str, str]] = {"case": {}, "events": {}}
    for part, columns, total in (("case", look.of_case, look.cases), ("events", look.columns, look.events)):
        for column in columns.values():
            if not column.filled or (part == "events" and column.name in taken) or column.name in used:
                continue
            few = 1 < len(column.values) <= MOST_KEPT and len(column.values) < max(total, 2) and not column.more
            if column.moments > 0.9 or few:
                (dates if column.moments > 0.9 else kept)[part][column.name] = column.name
                used.add(column.name)
    if dates["case"]:
        yield "# case: {started: 哪一个是开始, ended: 哪一个是结束}  # 不写 ended，以最后一个动作为结束"
    for key, sections, words in (
        ("dates", dates, "日期：应当完成的、计划的，提问时用；不是的去掉"),
        ("keep", kept, "属性：留下来分组、筛选；不要的去掉"),
    ):
        if found := {part: columns for part, columns in sections.items() if columns}:
            yield f"{key}:  # {words}"
            yield from (f"  {part}: {_flow(columns)}" for part, columns in found.items())


def draft_mapping(look: Look) -> str:
    """A mapping to begin with, as YAML with Chinese comments."""
    lines = [
        "# 由 yichuang logs inspect 起草：都是猜测，请逐行核对",
        f"timezone: {look.timezone}  # 不带时区的时间按哪里的钟；一个时刻是哪一天，也按这里",
    ]
    events = {role: name for role, name in look.roles.items() if EVENT[role] != name}
    if events:
        lines.append(f"events: {_flow(events)}")
    lines += _draft_own(look)
    kinds = []
    activity = look.columns.get(look.roles.get("activity", ""))
    for value, count in activity.values.most_common(200) if activity else ():
        kind = next((kind for kind, words in _KINDS.items() if re.search(words, value, re.IGNORECASE)), "")
        entry = _flow({value: kind or "步骤"})[1:-1]
        kinds.append(f"  {entry if kind else f'# {entry}'}  # {count:,} 次")
    some = any(not line.startswith("  #") for line in kinds)
    lines += [
        "# case: {item: 哪一列, department: 哪一列, channel: 哪一列}",
        f"kinds:{'' if some else ' {}'}  # 动作 → 契约的动作名称；没有写的是环节",
        *kinds,
    ]
    return "\n".join([*lines, "# limits: {promised: 10 workday, statutory: 20 workday}", "# questions: []", ""])


def _flow(content: Mapping[str, str]) -> str:
    """YAML on one line."""
    text = yaml.safe_dump(dict(content), allow_unicode=True, default_flow_style=True, width=10**9, sort_keys=False)
    return text.strip()
