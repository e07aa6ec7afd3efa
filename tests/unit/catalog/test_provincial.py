"""Every standard in the fields of the provincial catalogue: what is left open, and the checks of 实施清单."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from yichuang.catalog.loading import load_standards
from yichuang.catalog.provincial import Organ, describe_flow, describe_task
from yichuang.catalog.standard import Standard
from yichuang.kernel.clock import Limit, Unit

FOOD = next(s for s in load_standards() if s.item == "ZZ-001")
ORGAN = Organ("郑州市市场监督管理局", "11410100MB1234567X", "1", "12345", "市大厅", "某路1号", "工作日")
DAY = date(2026, 3, 2)


@pytest.mark.parametrize("standard", load_standards(), ids=lambda s: s.key)
def test_every_standard_holds_to_the_checks_of_the_catalogue(standard: Standard) -> None:
    described = describe_task(standard, "00", ORGAN, today=DAY, ends_on=None, address="a", current=True)
    assert len(described.task_code) == 31 and described.task_name and described.by_law
    assert described.handle_flow.startswith("收件—受理") and described.handle_flow.endswith("决定—送达")
    assert [m.order_num for m in described.materials] == list(range(1, len(standard.materials) + 1))
    assert all(m.is_need in {"1", "2", "3"} and m.source_type and m.material_format for m in described.materials)
    assert set(described.handle_type) <= set("12349") and described.handle_type
    if described.anticipate_type == described.promise_type is not None:
        assert described.promise_day <= described.anticipate_day


def test_a_limit_without_a_known_code_is_given_in_words_only() -> None:
    described = describe_task(
        replace(FOOD, promised=Limit(2, Unit.MONTH)), "00", ORGAN, today=DAY, ends_on=None, address="a", current=True
    )
    assert (described.promise_day, described.promise_type, described.promise_explain) == (2, None, "2个月")
    assert {"promise_type", "task_state", "source_type"} <= set(described.unconfirmed)
    assert "handle_type" not in described.unconfirmed


def test_an_item_is_ended_from_its_day_on() -> None:
    def state(today: date) -> tuple[str | None, date | None]:
        described = describe_task(FOOD, "00", ORGAN, today=today, ends_on=DAY, address="a", current=True)
        return described.task_state, described.plan_cancel_date

    assert state(date(2026, 3, 1)) == ("3", DAY) and state(DAY) == ("4", DAY)


def test_the_flow_says_what_runs_at_the_same_time() -> None:
    assert describe_flow(FOOD) == "收件—受理—（资料审查、现场核查同时）—综合审核—决定—送达"
    instant = replace(FOOD, steps=())
    assert describe_flow(instant) == "收件—受理—决定—送达"
