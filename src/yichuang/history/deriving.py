"""Derives the contract's tables from the events of a log, as far as a log of activities alone allows.

One piece of the log, with whole cases, is derived at a time, so that memory does not grow with the log. What the log
does not contain is filled so that no rule finds a violation in it: no documents but corrections, no fees, no materials.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from yichuang.cases.flattening import EXAMINING
from yichuang.catalog.standard import StepKind
from yichuang.history import dataset
from yichuang.history.calendars import AHEAD, YEARS, load_calendar
from yichuang.history.mapping import CASE, CASE_MOMENTS, MappedLimit, Mapping
from yichuang.history.own_values import local_day, only_value, quote_text, select_values
from yichuang.history.pairing import PAIRED
from yichuang.history.raw_rows import PLACES, list_columns
from yichuang.history.row_faults import SELECT_REJECTED, select_remarks, select_unread
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.supervision import days
from yichuang.supervision.contract import CALENDAR, OF_CASE, SHARED, Table, table
from yichuang.supervision.contract_activities import ACTIVITIES, ATTRIBUTES, DATES, OF_LOG
from yichuang.supervision.rules.catalogue import JUDGING

_POINTS = {"T": "time", "F": "fee"}  # of a rule's letter; the others watch procedure


SIDE = ("rejected", "remarks", "unread", "totals", "seen_items", "seen_steps", "seen_posts")  # a piece leaves them
ABORTED = ("withdraw", "ate_abort", "pi_abort")  # transitions of XES that end a step without a conclusion


class Deriving:
    """Derives pieces into a folder, in any number of processes; then, once, the tables that all cases share.

    In the folder `side`, pieces store what the shared tables need.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, side: Path, mapping: Mapping) -> None:
        self.con, self.folder, self.side, self.mapping = con, folder, side, mapping
        self.number = ""
        side.mkdir(exist_ok=True)
        for contract_table in (*OF_CASE, *SHARED, *OF_LOG):
            (folder / contract_table.name).mkdir(exist_ok=True)
        con.execute(f"set TimeZone = {quote_text(mapping.timezone)}")  # how times without a zone are read
        con.execute("create table kinds (activity varchar, kind varchar)")
        con.execute("create table granting (activity varchar, granted boolean)")
        con.execute("create table step_kinds (step varchar, kind varchar)")
        con.execute("create table step_limits (step varchar, amount bigint, unit varchar)")
        con.execute("create table noted (line bigint, remark varchar)")
        _fill(con, "kinds", mapping.kinds.items())
        _fill(con, "granting", mapping.granted.items())
        _fill(con, "step_kinds", mapping.steps.items())
        _fill(con, "step_limits", ((step, limit.amount, limit.unit) for step, limit in mapping.step_limits.items()))

    def note(self, remarks: Iterable[tuple[int, str]]) -> None:
        """Keep what is strange in the piece that is derived next: line, and the Chinese remark."""
        _fill(self.con, "noted", remarks)

    def derive_piece(self, source: str, number: int) -> int:
        """Derive the cases of a relation of raw rows; `number` identifies the piece. Returns the number of events."""
        self.number = f"{number:05}"
        run = self.con.execute
        run(f"create or replace temp table typed as {self._typed(source)}")
        self._leave("rejected", SELECT_REJECTED)
        self._leave("remarks", select_remarks(self.mapping))
        run("delete from noted")
        self._leave("unread", select_unread(self.mapping))
        run(f"create or replace temp table ev as {self._events()}")
        for kind, end in (("decided", "max"), ("accepted", "min"), ("received", "min")):  # once in a case
            run(
                f"update ev set kind = 'lifecycle' where kind = '{kind}' and (case_id, seq) not in"
                f" (select (case_id, {end}(seq)) from ev where kind = '{kind}' group by case_id)"
            )
        run(f"create or replace temp table cs as {self._cases()}")
        run(f"create or replace temp table st as {self._steps()}")
        self._leave("totals", _TOTALS)
        self._write("cases", "select * from cs")
        self._write("events", _EVENTS_OUT)
        due, told = self._local("due_at"), self._local("told_at")
        self._write_own(
            ACTIVITIES,
            f"select case_id, seq, activity, occurred_at, occurred_on, told_at as recorded_at, {told} as recorded_on,"
            f" person, {due} as due_on, twin from ev where (moved in ('', 'complete') or ours_given)"
            f" and not {self._ignored()}",
        )
        for dated, contract_table in ((True, DATES), (False, ATTRIBUTES)):
            if own := [column for column in self.mapping.own_columns if column.dated == dated]:
                self._write_own(
                    contract_table, " union all ".join(select_values(column, self.mapping.timezone) for column in own)
                )
        self._write("steps", "select * exclude (unclear) from st")
        self._write("step_officers", _OFFICERS)
        self._write("notices", _NOTICES)
        self._write("surveys", self._surveys())
        self._leave(
            "seen_items",
            "select division, item, any_value(department) as department, min(submitted_on) as first_on from cs"
            " group by 1, 2",
        )
        self._leave(
            "seen_steps",
            "select distinct c.division, c.item, c.department, s.step from st s join cs c using (case_id)",
        )
        self._leave(
            "seen_posts",
            "select e.post, e.person, any_value(c.department) as department, min(e.occurred_on) as first_on from ev e"
            " join cs c using (case_id) where e.post <> '' group by 1, 2",
        )
        row = run("select count(*) from typed").fetchone()
        assert row is not None
        return int(row[0])

    def finish(self) -> None:
        """Write the shared tables. Every standard has a supervision point for every rule."""
        self.gather()
        limits = {name: self._limit_of(name) for name in ("accept", "promised", "statutory", "deliver")}
        run = self.con.execute
        run(
            "create temp table items as select division, item, any_value(department) as department,"
            " min(first_on) as first_on, division || '/' || item || '/1' as standard from seen_items group by 1, 2"
        )
        self._write(
            "items",
            "select division, item, item as name, department, 'listed' as state, null as cancelled_on, standard"
            " from items",
        )
        self._write("standards", _standards(limits, self.mapping.reviewer_may_decide))
        required = ", ".join(quote_text(step) for step in self.mapping.required) or "''"
        run(
            "create temp table ss as select distinct division || '/' || item || '/1' as standard, department, step"
            " from seen_steps"
        )
        self._write(
            "standard_steps",
            f"""select standard, s.step, s.step as name, coalesce(k.kind, '{StepKind.REVIEW.value}') as kind,
                any_value(department) as department, '' as post_kind, 1 as officers,
                s.step not in ({required}) as conditional, false as silence_agrees,
                any_value(l.amount) as "limit", coalesce(any_value(l.unit), '') as limit_unit
                from ss s left join step_kinds k using (step) left join step_limits l using (step)
                group by standard, s.step, k.kind""",
        )
        pairs = [(step, after) for step, before in self.mapping.order.items() for after in before]
        run("create temp table orders (step varchar, after varchar)")
        _fill(self.con, "orders", pairs)
        self._write("standard_order", "select i.standard, o.step, o.after from items i cross join orders o")
        run("create temp table rules (rule varchar, kind varchar)")
        _fill(self.con, "rules", ((rule.code, _POINTS.get(rule.code[2], "procedure")) for rule in JUDGING))
        self._write(
            "points",
            "select i.standard, r.rule as point, r.kind, '' as at, r.rule from items i cross join rules r",
        )
        self._write(
            "posts",
            "select post, split_part(any_value(department), '/', 1) as division, any_value(department) as department,"
            " '' as kind, post as name from seen_posts group by post",
        )
        self._write(
            "holders",
            "select post, person, min(first_on) as first_day, null as last_day, '' as standing_in from seen_posts"
            " group by post, person",
        )
        first, last = self.read_span()
        write_calendar(self.con, self.folder, first, last, load_calendar(self.mapping.calendar))

    def gather(self) -> None:
        """Make what the pieces stored in `side` visible on the connection, by name."""
        for name in SIDE:
            files = dataset.escape_path(self.side / f"{name}-*.parquet")
            self.con.execute(f"create or replace view {name} as from read_parquet('{files}')")

    def read_span(self) -> tuple[Any, Any]:
        """First and last day of the log; nulls for an empty one."""
        row = self.con.execute("select min(first_on), max(last_on) from totals").fetchone()
        assert row is not None
        return row

    def _leave(self, name: str, statement: str) -> None:
        out = dataset.escape_path(self.side / f"{name}-{self.number}.parquet")
        self.con.execute(f"copy ({statement}) to '{out}' (format parquet)")

    # --- the statements ------------------------------------------------------------------------------------------

    def _typed(self, source: str) -> str:
        """Every row of the piece, with its kind and step in the words of the contract.

        `wrong` is why the row cannot be an event, empty when it can; `twin` is whether an earlier row is the same.
        """
        aborted = ", ".join(map(quote_text, ABORTED))
        ignored = self._ignored()
        return f"""
            with named as (
              select r.*, {self._moment("at")} as occurred_at, {self._moment("recorded")} as recorded_at,
                {", ".join(f"{self._moment(name, zone)} as {name}_at" for name, zone in self._dates())},
                {_ZONELESS.format("at")} as zoneless, lower(transition) as moved,
                coalesce(nullif(r.kind, ''), k.kind, '') as ours, r.kind <> '' as ours_given
              from {source} r left join kinds k using (activity)
            ), first as (
              select min(nth) as nth from named group by hash({
            ", ".join(f'"{name}"' for name in list_columns(self.mapping) if name not in PLACES)
        })
            )
            select * replace (
                case when {ignored} then 'lifecycle'
                     when ours <> '' then case when moved in ('', 'complete') or ours_given then ours
                          else 'lifecycle' end
                     when moved in ('', 'complete') then 'step_concluded' when moved = 'start' then 'step_opened'
                     when moved in ({aborted}) then 'sent_back'
                     when moved in ('assign', 'schedule', 'reassign') then 'step_assigned' else 'lifecycle' end as kind,
                case when step <> '' then step when ours <> '' then '' else activity end as step),
              case when "case" = '' then 'case' when activity = '' and kind = '' then 'activity'
                when "at" = '' then 'at' when occurred_at is null then 'time'
                when year(occurred_at) not between {YEARS[0]} and {YEARS[1]} then 'year' else '' end as wrong,
              nth not in (select nth from first) as twin
            from named
        """

    def _ignored(self) -> str:
        """SQL for whether an activity is kept as a record only."""
        return f"activity in ({', '.join(map(quote_text, self.mapping.ignore))})" if self.mapping.ignore else "false"

    def _dates(self) -> list[tuple[str, str]]:
        """The columns of raw rows that are dates, besides the times of the event, and the names of their zones."""
        own = [(column.place, column.name) for column in self.mapping.own_columns if column.dated]
        return [("due", "due"), *((name, name) for name in CASE_MOMENTS), *own]

    def _moment(self, name: str, zone_of: str = "") -> str:
        """SQL for a text as a moment; null when it cannot be read."""
        zone, as_it_says = self.mapping.timezones.get(zone_of or name), f'try_cast("{name}" as timestamptz)'
        if zone is None:
            return as_it_says
        local = f'try_cast("{name}" as timestamp) at time zone {quote_text(zone)}'
        return f"case when {_ZONELESS.format(name)} then {local} else {as_it_says} end"

    def _events(self) -> str:
        own = [(f"{column.place}_at" if column.dated else column.place) for column in self.mapping.own_columns]
        return f"""
            select "case" as case_id, line, nth, activity, kind, step, occurred_at, person, post, ours_given, instance,
              twin, moved, recorded_at as told_at, due_at, started_at, ended_at,
              {", ".join((*CASE, *own))},
              coalesce(recorded_at, occurred_at) as recorded_at, {self._local("occurred_at")} as occurred_on,
              {self._local("coalesce(recorded_at, occurred_at)")} as recorded_on,
              row_number() over of_case as seq, lag(occurred_at) over of_case as before,
              lag(nth) over of_case as nth_before
            from typed where wrong = '' window of_case as (partition by "case" order by occurred_at, nth)
        """

    def _local(self, moment: str) -> str:
        """SQL for the day of a moment where the log was made."""
        return local_day(moment, self.mapping.timezone)

    def _cases(self) -> str:
        fixed = self.mapping.constants
        column_sql = {
            name: f"coalesce(nullif(max({name}), ''), {quote_text(fixed.get(name, default))})"
            for name, default in (
                ("number", ""), ("division", ""), ("department", ""), ("item", "未知事项"), ("applicant", ""),
                ("channel", "imported"),
            )
        }  # fmt: skip
        first = "min({}) filter (kind = '{}')".format
        person_of = "coalesce(arg_min(person, seq) filter (kind = '{}'), '')".format
        started = only_value("started_at") if "started" in self.mapping.case else "null::timestamptz"
        received = (
            f"coalesce({first('occurred_on', 'received')}, {first('occurred_on', 'submitted')},"
            f" {self._local(started)}, min(occurred_on))"
        )
        accepted = self._told({"accepted"}, first("occurred_on", "accepted"), received)
        final_kinds = ("closed", "withdrawn", "terminated", "declined", "acceptance_revoked")
        logged = f"min(occurred_on) filter (kind in {final_kinds})"
        if "ended" in self.mapping.case:  # the log tells which cases are open
            ended = f"coalesce({logged}, {self._local(only_value('ended_at'))})"
        else:
            ended = self._told({"decided", *final_kinds}, logged, "max(occurred_on)")
        begun = f"coalesce({started}, min(occurred_at))"
        return f"""
            with told as (
              select case_id, {", ".join(f"{text} as {name}" for name, text in column_sql.items())},
                {begun} as submitted_at, {self._local(begun)} as submitted_on, {received} as received_on,
                {person_of("received")} as received_by, coalesce(arg_min(post, seq) filter (kind = 'received'), '')
                  as received_post,
                max(occurred_on) filter (kind = 'supplied') as corrected_on,
                {accepted} as accepted_on,
                {person_of("accepted")} as accepted_by, {first("occurred_on", "decided")} as decided_on,
                arg_max(granted, seq) as granted, {person_of("decided")} as decided_by,
                {first("occurred_on", "delivered")} as delivered_on, {ended} as closed_on,
                coalesce(arg_max(kind, seq) filter (
                  kind in ('withdrawn', 'declined', 'terminated', 'acceptance_revoked')), '') as ended_by
              from ev left join granting using (activity) group by case_id
            )
            select case_id, coalesce(nullif(number, ''), case_id) as number, 'imported' as source, '' as system,
              case when division = '' then split_part(department, '/', 1) else division end as division, department,
              item, (case when division = '' then split_part(department, '/', 1) else division end) || '/' || item
                || '/1' as standard, '' as situation, false as instant, applicant, '' as agent, channel, submitted_at,
              submitted_on, received_on, received_by, received_post, corrected_on, accepted_on, false as silent,
              accepted_by, decided_on, case when decided_on is not null then coalesce(granted, true) end as granted,
              decided_by, delivered_on, closed_on,
              case when ended_by = 'declined' then 'not_accepted' when ended_by <> '' then ended_by
                when closed_on is null or decided_on is null then '' when coalesce(granted, true) then 'granted'
                else 'refused' end as outcome,
              0 as extension, null::date as extended_on
            from told
        """

    def _told(self, kinds: set[str], logged: str, else_: str) -> str:
        """SQL for a value that these acts determine: `logged` if the mapping or the case has them, else `else_`."""
        if kinds & set(self.mapping.kinds.values()):
            return logged
        return f"case when bool_or(ours_given) then {logged} else {else_} end"

    def _steps(self) -> str:
        """Rounds of steps. One whose start or end is `unclear` is not timed: it has no limit and begins as it ends."""
        return f"""
            with paired as ({PAIRED}), rounds as (
              select *, ended = 'step_concluded' as done,
                row_number() over (partition by case_id, step order by coalesce(begun_seq, ended_seq), ended_seq)
                  as round
              from paired
            ), told as (
              select *, case when unclear and done then ended_seq else coalesce(begun_seq, ended_seq) end as opened_seq,
                coalesce(begun_at, before, ended_at) as opened_at
              from rounds
            )
            select case_id, p.step, round, coalesce(k.kind, '{StepKind.REVIEW.value}') as kind, cs.department,
              '' as post_kind, opened_seq, opened_at, {self._local("opened_at")} as opened_on, assigned_to,
              case when done then ended_seq end as concluded_seq, case when done then ended_at end as concluded_at,
              case when done then ended_on end as concluded_on,
              case when done then ended_by else '' end as concluded_by,
              case when done then 'pass' else '' end as verdict, null as officers,
              null::date as corrected_on, case when ended = 'sent_back' then p.step else '' end as sent_back_by,
              case when not unclear then l.amount end as "limit",
              case when not unclear then coalesce(l.unit, '') else '' end as limit_unit, unclear
            from told p join cs using (case_id)
            left join step_kinds k using (step) left join step_limits l using (step)
        """

    def _surveys(self) -> str:
        kinds = ", ".join(f"'{kind.value}'" for kind in sorted(EXAMINING))
        return f"""
            select case_id, step || '/' || round as survey, 'step' as form, kind, 'imported' as source, '' as system,
              opened_on as started_on, null as until, concluded_on as ended_on, false as stops, true as listed,
              '' as notice, null as officers from st where kind in ({kinds})
        """

    def _limit_of(self, name: str) -> str:
        """Amount and unit of a limit as SQL columns: the item's own limit, else the log's, else null."""
        own_limits = {item: limits[name] for item, limits in self.mapping.items.items() if name in limits}
        general = self.mapping.limits.get(name)

        def select_limit(part: str) -> str:
            default = _literal(general, part)
            if not own_limits:
                return default
            cases = " ".join(
                f"when {quote_text(item)} then {_literal(limit, part)}" for item, limit in own_limits.items()
            )
            return f"case item {cases} else {default} end"

        column = name if name in ("promised", "statutory") else f"{name}_within"
        return f"{select_limit('amount')} as {column}, {select_limit('unit')} as {column}_unit"

    def _write_own(self, own_table: Table, statement: str) -> None:
        names = ", ".join(column.name for column in own_table.columns)
        made = f"select * from ({statement}) made({names})"
        write_table(self.con, own_table, made, self.folder, self.number)

    def _write(self, name: str, statement: str) -> None:
        write_table(self.con, table(name), statement, self.folder, self.number if table(name).of_case else dataset.ALL)


