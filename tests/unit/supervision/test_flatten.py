"""What of a case stands in the contract tables. Read from the frozen lives, which never change. No database."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from yichuang.cases.flattening import CaseFlattener
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.ledger.envelope import Envelope
from yichuang.supervision.contract import OF_CASE, Column, ColumnKind
from yichuang.supervision.flatten import Rows, changed_rows, changes, flatten

FIXTURES = Path(__file__).parents[2] / "ledger" / "fixtures"
LIVES = sorted(f.stem for f in FIXTURES.glob("*.json"))
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


def only(life: str, table: str) -> dict[str, Any]:
    (row,) = flat(life)[table].values()
    return row


def fits(column: Column, value: Any) -> bool:
    return column.null if value is None else type(value) is PYTHON[column.kind]


@pytest.mark.parametrize("life", LIVES)
def test_every_row_has_the_columns_of_the_contract_and_nothing_else(life: str) -> None:
    found = flat(life)
    for table in OF_CASE:
        for row in found[table.name].values():
            assert set(row) == {c.name for c in table.columns}
            assert not [c.name for c in table.columns if not fits(c, row[c.name])], table.name


@pytest.mark.parametrize("life", LIVES)
def test_a_life_read_in_pieces_comes_out_as_the_whole_and_no_row_goes_away(life: str) -> None:
    whole = entries(life)
    stored: Rows = {table.name: {} for table in OF_CASE}
    before: Rows = {}
    for end in range(1, len(whole) + 1):
        after = flatten(CaseFlattener("c", standard), whole[:end])
        pieces = changed_rows(CaseFlattener("c", standard), whole[: end - 1], whole[end - 1 : end])
        assert pieces == changes(before, after), "read once, with what was known before"
        for table in OF_CASE:
            assert before.get(table.name, {}).keys() <= after[table.name].keys()
            for row in changes(before, after).get(table.name, []):
                stored[table.name][tuple(row[k] for k in table.key)] = row
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
