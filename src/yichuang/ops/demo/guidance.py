"""What the people of the demo city ask counsellors (3.4d, 3.4e): a question answered the same day, one that a notice
answers, one that takes its days, and one that nobody has answered in time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.guidance.declared import GUIDANCE
from yichuang.guidance.models import Guidance
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, set_shift
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import find_actor
from yichuang.people.models import Account
from yichuang.people.queries import actor_of_applicant

ITEM = f"{CITY}/ZZ-001"  # 食品经营许可
FIRST, LAST = "lisi", "zhangsan"
NOTES = "与食品经营相适应的主要设备设施布局和操作流程文件：要标出各操作间的面积和人流、物流的走向，加盖公章。"


def ask_counsellors() -> None:
    """Once."""
    if Guidance.objects.exists():
        return
    with _days_ago(13):
        told = _ask(FIRST, "process", "开一家小餐馆，先办营业执照还是先办食品经营许可？")
        _ask(LAST, "condition", "店面在居民楼一层，楼上住人，能做油烟大的菜吗？")  # nobody answers in time
        _do("answer", told, answer="先到同一个大厅办营业执照，当天可以领到，再在网上申请食品经营许可。")
    with _days_ago(8):
        looked = _ask(FIRST, "review", "布局图是自己画的，请看看行不行。")
    with _days_ago(7):
        _do("issue_notice", looked, flawed=["M03"], notes=NOTES)
    with _days_ago(1):
        hard = _ask(FIRST, "condition", "房子是老厂房改的，没有房产证，材料怎样交？")
        _do("take_as_hard", hard, kind="legacy", reason="房屋手续要向规划部门核实，答复您怎样补办。")


@contextmanager
def _days_ago(days: int) -> Iterator[None]:
    set_shift(-timedelta(days=days))
    try:
        yield
    finally:
        set_shift(None)


def _ask(username: str, topic: str, words: str) -> uuid.UUID:
    actor = actor_of_applicant(Account.objects.get(username=username), local_day(now()))
    id = uuid.uuid4()
    _carry_out("ask", id, actor, {"item": ITEM, "situation": "new", "topic": topic, "words": words})
    return id


def _do(act: str, id: uuid.UUID, **data: Any) -> None:
    _carry_out(act, id, find_actor(f"{CITY}/scjg", "counsellor"), data)


def _carry_out(act: str, id: uuid.UUID, actor: Actor, data: dict[str, Any]) -> None:
    prepared = prepare_command(GUIDANCE.life.acts.by_name[act], data, subject=GUIDANCE.stream(id))
    perform(GUIDANCE, id, prepared, actor, command_id=uuid.uuid4())