def write_table(con: duckdb.DuckDBPyConnection, contract_table: Table, statement: str, folder: Path, name: str) -> None:
    """Write the statement's rows into a file of the table, with the contract's columns."""
    columns = ", ".join(f'"{c.name}"::{dataset.TYPES[c.kind]} as "{c.name}"' for c in contract_table.columns)
    out = dataset.escape_path(folder / contract_table.name / f"{name}.parquet")
    con.execute(f"copy (select {columns} from ({statement}) made) to '{out}' (format parquet, compression snappy)")


def write_calendar(
    con: duckdb.DuckDBPyConnection, folder: Path, first: Any, last: Any, calendar: WorkingCalendar
) -> None:
    """Write the calendar from the year of `first` to some years after `last`; unpublished years are estimates."""
    if first is None:
        return
    begin, end = (min(max(day.year, YEARS[0]), YEARS[1]) for day in (first, last))
    names = [c.name for c in CALENDAR.columns]
    columns = ", ".join(f'"{c.name}" {dataset.TYPES[c.kind]}' for c in CALENDAR.columns)
    con.execute(f"create or replace temp table calendar ({columns})")
    _fill(con, "calendar", ([row[n] for n in names] for row in days.rows(calendar, begin, end + AHEAD)))
    write_table(con, CALENDAR, "select * from calendar", folder, dataset.ALL)


