"""Reads of findings and of the rules, each scoped to who asks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, reduce
from itertools import groupby
from operator import itemgetter, or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case as DbCase
from django.db.models import Count, F, Max, Min, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, JSONObject, Least, NullIf

from yichuang.cases.models import Case
from yichuang.catalog.models import Published
from yichuang.catalog.queries import list_executed
from yichuang.catalog.queries import standard as read_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import midnight
from yichuang.kernel.text import drop_invisible
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import load_rows
from yichuang.licences.core.events import LABELS
from yichuang.org.models import Division
from yichuang.supervision.finding_search import match_text
from yichuang.supervision.models import Finding, Unjudged
from yichuang.supervision.own.known import list_in_force, rule_of
from yichuang.supervision.parameters import changed_parameters
from yichuang.supervision.reported import ACTS
from yichuang.supervision.rules.catalogue import BY_CODE, RULES, needs_a_point
from yichuang.supervision.rules.naming import NO_NAMES, Names, names_of_standard
from yichuang.supervision.rules.questions import AskedRule
from yichuang.supervision.rules.rule import Entries, Parameters, Rule

PAGE = 30
# Whom a whole division's findings are open to; a head sees the own department's, everybody their own
FINDING_READERS = frozenset({"supervisor", "office", "inspector"})


STATES = {"open": Q(open=True), "withdrawn": Q(open=False, excused=""), "excused": ~Q(excused="")}


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What a reader narrows a list by; empty means all."""

    state: str = "open"  # open | withdrawn | excused; empty: all
    level: str = ""
    rule: str = ""  # its code, or what several codes begin with
    department: str = ""
    place: str = ""  # own | below: the reader's division, or those under it
    person: str = ""
    text: str = ""  # part of a number or name, see `match_text`
    named: Any = None  # query of ids: findings that the text names besides, such as by the number of their card
    among: Any = None  # query of ids: the findings that the list keeps to; None: to all
    first_day: date | None = None  # found on it or later
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class FindingPage:
    rows: tuple[Finding, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Findings by case, those with red ones first; one of no case stands alone."""

    cases: tuple[tuple[Finding, ...], ...]
    total: int  # findings
    total_cases: int
    number: int


@dataclass(frozen=True, slots=True)
class DepartmentStanding:
    """What is found against a department now, and how much it was when today began. `reason`: the rule that most of the
    gravest come from, and `since`, when the oldest of those was found.
    """

    department: str
    yellow: int
    red: int
    before: int
    reason: str
    number: int  # of the reason
    since: datetime | None

    @property
    def change(self) -> int:
        """How many more than when today began."""
        return self.yellow + self.red - self.before


@dataclass(frozen=True, slots=True)
class Move:
    """What happened to a finding: found, restated, withdrawn or excused."""

    kind: str
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that the rule saw: of the case, or of the licence by its id."""

    seq: int
    kind: str
    person: str
    post: str
    occurred_at: datetime
    recorded_at: datetime
    licence: str = ""

    @property
    def label(self) -> str:
        """What the act is called, in Chinese."""
        return (LABELS if self.licence else ACTS).get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule of the catalogue with what it has found in the reader's division, and where it is blind."""

    rule: Rule
    parameters: Parameters
    open: int
    withdrawn: int
    excused: int
    blind: tuple[str, ...]  # standards in force without a supervision point for it
    failing: int  # cases it could not judge

    @property
    def share_withdrawn(self) -> int:
        """In per cent of all it ever found but what people excused."""
        return round(100 * self.withdrawn / (self.open + self.withdrawn)) if self.open + self.withdrawn else 0


def visible(actor: Actor) -> QuerySet[Finding]:
    """The findings that exist for this reader: a division's and those of the divisions under it for its watchers, a
    department's for its head, one's own for everybody else who works here.
    """
    if actor.post_kind in FINDING_READERS:
        return Finding.objects.filter(division__in=watched_divisions(actor))
    scopes = _scopes(actor)
    if not scopes:
        return Finding.objects.none()
    return Finding.objects.filter(reduce(or_, (Q(**{column: value}) for column, value in scopes)))


def watched_divisions(actor: Actor) -> QuerySet[Any]:
    """Codes of a watcher's division and of those under it, as a query."""
    return Division.objects.filter(Q(pk=actor.division) | Q(parent=actor.division)).values("pk")


def _scopes(actor: Actor) -> list[tuple[str, str]]:
    """Column and value, one of which a finding has that exists for this reader, who is no watcher."""
    if actor.post_kind == "head":
        return [("department", actor.department), ("person", actor.person)]
    return [("person", actor.person)] if actor.post else []


def leading(actor: Actor) -> QuerySet[Finding]:
    """Of those, the ones that are listed and counted: what follows from the same lapse stands under them."""
    return visible(actor).filter(under=None)


def under(finding: Finding, most: int = PAGE) -> tuple[list[Finding], int]:
    """The first open findings that stand under one, and how many there are. One statement, or two where there are more
    than these. The caller knows that the reader may see it.
    """
    beneath = Finding.objects.filter(under=finding.id, open=True)
    rows = list(beneath.order_by("found_at", "id")[:most])
    return rows, len(rows) if len(rows) < most else beneath.count()


def page(actor: Actor, filter: FindingFilter = FindingFilter(), number: int = 1) -> FindingPage:
    """A page of findings, the latest first. Two statements."""
    findings = narrowed(actor, filter)
    total = findings.count()
    number = max(1, min(number, -(-total // PAGE) or 1))
    rows = findings.order_by("-found_at", "id")[(number - 1) * PAGE : number * PAGE]
    return FindingPage(tuple(rows), total, number)


def narrowed(actor: Actor, filter: FindingFilter) -> QuerySet[Finding]:
    """The reader's findings that pass a filter."""
    findings = leading(actor)
    if filter.state:
        findings = findings.filter(STATES[filter.state])
    if filter.among is not None:
        findings = findings.filter(id__in=filter.among)
    if filter.rule:
        findings = findings.filter(rule__startswith=filter.rule)
    named = {"level": filter.level, "department": filter.department, "person": filter.person}
    if filter.place:
        own = Q(division=actor.division)
        findings = findings.filter(own if filter.place == "own" else ~own)
    findings = findings.filter(**{name: value for name, value in named.items() if value})
    if filter.first_day:
        findings = findings.filter(found_at__gte=midnight(filter.first_day))
    if filter.last_day:
        findings = findings.filter(found_at__lt=midnight(filter.last_day + timedelta(days=1)))
    text = drop_invisible(filter.text).strip()
    return findings.filter(match_text(actor, text, filter.named)) if text else findings


def list_narrowed(actor: Actor, filter: FindingFilter, most: int) -> list[Finding]:
    """So many of the reader's findings that pass a filter at most, in the order of `page_by_case`. One statement."""
    red = Window(Max(DbCase(When(level="red", then=1), default=0)), partition_by=[F("place")])
    last = Window(Max("found_at"), partition_by=[F("place")])
    findings = _with_place(narrowed(actor, filter)).annotate(red=red, last=last)
    return list(findings.order_by("-red", "-last", "place", "level", "-found_at", "id")[:most])


def _with_place(findings: QuerySet[Finding]) -> QuerySet[Any]:
    """The findings with the `place` where they are listed: their case, else themselves."""
    place = Coalesce(NullIf("case_id", Value("", output_field=TextField())), Cast("id", TextField()))
    return findings.annotate(place=place)


def page_by_case(actor: Actor, filter: FindingFilter = FindingFilter(), number: int = 1) -> CasesPage:
    """A page of cases with their findings, those with red ones first, then the latest. Three statements."""
    findings = _with_place(narrowed(actor, filter))
    counts = findings.aggregate(findings=Count("id"), cases=Count("place", distinct=True))
    number = max(1, min(number, -(-counts["cases"] // PAGE) or 1))
    grouped = findings.values("place").annotate(red=Count("id", filter=Q(level="red")), last=Max("found_at"))
    ordered = grouped.order_by(Least("red", Value(1)).desc(), "-last", "place")[(number - 1) * PAGE : number * PAGE]
    places = [row["place"] for row in ordered]
    rows: dict[str, list[Finding]] = {place: [] for place in places}
    for finding in findings.filter(place__in=places).order_by("level", "-found_at", "id"):
        rows[finding.place].append(finding)
    return CasesPage(tuple(map(tuple, rows.values())), counts["findings"], counts["cases"], number)


def latest(actor: Actor, level: str, most: int) -> list[Finding]:
    """The open findings of a level that were found last. One statement."""
    return list(leading(actor).filter(open=True, level=level).order_by("-found_at", "id")[:most])


def one(actor: Actor, id: Any) -> Finding | None:
    """The finding when it exists for this reader."""
    return visible(actor).filter(id=id).first()


def findings_of_case(actor: Actor, case_id: str) -> list[Finding]:
    """The open findings on a case, the gravest first, those that lead alone, as they are listed and counted."""
    scopes = _scopes(actor)
    within, values = " or ".join(f"{column} = %s" for column, _ in scopes) or "false", [value for _, value in scopes]
    if actor.post_kind in FINDING_READERS:
        within = "division in (select code from org_division where code = %s or parent_id = %s)"
        values = [actor.division, actor.division]
    order = f"where case_id = %s and open and under is null and ({within}) order by level, found_at desc"
    return load_rows(Finding, order, [case_id, *values])


def load_finding(id: Any) -> Finding | None:
    """The finding behind an order; None for an order without one. The caller knows that the reader may see it."""
    return Finding.objects.filter(pk=id).first() if id else None


def load_findings(ids: Iterable[Any]) -> dict[Any, Finding]:
    """The findings behind orders by id. One statement. The caller knows that the reader may see them."""
    return Finding.objects.in_bulk([id for id in ids if id])


def rebinding(actor: Actor, case_id: uuid.UUID, standard: Standard) -> tuple[tuple[str, ...], list[Finding]]:
    """The other versions of a case's standard, and what `findings_of_case` answers. One statement for both: the page of
    who may rebind a case asks more than any other.
    """
    stated = ("id", "rule", "at", "level", "measured", "allowed", "standard")
    others = list_executed(standard.division, standard.item).exclude(key=standard.key)
    findings = leading(actor).filter(case_id=str(case_id), open=True).order_by("level", "-found_at")
    versions, rows = (
        Case.objects.filter(pk=case_id)
        .values_list(
            ArraySubquery(others.order_by("-version").values("key")),
            ArraySubquery(findings.values(said=JSONObject(**{name: name for name in stated}))),
        )
        .get()
    )
    return tuple(versions), [Finding(**row) for row in rows]


def sentence(finding: Finding) -> str:
    """What the finding says, in Chinese."""
    return rule_of(finding.rule).sentence(finding.at, finding.measured, finding.allowed, names_of(finding))


def names_of(finding: Finding) -> Names:
    """What codes are called in the standard of the finding's case. No statement once the standard was read."""
    return _names(finding.standard) if finding.standard else NO_NAMES


@lru_cache(maxsize=512)
def _names(key: str) -> Names:
    try:
        return names_of_standard(read_standard(key))
    except Published.DoesNotExist:
        return NO_NAMES


def moves(finding: Finding) -> list[Move]:
    """The life of the finding, from the ledger. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, recorded_at, body from ledger_entry where stream = %s order by seq", [f"finding/{finding.id}"]
        )
        return [Move(kind, at, json.loads(body)) for kind, at, body in cursor.fetchall()]


def read_excuse(moves: Iterable[Move]) -> str:
    """Why people took the finding back, as they wrote it; empty when they did not. One statement, none without."""
    reason = next((move.body["reason"] for move in moves if move.kind == "excused"), "")
    parts = vault.split_reference(reason)
    return str(vault.resolve_reference(reason, vault.read_many([parts[0]]))) if parts else ""


def seen(finding: Finding) -> list[Seen]:
    """The entries of the case or of its licence that the finding rests on, as supervision read them; of a department's
    reports, all. One statement.
    """
    wanted = [n for n in (finding.other, finding.seq) if n is not None]
    if rule_of(finding.rule).entries is Entries.LICENCE:
        return _seen_of_licence(finding, wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, person, post, occurred_at, recorded_at from log_events"
            " where case_id = %s and (seq = any(%s) or source = 'reported') order by seq",
            [finding.case_id, wanted],
        )
        return [Seen(*row) for row in cursor.fetchall()]


def _seen_of_licence(finding: Finding, wanted: list[int]) -> list[Seen]:
    """Of the licence that the place of the finding names: `<what>/<number>/<seq>`."""
    number = finding.at.partition("/")[2].rpartition("/")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, person, post, occurred_at, recorded_at, licence_id from log_licence_acts"
            " where case_id = %s and number = %s and seq = any(%s) order by seq",
            [finding.case_id, number, wanted],
        )
        return [Seen(*row) for row in cursor.fetchall()]


def totals(actor: Actor) -> list[tuple[str, int, int]]:
    """Open findings by department: (department, yellow, red), the most red first. One statement."""
    counted = (
        leading(actor)
        .filter(open=True)
        .values("department")
        .annotate(yellow=Count("id", filter=Q(level="yellow")), red=Count("id", filter=Q(level="red")))
        .order_by("-red", "-yellow")
    )
    return [(row["department"], row["yellow"], row["red"]) for row in counted]


def standing(actor: Actor, today: date) -> list[DepartmentStanding]:
    """What is found against each department now and when today began. One statement."""
    begun = midnight(today)
    stood = Q(found_at__lt=begun) & (Q(open=True) | Q(withdrawn_at__gte=begun))
    rows = (
        leading(actor)
        .filter(Q(open=True) | Q(withdrawn_at__gte=begun))
        .values("department", "level", "rule")
        .annotate(
            now=Count("id", filter=Q(open=True)),
            before=Count("id", filter=stood),
            since=Min("found_at", filter=Q(open=True)),
        )
        .order_by("department", "level", "-now", "rule")  # red stands before yellow
    )
    out = []
    for department, group in groupby(rows, key=itemgetter("department")):
        counted = list(group)
        number = {level: sum(row["now"] for row in counted if row["level"] == level) for level in ("yellow", "red")}
        main = next((row for row in counted if row["now"]), None)
        reason = (main["rule"], main["now"], main["since"]) if main else ("", 0, None)
        before = sum(row["before"] for row in counted)
        out.append(DepartmentStanding(department, number["yellow"], number["red"], before, *reason))
    return out


def counted(actor: Actor, *by: str, **narrowed: Any) -> dict[tuple[str, ...], int]:
    """Open findings by these columns, narrowed by others. One statement."""
    findings = leading(actor).filter(open=True, **narrowed).values(*by).annotate(n=Count("id"))
    return {tuple(keys): number for *keys, number in findings.values_list(*by, "n")}


def catalogue(actor: Actor) -> list[Standing]:
    """Every rule, with what stands of it; those as data that judge the reader's division last. Five statements."""
    counts = {
        row["rule"]: (row["open_"], row["gone"], row["off"])
        for row in leading(actor)
        .values("rule")
        .annotate(
            open_=Count("id", filter=Q(open=True)),
            gone=Count("id", filter=STATES["withdrawn"]),
            off=Count("id", filter=STATES["excused"]),
        )
    }
    failing = dict(Unjudged.objects.values_list("rule").annotate(n=Count("id")).values_list("rule", "n"))
    settings = changed_parameters()
    blind = _blind(actor.division)
    return [
        Standing(
            rule,
            {**rule.defaults(), **settings.get(rule.code, {})},
            *counts.get(rule.code, (0, 0, 0)),
            tuple(blind.get(rule.code, ())) if needs_a_point(rule) else (),
            failing.get(rule.code, 0),
        )
        for rule in (*RULES, *_list_own(actor.division))
    ]


def _list_own(division: str) -> list[AskedRule]:
    """The rules as data that judge cases of a division. One statement."""
    return [rule for rule in list_in_force() if rule.question and division in dict(rule.question.where)["division"]]


def _blind(division: str) -> dict[str, list[str]]:
    """By rule, the standards in force in the division that set no supervision point for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select wanted.rule, i.standard from log_items i cross join unnest(%s::text[]) wanted(rule)
            where i.division = %s and not exists (
              select 1 from log_points p where p.standard = i.standard and p.rule = wanted.rule
            ) order by 1, 2
            """,
            [list(BY_CODE), division],
        )
        out: dict[str, list[str]] = {}
        for rule, standard in cursor.fetchall():
            out.setdefault(rule, []).append(standard)
        return out
