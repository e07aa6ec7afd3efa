"""What the migrations make of a store that is older than the rights they bring."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import connection

from tests.db.rights.test_told import filed


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def fees() -> set[tuple[Any, ...]]:
    from yichuang.cases.models import Access

    return set(Access.objects.filter(scope_kind="fees").values_list("scope_id", "case_id", "open", "due_on"))


def test_cashiers_of_an_older_store_find_the_cases_with_fees(town: Any) -> None:
    from yichuang.cases.models import Access

    filed(town, town.owner)
    with_fee = filed(town, town.owner, "ZZ-022")
    town.city.do(with_fee, "receive", town.city.window, originals=[])
    town.city.do(with_fee, "accept", town.city.window)
    wanted = fees()
    assert {str(case) for _, case, _, _ in wanted} == {with_fee}
    Access.objects.filter(scope_kind="fees").delete()
    run(import_module("yichuang.cases.migrations.0007_rights").FEES)
    assert fees() == wanted


def test_messages_of_an_older_store_learn_their_item(town: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.people.models import Message

    case = Case.objects.get(pk=filed(town, town.owner))
    for number in (case.receipt, case.number, "", "别的编号"):
        Message.objects.create(account=town.owner, title="t", text="t", case_no=number)
    run(import_module("yichuang.people.migrations.0003_message_item").FILL)
    assert list(Message.objects.order_by("id").values_list("item", flat=True)) == ["ZZ-001", "ZZ-001", "", ""]
