"""One life of a case, ≥ 10 commands, as the benches drive it: 食品经营许可 with a correction, two officers on site."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from yichuang.cases import service
from yichuang.cases.core.state import Case
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.catalog.queries import current_key, standard
from yichuang.catalog.standard import PostKind, Standard
from yichuang.faces.who import today
from yichuang.ledger.actor import Actor
from yichuang.ops.simulate.filling import fill
from yichuang.org import queries as org
from yichuang.people.models import Account
from yichuang.people.queries import actor_for

ITEM = "ZZ-001"
APPLICANT = "张三"


@dataclass(frozen=True)
class Cast:
    """Who acts in the life, and what is filed."""

    standard: Standard
    citizen: Actor
    window: Actor
    reviewer: Actor
    surveyor: Actor
    surveyor2: Actor
    head: Actor
    values: dict[str, Any]
    needed: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.citizen.subjects[0]


def cast() -> Cast:
    """The demo city's people for this life."""
    key = current_key("410100", ITEM)
    assert key, "the bench store has the city's standards"
    rules = standard(key)
    values = fill(rules, Random(1), today(), situation="new", agent=False)
    about = {**values, "situation": "new", "agent": "no"}
    day = today()

    def officer(username: str) -> Actor:
        account = Account.objects.get(username=username)
        return org.actor_for(account, org.posts_of(account, day)[0].id, day)

    return Cast(
        standard=rules,
        citizen=actor_for(Account.objects.get(username="zhangsan"), day),
        window=officer("window01"),
        reviewer=officer("reviewer"),
        surveyor=officer("surveyor1"),
        surveyor2=officer("surveyor2"),
        head=officer("head"),
        values=values,
        needed=tuple(m.code for m in rules.materials_for(about)),
    )


Perform = Callable[[str, dict[str, Any], Actor], Case]


def run(people: Cast, submit: Callable[[dict[str, tuple[str, ...]]], Case], perform: Perform) -> Case:
    """The life, over any way of filing and performing: the door itself, or the API."""
    late, *rest = people.needed
    submit({m: ("u1",) for m in rest})
    perform("pre_review", {"passed": True}, people.window)
    perform("receive", {}, people.window)
    perform("ask_correction", {"materials": [late], "reason": "请补交申请书,并加盖公章。"}, people.window)
    perform("supply", {"given": {late: ["u2"]}}, people.citizen)
    case = perform("accept", {}, people.window)
    while not case.steps_done:
        code = next(c for c, s in case.steps.items() if s.status == "open")
        site = people.standard.step(code).post is PostKind.SURVEYOR
        said = {"step": code, "verdict": "pass", "opinion": "符合要求。"}
        if site:
            said["officers"] = [people.surveyor2.person]  # type: ignore[assignment]
        case = perform("conclude", said, people.surveyor if site else people.reviewer)
    perform("decide", {"granted": True}, people.head)
    perform("make_certificate", {}, people.window)
    return perform("deliver", {"method": "direct", "recipient": APPLICANT}, people.window)


def through_the_door(people: Cast, timed: Callable[[str, Callable[[], service.Outcome]], service.Outcome]) -> Case:
    """The life through `cases.service` in this process; `timed` runs each command."""
    state: dict[str, Case] = {}

    def submit(given: dict[str, tuple[str, ...]]) -> Case:
        def act() -> service.Outcome:
            prepared = prepare_submit(
                people.standard,
                situation="new",
                subject=people.subject,
                applicant={"name": APPLICANT},
                values=people.values,
                agent=False,
                given=given,
                held={},
            )
            return service.submit(prepared, people.citizen, command_id=uuid.uuid4(), applicant=APPLICANT)

        state["case"] = timed("submit", act).case
        return state["case"]

    def perform(name: str, data: dict[str, Any], actor: Actor) -> Case:
        def act() -> service.Outcome:
            prepared = prepare(name, data, subject=people.subject)
            return service.perform(state["case"].id, prepared, actor, command_id=uuid.uuid4())

        state["case"] = timed(name, act).case
        return state["case"]

    return run(people, submit, perform)
