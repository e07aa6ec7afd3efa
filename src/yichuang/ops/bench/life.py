"""One life of a case, ≥ 10 commands, as the benches drive it: 食品经营许可 with a correction, two officers on site."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from yichuang.cases import service
from yichuang.cases.core.state import Case
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.catalog.filling import fill
from yichuang.catalog.queries import current_key, standard
from yichuang.catalog.standard import PostKind, Standard
from yichuang.faces.who import today
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.people.models import Account
from yichuang.people.queries import actor_of_applicant

ITEM = "ZZ-001"
APPLICANT = "李四"
PLACE = "premises_address"


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
        """The firm that the citizen heads: the item is for organisations."""
        return self.citizen.subjects[1]

    def fill_form(self) -> dict[str, Any]:
        """The form of one life: at a place of its own, since a holder has one licence a place."""
        return {**self.values, PLACE: f"{self.values[PLACE]}{uuid.uuid4().hex[:8]}室"}


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
        return org.actor_at_post(account, org.posts_of(account, day)[0].id, day)

    return Cast(
        standard=rules,
        citizen=actor_of_applicant(Account.objects.get(username="lisi"), day),
        window=officer("window01"),
        reviewer=officer("reviewer"),
        surveyor=officer("surveyor1"),
        surveyor2=officer("surveyor2"),
        head=officer("head"),
        values=values,
        needed=tuple(m.code for m in rules.materials_for(about)),
    )


PAPER = ("paper",)  # brought to the window; the life uploads no file
Steps = Mapping[str, str]  # step → waiting | open | done
Perform = Callable[[str, dict[str, Any], Actor], Steps]


def run(people: Cast, submit: Callable[[dict[str, tuple[str, ...]]], Steps], perform: Perform) -> None:
    """The life, over any way of filing and performing: the door itself, or the API."""
    late, *rest = people.needed
    submit(dict.fromkeys(rest, PAPER))
    perform("pre_review", {"passed": True}, people.window)
    perform("receive", {}, people.window)
    perform("ask_correction", {"materials": [late], "reason": "请补交申请书,并加盖公章。"}, people.window)
    perform("supply", {"given": {late: list(PAPER)}}, people.citizen)
    steps = perform("accept", {}, people.window)
    while code := next((c for c, status in steps.items() if status == "open"), ""):
        site = people.standard.step(code).post is PostKind.SURVEYOR
        said = {"step": code, "verdict": "pass", "opinion": "符合要求。"}
        if site:
            said["officers"] = [people.surveyor2.person]  # type: ignore[assignment]
        steps = perform("conclude", said, people.surveyor if site else people.reviewer)
    perform("decide", {"granted": True}, people.head)
    perform("make_certificate", {}, people.window)
    perform("deliver", {"method": "direct", "recipient": APPLICANT}, people.window)


def through_the_door(people: Cast, timed: Callable[[str, Callable[[], service.Outcome]], service.Outcome]) -> Case:
    """The life through `cases.service` in this process; `timed` runs each command."""
    state: dict[str, Case] = {}

    def stands() -> Steps:
        return {code: step.status for code, step in state["case"].steps.items()}

    def submit(given: dict[str, tuple[str, ...]]) -> Steps:
        def act() -> service.Outcome:
            prepared = prepare_submit(
                people.standard,
                situation="new",
                subject=people.subject,
                applicant={"name": APPLICANT},
                values=people.fill_form(),
                agent=False,
                given=given,
                held={},
            )
            return service.submit(prepared, people.citizen, command_id=uuid.uuid4(), applicant=APPLICANT)

        state["case"] = timed("submit", act).state
        return stands()

    def perform(name: str, data: dict[str, Any], actor: Actor) -> Steps:
        def act() -> service.Outcome:
            prepared = prepare(name, data, subject=people.subject)
            return service.perform(state["case"].id, prepared, actor, command_id=uuid.uuid4())

        state["case"] = timed(name, act).state
        return stands()

    run(people, submit, perform)
    return state["case"]
