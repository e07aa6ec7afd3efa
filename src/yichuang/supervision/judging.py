"""Judging: from what the rules find in the touched cases to findings, each move in the ledger.

Judging the same cases again changes nothing. A hit that was not there becomes a finding, one that says something else
restates it, and a finding whose hit is gone is withdrawn on record; should the hit come back, so does the finding. A
rule that raises, or does not end, stops neither other rules nor other cases: what it could not judge is noted, and
judged later.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now, record_all
from yichuang.supervision import contract, parameters, postgres
from yichuang.supervision.compiled import COMPILED, compile_rule
from yichuang.supervision.models import Finding, Unjudged
from yichuang.supervision.own.known import find_judging, list_in_force
from yichuang.supervision.rules import causes
from yichuang.supervision.rules.catalogue import BY_CODE, LIVE, SWEPT, woken
from yichuang.supervision.rules.questions import KINDS, AskedRule, Question, make_rule
from yichuang.supervision.rules.rule import HIT, Parameters, Rule, Scope

SAID = ("level", "department", "person", "day", "measured", "allowed", "seq", "other")
# Why a finding is withdrawn
GROUND_GONE, CALENDAR, OUTAGE, RULE_ENDED = "ground_gone", "calendar", "outage", "rule_ended"
NO_CASE = ""  # the case of a finding on the population
RAISED = (DatabaseError, ValueError, TypeError, LookupError)
CASES = 500  # of one statement
PATIENCE, SWEEPING = 20, 300  # seconds of one rule over cases, and over everything: longer counts as raised
RETRIED = 200  # cases judged again at a time, of those a rule could not judge or judged as it no longer does
HEARING = "R-L02"
# what it has found already, and what has ended, no day makes worse
_OVERDUE = f"""
select distinct a.case_id from log_licence_acts a cross join log_asof
where a.hold_by < log_asof.today
  and not exists (
    select 1 from log_licence_acts e where e.case_id = a.case_id and e.licence_id = a.licence_id
      and e.proceeding = a.proceeding and e.kind in ('hearing_held', 'revocation_dropped', 'revoked'))
  and not exists (
    select 1 from supervision_finding f where f.case_id = a.case_id and f.rule = '{HEARING}' and f.open
      and f.at = 'held/' || a.number || '/' || a.seq)
"""
_VERSIONS = {rule.code: str(rule.version) for rule in LIVE}
_OUTDATED = """
select distinct f.rule, f.case_id
from supervision_finding f join unnest(%s::text[], %s::text[]) live(rule, version) using (rule)
where f.open and split_part(f.version, ' ', 1) <> live.version order by f.rule, f.case_id limit %s
"""
Key = tuple[str, str, str]  # rule, case, place
# What findings entail, in the transaction that judges: each is given all moves (found, restated or withdrawn, and the
# finding as it stands now). Rooms above add theirs when they are ready.
Consequence = Callable[[Sequence[tuple[str, Finding]]], None]
CONSEQUENCES: list[Consequence] = []
_SPACE = uuid.UUID("6f0b6f3e-6f6b-5f0e-8d3f-2a1c7f3b9e10")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judging changed."""

    found: int = 0
    restated: int = 0
    withdrawn: int = 0
    failed: int = 0  # rules that raised

    def __add__(self, other: Judged) -> Judged:
        return Judged(
            self.found + other.found,
            self.restated + other.restated,
            self.withdrawn + other.withdrawn,
            self.failed + other.failed,
        )


NOTHING = Judged()


def judge(cases: Sequence[str], kinds: Iterable[str] | None = None) -> Judged:
    """Judge these cases by the rules that events of these kinds wake; by all rules without kinds.

    In the transaction of the caller, which has taken in what the cases say now.
    """
    if not cases:
        return NOTHING
    _lock(swept=False)  # from here on no rule as data comes into force or ends
    rules = list_woken(None if kinds is None else frozenset(kinds))
    alone = [rule for rule in rules if rule.scope is Scope.CASE]
    together = [rule for rule in rules if rule.scope is Scope.SUBJECT]
    done = NOTHING
    for start in range(0, len(cases) if alone else 0, CASES):
        done += _judge_locked(alone, cases[start : start + CASES])
    if together:
        done += _judge_locked(together, _related(cases))
    return done


