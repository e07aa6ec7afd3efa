"""`verify --rebuild` compares every column of an order with what its stream says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.db.cases.test_rebuild import OTHER
from tests.db.orders.test_orders import issued
from tests.db.watching import officer
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.tables import columns_of
from yichuang.orders.declared import ORDER
from yichuang.orders.models import Order

COLUMNS = columns_of(Order, "reckoning")


@pytest.fixture
def order(city: Any) -> Any:
    return issued(city, officer("supervisor"))


def test_what_the_door_wrote_is_what_the_stream_says(order: Any) -> None:
    assert (rebuild(ORDER).count, rebuild(ORDER).differences) == (1, [])


@pytest.mark.parametrize("name", COLUMNS)
def test_another_value_in_any_column_is_named(order: Any, name: str) -> None:
    value = OTHER[type(COLUMNS[name])].format(name)
    if getattr(order, name) is None:
        value = "ledger_now()"
    with connection.cursor() as cursor:
        cursor.execute(f"update {ORDER.table} set {name} = {value}")
    assert rebuild(ORDER).differences
