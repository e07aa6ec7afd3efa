"""Merging contents that several people write: what one changed is taken, what two changed is shown, nothing is lost."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.catalog.edits import carry_out, edits, touched
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.drafting.lines import build_content, list_lines
from yichuang.catalog.drafting.merge import HERE, THERE, Merged, mark_value, marks_of, merge
from yichuang.catalog.loading import load_standards

FOOD = content_of(next(s for s in load_standards() if s.item == "ZZ-001"))
MARKS = marks_of(FOOD)
few = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("standard", load_standards(), ids=lambda s: s.key)
def test_lines_lose_nothing(standard):
    content = content_of(standard)
    assert build_content(list_lines(content)) == content


@few
@given(edits(FOOD))
def test_merging_with_nothing_changed_is_identity(script):
    other = carry_out(FOOD, script)
    assert merge(MARKS, FOOD, FOOD) == Merged(FOOD)
    assert merge(MARKS, FOOD, other).content == other
    assert not merge(MARKS, FOOD, other).clashes
    back = merge(MARKS, other, FOOD)
    assert (back.content, back.clashes) == (other, {})


@few
@given(edits(FOOD), edits(FOOD))
def test_edits_of_different_parts_both_survive(mine, yours):
    yours = [edit for edit in yours if touched(edit) not in {touched(edit) for edit in mine}]
    merged = merge(MARKS, carry_out(FOOD, yours), carry_out(FOOD, mine))
    assert merged.content == carry_out(carry_out(FOOD, yours), mine)
    assert not merged.clashes


@few
@given(edits(FOOD), edits(FOOD))
def test_nothing_is_lost_silently(mine, yours):
    """Every value that one place wrote is in what is kept, or in a clash that shows it."""
    kept, sent = carry_out(FOOD, yours), carry_out(FOOD, mine)
    merged = merge(MARKS, kept, sent)
    out = list_lines(merged.content)
    for copy_ in (list_lines(kept), list_lines(sent)):
        for line, value in copy_.values.items():
            if mark_value(value) == MARKS.get(line, ""):
                continue
            shown = [clash for at, clash in merged.clashes.items() if line == at or line.startswith(f"{at}/")]
            assert out.values.get(line) == value or shown, line
    assert {c.kept == c.sent for c in merged.clashes.values()} <= {False}


@few
@given(edits(FOOD), edits(FOOD), st.sampled_from([HERE, THERE]))
def test_a_choice_settles_every_clash(mine, yours, which):
    kept, sent = carry_out(FOOD, yours), carry_out(FOOD, mine)
    chosen: dict[str, str] = {}
    for _ in range(4):  # a row that stays shows what is in dispute inside it
        merged = merge(MARKS, kept, sent, chosen)
        if not merged.clashes:
            break
        chosen |= dict.fromkeys(merged.clashes, which)
    assert not merged.clashes


@few
@given(edits(FOOD), edits(FOOD))
def test_sending_again_changes_nothing_more(mine, yours):
    merged = merge(MARKS, carry_out(FOOD, yours), carry_out(FOOD, mine)).content
    assert merge(marks_of(merged), merged, merged).content == merged


def test_two_writers_of_one_value_are_shown_both():
    yours, mine = copy.deepcopy(FOOD), copy.deepcopy(FOOD)
    yours["materials"][2]["copies"], mine["materials"][2]["copies"] = 2, 3
    merged = merge(MARKS, yours, mine)
    assert merged.content == yours
    clash = merged.clashes["materials/M03/copies"]
    assert (clash.kept, clash.sent) == (2, 3)
    assert merge(MARKS, yours, mine, {"materials/M03/copies": HERE}).content == mine


def test_a_row_removed_here_and_changed_there_stays_until_somebody_chooses():
    yours, mine = copy.deepcopy(FOOD), copy.deepcopy(FOOD)
    yours["materials"][2]["name"] = "改过的名称"
    del mine["materials"][2]
    merged = merge(MARKS, yours, mine)
    assert merged.content == yours
    assert merged.clashes["materials/M03"].sent is None
    assert merge(MARKS, yours, mine, {"materials/M03": HERE}).content == mine
    turned = merge(MARKS, mine, yours)
    assert turned.content == mine
    assert turned.clashes["materials/M03"].sent["name"] == "改过的名称"
    assert merge(MARKS, mine, yours, {"materials/M03": HERE}).content["materials"][-1]["name"] is not None


def test_rows_added_in_two_places_stand_side_by_side():
    yours, mine = copy.deepcopy(FOOD), copy.deepcopy(FOOD)
    yours["conditions"].insert(1, {"id": "c8", "text": "甲", "basis": "", "confidence": "demo"})
    mine["conditions"].append({"id": "c9", "text": "乙", "basis": "", "confidence": "demo"})
    ids = [row["id"] for row in merge(MARKS, yours, mine).content["conditions"]]
    assert ids == ["c1", "c8", *[row["id"] for row in FOOD["conditions"][1:]], "c9"]


def test_marks_under_a_line_are_those_of_its_row():
    marks = marks_of(FOOD, ["sections/premises"])
    assert "sections/premises/fields/water/label" in marks
    assert "rows:sections/premises/fields" in marks
    assert all(name.removeprefix("rows:").startswith("sections/premises") for name in marks)
