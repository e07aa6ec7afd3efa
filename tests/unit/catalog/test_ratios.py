"""四个比率: what is counted, and what is missing by name."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from yichuang.catalog.loading import load_standards
from yichuang.catalog.ratios import Ratio, count_asked, count_ratios


@dataclass(frozen=True)
class Known:
    item: str
    at_window: bool = True
    online: bool = True
    visits: int = 0
    asked: int = 0


KNOWN = st.builds(
    Known, st.sampled_from(["A", "B", "C", "D"]), st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 3)
)


@given(st.sets(st.sampled_from(["A", "B", "C", "D", "E"])), st.lists(KNOWN, unique_by=lambda k: k.item))
def test_whatever_is_counted_or_missing_is_on_the_list(listed: set[str], standards: list[Known]) -> None:
    for one in count_ratios(listed, standards):
        assert one.have + len(one.missing) == one.due == len(listed)
        assert set(one.missing) <= listed
        assert {"E"} & listed <= set(one.missing), "an item without a standard reaches nothing"
        assert (one.percent == "100.0%") is (one.due > 0 and not one.missing)


def test_each_ratio_asks_its_own_question() -> None:
    standards = [Known("A", at_window=False), Known("B", online=False), Known("C", visits=1), Known("D", asked=2)]
    missing = {one.ratio: one.missing for one in count_ratios("ABCD", standards)}
    assert missing == {
        Ratio.HALL: ("A",), Ratio.ONLINE: ("B",), Ratio.UNSEEN: ("C",), Ratio.NO_PAPERS: ("D",)
    }  # fmt: skip


def test_what_an_applicant_brings_is_counted_from_the_standard() -> None:
    """企业投资项目备案 asks for its form alone; the food licence for more."""
    asked = {s.item: count_asked(s) for s in load_standards() if s.division == "410100"}
    assert asked["ZZ-102"] == 0 and asked["ZZ-001"] > 0
