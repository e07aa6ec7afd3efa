"""Frozen lives: streams recorded once and never edited. They must verify and replay for as long as the product exists.

A changed event shape gets a new version and an upcaster (`cases.codec`); these files stay as they are. New shapes
get new
files beside them. No database.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from yichuang.aggregates.acts import Happened
from yichuang.cases.codec import UPCASTERS, VERSIONS, load_case, load_event
from yichuang.cases.core.events import KINDS, LABELS
from yichuang.cases.core.state import Case, evolve
from yichuang.ledger.envelope import GENESIS, Envelope

LIVES = sorted((Path(__file__).parent / "fixtures").glob("*.json"))
_COLUMNS = [f.name for f in fields(Envelope)]


def entries(file: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    life = json.loads(file.read_text(encoding="utf-8"))
    for entry in life["entries"]:
        for column in ("occurred_at", "recorded_at"):
            entry[column] = datetime.fromisoformat(entry[column])
    return life["entries"], life["state"]


@pytest.mark.parametrize("file", LIVES, ids=lambda f: f.stem)
def test_the_chain_of_a_frozen_life_holds(file: Path) -> None:
    head = GENESIS
    for entry in entries(file)[0]:
        assert entry["prev_hash"] == head.hex()
        head = Envelope(**{c: entry[c] for c in _COLUMNS}).hash(head)
        assert entry["hash"] == head.hex()


@pytest.mark.parametrize("file", LIVES, ids=lambda f: f.stem)
def test_a_frozen_life_replays_to_its_state(file: Path) -> None:
    rows, state = entries(file)
    case = Case(rows[0]["stream"].removeprefix("case/"))
    for row in rows:
        event = load_event(row["kind"], row["v"], row["body"])
        case = evolve(case, Happened(event, row["actor"], row["occurred_at"], row["recorded_at"], row["channel"]))
    assert _as_then(case) == _as_then(load_case(json.dumps(state)))


def _as_then(case: Case) -> Case:
    """The state without what it holds only since these lives were frozen: days of charges and visits, the form."""
    charges = {fee: replace(charge, demanded_on=None, paid_on=None) for fee, charge in case.charges.items()}
    return replace(case, charges=charges, form="", place="", visited=())


def test_every_version_step_has_an_upcaster_and_every_kind_a_name() -> None:
    assert set(VERSIONS) == set(KINDS) == set(LABELS)
    for kind, version in VERSIONS.items():
        assert all((kind, step) in UPCASTERS for step in range(1, version))


def test_an_old_body_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """收件旧版没有原件清单:升级函数补上空清单,旧条目照样可读。"""
    monkeypatch.setitem(VERSIONS, "received", 3)
    monkeypatch.setitem(UPCASTERS, ("received", 1), lambda body: {**body, "originals": []})
    monkeypatch.setitem(UPCASTERS, ("received", 2), lambda body: {**body, "number": "旧号"})
    event = load_event("received", 1, '{"on":"2018-03-01"}')
    assert (event.originals, event.number) == ((), "旧号")
