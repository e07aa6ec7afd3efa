"""What a scenario holds: the city, the cases by name, who acts, and the last refusal. Everything goes through the door.

A refusal that no step asks about fails the scenario: nothing is refused in silence.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tests.db.filling import fill
from tests.db.world import City
from yichuang.cases import service
from yichuang.cases.core.facts import SHANGHAI
from yichuang.cases.core.refusal import Refused
from yichuang.cases.core.state import Case
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.cases.timers import sweep
from yichuang.catalog.loading import load_departments, load_standards
from yichuang.catalog.service import publish
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.models import Department, Holding, Officer, Post
from yichuang.people.models import Account

KINDS = {
    "窗口人员": "window",
    "审查人员": "reviewer",
    "核查人员": "surveyor",
    "负责人": "head",
    "收费人员": "cashier",
}
# What clerks call a material of the food licence
MATERIALS = {"布局和流程图": "M03", "健康证明": "M08", "营业执照": "M02"}
WHEN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?: ?(\d{1,2})[点:](\d{2})?)?")


def moment(text: str) -> datetime:
    """2018年2月9日, with 10 o'clock when no hour is told; 2018年2月9日 7:30."""
    found = WHEN.fullmatch(text.strip())
    assert found, f"看不懂的时间:{text}"
    year, month, day, hour, minute = found.groups()
    return datetime(int(year), int(month), int(day), int(hour or 10), int(minute or 0), tzinfo=SHANGHAI)


def day(text: str) -> date:
    return moment(text).date()


def plain(text: str) -> str:
    """Text without punctuation: scenarios are written with Chinese marks, messages also with others."""
    return re.sub(r"[^\w]", "", text)