def list_woken(kinds: frozenset[str] | None) -> tuple[Rule, ...]:
    """The rules to judge again after events of these kinds, packaged and as data; all without kinds. One statement."""
    own = list_in_force()
    if kinds is None:
        return (*LIVE, *own)
    return (*woken(kinds), *(rule for rule in own if rule.wakes & kinds))


def sweep(rules: Sequence[Rule] = SWEPT) -> Judged:
    """Judge everything by the rules on the population, each in a transaction of its own."""
    done = NOTHING
    for rule in rules:
        with transaction.atomic():
            done += _judge((rule,), (NO_CASE,))
    return done


def judge_all(rule: Rule, because: str = GROUND_GONE) -> Judged:
    """Judge every case by one rule: after its parameters, its version or the calendar changed; `because` is what
    withdrawals say.
    """
    if rule.scope is Scope.POPULATION:
        return sweep((rule,))
    done = NOTHING
    for cases in _every_case():
        with transaction.atomic():
            done += _judge((rule,), cases if rule.scope is Scope.CASE else _related(cases), because)
    return done


def judge_open(rules: Sequence[Rule]) -> Judged:
    """Judge the cases that are not closed by these rules on a case: where time went on and no act woke them."""
    done = NOTHING
    for cases in _every_case("closed_on is null"):
        with transaction.atomic():
            done += _judge(rules, cases)
    return done


def judge_hearings() -> Judged:
    """Judge the licences whose hearing has become overdue since: no act wakes a rule when a day passes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_OVERDUE)
            cases = [case for (case,) in cursor.fetchall()]
        return judge_only((BY_CODE[HEARING],), cases)


def judge_outdated() -> Judged:
    """Judge again what an earlier version of a rule has found: what it wrongly found is withdrawn on record. One
    statement while there is nothing of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [list(_VERSIONS), list(_VERSIONS.values()), RETRIED])
        outdated = cursor.fetchall()
    done = NOTHING
    for code, pairs in groupby(outdated, key=itemgetter(0)):
        rule, cases = BY_CODE[code], [case for _, case in pairs]
        with transaction.atomic():
            done += _judge((rule,), _related(cases) if rule.scope is Scope.SUBJECT else cases)
    return done


def judge_standing(rule: Rule, because: str = GROUND_GONE) -> Judged:
    """Judge again the cases of which a rule on a case has an open finding."""
    standing = Finding.objects.filter(rule=rule.code, open=True).order_by("case_id")
    cases = list(standing.values_list("case_id", flat=True).distinct())
    done = NOTHING
    for start in range(0, len(cases), CASES):
        with transaction.atomic():
            done += _judge((rule,), cases[start : start + CASES], because)
    return done


def withdraw_findings(rule: str, because: str = RULE_ENDED) -> Judged:
    """Withdraw everything that a rule has found, on record: it was wrong, and judges nothing any more."""
    done = NOTHING
    while True:
        with transaction.atomic():
            _alone("supervision.judging")
            rows = list(Finding.objects.filter(rule=rule, open=True).order_by("id")[:CASES])
            if not rows:
                return done
            changes = _Changes(now(), because)
            for row in rows:
                changes.gone(row, row.version)
            changes.write()
            done += Judged(withdrawn=changes.withdrawn)


def judge_only(rules: Sequence[Rule], cases: Sequence[str], because: str = GROUND_GONE) -> Judged:
    """Judge these cases by these rules on a case, in the transaction of the caller."""
    done = NOTHING
    for start in range(0, len(cases), CASES):
        done += _judge(rules, cases[start : start + CASES], because)
    return done


def retry() -> Judged:
    """Judge again what rules could not judge before, the oldest first."""
    done = NOTHING
    for code in Unjudged.objects.values_list("rule", flat=True).distinct():
        waiting = Unjudged.objects.filter(rule=code).order_by("since")
        cases = list(waiting.values_list("case_id", flat=True)[:RETRIED])
        rule = find_judging(code)
        if rule is None:  # it judges nothing any more
            waiting.delete()
        elif rule.find:
            with transaction.atomic():
                done += _judge((rule,), _related(cases) if rule.scope is Scope.SUBJECT else cases)
    return done


