"""What of a case stands in the contract tables. Read from the frozen lives, which never change. No database."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cases.bench import CASHIER, HEAD, REVIEWER, SURVEYOR, Life, food
from yichuang.cases.codec import CODEC
from yichuang.cases.core import commands as co
from yichuang.cases.flattening import TABLES, CaseFlattener
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Fee, Standard
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.service import make_envelope
from yichuang.supervision.contract import Column, ColumnKind, table
from yichuang.supervision.flatten import Rows, changed_rows, changes, flatten

FIXTURES = Path(__file__).parents[2] / "ledger" / "fixtures"
LIVES = sorted(f.stem for f in FIXTURES.glob("*.json"))
OWN = [table(name) for name in TABLES]
STANDARDS = {standard.key: standard for standard in load_standards()}
PYTHON = {
    ColumnKind.TEXT: str,
    ColumnKind.INT: int,
    ColumnKind.BOOL: bool,
    ColumnKind.DAY: date,
    ColumnKind.MOMENT: datetime,
}


def standard(key: str) -> Standard:
    return STANDARDS[key]


def entries(life: str) -> list[Envelope]:
    rows = json.loads((FIXTURES / f"{life}.json").read_text(encoding="utf-8"))["entries"]
    for row in rows:
        for column in ("occurred_at", "recorded_at"):
            row[column] = datetime.fromisoformat(row[column])
    return [Envelope(**{f.name: row[f.name] for f in fields(Envelope)}) for row in rows]


def flat(life: str) -> Rows:
    return flatten(CaseFlattener("c", standard), entries(life))


def only(life: str, name: str) -> dict[str, Any]:
    (row,) = flat(life)[name].values()
    return row


def fits(column: Column, value: Any) -> bool:
    return column.null if value is None else type(value) is PYTHON[column.kind]


@pytest.mark.parametrize("life", LIVES)
def test_every_row_has_the_columns_of_the_contract_and_nothing_else(life: str) -> None:
    found = flat(life)
    for one in OWN:
        for row in found[one.name].values():
            assert set(row) == {c.name for c in one.columns}
            assert not [c.name for c in one.columns if not fits(c, row[c.name])], one.name


@pytest.mark.parametrize("life", LIVES)
def test_a_life_read_in_pieces_comes_out_as_the_whole_and_no_row_goes_away(life: str) -> None:
    whole = entries(life)
    stored: Rows = {one.name: {} for one in OWN}
    before: Rows = {}
    for end in range(1, len(whole) + 1):
        after = flatten(CaseFlattener("c", standard), whole[:end])
        pieces = changed_rows(CaseFlattener("c", standard), whole[: end - 1], whole[end - 1 : end])
        assert pieces == changes(before, after), "read once, with what was known before"
        for one in OWN:
            assert before.get(one.name, {}).keys() <= after[one.name].keys()
            for row in changes(before, after).get(one.name, []):
                stored[one.name][tuple(row[k] for k in one.key)] = row
        before = after
    assert stored == flat(life)
    assert len(stored["events"]) == len(whole)


def test_nothing_private_enters() -> None:
    """Texts are references to the vault in the ledger already; not even those go further."""
    for life in LIVES:
        text = json.dumps([list(rows.values()) for rows in flat(life).values()], default=str, ensure_ascii=False)
        assert "vault:" not in text


def test_a_granted_licence_has_its_dates_people_and_steps() -> None:
    case = only("granted", "cases")
    assert case["granted"] is True and case["outcome"] == "granted" and case["source"] == "door"
    assert case["submitted_on"] <= case["received_on"] <= case["accepted_on"] <= case["decided_on"] <= case["closed_on"]
    assert case["accepted_by"] != case["decided_by"] != ""
    steps = flat("granted")["steps"].values()
    assert steps and all(step["concluded_on"] and step["verdict"] and step["officers"] for step in steps)
    kinds = [notice["kind"] for notice in flat("granted")["notices"].values()]
    assert kinds.index("accepted") < kinds.index("decided") < kinds.index("delivered")
    assert only("granted", "certificates")["holder"] == case["applicant"]


def test_a_refusal_says_whether_it_gave_reasons_and_remedies() -> None:
    notices = {notice["kind"]: notice for notice in flat("refused")["notices"].values()}
    assert notices["decided"]["reasoned"] is True
    assert notices["decided"]["remedies"] == 2 and notices["decided"]["bases"] >= 1
    assert notices["accepted"]["reasoned"] is None
    bases = [b for b in flat("refused")["bases"].values() if b["seq"] == notices["decided"]["seq"]]
    assert bases and all(b["published"] for b in bases)


def test_acceptance_by_silence_has_nobody_who_accepted() -> None:
    case = only("silent", "cases")
    assert case["silent"] is True and case["accepted_by"] == "" and case["accepted_on"] == case["received_on"]


def test_a_special_procedure_is_a_survey_with_its_notice() -> None:
    special = next(row for row in flat("special")["surveys"].values() if row["form"] == "special")
    assert special["stops"] is True and special["listed"] is True and special["notice"]
    assert special["started_on"] < special["until"]


def test_a_correction_that_ran_out_left_its_material_missing() -> None:
    case = only("overdue", "cases")
    assert case["outcome"] == "overdue" and case["accepted_on"] is None
    demanded = [m for m in flat("overdue")["materials"].values() if m["demands"]]
    assert demanded and all(m["state"] == "missing" and m["listed"] for m in demanded)
    notice = next(n for n in flat("overdue")["notices"].values() if n["kind"] == "correction_asked")
    assert notice["due_on"] and notice["reasoned"] is True and notice["unlisted"] == 0
    assert notice["materials"] == len(demanded)


def test_a_case_not_accepted_ended_with_its_notice() -> None:
    case = only("not_accepted", "cases")
    assert case["outcome"] == "not_accepted" and case["closed_on"] and not flat("not_accepted")["steps"]


# --- undone and mended ------------------------------------------------------------------------------------------------


def read(life: Life) -> Rows:
    """The rows of a case on the bench; everything after its filing by one reviewer."""
    rows = []
    for seq, dated in enumerate(life.did, 1):
        kind, v, body = CODEC.dump_event(dated.event)
        rows.append(make_envelope("case/c", seq, kind, v, body, REVIEWER, "", life.now, life.now))
    return flatten(CaseFlattener("c", lambda key: life.standard), rows)


FEE = Fee("F1", "占用费", "每平方米 9 元", "收费文件", "local_reg", rate=900, per="premises_area")


def test_a_corrected_opinion_keeps_its_moment_and_takes_the_new_verdict_and_who_answers_for_it() -> None:
    life = Life().accepted()
    life.conclude("S2")
    before = read(life)["steps"]["c", "S2", 1]
    life.do(co.CorrectOpinion("S2", "fail", "看错了", "不符"), SURVEYOR)
    found = read(life)
    after = found["steps"]["c", "S2", 1]
    assert (before["verdict"], after["verdict"]) == ("pass", "fail")
    assert after["corrected_on"] == life.now.date() and before["corrected_on"] is None
    kept = {"concluded_seq", "concluded_at", "concluded_by", "officers"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {row["person"] for row in found["step_officers"].values()} == {"a:v1", "a:v2", REVIEWER.person}


def test_a_fee_given_back_is_unpaid_when_it_is_due_again_and_paid_when_it_is_waived() -> None:
    for ground, paid in (("wrong_payment", None), ("wrong_charge", 9000)):
        life = Life(replace(food(), fees=(FEE,))).accepted()
        life.do(co.ChargeFee("F1", 9000), CASHIER)
        life.do(co.PayFee("F1", 9000, "P1"), CASHIER)
        life.do(co.RefundFee("F1", ground, "T1", "退"), CASHIER)
        row = read(life)["fees"]["c", "F1"]
        assert (row["paid_amount"], row["refunded_amount"]) == (paid, 9000)
        assert row["refunded_on"] and row["refunded_at"]


def test_a_case_whose_acceptance_was_revoked_is_closed_and_says_so() -> None:
    life = Life().accepted()
    life.do(co.RevokeAcceptance("不符合"), HEAD)
    found = read(life)
    row = found["cases"]["c",]
    assert (row["outcome"], row["closed_on"]) == ("acceptance_revoked", row["accepted_on"])
    (notice,) = (n for n in found["notices"].values() if n["kind"] == "acceptance_revoked")
    assert notice["reasoned"] and notice["remedies"]
