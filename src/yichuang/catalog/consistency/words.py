"""What people write in the lives between city and counties. It is published, so it stands in the entries. Pure."""

from __future__ import annotations

from yichuang.aggregates.refusal import Kind, require

MOST = 200  # characters


def demand_text(text: str, field: str, message: str, least: int = 1, most: int = MOST) -> None:
    """Raises Refused(input) for a text that is missing or too long."""
    words = message if len(text.strip()) <= most else f"最多{most}个字，现有{len(text.strip())}个。"
    require(least <= len(text.strip()) <= most, "bad-text", words, kind=Kind.INPUT, field=field)
