"""The rule on fees (R-F01): what it finds, what just misses, what only looks wrong."""

from __future__ import annotations

import pytest

from tests.db.supervision.judged import (
    HOUSE,
    found,
    local,
    put_cases,
    put_rows,
    put_standard,
    said,
)
from yichuang.supervision import contract

pytestmark = [pytest.mark.django_db, pytest.mark.breach]

DAY = "2018-03-12"
FEE = {"fee": "F1", "due_amount": 5000, "charged_amount": 5000, "charged_on": DAY, "basis_published": True}


@pytest.mark.clause("3.2g.3")
def test_a_fee_is_on_the_published_list_and_of_its_amount_to_the_fen() -> None:
    put_standard()
    put_cases(
        lawful={},
        unlisted={},
        other_basis={},
        a_fen_more={},
        a_fen_less={},
        not_charged={},
        free={},
        waived={},
        basis_unknown={},
    )
    put_rows(
        contract.FEES,
        lawful=FEE,
        unlisted={**FEE, "due_amount": None},
        other_basis={**FEE, "basis_published": False},
        basis_unknown={**FEE, "basis_published": None},
        a_fen_more={**FEE, "charged_amount": 5001},
        a_fen_less={**FEE, "charged_amount": 4999},
        not_charged={"fee": "F1", "due_amount": 5000},
        free={"fee": "F1", "due_amount": 0},
        waived={**FEE, "due_amount": 0, "charged_amount": 0},
    )
    assert said(found("R-F01"), "measured", "allowed", "day", "level") == {
        ("unlisted", "list/F1"): (5000, None, DAY, "red"),
        ("other_basis", "list/F1"): (5000, None, DAY, "red"),
        ("a_fen_more", "amount/F1"): (5001, 5000, DAY, "red"),
        ("a_fen_less", "amount/F1"): (4999, 5000, DAY, "red"),
    }


@pytest.mark.clause("3.2g.3")
def test_what_was_asked_for_is_what_is_paid_and_paid_before_the_certificate_is_made() -> None:
    put_standard()
    put_cases(
        in_order={}, same_second={}, a_second_late={}, unpaid={}, unpaid_and_never_charged={}, free={},
        nothing_made={}, a_fen_short={}, one_of_two_unpaid={},
    )  # fmt: skip
    paid = {**FEE, "paid_amount": 5000, "paid_on": DAY}
    in_order = {**paid, "paid_at": local(DAY, "10:00:00")}
    unpaid = {**FEE, "fee": "F2"}
    put_rows(
        contract.FEES,
        in_order=in_order,
        same_second={**paid, "paid_at": local(DAY, "11:00:00")},
        a_second_late={**paid, "paid_at": local(DAY, "11:00:01")},
        unpaid=FEE,
        unpaid_and_never_charged={"fee": "F1", "due_amount": 5000},
        free={"fee": "F1", "due_amount": 0},
        nothing_made=FEE,
        a_fen_short={**in_order, "paid_amount": 4999},
        one_of_two_unpaid=[in_order, unpaid],
    )
    made = {"number": "C1", "department": HOUSE, "made_at": local(DAY, "11:00:00"), "made_on": DAY}
    copy = {**made, "number": "C2", "made_at": local("2018-03-14", "11:00:00"), "made_on": "2018-03-14"}
    put_rows(
        contract.CERTIFICATES, in_order=made, same_second=made, a_second_late=[made, copy], unpaid=made,
        unpaid_and_never_charged=made, free=made, a_fen_short=made, one_of_two_unpaid=[made, copy],
    )  # fmt: skip
    assert said(found("R-F01"), "measured", "allowed", "day", "level") == {
        ("a_second_late", "before/F1"): (None, 5000, DAY, "red"),
        ("unpaid", "before/F1"): (None, 5000, DAY, "red"),
        ("unpaid_and_never_charged", "before/F1"): (None, 5000, DAY, "red"),
        ("a_fen_short", "paid/F1"): (4999, 5000, DAY, "red"),
        ("one_of_two_unpaid", "before/F2"): (None, 5000, DAY, "red"),
    }
