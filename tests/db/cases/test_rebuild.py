"""`verify --rebuild` compares every column of every projection of the cases with what their streams say."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models

from tests.db.world import City
from yichuang.aggregates.models import Paper
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.tables import columns_of
from yichuang.cases.declared import CASE
from yichuang.cases.models import Access, Case

OTHER = {  # SQL for another value than the one that stands there, by type of column
    models.TextField: "coalesce({0}, '') || 'x'",
    models.UUIDField: "md5({0}::text)::uuid",
    models.DateField: "coalesce({0}, date '2018-01-01') + 1",
    models.DateTimeField: "{0} + interval '1 second'",
    models.BooleanField: "not {0}",
    models.SmallIntegerField: "{0} + 1",
    models.IntegerField: "{0} + 100",
    models.BinaryField: "sha256({0})",
}
COLUMNS = [
    (model, field)
    for model in (Case, Access, Paper)
    for field in columns_of(model, "applicant", "words", "reckoning", "state_v").values()
]


@pytest.fixture
def lives(city: City) -> None:
    """One case at its end, with a licence, and one that is under review."""
    for at, ends in (("2018-03-12 09:30", True), ("2018-03-13 09:30", False)):
        city.at(at)
        case = city.submit().state.id
        city.do(case, "receive", city.window, originals=[])
        state = city.do(case, "accept", city.window).state
        while ends and not state.steps_done:
            code = next(code for code, step in state.steps.items() if step.status == "open")
            step = city.standard.step(code)
            actor = city.surveyor if step.post.value == "surveyor" else city.reviewer
            officers = [city.surveyor2.person] if step.officers > 1 else []
            given = {"step": code, "verdict": "pass", "opinion": "符合要求", "officers": officers}
            state = city.do(case, "conclude", actor, **given).state
        if ends:
            city.do(case, "decide", city.head, granted=True)
            city.do(case, "make_certificate", city.window)


def test_what_the_door_wrote_is_what_the_streams_say(lives: None) -> None:
    report = rebuild(CASE)
    assert (report.count, report.differences) == (2, [])


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=[f"{m.__name__}.{f.attname}" for m, f in COLUMNS])
def test_another_value_in_any_column_is_named(lives: None, model: Any, field: Any) -> None:
    table, column = model._meta.db_table, field.column
    key = ", ".join(f.column for f in model._meta.pk_fields)
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        value = OTHER[type(field)].format(column)
        cursor.execute(
            f"update {table} set {column} = {value} where ({key}) = (select {key} from {table} order by {key} limit 1)"
        )
        assert cursor.rowcount == 1
    assert rebuild(CASE).differences


@pytest.mark.parametrize("state", ["{}", "", '{"id": "somebody elses"}'])
def test_a_state_that_cannot_be_read_is_named(lives: None, state: str) -> None:
    Case.objects.update(state=state)
    assert {d.what for d in rebuild(CASE).differences} == {"状态与重放结果不同"}


def test_words_that_lead_elsewhere_are_named(lives: None) -> None:
    Case.objects.update(words=None)
    assert {d.what for d in rebuild(CASE).differences} == {"列 words 与账本不符"}


def test_a_row_that_is_missing_or_too_many_is_named(lives: None) -> None:
    Paper.objects.filter(kind="licence").delete()
    scope = Access.objects.filter(scope_kind="division").first()
    assert scope is not None
    Access.objects.create(
        case_id=scope.case_id, scope_kind="person", scope_id="a:99", open=scope.open, due_on=scope.due_on
    )
    assert {d.what for d in rebuild(CASE).differences} == {
        "文书登记与账本不同",
        "可见范围与重放结果不同",
    }