def _fill(con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Any]) -> None:
    """Insert the rows, column by column: row by row takes seconds for a calendar."""
    if columns := [list(column) for column in zip(*rows, strict=True)]:
        con.execute(f"insert into {name} select {', '.join(['unnest(?)'] * len(columns))}", columns)


def _literal(limit: MappedLimit | None, part: str) -> str:
    if part == "amount":
        return str(limit.amount) if limit else "null"
    return quote_text(limit.unit) if limit else "''"


_ZONELESS = "not regexp_matches(\"{}\", '(Z|z|[+-]\\d\\d:?\\d\\d)$')"
_TOTALS = """
    select (select count(*) from typed) as read, count(*) as kept,
      (select count(*) from typed where wrong = '' and zoneless) as zoneless,
      count(*) filter (nth < nth_before) as unordered, count(*) filter (kind = 'lifecycle') as ignored,
      coalesce(bool_or(kind = 'accepted'), false) as accepts, count(*) filter (twin) as twins,
      (select count(*) from st where unclear) as unclear,
      min(occurred_on) as first_on, max(occurred_on) as last_on from ev
"""
_EVENTS_OUT = """
    select case_id, seq, c.number, e.kind, 'imported' as source, '' as system, e.step, e.occurred_at, e.occurred_on,
      e.recorded_at, e.recorded_on, e.person, e.post, '' as on_behalf_of, c.channel, '' as session, '' as ip,
      '' as device
    from ev e join cs c using (case_id)
"""
_OFFICERS = "select distinct case_id, step, round, concluded_by as person from st where concluded_by <> ''"
_NOTICES = """
    select case_id, seq, kind, '' as number, occurred_at as issued_at, occurred_on as issued_on, person as issued_by,
      post, null as due_on, null as reasoned, 0 as remedies, 0 as bases, 0 as materials, 0 as unlisted
    from ev where kind = 'correction_asked' and not twin
"""


def _standards(limits: dict[str, str], reviewer_may_decide: bool) -> str:
    nothing = "null as {0}, '' as {0}_unit".format
    return f"""
        select standard, division, item, 1 as version, department, 'licence' as procedure, '' as item_class,
          false as instant, false as silence_accepts, 'accept' as statutory_from, {limits["statutory"]},
          {limits["promised"]}, {limits["accept"]}, {nothing("supply_within")}, {limits["deliver"]},
          {nothing("extension")}, {str(reviewer_may_decide).lower()} as reviewer_may_decide, false as gaps_allowed,
          '' as certificate_type, null as online, first_on as published_on
        from items
    """
