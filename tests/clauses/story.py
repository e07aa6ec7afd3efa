"""What a scenario holds: the city, the way it goes, the case, who acts, and the last refusal.

A refusal that no step asks about fails the scenario: nothing is refused in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tests.clauses.ways import Door, Filing, Programs, Seen, Way
from tests.db.filling import fill
from tests.db.world import City
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.timers import sweep
from yichuang.cases.core.state import Case
from yichuang.cases.leaving import tell_cases
from yichuang.catalog.loading import load_departments, load_standards
from yichuang.catalog.service import publish
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.models import Department, Holding, Officer, Post
from yichuang.people.models import Account, Mandate, Membership, Subject
from yichuang.people.queries import read_speaking_now

KINDS = {
    "窗口人员": "window",
    "审查人员": "reviewer",
    "核查人员": "surveyor",
    "负责人": "head",
    "收费人员": "cashier",
    "辅导员": "counsellor",
    "监察人员": "supervisor",
    "政务服务办": "office",
}
# What clerks call a material of the food licence
MATERIALS = {"布局和流程图": "M03", "健康证明": "M08", "营业执照": "M02"}
FIRM = "郑州一窗餐饮有限公司"
WHEN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?: ?(\d{1,2})[点:](\d{2})?)?")


def moment(text: str) -> datetime:
    """2018年2月9日, with 10 o'clock when no hour is told; 2018年2月9日 7:30."""
    found = WHEN.fullmatch(text.strip())
    assert found, f"看不懂的时间：{text}"
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
    way: Way
    case_id: str = ""
    item: str = ""
    refused: Refused | None = None
    worker: bool = True
    people: dict[str, Actor] = field(default_factory=dict)
    published: dict[str, Standard] = field(default_factory=dict)
    firm: str = ""  # id of the applicant
    code: str = ""  # with which a licence is shown
    draft: str = ""  # address of the form being filled in
    said: str = ""  # the page that answered last, where a step asks what it says
    programs: Programs = field(init=False)  # what reads as a program, whatever way the scenario goes

    def __post_init__(self) -> None:
        """张三丰 heads the firm that applies; 李代办 may act for it on the food licence; 王五 is a stranger."""
        self.programs = self.way if isinstance(self.way, Programs) else Programs()
        owner, _ = self._citizen("申请人", "张三丰", "11010519491231002X")
        _, agent = self._citizen("代理人", "李代办", "410105198001010019")
        self._citizen("别的申请人", "王五", "410105199001010015")
        firm = Subject.objects.create(kind="organisation", name=FIRM, uscc="91350100M000100Y43", legal_name="张三丰")
        Membership.objects.create(account=owner, subject=firm, role="legal")
        scope = {"items": [self.city.standard.item], "first_day": date(2017, 1, 1), "last_day": date(2040, 1, 1)}
        Mandate.objects.create(principal=firm, agent=agent, all_items=False, granted_by=owner.person, **scope)
        self.firm = firm.pk
        own = self.people["申请人"]
        self.people["申请人"] = replace(own, subjects=(*own.subjects, firm.pk))

    def _citizen(self, role: str, name: str, number: str) -> tuple[Account, Subject]:
        account = Account.objects.create_user(f"citizen{number}", real_name=name, verified_at="2018-01-01T00:00Z")
        subject = Subject.objects.create(kind="person", name=name, id_type="111", id_number=number)
        Membership.objects.create(account=account, subject=subject, role="self")
        self.people[role] = Actor(account.person, subjects=(subject.pk,))
        return account, subject

    # --- who ---------------------------------------------------------------------------------------------------------

    def who(self, name: str) -> Actor:
        """窗口人员甲, 审查人员乙, 公安局审查人员, 负责人; the department is the item's own unless it is named."""
        if name == "代理人":  # whom they may act for depends on the item, and on the mandates that hold now
            account = Account.objects.get(pk=int(self.people[name].person[2:]))
            agent = read_speaking_now(account).actor(item=self.standard.item)
            return replace(agent, on_behalf_of=self.firm if self.firm in agent.subjects else "")
        if name in self.people:
            return self.people[name]
        number = 2 if name.endswith("乙") else 1
        base = name.removesuffix("甲").removesuffix("乙")
        kind = next(kind for word, kind in KINDS.items() if base.endswith(word))
        hall = kind in ("window", "cashier", "supervisor", "office")
        place = "公安局" if base.startswith("公安局") else ""
        department = "zwb" if hall else "gaj" if place else self.standard.department
        key = f"{department}/{kind}/{number}"
        if key not in self.people:
            self.people[key] = self._officer(kind, number, department)
        return self.people[key]

    def also(self, name: str, post: str) -> Actor:
        """The same person acting from another post they hold."""
        person, other = self.who(name), self.who(post)
        officer = Officer.objects.get(account_id=int(person.person[2:]))
        Holding.objects.get_or_create(officer=officer, post_id=other.post, defaults={"first_day": date(2017, 1, 1)})
        return replace(other, person=person.person)

    def use_device(self, name: str, device: str) -> None:
        """From now on this officer acts from that device."""
        known = self.who(name)
        key = next(key for key, actor in self.people.items() if actor == known)
        self.people[key] = replace(known, device=device)

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
        if name not in self.published:
            self.published[name] = self.unpublished(name)
            publish(self.published[name], SYSTEM)
        return self.published[name]

    def unpublished(self, name: str) -> Standard:
        found = next(s for s in load_standards() if s.division == "410100" and name in s.name)
        self.department(found.department)
        return found

    def material(self, name: str) -> str:
        return MATERIALS.get(name) or next(m.code for m in self.standard.materials if name in m.name)

    @property
    def case(self) -> Case:
        from yichuang.cases.codec import load_case
        from yichuang.cases.models import Case as Row

        return load_case(Row.objects.values_list("state", flat=True).get(id=self.case_id))

    @property
    def licence(self) -> Any:
        """The licence that the case acts on, or has made, as it is now."""
        from yichuang.cases.service import licence_of
        from yichuang.licences.queries import read_licence

        held = read_licence(licence_of(self.case) or "")
        assert held is not None
        return held.licence

    # --- doing -------------------------------------------------------------------------------------------------------

    @contextmanager
    def beforehand(self) -> Iterator[None]:
        """What a scenario presupposes goes through the door, whatever way the scenario itself goes."""
        way, self.way = self.way, Door()
        yield
        self.settle()
        self.way = way

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A refusal is kept until a step asks about it."""
        self.settle()
        try:
            yield
        except Refused as refused:
            self.refused = refused

    def settle(self) -> None:
        assert self.refused is None, f"没有想到会被拒绝：{self.refused}"

    def filing(self, name: str, *, standard: Standard | None = None, agent: bool = False, **more: Any) -> Filing:
        """A complete application of the firm, but for what `more` says."""
        self.item = name
        chosen = standard or self.find(name)
        values = fill(chosen, more.get("situation", "new"), "yes" if agent else "no") | more.pop("values", {})
        return Filing(chosen, self.firm, FIRM, values, agent=agent, **more)

    def file(self, filing: Filing, actor: Actor) -> None:
        with self.attempt():
            self.case_id = self.way.file(filing, actor)

    def take_in(self, filing: Filing, actor: Actor) -> None:
        with self.attempt():
            self.case_id = self.way.take_in(filing, actor)

    def do(self, command: str, actor: Actor, **data: Any) -> None:
        with self.attempt():
            self.way.do(self.case_id, self.firm, command, actor, data)

    def see(self, name: str = "申请人") -> Seen:
        """The case before this person's eyes."""
        seen = self.way.see(self.case_id, self.who(name))
        assert seen is not None, f"{name}看不到这个办件"
        return seen

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
            second = "乙" if step.apart else "甲"  # a second review is somebody else's
            self.conclude(step.name, self.who(f"{place}{word}{second}"), verdict)
            self.settle()

    def go_to(self, when: datetime) -> None:
        from yichuang.ledger.service import set_shift

        if self.worker:
            tell_cases()
        set_shift(when - datetime.now(SHANGHAI))
        if self.worker:
            sweep()