def version(rule: Rule, settings: Parameters) -> str:
    """Rule and parameters as findings name them: `1`, or `1 least_seconds=60`."""
    known = {**rule.defaults(), **settings}
    return " ".join((str(rule.version), *(f"{name}={value}" for name, value in sorted(known.items()))))


@lru_cache(maxsize=256)
def statement(rule: str, settings: tuple[tuple[str, int], ...]) -> str:
    """The statement of a packaged rule for these parameters: over the cases of its parameter, or over everything."""
    rule_known = BY_CODE[rule]
    whole = compile_rule(rule_known, settings, "postgres")
    return postgres.escaped(whole) if rule_known.scope is Scope.POPULATION else postgres.for_cases(whole)


@lru_cache(maxsize=256)
def _asked_statement(question: Question) -> str:
    return postgres.for_cases(compile_rule(make_rule(question), (), "postgres"))


def _statement_of(rule: Rule, settings: tuple[tuple[str, int], ...]) -> str:
    if isinstance(rule, AskedRule) and rule.question:
        return _asked_statement(rule.question)
    return statement(rule.code, settings)


def list_reading(table: str) -> list[Rule]:
    """The rules on a case, packaged and as data, that read a table of the contract by its name in the database."""
    rules = (*(rule for rule in LIVE if rule.scope is Scope.CASE), *list_in_force())
    return [rule for rule in rules if f'"{table}"' in _statement_of(rule, ()) or _reads_for_due(rule, table)]


def _reads_for_due(rule: Rule, table: str) -> bool:
    """Whether a rule as data reads this table for the days on which activities are due (`FROM_EVENTS`)."""
    asks = isinstance(rule, AskedRule) and rule.question is not None and KINDS[rule.question.kind].needs == "due"
    return asks and table == contract.CALENDAR.stored_as


