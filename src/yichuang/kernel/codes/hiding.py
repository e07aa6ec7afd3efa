"""Find identity numbers inside keys of other systems. A key that becomes part of a URL or a name must hold none."""

from __future__ import annotations

from yichuang.kernel.codes import resident_id

LENGTH = 18


def holds_resident_id(text: str) -> bool:
    """Whether the text contains a valid number of a resident identity card (GB 11643), also inside longer numbers."""
    text = text.upper()
    return any(
        text[start : start + LENGTH - 1].isdigit() and resident_id.check(text[start : start + LENGTH]) is None
        for start in range(len(text) - LENGTH + 1)
    )
