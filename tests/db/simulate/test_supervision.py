"""A small history of the demo city, judged: live is the same as whole, and again is the same as once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.db.supervision.tables import count
from yichuang.supervision import judging, postgres, tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import LIVE
from yichuang.supervision.rules.rule import HIT, Scope

pytestmark = pytest.mark.django_db


def whole() -> set[tuple[str, str, str]]:
    """(rule, case, place) of every hit, each rule run once over all cases."""
    found = set()
    count()
    with connection.cursor() as cursor:
        for rule in LIVE:
            cursor.execute(postgres.compiled(rule.hits()))
            found |= {(rule.code, hit[HIT.index("case_id")], hit[HIT.index("at")]) for hit in cursor.fetchall()}
    return found


def open_ones() -> set[tuple[str, str, str]]:
    return set(Finding.objects.filter(open=True).values_list("rule", "case_id", "at"))


def test_judged_entry_by_entry_or_all_at_once_the_findings_are_the_same(
    history: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same history in small batches, as it would have been read live."""
    small = replace(tailing.follower(), batch=37)
    monkeypatch.setattr(tailing, "follower", lambda: small)
    tailing.rebuild()
    with connection.cursor() as cursor:
        tailing.follower().begin(0)
        tailing._refresh(cursor)
    while tailing.tail().more:
        pass
    live = open_ones()
    assert live, "a believable history has breaches"
    assert {rule for rule, _, _ in live} >= {"R-T02"}
    # limits that passed without anybody waking the rule since are the sweep's to find
    assert live == whole()
    entries = Finding.objects.count()
    tailing.rebuild()
    while tailing.tail().more:
        pass
    assert open_ones() == live and Finding.objects.count() == entries


def test_a_case_judged_alone_is_judged_as_among_all(history: Any) -> None:
    while tailing.tail().more:
        pass
    with connection.cursor() as cursor:
        cursor.execute("select array_agg(case_id order by case_id) from log_cases")
        (cases,) = cursor.fetchone()
        for rule in (one for one in LIVE if one.scope is Scope.CASE):
            text = judging.statement(rule.code, ())
            alone = [hit for case in cases[::3] for hit in postgres.rows(text, [case])]
            among = [hit for hit in postgres.rows(text, cases) if hit[0] in set(cases[::3])]
            assert sorted(map(str, alone)) == sorted(map(str, among)), rule.code