def _alone(what: str) -> None:
    """One judges at a time: two would find the same thing twice."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [what])


def _lock(swept: bool) -> None:
    """One judges cases at a time, and one the population; each statement is bounded from here on."""
    _alone("supervision.sweep" if swept else "supervision.judging")
    postgres.within(SWEEPING if swept else PATIENCE)
    if not swept:
        postgres.by_keys()


def _judge(rules: Sequence[Rule], cases: Sequence[str], because: str = GROUND_GONE) -> Judged:
    _lock(swept=any(rule.scope is Scope.POPULATION for rule in rules))
    return _judge_locked(_as_they_stand(rules), cases, because)


def _judge_locked(rules: Sequence[Rule], cases: Sequence[str], because: str = GROUND_GONE) -> Judged:
    settings = parameters.changed_parameters()
    hits, failed = _hits(rules, settings, cases)
    judged = [rule for rule in rules if rule.code not in failed]
    known = {
        (finding.rule, finding.case_id, finding.at): finding
        for finding in Finding.objects.filter(case_id__in=cases, rule__in=[rule.code for rule in judged])
    }
    about = _about({case for _, case, _ in hits.keys() - known.keys() if case})
    changes = _Changes(now() if hits or known else None, because)
    for rule in judged:
        made_by = version(rule, settings.get(rule.code, {}))
        mine = {key: hit for key, hit in hits.items() if key[0] == rule.code}
        for key, hit in mine.items():
            changes.hit(known.get(key), hit, rule, made_by, about)
        for key, row in known.items():
            if key[0] == rule.code and key not in mine and row.open:
                changes.gone(row, made_by)
    changes.write()
    return Judged(changes.found, changes.restated, changes.withdrawn, len(failed))


def _as_they_stand(rules: Sequence[Rule]) -> Sequence[Rule]:
    """The rules, those as data as they judge now: one may have ended since the caller read it. Those that judge nothing
    any more are left out. One statement where there are rules as data.
    """
    if not any(isinstance(rule, AskedRule) for rule in rules):
        return rules
    own = {rule.code: rule for rule in list_in_force()}
    standing = (own.get(rule.code) if isinstance(rule, AskedRule) else rule for rule in rules)
    return [rule for rule in standing if rule]


def _hits(
    rules: Sequence[Rule], settings: dict[str, Parameters], cases: Sequence[str]
) -> tuple[dict[Key, dict[str, Any]], set[str]]:
    """What the rules hit in these cases, and which rules raised: those are noted for later."""
    by_key: dict[Key, dict[str, Any]] = {}
    failed: dict[str, Exception] = {}

    def ask(rule: Rule) -> None:
        for row in postgres.rows(_statement_of(rule, tuple(sorted(settings.get(rule.code, {}).items()))), cases):
            hit: dict[str, Any] = dict(zip(HIT, row, strict=True))
            by_key[rule.code, hit["case_id"], hit["at"]] = hit

    try:
        with transaction.atomic():  # one savepoint for all: hardly ever does one raise
            _ask_each(rules, ask)
    except RAISED:
        if _gone():
            raise
        by_key.clear()
        for rule in rules:
            try:
                with transaction.atomic():
                    _ask_each([rule], ask)
            except RAISED as raised:
                if _gone():
                    raise
                _log.exception("rule %s could not judge", rule.code)
                failed[rule.code] = raised
    COMPILED.save()
    for code, error in failed.items():
        _note(code, cases, error)
    if Unjudged.objects.exists():
        good = [rule.code for rule in rules if rule.code not in failed]
        Unjudged.objects.filter(rule__in=good, case_id__in=cases).delete()
    return by_key, set(failed)


def _ask_each(rules: Sequence[Rule], ask: Callable[[Rule], None]) -> None:
    """Ask the packaged rules, then those as data, which join in another way."""
    own = [rule for rule in rules if isinstance(rule, AskedRule)]
    for rule in rules:
        if not isinstance(rule, AskedRule):
            ask(rule)
    if own:
        postgres.by_hashes()
        for rule in own:
            ask(rule)
        postgres.by_keys()


def _gone() -> bool:
    """Whether the database went away: no fault of a rule."""
    return connection.connection is None or bool(connection.connection.closed)


def _note(rule: str, cases: Sequence[str], error: Exception) -> None:
    message = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
    moment = now()
    rows = [Unjudged(rule=rule, case_id=case, since=moment, error=message) for case in cases]
    Unjudged.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["rule", "case_id"], update_fields=["error"]
    )


@dataclass
class _Changes:
    """What a judging changes, gathered and written at once: the rows, and their moves in the ledger."""

    moment: datetime | None
    because: str = GROUND_GONE
    rows: list[Finding] = field(default_factory=list)
    moves: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    found: int = 0
    restated: int = 0
    withdrawn: int = 0

    def hit(
        self, row: Finding | None, hit: dict[str, Any], rule: Rule, made_by: str, about: dict[str, dict[str, Any]]
    ) -> None:
        """A hit: a finding that is new, back, or says something else; nothing when it stands as it is or is excused."""
        same_rule = row is not None and row.version.partition(" ")[0] == str(rule.version)
        if row is not None and (row.excused or (row.open and same_rule and all(_said(row, hit)))):
            return
        if row is None:
            id = uuid.uuid5(_SPACE, f"{rule.code}/{hit['case_id']}/{hit['at']}")
            known = about[hit["case_id"]] if hit["case_id"] else _of_itself(hit)
            row = Finding(id=id, rule=rule.code, case_id=hit["case_id"], at=hit["at"], open=False, **known)
        own = row.department
        for name in SAID:
            setattr(row, name, hit[name])
        row.department = hit["department"] or own
        row.version = made_by
        if row.open:
            self.restated += 1
            self._move(row, "restated", _body(row))
            return
        assert self.moment is not None
        row.open, row.found_at, row.withdrawn_at = True, self.moment, None
        self.found += 1
        self._move(row, "found", _body(row))

    def gone(self, row: Finding, made_by: str) -> None:
        row.open, row.withdrawn_at = False, self.moment
        self.withdrawn += 1
        self._move(row, "withdrawn", {"reason": self.because, "version": made_by})

    def _move(self, row: Finding, kind: str, body: dict[str, Any]) -> None:
        self.rows.append(row)
        self.moves.append((f"finding/{row.id}", kind, body))

    def write(self) -> None:
        if self.rows:
            fields = [f.name for f in Finding._meta.fields if not f.primary_key]
            Finding.objects.bulk_create(self.rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
            self._lead()
            record_all(self.moves, SYSTEM)
            moved = zip(self.moves, self.rows, strict=True)
            moves = [(kind, row) for (_, kind, _), row in moved]
            for entail in CONSEQUENCES:
                entail(moves)

    def _lead(self) -> None:
        """Have the findings of one lapse stand under the one that leads; others stand alone. What people excused goes
        on leading, so that what follows from it is excused with it.
        """
        near = {finding.id: finding for finding in _near(self.rows)} | {row.id: row for row in self.rows}
        leads = causes.list_leads(finding for finding in near.values() if finding.open or finding.excused)
        moved = [finding for finding in near.values() if finding.under != leads.get(finding.id)]
        changed = [finding for finding in moved if not finding.excused]
        for finding in changed:
            finding.under = leads.get(finding.id)
            if finding.open:
                self._move(finding, "placed", {"under": str(finding.under or "")})
        if changed:
            Finding.objects.bulk_update(changed, ["under"], batch_size=CASES)


def _near(rows: Sequence[Finding]) -> Iterator[Finding]:
    """The open and excused findings that can be of one lapse with these: of their cases, those under them, and of their
    batches of reports.
    """
    cases = {row.case_id for row in rows} - {NO_CASE}
    if not cases:
        return
    stands = Q(open=True) | ~Q(excused="")
    of_cases = list(Finding.objects.filter(stands, case_id__in=cases))
    yield from of_cases
    gone = [row.id for row in rows if not row.open]
    above = {finding.under for finding in of_cases} - {None, *(finding.id for finding in of_cases)}
    reports = [finding for finding in of_cases if finding.rule == "R-O01"]
    if not above and not gone and not reports:
        return
    tied = Q(under__in=gone, open=True) | Q(id__in=above)
    batches = {causes.batch_of(finding) for finding in reports}
    if batches:
        told = {"department__in": {f.department for f in reports}, "day__in": {f.day for f in reports}}
        tied |= stands & Q(rule="R-O01", under=None, **told)
    for finding in Finding.objects.filter(tied).exclude(case_id__in=cases):
        if finding.rule != "R-O01" or finding.under in gone or causes.batch_of(finding) in batches:
            yield finding


def _said(row: Finding, hit: dict[str, Any]) -> Iterator[bool]:
    """Whether the finding says the same, name by name; without a department of its own a hit says the case's."""
    for name in SAID:
        if name != "department" or hit[name]:
            yield getattr(row, name) == hit[name]


