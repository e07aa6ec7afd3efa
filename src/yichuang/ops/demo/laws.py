"""What the demo city's legal desk enters of laws that change (3.5h): one change that nobody followed in time, one that
the head judged to ask nothing, and two whose tasks are open.

The changes are made up and say so; they touch articles that no decision of the simulated history cites.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.laws.acts import ACTS
from yichuang.catalog.laws.declared import LAW, law_id
from yichuang.catalog.laws.queries import read_register
from yichuang.catalog.laws.seeding import list_founding
from yichuang.catalog.models import Law, LawTask
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import Actor
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import find_actor, find_office

HEAD_OF = f"{CITY}/scjg"
# law, articles changed, in force so many days from the day the demo is looked at
CHANGES = (
    ("特种设备安全法", "21条、25条", -70),
    ("市场主体登记管理条例", "11条", -30),
    ("食品安全法", "44条", 20),
    ("优化营商环境条例", "19条", 35),
)
JUDGED = "市场主体登记管理条例"


def change_laws(began: date) -> None:
    """The changes, entered now; they take effect as counted from `began`, the day the demo is looked at. Once."""
    if LawTask.objects.exists():
        return
    office = find_office(CITY)
    for title, changed, days in CHANGES:
        if Law.objects.filter(title=title).exists():
            known = {"label": "演示修正", "source": "示范修改决定（演示）", "changed": changed}
            _do(title, "amend", office, **known, since=began + timedelta(days=days))
    for task in LawTask.objects.filter(title=JUDGED, department=HEAD_OF):
        reason = "对照新旧条文，申请材料的要求没有变化。"
        _do(JUDGED, "judge", find_actor(HEAD_OF, "head"), number=str(task.number), reason=reason)


def register_cited(standard: Standard) -> None:
    """Put what a newer program's standard cites into a register that its legal desk has moved."""
    for founding in list_founding(standard, read_register().laws):
        about, version = founding.law, founding.versions[-1] if founding.versions else None
        named = {"label": version.name.partition("（")[2].rstrip("）"), "since": version.since} if version else {}
        known = {
            "title": about.title, "rank": about.rank.value, "issuer": about.issuer or "见文本", "number": about.number,
            "publication": "published", "place": about.place or "见文本",
        }  # fmt: skip
        _do(about.title, "register", find_office(CITY), **known, **named)


def _do(title: str, act: str, actor: Actor, **data: Any) -> None:
    id = law_id(title)
    prepared = prepare_command(ACTS.by_name[act], data, subject=LAW.stream(id))
    perform(LAW, id, prepared, actor, command_id=uuid.uuid4())
