"""Many lives against the pure core, without a database: every way a case can go is gone, and nothing is refused."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Dated, Tick
from yichuang.aggregates.aggregate import Locked
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import decide
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.loading import load_standards
from yichuang.catalog.terms import terms_of
from yichuang.kernel.calendar import seed_calendar
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.licences.core.state import Licence, Version
from yichuang.licences.core.state import Stage as LicenceStage
from yichuang.licences.queries import HeldLicence
from yichuang.ops.simulate.cast import Cast, SimulatedApplicant
from yichuang.ops.simulate.lives import CaseLife, Fates
from yichuang.ops.simulate.performer import prepare_command
from yichuang.ops.simulate.planner import Planner
from yichuang.ops.simulate.promised import list_promised

UNTIL = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAYS = [date(2026, 5, 20) + timedelta(days=n) for n in range(185)]
CALENDAR = seed_calendar()
STANDARDS = load_standards()
ALONE = {"refused", "declined", "withdrawn", "forgotten", "terminated"}


def officer(division: str, department: str, kind: str, number: int) -> Actor:
    place = f"{division}/{department}"
    return Actor(f"a:{place}/{kind}/{number}", f"{place}/{kind}/{number}", kind, place, division)


def cast() -> Cast:
    out = Cast()
    for standard in STANDARDS:
        division = standard.division
        for department in {standard.department, *(s.department for s in standard.steps)}:
            for kind, count in (("reviewer", 3), ("surveyor", 4), ("head", 1)):
                posts = [officer(division, department, kind, n) for n in range(1, count + 1)]
                out.officers[f"{division}/{department}", kind] = posts
        for kind, count in (("window", 4), ("cashier", 1)):
            out.officers[f"{division}/zwb", kind] = [officer(division, "zwb", kind, n) for n in range(1, count + 1)]
    for number in range(30):
        id, agent = f"s:{number}", Actor(f"a:g{number}", subjects=(f"s:{number}",), on_behalf_of=f"s:{number}")
        known = {"name": f"申请人{number}"}
        among = out.organisations if number % 2 else out.persons
        one = SimulatedApplicant(
            id, bool(number % 2), f"申请人{number}", known, Actor(f"a:{number}", subjects=(id,)), agent
        )
        among.append(one)
    return out


CAST = cast()
PLANNER = Planner(CAST, CALENDAR)
PERSONS = frozenset(a.person for posts in CAST.officers.values() for a in posts)


def held_by(life: CaseLife) -> HeldLicence | None:
    """The licence that a life acts on, as it is while nothing happens to it."""
    if not terms_of(life.standard.item).needs_licence(life.situation):
        return None
    version = Version(1, "", date(2022, 1, 1), "entered", "", date(2022, 1, 1), date(2030, 1, 1))
    licence = Licence(
        str(uuid.UUID(int=7)), LicenceStage.VALID, "豫许证字1", subject=life.applicant.id, versions=(version,)
    )
    locked = Locked(uuid.UUID(int=7), licence, 1, b"", UNTIL, {}, {})
    return HeldLicence(locked, licence, life.standard, None)


def facts(life: CaseLife, actor: Actor, now: datetime) -> CaseFacts:
    held = held_by(life)
    known = {"now": now, "calendar": CALENDAR, "standard": life.standard, "actor": actor, "holders": PERSONS}
    return CaseFacts(**known, licence=held and held.licence)


def live(life: CaseLife) -> Iterator[tuple[Case, list[Dated], str]]:
    """The case after each command and each thing time did. Refusals are raised."""
    case, at = Case("x"), life.submitted
    act = PLANNER.next(life, case, at)
    while True:
        found = next_moment(case, facts(life, SYSTEM, at)) if case.stage is not Stage.NEW else None
        if found and found[0] < UNTIL and (act is None or found[0] <= act.moment):
            case, dated = decide(case, Tick(), facts(life, SYSTEM, found[0] + timedelta(seconds=1)))
            yield case, dated, "tick"
            if any(not isinstance(one.event, ev.Warned) for one in dated):
                at = found[0]
                act = PLANNER.next(life, case, at)
        elif act is not None and act.moment < UNTIL:
            command = prepare_command(life, act, act.moment, held_by(life)).command
            case, dated = decide(case, command, facts(life, act.actor, act.moment))
            at = act.moment
            yield case, dated, act.name
            act = PLANNER.next(life, case, at)
        else:
            return


def test_every_stage_outcome_and_turn_of_a_case_is_reached() -> None:
    fates = Fates(3, STANDARDS, CAST, CALENDAR, DAYS)
    stages: Counter[Stage] = Counter()
    kinds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    silent = deemed = 0
    explained: Counter[bool] = Counter()
    promised = list_promised(3, STANDARDS, CAST, CALENDAR, DAYS)  # those of a demo city alone
    for life in (*map(fates.draw, range(900)), *promised):
        case = None
        for case, dated, _ in live(life):
            stages[case.stage] += 1
            kinds.update(ev.NAMES[type(one.event)] for one in dated)
            explained.update(one.event.at_end for one in dated if isinstance(one.event, ev.LatenessExplained))
        if case is not None:
            outcomes[case.outcome] += 1
            silent += case.silent
            deemed += any(s.verdict == "deemed" for s in case.steps.values())
    assert set(stages) == set(Stage) - {Stage.NEW, Stage.ACCEPTANCE_REVOKED}
    assert set(outcomes) >= {
        "granted", "refused", "overdue", "withdrawn", "terminated", "not_accepted", "not_required", "no_jurisdiction",
        "",
    }  # fmt: skip
    never = {
        "step_assigned",
        "rebound",
        "licence_named",  # by an application of before licences were picked
        "recalculated",  # what an administrator does, not an officer on an ordinary day
        "revised",  # the invented applicants fill in their forms rightly at once
        # nobody errs so in a simulated city, nor comes back to the window with a change of mind
        "acceptance_revoked",
        "applicant_corrected",
        "opinion_corrected",
        "fee_refunded",
        "withdrawal_taken",
        "falsehood_alleged",  # everybody here is honest
        "allegation_answered",
        "item_leaving",  # no item leaves the list while a city is simulated
        "item_staying",
    }
    assert set(kinds) >= set(ev.KINDS) - never, set(ev.KINDS) - never - set(kinds)
    assert silent
    assert deemed
    assert explained[True] and explained[False], "some offices say why before they decide, some not until then"


def test_the_shares_are_believable() -> None:
    """Corrections about 15 %, refusals about 4 %; all fates drawn; items, places and channels mixed."""
    fates = Fates(5, STANDARDS, CAST, CALENDAR, DAYS)
    lives = [fates.draw(index) for index in range(2000)]
    assert 0.12 < sum(one.corrected for one in lives) / 2000 < 0.18
    assert 0.025 < sum(one.fate == "refused" for one in lives) / 2000 < 0.055
    assert {one.fate for one in lives} == ALONE | {""}
    assert {one.standard.key for one in lives} == {s.key for s in STANDARDS}
    assert 0.4 < sum(one.online for one in lives) / 2000 < 0.75
    assert sum(one.submitted.weekday() >= 5 for one in lives) < 200


def test_a_life_depends_on_nothing_but_seed_and_place() -> None:
    fates, others = (Fates(5, STANDARDS, CAST, CALENDAR, DAYS) for _ in range(2))
    for index in range(40):
        others.draw(index + 1000)
        assert fates.draw(index) == others.draw(index)
    assert fates.draw(1).command_id(0) != fates.draw(1).command_id(1)


def test_half_of_a_story_is_told_like_its_whole(monkeypatch: Any) -> None:
    """From the same state the same act comes next: what lets an interrupted run go on."""
    fates = Fates(5, STANDARDS, CAST, CALENDAR, DAYS)
    compared = 0
    for index in range(30):
        life = fates.draw(index)
        told = list(live(life))
        for case, _, name in told[:5]:
            if name != "tick" and case.last_at is not None:
                first, again = (PLANNER.next(life, case, case.last_at) for _ in range(2))
                assert first == again
                compared += 1
    assert compared > 50