def _about(cases: set[str]) -> dict[str, dict[str, Any]]:
    """What a finding keeps of its case, by case."""
    if not cases:
        return {}
    names = ("division", "department", "item", "number", "standard")
    with connection.cursor() as cursor:
        cursor.execute(f"select case_id, {', '.join(names)} from log_cases where case_id = any(%s)", [list(cases)])
        return {case: dict(zip(names, known, strict=True)) for case, *known in cursor.fetchall()}


def _of_itself(hit: dict[str, Any]) -> dict[str, Any]:
    """What a finding without a case keeps: whose it is stands in the hit."""
    department = hit["department"]
    division = department.partition("/")[0]
    return {"division": division, "department": department, "item": hit["item"], "number": "", "standard": ""}


def _related(cases: Sequence[str]) -> list[str]:
    """These cases, all others of their applicants, also of one they were entered under by mistake, and what is told of
    them elsewhere under the same number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with these as (select applicant, number from log_cases where case_id = any(%(cases)s)
              union all select body::jsonb ->> 'former', '' from ledger_entry
              where kind = 'applicant_corrected' and stream = any(%(streams)s))
            select unnest(%(cases)s::text[])
            union select c.case_id from log_cases c join these using (applicant) where applicant <> ''
            union select c.case_id from log_cases c join these using (number) where number <> ''
            """,
            {"cases": list(cases), "streams": [f"case/{case}" for case in cases]},
        )
        return sorted(case for (case,) in cursor.fetchall())


def _body(row: Finding) -> dict[str, Any]:
    day = row.day.isoformat() if row.day else None
    stated = {name: getattr(row, name) for name in ("measured", "allowed", "seq", "other")}
    return {
        "rule": row.rule,
        "version": row.version,
        "case": row.case_id,
        "at": row.at,
        "level": row.level,
        "department": row.department,
        "person": row.person,
        "day": day,
        **stated,
    }


def _every_case(which: str = "true") -> Iterator[list[str]]:
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select case_id from log_cases where {which} and case_id > %s order by case_id limit %s",
                [after, CASES],
            )
            cases = [case for (case,) in cursor.fetchall()]
        if not cases:
            return
        yield cases
        after = cases[-1]
