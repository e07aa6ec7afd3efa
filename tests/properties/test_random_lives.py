"""Random commands from random actors at the door: nothing illegal is ever recorded, and replay equals the tables.

`YICHUANG_EXAMPLES` sets how many lives are tried (50 by default, some twenty seconds); more on a quiet night.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.db.world import City, build
from tests.properties.law import breaches
from yichuang.aggregates.models import Counter, Paper
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.aggregates.timers import sweep
from yichuang.cases import queries, service
from yichuang.cases.codec import COMMANDS, load_case
from yichuang.cases.core.decide import ACTS, list_offers
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lateness import find_lateness
from yichuang.cases.core.lights import wait_of
from yichuang.cases.core.state import Case as State
from yichuang.cases.models import Access, Case
from yichuang.cases.prepare import prepare
from yichuang.cases.projections import access, limits, nearest_due
from yichuang.cases.service import replay_case
from yichuang.faces import frame
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.service import now, set_shift
from yichuang.licences.models import Licence
from yichuang.licences.service import licence_id_of
from yichuang.org.queries import get_calendar

EXAMPLES = int(os.environ.get("YICHUANG_EXAMPLES", "50"))
NAMES = {cls: name for name, cls in COMMANDS.items()}
FORWARD = (
    "receive",
    "add_materials",
    "promise_gaps",
    "supply",
    "accept",
    "supply_gaps",
    "check_gap",
    "conclude",
    "end_special",
    "decide",
    "make_certificate",
    "deliver",
)
FREE = [name for name, cls in COMMANDS.items() if cls in ACTS and name != "submit"]


class Lives(RuleBasedStateMachine):
    """A few cases of one city, through whatever may come."""

    city: City
    actors: list[Actor]
    sly: list[Actor]  # persons with a second post, who may have taken part from the first

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.ids: list[str] = []
        self.done: list[tuple[str, Any, Actor, uuid.UUID, service.Outcome]] = []
        self.city.at("2018-02-09 09:00")
        self.ahead = timedelta(0)

    def teardown(self) -> None:
        if not hasattr(self, "block"):
            return
        try:
            for id in self.ids:
                self.check(id)
            self.check_numbers()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- what may happen ----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.ids) < 3)
    @rule(lacking=st.sets(st.sampled_from(["M01", "M03", "M08"])), window=st.booleans())
    def file(self, lacking: set[str], window: bool) -> None:
        city = self.city
        given = {m.code: ("u1",) for m in city.standard.materials if m.code not in lacking}
        self.ids.append(city.submit(actor=city.window if window else None, given=given).state.id)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def step_on(self, data: st.DataObject) -> None:
        """A few of the acts that are offered to somebody: so that lives get on."""
        id = data.draw(st.sampled_from(self.ids))
        for _ in range(data.draw(st.integers(1, 9))):
            self.get_on(id, data)

    def get_on(self, id: str, data: st.DataObject) -> None:
        case = load_case(Case.objects.values_list("state", flat=True).get(id=id))
        facts = CaseFacts(now(), get_calendar(), self.city.standard, self.city.citizen)
        offered = [
            (NAMES[offer.command], actor, offer.step)
            for actor in self.actors
            for offer in list_offers(case, replace(facts, actor=actor))
            if offer.allowed and NAMES[offer.command] not in ("withdraw", "terminate", "rebind", "assign")
        ]
        forward = [o for o in offered if o[0] in FORWARD]
        if offered:
            chosen = forward if forward and data.draw(st.integers(0, 9)) < 8 else offered
            name, actor, step = data.draw(st.sampled_from(chosen))
            self.act(id, name, actor, self.content(data, case, name, step))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), name=st.sampled_from(["conclude", "decide", "extend", "send_back", "assign"]))
    def overreach(self, data: st.DataObject, name: str) -> None:
        """Somebody who took part before, from another post of theirs."""
        id = data.draw(st.sampled_from(self.ids))
        case = load_case(Case.objects.values_list("state", flat=True).get(id=id))
        opened = [code for code, s in case.steps.items() if s.status == "open"] or ["S1"]
        actor = data.draw(st.sampled_from(self.sly))
        self.act(id, name, actor, self.content(data, case, name, data.draw(st.sampled_from(opened))))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), name=st.sampled_from(FREE))
    def anything(self, data: st.DataObject, name: str) -> None:
        """Any act by anybody at any time."""
        id = data.draw(st.sampled_from(self.ids))
        case = load_case(Case.objects.values_list("state", flat=True).get(id=id))
        step = data.draw(st.sampled_from(["S1", "S2", "S3", "S9", ""]))
        self.act(id, name, data.draw(st.sampled_from(self.actors)), self.content(data, case, name, step))

    @rule(hours=st.integers(1, 90))
    def time_passes(self, hours: int) -> None:
        self.ahead += timedelta(hours=hours)
        self.city.at(str((self.start() + self.ahead).replace(tzinfo=None)))

    @rule()
    def worker_sweeps(self) -> None:
        assert sweep().failed == 0

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """A command repeated answers the same and writes nothing."""
        id, prepared, actor, command, first = data.draw(st.sampled_from(self.done))
        before = Entry.objects.count()
        second = service.perform(id, prepared, actor, command_id=command)
        assert second.repeated
        assert (second.first_seq, second.last_seq) == (first.first_seq, first.last_seq)
        assert Entry.objects.count() == before

    # --- doing --------------------------------------------------------------------------------------------------------

    @staticmethod
    def start() -> Any:
        from datetime import datetime

        return datetime(2018, 2, 9, 9, 0)

    def act(self, id: str, name: str, actor: Actor, data: dict[str, Any]) -> None:
        command = uuid.uuid4()
        before = Entry.objects.filter(stream=f"case/{id}").count()
        try:
            prepared = prepare(name, data, subject="s:1")
            outcome = service.perform(id, prepared, actor, command_id=command)
        except Refused as refused:
            assert refused.message
            assert refused.kind in set(Kind)
            after = Entry.objects.filter(stream=f"case/{id}").values_list("actor", flat=True).order_by("seq")[before:]
            assert set(after) <= {"system"}, "a refused command records only what time did"
        else:
            assert not outcome.repeated
            self.done.append((id, prepared, actor, command, outcome))
        self.check(id)

    def content(self, data: st.DataObject, case: State, name: str, step: str) -> dict[str, Any]:
        """Content that is mostly good and sometimes not."""
        city = self.city
        good = data.draw(st.integers(0, 5)) < 5
        text = "理由" if good else ""
        missing = [m for m in case.needed if m not in case.given] or list(case.needed[:1])
        officers = [city.surveyor2.person, city.surveyor.person] if step == "S2" else []
        match name:
            case "pre_review":
                return {"passed": good, "opinion": text}
            case "ask_correction":
                return {"materials": missing if good else ["M99"], "reason": "缺件"}
            case "supply":
                part = missing if data.draw(st.booleans()) else missing[:1]
                return {"given": {m: ["u2"] for m in part}}
            case "add_materials":
                part = missing if data.draw(st.booleans()) else list(case.needed[-1:])
                return {"given": {m: [data.draw(st.sampled_from(["u3", "paper"]))] for m in part if good}}
            case "promise_gaps":
                later = [m.code for m in city.standard.materials_later if m.code in case.needed]
                return {"materials": later if good else ["M03"], "days": 1, "paper": good, "signer": "张三丰"}
            case "supply_gaps":
                return {"given": {m: ["u4"] for m in (case.gaps.wanted if case.gaps else ("M99",))}}
            case "check_gap":
                waiting = case.gaps.handed if case.gaps else ()
                return {"material": waiting[0] if waiting else "M99", "passed": good, "reason": "没有盖章"}
            case "decline":
                outcome = data.draw(st.sampled_from(["not_required", "no_jurisdiction", "not_accepted"]))
                found = {"falsified": outcome == "not_accepted"}
                return {"outcome": outcome, "reason": text, "competent": "新郑市" if good else "", **found}
            case "allege_falsehood":
                return {"reason": text}
            case "answer_allegation":
                return {"statement": text}
            case "accept":
                return {} if good else {"bases": ["会议纪要"]}
            case "assign":
                return {"step": step, "person": city.reviewer2.person if good else city.window.person}
            case "conclude":
                verdict = "pass" if data.draw(st.integers(0, 7)) < 7 else "fail"
                return {"step": step, "verdict": verdict, "opinion": text, "officers": officers if good else []}
            case "send_back":
                return {"step": step, "to": data.draw(st.sampled_from(["S1", "S2", "S3"])), "reason": text}
            case "start_special":
                until = (self.start() + self.ahead + timedelta(days=10 if good else -1)).date().isoformat()
                kind = data.draw(st.sampled_from(["hearing", "appraisal", "survey"]))
                return {"kind": kind, "until": until, "step": step, "reason": text}
            case "end_special":
                return {"special": data.draw(st.sampled_from(["X1", "X2"]))}
            case "extend":
                return {"days": 3 if good else 99, "reason": "复杂"}
            case "decide":
                cited = list(city.standard.bases_on(None)[:1]) if good else []
                granted = data.draw(st.sampled_from([True, True, False]))
                falsified = not granted and data.draw(st.booleans())
                late = {"late_reason": text} if self.is_late(case) else {}
                return {"granted": granted, "reason": text, "bases": cited, "falsified": falsified, **late}
            case "deliver":
                return {"method": data.draw(st.sampled_from(["direct", "electronic"])), "recipient": "张三丰"}
            case "charge_fee":
                return {"fee": "F1", "amount": 100}
            case "pay_fee":
                return {"fee": "F1", "amount": 100, "receipt": "P1"}
            case "terminate":
                return {"reason": text, **({"late_reason": text} if self.is_late(case) else {})}
            case "explain_lateness":
                return {"reason": text}
            case "rebind":
                return {"standard": city.standard.key, "decision": text}
        return {}

    def is_late(self, case: State) -> bool:
        facts = CaseFacts(now(), get_calendar(), self.city.standard, self.city.citizen)
        return find_lateness(case, facts) is not None

    # --- what must hold -----------------------------------------------------------------------------------------------

    def check(self, id: str) -> None:
        rows = list(
            Entry.objects.filter(stream=f"case/{id}")
            .order_by("seq")
            .values("kind", "body", "actor", "seq", "recorded_at")
        )
        assert list(breaches(rows, {s.code: s.officers for s in self.city.standard.steps})) == []
        stored = Case.objects.get(id=id)
        case = load_case(stored.state)
        assert case == replay_case(id)
        assert stored.seq == len(rows)
        facts = CaseFacts(now(), get_calendar(), self.city.standard, self.city.citizen)
        due = nearest_due(case, facts)
        assert (stored.due_on, stored.promised_due, stored.statutory_due) == (due, *limits(case, facts))
        assert (stored.stage, stored.outcome, stored.wait) == (case.stage.value, case.outcome, wait_of(case) or "")
        scopes = {(a.scope_kind, a.scope_id): (a.open, a.due_on) for a in Access.objects.filter(case_id=id)}
        assert scopes == {
            (row["scope_kind"], row["scope_id"]): (row["open"], row["due_on"])
            for row in access(case, self.city.standard, due)
        }
        assert Licence.objects.filter(pk=licence_id_of(case.id)).exists() == (case.made_on is not None)
        for reader in self.actors:
            self.check_queues(id, reader, case.stage.open)

    def check_queues(self, id: str, reader: Actor, open: bool) -> None:
        """An open case that exists for a post stands in one of its three queues, and no other case in any."""
        queues = frame.queues(reader)
        lists = [{str(row.id) for row in queries.cases(queue.scopes, queue.filter).rows} for queue in queues]
        there = open and queries.visible(reader, id) is not None
        assert sum(id in queue for queue in lists) == (1 if there and queues else 0), (reader, lists)
        if queues and not there:
            return
        todo = {str(row.id) for row in queries.nearest(queries.todo_scopes(reader), 9)}
        assert not queues or (id in todo) == (id in lists[0])

    def check_numbers(self) -> None:
        """Serials run from one without a gap, whatever was refused or rolled back."""
        serials: dict[str, list[int]] = {}
        for number in Paper.objects.values_list("number", flat=True):
            word, _, serial = number.rpartition("第")
            serials.setdefault(word, []).append(int("".join(c for c in serial if c.isdigit())))
        for word, seen in serials.items():
            assert sorted(seen) == list(range(1, len(seen) + 1)), word
        papers = Counter.objects.exclude(name__startswith="case/")
        assert sum(c.value for c in papers) == Paper.objects.count()
        assert sum(c.value for c in Counter.objects.filter(name__startswith="case/")) == len(self.ids)


@pytest.mark.slow
@pytest.mark.clause("3.2f.2")
@pytest.mark.breach
def test_nothing_illegal_is_ever_recorded(db: None) -> None:
    city = build()
    both = replace(city.reviewer, person=city.window.person)
    deciding = replace(city.head, person=city.reviewer.person)
    Lives.city = city
    Lives.sly = [
        both,
        deciding,
        replace(city.head, person=city.window.person),
        replace(city.surveyor, person=city.window.person),
    ]
    Lives.actors = [
        city.citizen,
        city.window,
        city.window2,
        city.reviewer,
        city.reviewer2,
        city.surveyor,
        city.head,
        *Lives.sly,
        Actor(person="a:77", subjects=("s:77",)),
    ]
    try:
        run_state_machine_as_test(
            Lives,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=20,
                deadline=None,
                database=None,
                phases=[Phase.generate],  # shrinking a life costs minutes; the ledger of the failing one tells enough
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        set_shift(None)
