"""What of a licence stands in the contract tables, from its own events. No database."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.unit.supervision.test_flatten import fits, standard
from yichuang.ledger.envelope import Envelope
from yichuang.licences.codec import CODEC
from yichuang.licences.core import events as ev
from yichuang.licences.flattening import TABLES, LicenceFlattener
from yichuang.supervision.contract import table
from yichuang.supervision.flatten import Rows, changed_rows, changes, flatten

FOOD = "410100/ZZ-001/1"
ID = "1.2.156.3005.2.11100000MB1E05113B.11410100005252022A.000000001.001.X"
BORN = datetime(2018, 3, 12, 1, 30, tzinfo=UTC)
MADE = ev.Made(
    number="证1", identifier=ID, type="食品经营许可证", standard=FOOD, subject="s:1", on=date(2018, 3, 12),
    valid_from=date(2018, 3, 12), valid_to=date(2023, 3, 11), case="c1", form="vault:1", paper_seq=9,
)  # fmt: skip
CHANGED = ev.Changed("c2", 2, ID, date(2018, 3, 13), "vault:2", "文2")
DEEMED = ev.Renewed("c3", 3, ID, date(2023, 3, 12), date(2023, 3, 12), date(2028, 3, 11), deemed=True, number="文3")
OPENED = ev.RevocationOpened("revoke", "procedure", date(2018, 3, 14), False, "vault:3", (), number="文4")
SERVED = ev.NoticeServed("direct", date(2018, 3, 14), date(2018, 3, 21), "vault:9")
ASKED = ev.HearingAsked("vault:4", date(2018, 3, 15), date(2018, 4, 12))
ARRANGED = ev.HearingArranged(date(2018, 3, 27), "vault:5", number="文5")
HELD = ev.HearingHeld(date(2018, 3, 27), "a:3", "vault:6", (), number="文6")
REVOKED = ev.Revoked("revoke", "procedure", date(2018, 3, 28), "vault:7", "vault:8", ("法",), ("复议",), number="文7")
EXPIRED = ev.Cancelled("expired", date(2023, 3, 12))
LIVES: dict[str, list[Any]] = {
    "changed": [MADE, ev.Applied("c2", "change"), CHANGED, ev.Printed(2, date(2018, 3, 13), "c2", 7)],
    "renewed": [MADE, ev.Applied("c3", "renew"), ev.Waiting("c3", True), ev.Waiting("c3", False), DEEMED],
    "revoked": [MADE, OPENED, SERVED, ev.Answered("vault:9", (), date(2018, 3, 15)), ASKED, ARRANGED, HELD, REVOKED],
    "dropped": [MADE, OPENED, ev.RevocationDropped("revoke", date(2018, 3, 16), "vault:8"), OPENED],
    "expired": [MADE, ev.Reminded(1, 120, date(2023, 3, 11)), EXPIRED],
    "suspended": [
        MADE,
        ev.Suspended(date(2018, 3, 14), date(2018, 5, 1), "法", "vault:3", ()),
        ev.Restored(date(2018, 5, 2), ""),
    ],
    "never one": [MADE, ev.Cancelled("other", date(2018, 3, 12), case="c1")],
}


def entries(events: list[Any], source: str = "") -> list[Envelope]:
    """An entry a day, each by its own person."""
    out = []
    for n, event in enumerate(events, 1):
        kind, v, body = CODEC.dump_event(event)
        at = BORN + timedelta(days=n - 1)
        who = (f"a:{n}", "410100/scjg/head/1", "", "online", source, "", "", "", "")
        out.append(Envelope("licence/l1", n, kind, v, body, *who, at, at))
    return out


def flat(name: str, source: str = "") -> Rows:
    return flatten(LicenceFlattener("l1", standard), entries(LIVES[name], source))


def licence(name: str) -> dict[str, Any]:
    (row,) = flat(name)["licences"].values()
    return row


def acts(name: str) -> list[dict[str, Any]]:
    return list(flat(name)["licence_acts"].values())


@pytest.mark.parametrize("life", LIVES)
def test_every_row_has_the_columns_of_the_contract_and_nothing_private(life: str) -> None:
    found = flat(life)
    assert set(found) == set(TABLES)
    for one in map(table, TABLES):
        for row in found[one.name].values():
            assert list(row.keys() ^ {c.name for c in one.columns}) == []
            assert not [c.name for c in one.columns if not fits(c, row[c.name])], one.name
    text = json.dumps([list(rows.values()) for rows in found.values()], default=str, ensure_ascii=False)
    assert "vault:" not in text


@pytest.mark.parametrize("life", LIVES)
def test_a_licence_read_in_pieces_comes_out_as_the_whole_and_no_row_goes_away(life: str) -> None:
    whole = entries(LIVES[life])
    before: Rows = {}
    for end in range(1, len(whole) + 1):
        after = flatten(LicenceFlattener("l1", standard), whole[:end])
        pieces = changed_rows(LicenceFlattener("l1", standard), whole[: end - 1], whole[end - 1 : end])
        assert pieces == changes(before, after)
        assert all(rows.keys() <= after[name].keys() for name, rows in before.items())
        before = after
    assert len(before["licence_acts"]) == len(whole)


def test_an_act_belongs_to_the_case_that_asked_for_it_and_all_else_to_the_one_that_made_the_licence() -> None:
    assert [(a["kind"], a["case_id"], a["by_case"]) for a in acts("changed")] == [
        ("made", "c1", "c1"), ("applied", "c2", "c2"), ("changed", "c2", "c2"), ("printed", "c2", "c2"),
    ]  # fmt: skip
    assert {(a["case_id"], a["by_case"]) for a in acts("revoked")[1:]} == {("c1", "")}
    assert (licence("changed")["case_id"], licence("changed")["version"]) == ("c1", 2)
    assert [a["decision"] for a in acts("changed")] == ["", "", "文2", ""]


def test_a_deemed_renewal_says_from_when_to_when() -> None:
    act = acts("renewed")[-1]
    assert (act["deemed"], act["former_valid_to"], act["valid_from"], act["valid_to"], act["decision"]) == (
        True, date(2023, 3, 11), date(2023, 3, 12), date(2028, 3, 11), "文3",
    )  # fmt: skip
    assert licence("renewed")["valid_to"] == date(2028, 3, 11)


def test_the_acts_of_a_proceeding_name_the_one_that_opened_it() -> None:
    found = acts("revoked")
    assert [a["proceeding"] for a in found] == [None, 2, 2, 2, 2, 2, 2, 2]
    assert found[2]["respond_by"] == date(2018, 3, 21) and found[4]["hold_by"] == date(2018, 4, 12)
    assert [a["hearing_on"] for a in found[5:7]] == [date(2018, 3, 27)] * 2
    assert [a["proceeding"] for a in acts("dropped")] == [None, 2, 2, 4]
    ended = licence("revoked")
    assert (ended["status"], ended["ended_by"], ended["proceeding"]) == ("revoked", "procedure", "")
    assert licence("dropped")["proceeding"] == "revoke"


def test_how_a_licence_ended_or_stands_still() -> None:
    assert (licence("expired")["status"], licence("expired")["ended_on"]) == ("expired", date(2023, 3, 12))
    assert licence("suspended")["status"] == "valid" and acts("suspended")[1]["suspended_until"] == date(2018, 5, 1)
    assert licence("never one")["ended_by"] == "other"


def test_what_was_taken_over_says_so() -> None:
    (row,) = flat("expired", "migrated")["licences"].values()
    assert row["source"] == "migrated" and licence("expired")["source"] == "door"
