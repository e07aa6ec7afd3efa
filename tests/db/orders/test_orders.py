"""Orders through their door: once, on record, found by whom they concern, escalated by the sweep."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.db.counting import counted
from tests.db.watching import finding, officer
from tests.waiting import HANGS

pytestmark = pytest.mark.clause("4.1b.3")


@pytest.fixture
def supervisor(city: Any) -> Any:
    return officer("supervisor")


def card(city: Any, **values: Any) -> Any:
    """A finding on the reviewer's work, with the card that judging makes of it."""
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow

    with transaction.atomic():
        row = finding(uuid.uuid4(), **{"person": city.reviewer.person} | values)
        follow([("found", row)])
    return Order.objects.get(finding=row.id)


def do(order: Any, command: Any, actor: Any, command_id: uuid.UUID | None = None) -> Any:
    from yichuang.orders import service
    from yichuang.orders.core.decide import ACTS

    name = ACTS[type(command)].name
    return service.perform(order.id, name, asdict(command), actor, command_id=command_id or uuid.uuid4())


def entries(order: Any) -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute("select kind, body from ledger_entry where stream = %s order by seq", [f"order/{order.id}"])
        return [(kind, json.loads(body)) for kind, body in cursor.fetchall()]


def issued(city: Any, supervisor: Any, **values: Any) -> Any:
    from yichuang.orders.core.decide import Issue

    row = card(city, **values)
    do(row, Issue("请立即纠正。"), supervisor)
    row.refresh_from_db()
    return row


@pytest.mark.door
def test_a_card_goes_from_finding_to_closing_and_every_move_is_in_the_ledger(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.models import Timer
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.orders.core import decide as co
    from yichuang.orders.declared import ORDER
    from yichuang.orders.service import read_course

    row = issued(city, supervisor)
    do(row, co.Sign(), city.reviewer)
    do(row, co.Reply("张三丰已经改正。"), city.reviewer)
    do(row, co.Verify(""), supervisor)
    row.refresh_from_db()
    assert (row.stage, row.level, row.due_on) == ("verified", "yellow", None)
    assert not Timer.objects.filter(stream=f"order/{row.id}").exists()
    kinds = [kind for kind, _ in entries(row)]
    assert kinds == ["drafted", "issued", "signed", "replied", "verified"]
    assert "张三丰" not in json.dumps(entries(row), ensure_ascii=False), "what a person wrote lies in the vault"
    assert read_course(row.id)[3].texts == {"text": "张三丰已经改正。"}
    report = rebuild(ORDER)
    assert (report.count, report.differences) == (1, [])


def test_a_row_changed_past_the_door_is_named(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.orders.declared import ORDER
    from yichuang.orders.models import Order

    row = issued(city, supervisor)
    Order.objects.filter(pk=row.id).update(level="reminder")
    assert [one.what for one in rebuild(ORDER).differences] == ["列 level 为 reminder，应为 yellow"]
    Order.objects.all().delete()
    assert [one.what for one in rebuild(ORDER).differences] == ["账本中有，表中没有"]


def test_the_number_fits_the_standard_and_follows_the_last(city: Any, supervisor: Any) -> None:
    first, second = issued(city, supervisor), issued(city, supervisor)
    assert len(first.serial) <= 20
    assert int(second.serial) == int(first.serial) + 1
    assert first.serial.startswith("410100")


@pytest.mark.door
def test_the_same_command_is_carried_out_once_and_another_under_its_number_is_refused(
    city: Any, supervisor: Any
) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.orders.core.decide import Issue

    row, number = card(city), uuid.uuid4()
    assert not do(row, Issue("请纠正。"), supervisor, number).repeated
    assert do(row, Issue("请纠正。"), supervisor, number).repeated
    assert [kind for kind, _ in entries(row)] == ["drafted", "issued"]
    with pytest.raises(Refused) as caught:
        do(row, Issue("别的。"), supervisor, number)
    assert caught.value.code == "command-id-reused"


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_card_at_once_send_it_once(city: Any) -> None:
    from django.db import connections

    from yichuang.aggregates.refusal import Refused
    from yichuang.orders.core.decide import Issue

    both = officer("supervisor"), officer("office")
    row = card(city)
    answers: list[str] = []

    def send(actor: Any) -> None:
        try:
            do(row, Issue("请纠正。"), actor)
            answers.append("sent")
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(actor,)) for actor in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS)
    assert sorted(answers) == ["sent", "wrong-stage"]
    assert [kind for kind, _ in entries(row)] == ["drafted", "issued"]


