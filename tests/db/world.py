"""A small city in the test database: one department with its posts, the published calendar, one published standard."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.db.kept import Kept
from yichuang.cases import service
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.catalog.loading import load_standards
from yichuang.catalog.service import publish
from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import seed_calendar
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import create_store, now, set_shift
from yichuang.org.models import CalendarYear, Department, Division, Holding, Officer, Post
from yichuang.people.models import Account

FOOD = "ZZ-001"
FOUNDED = datetime(2017, 12, 1, 1, tzinfo=UTC)
_DOORS = count(1)


@dataclass
class City:
    """Actors by role and the standard of 食品经营许可 in the city."""

    standard: Standard
    window: Actor
    window2: Actor
    reviewer: Actor
    reviewer2: Actor
    surveyor: Actor
    surveyor2: Actor
    head: Actor
    citizen: Actor

    def at(self, moment: str) -> None:
        """Set the ledger's clock to a local moment, "2018-03-12 10:00"."""
        from yichuang.kernel.localtime import SHANGHAI

        local = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
        set_shift(local - datetime.now(UTC))

    def submit(
        self,
        *,
        actor: Actor | None = None,
        given: dict[str, tuple[str, ...]] | None = None,
        applicant: str = "张三丰",
        **values: Any,
    ) -> service.Outcome:
        actor = actor or self.citizen
        # a firm has one food licence a place
        about = {**food_values(), "premises_address": f"金水区示范路{next(_DOORS)}号", **values}
        needed = {m.code: ("u1",) for m in self.standard.materials_for({**about, "situation": "new", "agent": "no"})}
        prepared = prepare_submit(
            self.standard,
            situation="new",
            subject="s:1",
            applicant={"name": applicant},
            values=about,
            agent=False,
            given=needed if given is None else given,
            held={},
        )
        return service.submit(prepared, actor, command_id=uuid.uuid4(), applicant=applicant)

    def do(self, case_id: str, name: str, actor: Actor, **data: Any) -> service.Outcome:
        return service.perform(case_id, prepare(name, data, subject="s:1"), actor, command_id=uuid.uuid4())


def food_values() -> dict[str, Any]:
    """Values that fill the food licence's form without an error."""
    from tests.db.filling import fill

    return fill(next(s for s in load_standards() if s.item == FOOD and s.division == "410100"))


def build() -> City:
    """Fill the database of the running test."""
    return replace(_city())


def _build() -> City:
    create_store("demo")
    standard = next(s for s in load_standards() if s.item == FOOD and s.division == "410100")
    division = Division.objects.create(code="410100", name="郑州市", level="city", mark="郑")
    for code, name, short in (("zwb", "政务服务办公室", "政务"), ("scjg", "市场监督管理局", "市监")):
        Department.objects.create(
            id=f"410100/{code}", division=division, code=code, name=name, short=short, uscc=standard.item_code[:18]
        )
    seed = seed_calendar()
    for year in sorted(seed.years):
        CalendarYear.objects.create(
            year=year,
            off_days=[d.isoformat() for d in sorted(seed.off_days) if d.year == year],
            work_weekends=[d.isoformat() for d in sorted(seed.work_weekends) if d.year == year],
            notice="test",
            loaded_by="system",
        )
    set_shift(FOUNDED - now())  # before whatever a test lets happen
    publish(standard, SYSTEM)
    set_shift(None)

    def officer(kind: str, number: int, department: str = "scjg") -> Actor:
        post = Post.objects.create(
            id=f"410100/{department}/{kind}/{number}", department_id=f"410100/{department}", kind=kind, name=kind
        )
        account = Account.objects.create_user(f"{kind}{number}", kind="officer")
        officer = Officer.objects.create(account=account, name=f"{kind}{number}", number=f"{kind}{number}")
        Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
        return Actor(
            person=f"a:{account.pk}",
            post=post.id,
            post_kind=kind,
            department=f"410100/{department}",
            division="410100",
            channel="window" if kind == "window" else "online",
        )

    return City(
        standard=standard,
        window=officer("window", 1, "zwb"),
        window2=officer("window", 2, "zwb"),
        reviewer=officer("reviewer", 1),
        reviewer2=officer("reviewer", 2),
        surveyor=officer("surveyor", 1),
        surveyor2=officer("surveyor", 2),
        head=officer("head", 1),
        citizen=Actor(person="a:1", subjects=("s:1",)),
    )


_city = Kept(_build)
