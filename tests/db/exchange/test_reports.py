"""Reported acts stand beside our own: never refused for what they say, once per record, nothing personal in the
ledger.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

WHEN = datetime(2018, 3, 1, 2, tzinfo=UTC)


def report(city: Any, **change: Any) -> Any:
    from yichuang.exchange.service import DepartmentReport
    from yichuang.exchange.service import store_report as act

    given: dict[str, Any] = {"kind": "accepted", "occurred_at": WHEN, "case_number": "X1", "details": {"name": "张三"}}
    return act("scjg-old", DepartmentReport("R-1", **{**given, **change}), city.citizen)


@pytest.mark.clause("4.1e.1")
@pytest.mark.door
def test_a_report_is_stored_with_its_claim_and_our_time(city: Any) -> None:
    from yichuang.ledger.models import Entry

    row, new = report(city)
    assert new and row.occurred_at == WHEN and row.received_at > WHEN
    entry = Entry.objects.get(stream="reported/scjg-old/R-1")
    assert entry.occurred_at == WHEN and "张三" not in entry.body


def test_the_same_report_again_changes_nothing_and_a_corrected_one_is_a_version(city: Any) -> None:
    report(city)
    assert report(city)[1] is False
    row, new = report(city, kind="decided")
    assert new and row.entries == 2 and row.kind == "decided"


@pytest.mark.clause("4.1e.1")
def test_an_impossible_claim_is_kept_not_refused(city: Any) -> None:
    """办理时间早于受理、办件编号不存在:照收,由监察判断。"""
    row, new = report(city, occurred_at=datetime(2035, 1, 1, tzinfo=UTC), case_number="没有这个号")
    assert new and row.case_number == "没有这个号"


@pytest.mark.parametrize("change", [{"kind": "受理"}, {"details": {"x": "a" * 5000}}, {"details": {"x": object()}}])
def test_what_cannot_be_stored_says_so(city: Any, change: dict[str, Any]) -> None:
    from yichuang.exchange.service import Unreadable

    with pytest.raises(Unreadable, match=r"重报|接口"):
        report(city, **change)
