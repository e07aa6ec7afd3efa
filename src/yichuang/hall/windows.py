"""What cases ask when one is filed at a window: whether that window takes the item (3.4b)."""

from __future__ import annotations

from yichuang.aggregates.refusal import Refused
from yichuang.hall.queries import find_counter
from yichuang.hall.taking import judge_item_at_window


def refuse_item_at_window(post: str, item: str) -> Refused | None:
    """Why the window of a post does not take an item in, where its hall has windows by class. One statement."""
    known = find_counter(post, item)
    return judge_item_at_window(known) if known else None
