"""Seal images and QR codes as SVG text.

The seal is a plain ring with the organ's name on an arc and the seal's name below: no star and no emblem, because an
image made by a program is not a registered seal (国发〔1999〕25号 governs those); what binds is the signature in the
file. What never enters: files, keys, the network.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import segno

from yichuang.documents.content import DEMO_SEAL
from yichuang.documents.fonts import SERIF, printable

_RED = "#d7000f"
_RING = 100.0  # radius of the ring, in units of the image; the image is 2 * (_RING + 5) wide


@lru_cache(maxsize=256)
def seal_svg(organ: str, name: str = DEMO_SEAL) -> str:
    """Return the round seal of `organ` as SVG, `name` the line inside it; a character without a glyph shows as code."""
    side = 2 * (_RING + 5)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-side / 2:g} {-side / 2:g} {side:g} {side:g}" '
        f'width="{side:g}" height="{side:g}" font-family="{SERIF}" fill="{_RED}" stroke="{_RED}" text-anchor="middle">'
        f'<circle r="{_RING:g}" fill="none" stroke-width="5"/>'
        f"{_arc(printable(organ)[0])}{_line(printable(name)[0])}</svg>"
    )


def _arc(text: str) -> str:
    """Each character upright on the arc, centred at the top; long names get smaller letters and a longer arc."""
    letters = [char for char in text if not char.isspace()]
    if not letters:
        return ""
    span = min(235.0, 26.0 * len(letters))  # degrees between the outer edges of the first and last letter
    step = span / len(letters)
    size = min(31.0, 0.96 * math.radians(step) * (_RING - 22))
    baseline = _RING - 9 - size * 0.88
    parts = []
    for index, char in enumerate(letters):
        angle = -span / 2 + step * (index + 0.5)
        parts.append(
            f'<text transform="rotate({angle:.2f})" x="0" y="{-baseline:.2f}" font-size="{size:.2f}" '
            f'stroke-width=".6">{escape(char)}</text>'
        )
    return "".join(parts)


def _line(text: str) -> str:
    """The seal's name across the lower half, inside the ring."""
    if not text:
        return ""
    width = sum(1.0 if ord(char) > 0x2000 else 0.55 for char in text)
    size = min(15.0, 130.0 / width)
    return f'<text x="0" y="60" font-size="{size:.2f}" stroke-width=".3">{escape(text)}</text>'


def qr_svg(payload: str, *, scales: bool = False) -> str:
    """Return the QR code of `payload` (error level M: readable with 15 % of it damaged) as SVG on white; with `scales`
    as large as the page wants it.
    """
    out = io.BytesIO()
    looks: dict[str, Any] = {"border": 2, "light": "#fff", "xmldecl": False, "svgns": True, "omitsize": scales}
    segno.make_qr(payload, error="m").save(out, kind="svg", **looks)
    return out.getvalue().decode()
