"""docs/acts.md is what the tables of acts say."""

from __future__ import annotations

from pathlib import Path

from yichuang.cases.core.decide import ACTS as CASE_ACTS
from yichuang.ops import acts_doc
from yichuang.orders.core.decide import ACTS as ORDER_ACTS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "acts.md"


def test_the_page_is_todays() -> None:
    assert PAGE.read_text(encoding="utf-8") == acts_doc.render_acts(), "yichuang acts"


def test_every_act_is_on_it_and_says_what_it_issues() -> None:
    page = acts_doc.render_acts()
    assert all(f"| {act.label} | `{act.name}` |" in page for act in (*CASE_ACTS.values(), *ORDER_ACTS.values()))
    decided = next(line for line in page.splitlines() if "`decide`" in line)
    assert "准予行政许可决定书、不予行政许可决定书" in decided and "收件、受理的人除外" in decided