@pytest.mark.breach
def test_a_forbidden_act_is_refused_and_the_try_is_on_record(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.orders.core.decide import Verify

    row = issued(city, supervisor)
    with pytest.raises(Refused):
        do(row, Verify(""), city.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("select body from ledger_entry where stream = %s", [f"refusal/{city.reviewer.person}"])
        (body,) = (json.loads(body) for (body,) in cursor.fetchall())
    assert body == {"order": str(row.id), "command": "Verify", "code": "not-watch", "clause": ""}


@pytest.mark.breach
@pytest.mark.parametrize("text", ["", " \n", "长" * 1001, "藏\u202e起", "零\x00"])
def test_texts_that_cannot_be_kept_are_refused_and_nothing_moves(city: Any, supervisor: Any, text: str) -> None:
    from yichuang.aggregates.refusal import Kind, Refused
    from yichuang.orders.core.decide import Issue

    row = card(city)
    with pytest.raises(Refused) as caught:
        do(row, Issue(text), supervisor)
    assert caught.value.kind is Kind.INPUT
    assert [kind for kind, _ in entries(row)] == ["drafted"]


@pytest.mark.door
def test_findings_become_cards_or_reminders_and_take_them_along(city: Any, supervisor: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow

    breach, sign = card(city), card(city, rule="R-O10", at="special/1")
    assert (breach.stage, breach.serial) == ("drafted", "")
    assert (sign.stage, sign.level) == ("issued", "reminder")
    from yichuang.supervision.models import Finding

    rows = {row.id: row for row in Finding.objects.all()}
    red = rows[breach.finding]
    red.level = "red"
    follow([("restated", red), ("restated", rows[sign.finding])])
    breach.refresh_from_db()
    assert (breach.level, breach.stage) == ("red", "drafted")
    follow([("withdrawn", row) for row in rows.values()])
    assert dict(Order.objects.values_list("id", "stage")) == {breach.id: "cancelled", sign.id: "revoked"}
    follow([("found", red)])
    again = Order.objects.exclude(id__in=[breach.id, sign.id]).get()
    assert (again.finding, again.stage, again.level) == (breach.finding, "drafted", "red")


def test_findings_from_before_there_were_cards_are_given_theirs_once(city: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.orders.service import backfill

    finding(uuid.uuid4())
    finding(uuid.uuid4(), open=False)
    assert (backfill(), backfill(), Order.objects.count()) == (1, 0, 1)


@pytest.mark.breach
def test_an_applicant_is_never_supervised(city: Any) -> None:
    """The account of an applicant looks like an officer's; the head of the department stands for nobody named."""
    from yichuang.people.models import Account

    citizen = Account.objects.create_user("citizen-o", kind="citizen")
    row = card(city, rule="R-O09", at="again/1", person=f"a:{citizen.pk}")
    assert (row.person, row.level, row.reach) == ("", "reminder", 1)


def test_an_order_exists_for_whom_it_has_reached(city: Any, supervisor: Any) -> None:
    from yichuang.orders.queries import find_order, visible_orders, waiting_orders

    draft, reminder, yellow = card(city), card(city, rule="R-O10", at="special/1"), issued(city, supervisor)
    alien = officer("supervisor", "410102/zwb")
    seen: dict[str, Callable[[], set[Any]]] = {
        name: (lambda actor=actor: set(visible_orders(actor).values_list("id", flat=True)))  # type: ignore[misc]
        for name, actor in {
            "supervisor": supervisor, "person": city.reviewer, "head": city.head, "window": city.window, "alien": alien,
        }.items()
    }  # fmt: skip
    assert seen["supervisor"]() == {draft.id, reminder.id, yellow.id}
    assert seen["person"]() == {reminder.id, yellow.id}, "what was not sent is nobody's business yet"
    assert seen["head"]() == {yellow.id}, "a reminder is for the person"
    assert seen["window"]() == seen["alien"]() == set()
    assert find_order(city.head, draft.id) is None
    assert set(waiting_orders(supervisor)) == {draft}
    assert set(waiting_orders(city.reviewer)) == {reminder, yellow}


@pytest.mark.door
def test_the_sweep_escalates_what_nobody_signed_and_a_broken_order_stops_none(city: Any, supervisor: Any) -> None:
    from datetime import timedelta

    from yichuang.aggregates import timers
    from yichuang.aggregates.models import Timer
    from yichuang.ledger.service import set_shift
    from yichuang.orders.models import Order

    first, second = issued(city, supervisor), issued(city, supervisor)
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from ledger_now() - now())")
        shift = timedelta(seconds=float(cursor.fetchone()[0]))
    timers.sweep()  # the first one reckons by the calendar that the house was founded with
    assert timers.sweep() == timers.Swept(0, 0)
    set_shift(shift + timedelta(days=12))
    try:
        # a row without a stream: replayed it is no order, and cannot be written back
        stray = Order.objects.create(
            **{f.name: getattr(first, f.name) for f in Order._meta.fields if f.name not in ("id", "finding", "serial")},
            id=uuid.uuid4(),
            serial="X",
        )
        Timer.objects.create(stream=f"order/{stray.id}", wake_at=first.moved_at)
        swept = timers.sweep()
    finally:
        set_shift(shift)
    assert (swept.done, swept.failed) == (2, 1)
    for row in (first, second):
        row.refresh_from_db()
        assert row.reach > 1
        assert [kind for kind, _ in entries(row)][2:] == ["escalated"] * (row.reach - 1)


@pytest.mark.door
def test_a_complaint_becomes_an_order_without_a_finding(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.orders.core.state import Drafted
    from yichuang.orders.models import Order
    from yichuang.orders.service import open_order

    draft = Drafted("complaint", "red", "410100", "410100/scjg", city.reviewer.person, "R-P10", complaint="12345-1")
    number = uuid.uuid4()
    open_order(draft, "群众反映要求提供清单以外的材料。", supervisor, command_id=number)
    assert open_order(draft, "群众反映要求提供清单以外的材料。", supervisor, command_id=number).repeated
    row = Order.objects.get()
    assert (row.origin, row.level, row.stage, row.reach) == ("complaint", "red", "issued", 2)
    with pytest.raises(Refused) as caught:
        elsewhere = Drafted("manual", "red", "410100", "410100/nowhere")
        open_order(elsewhere, "没有这个部门。", supervisor, command_id=uuid.uuid4())
    assert caught.value.code == "no-department"


def test_the_days_of_orders_are_an_administrators_and_what_has_begun_keeps_its_own(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.aggregates.replay import read_state
    from yichuang.aggregates.settings import set_parameter
    from yichuang.ledger.actor import SYSTEM
    from yichuang.orders.core.decide import Sign
    from yichuang.orders.declared import ORDER
    from yichuang.orders.parameters import LIMITS

    row = issued(city, supervisor)
    set_parameter(LIMITS, "sign_in", 9, SYSTEM)
    set_parameter(LIMITS, "reply_yellow", 7, SYSTEM)
    assert read_state(ORDER, row.id).within == 1
    do(row, Sign(), city.reviewer)
    assert read_state(ORDER, row.id).within == 7
    with pytest.raises(Refused):
        set_parameter(LIMITS, "sign_in", 0, SYSTEM)


def test_statements(city: Any, supervisor: Any) -> None:
    from yichuang.orders.core.decide import Issue
    from yichuang.orders.service import follow

    row = card(city)
    with counted() as told:
        do(row, Issue("请纠正。"), supervisor)
    assert len(told) <= 5, [q[:90] for q in told]
    many = [("found", finding(uuid.uuid4())) for _ in range(20)]
    with counted() as told:
        follow(many)
    assert len(told) <= 12, [q[:90] for q in told]
    with counted() as told:
        follow([])
    assert not len(told)


# --- what people take back --------------------------------------------------------------------------------------------


@pytest.mark.door
@pytest.mark.parametrize(("act", "cause"), [("uphold", "appeal"), ("revoke", "decision"), ("cancel", "dismissed")])
def test_what_people_take_back_leaves_every_count_and_says_why(
    city: Any, supervisor: Any, act: str, cause: str
) -> None:
    from yichuang.orders import service
    from yichuang.orders.core import decide as co
    from yichuang.supervision import findings
    from yichuang.supervision.models import Finding

    row = card(city) if act == "cancel" else issued(city, supervisor)
    other = issued(city, supervisor)
    if act == "uphold":
        do(row, co.Appeal("有值班记录。"), city.reviewer)
    by = officer("office") if act == "uphold" else supervisor
    service.perform(row.id, act, {"text": "经核对属实。"}, by, command_id=uuid.uuid4())
    gone = Finding.objects.get(pk=row.finding)
    assert (gone.open, gone.excused) == (False, cause)
    assert [f.id for f in findings.page(supervisor).rows] == [other.finding]
    assert findings.counted(supervisor, "person") == {(city.reviewer.person,): 1}
    assert findings.totals(supervisor) == [("410100/scjg", 1, 0)]
    (standing,) = (standing for standing in findings.catalogue(supervisor) if standing.rule.code == gone.rule)
    assert (standing.open, standing.withdrawn, standing.excused, standing.share_withdrawn) == (1, 0, 1, 0)
    moves = findings.moves(gone)
    assert [move.kind for move in moves] == ["found", "excused"] and moves[-1].body["cause"] == cause
    assert findings.read_excuse(moves) == "经核对属实。"
    with connection.cursor() as cursor:
        cursor.execute("select actor from ledger_entry where stream = %s and kind = 'excused'", [f"finding/{gone.id}"])
        assert cursor.fetchone() == (by.person,)


@pytest.mark.breach
def test_an_order_is_taken_back_together_with_its_finding_or_not_at_all(city: Any, supervisor: Any) -> None:
    """The row of the finding can't be written: then the order stands as it stood, and its ledger says nothing."""
    from yichuang.aggregates.refusal import Refused
    from yichuang.orders.core.decide import Revoke
    from yichuang.supervision.models import Finding

    row = issued(city, supervisor)

    with connection.cursor() as cursor:
        cursor.execute("alter table supervision_finding add constraint stuck check (excused = '')")
    with pytest.raises(IntegrityError, match="stuck"):
        do(row, Revoke("发错了。"), supervisor)
    with connection.cursor() as cursor:
        cursor.execute("alter table supervision_finding drop constraint stuck")
    row.refresh_from_db()
    assert row.stage == "issued" and [kind for kind, _ in entries(row)] == ["drafted", "issued"]
    assert Finding.objects.get(pk=row.finding).open
    # a refusal in the same transaction stays on record
    with pytest.raises(Refused):
        do(row, Revoke("我看不该发。"), city.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where stream = %s", [f"refusal/{city.reviewer.person}"])
        assert cursor.fetchone() == (1,)
    do(row, Revoke("发错了。"), supervisor)
    assert Finding.objects.get(pk=row.finding).excused == "decision"


@pytest.mark.door
def test_a_card_that_goes_into_another_says_into_which(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.orders.declared import ORDER
    from yichuang.orders.service import follow
    from yichuang.supervision.models import Finding

    law = issued(city, supervisor, rule="R-T03", at="statutory", level="red", measured=3)
    lead = Finding.objects.get(pk=law.finding)
    with transaction.atomic():
        promise = finding(lead.case_id, rule="R-T02", at="promised", measured=5)
        follow([("found", promise)])
        promise.under = lead.id
        promise.save()
        follow([("placed", promise)])
    merged = type(law).objects.get(finding=promise.id)
    assert (merged.stage, entries(merged)[-1]) == ("merged", ("merged", {"into": str(law.id)}))
    # what people excused goes on leading: what comes to stand under it goes the same way
    from yichuang.orders.core.decide import Revoke

    do(law, Revoke("经核对不应发。"), supervisor)
    with transaction.atomic():
        step = finding(lead.case_id, rule="R-T04", at="S1/1", measured=5)
        follow([("found", step)])
        step.under = lead.id
        step.save()
        follow([("placed", step)])
    merged = type(law).objects.get(finding=step.id)
    assert (merged.stage, entries(merged)[-1]) == ("merged", ("merged", {"into": str(law.id)}))
    assert rebuild(ORDER).differences == []


@pytest.mark.door
def test_findings_of_one_lapse_have_one_card_which_turns_to_the_one_that_leads(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.orders.core.decide import Sign
    from yichuang.orders.declared import ORDER
    from yichuang.orders.models import Order
    from yichuang.orders.service import backfill, follow
    from yichuang.supervision.models import Finding

    row = issued(city, supervisor, rule="R-T04", at="S1/1", measured=5)
    do(row, Sign(), city.reviewer)
    step = Finding.objects.get(pk=row.finding)
    with transaction.atomic():
        law = finding(step.case_id, rule="R-T03", at="statutory", level="red", measured=3)
        promise = finding(step.case_id, rule="R-T02", at="promised", measured=5, under=law.id)
        step.under = law.id
        step.save()
        follow([("found", law), ("found", promise), ("placed", promise), ("placed", step)])
    backfill()
    card_now = Order.objects.get()
    assert (card_now.id, card_now.finding, card_now.rule, card_now.level) == (row.id, law.id, "R-T03", "red")
    assert [kind for kind, _ in entries(row)] == ["drafted", "issued", "signed", "turned", "raised"]
    # the graver one is gone, and what stood under it stands by itself again
    with transaction.atomic():
        law.open, step.under, promise.under = False, None, step.id
        for finding_now in (law, step, promise):
            finding_now.save()
        follow([("withdrawn", law), ("placed", step), ("placed", promise)])
    backfill()
    assert set(Order.objects.values_list("finding", "stage")) == {(law.id, "revoked"), (step.id, "drafted")}
    assert rebuild(ORDER).differences == []


@pytest.mark.door
def test_a_finding_whose_card_turned_away_gets_another_when_it_comes_back_alone(city: Any, supervisor: Any) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.orders.declared import ORDER
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow
    from yichuang.supervision.models import Finding

    first = card(city, rule="R-T02", at="promised", measured=5)
    promise = Finding.objects.get(pk=first.finding)
    with transaction.atomic():
        law = finding(promise.case_id, rule="R-T03", at="statutory", level="red", measured=3)
        promise.under = law.id
        promise.save()
        follow([("found", law), ("placed", promise)])
    with transaction.atomic():  # a calendar that is corrected takes back both
        law.open, promise.open, promise.under = False, False, None
        for withdrawn in (law, promise):
            withdrawn.save()
        follow([("withdrawn", law), ("withdrawn", promise)])
    assert set(Order.objects.values_list("id", "finding", "stage")) == {(first.id, law.id, "cancelled")}
    for _ in range(2):  # and corrected again gives back one; the same move asked twice makes no second card
        with transaction.atomic():
            promise.open = True
            promise.save()
            follow([("found", promise)])
    assert sorted(Order.objects.values_list("finding", "stage")) == sorted(
        [(law.id, "cancelled"), (promise.id, "drafted")]
    )
    assert rebuild(ORDER).differences == []