@dataclass
class Story:
    city: City
    case_id: str = ""
    item: str = ""
    refused: Refused | None = None
    worker: bool = True
    people: dict[str, Actor] = field(default_factory=dict)
    command_id: uuid.UUID | None = None
    outcomes: list[service.Outcome] = field(default_factory=list)

    # --- who ---------------------------------------------------------------------------------------------------------

    def who(self, name: str) -> Actor:
        """窗口人员甲, 审查人员乙, 公安局审查人员, 负责人; the department is the item's own unless it is named."""
        if name in ("申请人", "代理人"):
            subjects = ("s:1",)
            return Actor("a:1", subjects=subjects) if name == "申请人" else Actor("a:2", subjects=subjects)
        if name == "别的申请人":
            return Actor("a:99", subjects=("s:99",))
        number = 2 if name.endswith("乙") else 1
        base = name.removesuffix("甲").removesuffix("乙")
        kind = next(kind for word, kind in KINDS.items() if base.endswith(word))
        hall = kind in ("window", "cashier")
        place = "公安局" if base.startswith("公安局") else ""
        department = "zwb" if hall else "gaj" if place else self.standard.department
        key = f"{department}/{kind}/{number}"
        if key not in self.people:
            self.people[key] = self._officer(kind, number, department)
        return self.people[key]

    def also(self, name: str, post: str) -> Actor:
        """The same person acting from another post they hold."""
        person, other = self.who(name), self.who(post)
        return replace(other, person=person.person)

    def _officer(self, kind: str, number: int, code: str) -> Actor:
        self.department(code)
        post, _ = Post.objects.get_or_create(
            id=f"410100/{code}/{kind}/{number}",
            defaults={"department_id": f"410100/{code}", "kind": kind, "name": kind},
        )
        held = Holding.objects.filter(post=post).select_related("officer").first()
        if held is None:
            account = Account.objects.create_user(f"{code}-{kind}{number}", kind="officer")
            officer = Officer.objects.create(account=account, name=account.username, number=account.username)
            held = Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
        channel = "window" if kind == "window" else "online"
        return Actor(
            f"a:{held.officer.account_id}",
            post=post.id,
            post_kind=kind,
            department=f"410100/{code}",
            division="410100",
            channel=channel,
        )

    def department(self, code: str) -> None:
        about = load_departments().get(code)
        if about:
            seat = about.seats["410100"]
            Department.objects.get_or_create(
                id=f"410100/{code}",
                defaults={
                    "division_id": "410100",
                    "code": code,
                    "name": seat.name,
                    "short": seat.name[:2],
                    "uscc": seat.uscc,
                },
            )

    # --- what --------------------------------------------------------------------------------------------------------

    @property
    def standard(self) -> Standard:
        return self.find(self.item) if self.item else self.city.standard

    def find(self, name: str) -> Standard:
        """The city's standard of that name, published with its department; other than the food licence on first use."""
        if name in self.city.standard.name:
            return self.city.standard
        found = next(s for s in load_standards() if s.division == "410100" and name in s.name)
        self.department(found.department)
        publish(found, SYSTEM)
        return found

    def material(self, name: str) -> str:
        return MATERIALS.get(name) or next(m.code for m in self.standard.materials if name in m.name)

    @property
    def case(self) -> Case:
        from yichuang.cases.codec import load_case
        from yichuang.cases.models import Case as Row

        return load_case(Row.objects.values_list("state", flat=True).get(id=self.case_id))

    # --- doing -------------------------------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], service.Outcome]) -> None:
        """Carry out; a refusal is kept until a step asks about it."""
        self.settle()
        try:
            self.outcomes.append(act())
        except Refused as refused:
            self.refused = refused

    def settle(self) -> None:
        assert self.refused is None, f"没有想到会被拒绝:{self.refused}"

    def file(
        self,
        name: str,
        actor: Actor,
        *,
        situation: str = "new",
        without: tuple[str, ...] = (),
        paper: bool = False,
        held: dict[str, str] | None = None,
        standard: Standard | None = None,
    ) -> None:
        self.item = name
        chosen = standard or self.find(name)
        values = fill(chosen, situation)
        about = {**values, "situation": situation, "agent": "no"}
        needed = [m.code for m in chosen.materials_for(about)]
        prepared = prepare_submit(
            chosen,
            situation=situation,
            subject="s:1",
            applicant={"name": "张三丰"},
            values=values,
            agent=False,
            given={m: ("paper" if paper else "u1",) for m in needed if m not in without},
            held=held or {},
        )
        id = uuid.uuid4()

        def act() -> service.Outcome:
            outcome = service.submit(prepared, actor, command_id=id, applicant="张三丰")
            self.case_id = outcome.case.id
            return outcome

        self.attempt(act)

    def do(self, command: str, actor: Actor, **data: Any) -> None:
        prepared = prepare(command, data, subject="s:1")
        self.attempt(lambda: service.perform(self.case_id, prepared, actor, command_id=uuid.uuid4()))

    def conclude(self, step_name: str, actor: Actor, verdict: str, *, others: bool = True) -> None:
        step = next(s for s in self.standard.steps if step_name in s.name)
        more = []
        if others and step.officers > 1:
            more = [self.who("核查人员乙").person if step.post.value == "surveyor" else self.who("审查人员乙").person]
        self.do("conclude", actor, step=step.code, verdict=verdict, opinion="已核对", officers=more)

    def finish_steps(self) -> None:
        """Every open step concluded by its own post until none is left."""
        while not (case := self.case).steps_done:
            code = next(c for c, s in case.steps.items() if s.status == "open")
            step = self.standard.step(code)
            word = next(w for w, kind in KINDS.items() if kind == step.post.value)
            place = "公安局" if step.department == "gaj" else ""
            verdict = "agree" if step.kind.value == "opinion" else "pass"
            self.conclude(step.name, self.who(f"{place}{word}甲"), verdict)
            self.settle()

    def go_to(self, when: datetime) -> None:
        from yichuang.ledger.service import set_shift

        set_shift(when - datetime.now(SHANGHAI))
        if self.worker:
            sweep()
