"""The picture (SVG) of a process map: activities in boxes, edges as lines, the thicker the more often. Pure.

Everything that it says stands in a table beside it; to readers of the screen the picture itself is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from xml.etree import ElementTree as Xml

from yichuang.supervision.process_layout import BOX, LABEL, LOOP, Layout, Place, lay_out
from yichuang.supervision.process_map import Activity, Edge

_LINE = 17  # pixels from line to line
_LETTERS = 20  # of half width in a line of a box; Chinese ones count twice
_LEAST, _MOST = 1.5, 7.0  # width of lines, in pixels


class _End(Enum):
    """Where cases begin and where they end: no activity."""

    START = auto()
    END = auto()


_Pair = tuple[str | _End, str | _End]


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says in the reader's language."""

    name: Callable[[str], str]  # of an activity
    span: Callable[[float | None], str]  # seconds as people write them
    start: str = "开始"
    end: str = "最后"


def draw_map(
    activities: Sequence[Activity],
    edges: Sequence[Edge],
    words: Words,
    address: Callable[[Edge], str] = lambda edge: "",
) -> str:
    """The SVG of these edges and of the activities at their ends; `address` says where an edge leads, if anywhere."""
    by_pair: dict[_Pair, Edge] = {
        (
            _End.START if edge.source is None else edge.source,
            _End.END if edge.target is None else edge.target,
        ): edge
        for edge in edges
    }
    layout = lay_out({pair: edge.number for pair, edge in by_pair.items()}, _End.START, _End.END)
    size = {"width": f"{layout.width:.0f}", "height": f"{layout.height:.0f}"}
    box = f"0 0 {layout.width:.0f} {layout.height:.0f}"
    root = Xml.Element("svg", {"viewBox": box, "class": "yc-map", "aria-hidden": "true", **size})
    most = max((edge.number for edge in edges), default=1)
    for pair, edge in by_pair.items():
        width = _LEAST + (_MOST - _LEAST) * (edge.number / most) ** 0.5
        _draw_way(root, layout, pair, width, open=edge.source is None or edge.target is None)
    counts = {activity.name: activity for activity in activities}
    for name, place in layout.places.items():
        if isinstance(name, _End):
            _draw_end(root, place, words.start if name is _End.START else words.end)
        else:
            _draw_activity(root, place, words.name(str(name)), counts[str(name)].number)
    for pair, edge in by_pair.items():
        _draw_figures(root, layout.labels[pair], edge, words, address(edge))
    return Xml.tostring(root, encoding="unicode")


def _draw_way(root: Xml.Element, layout: Layout, pair: _Pair, width: float, *, open: bool) -> None:
    """A line from the edge of one box to that of the other, with a tip."""
    if pair[0] == pair[1]:
        place = layout.places[pair[0]]
        right, far = place.x + BOX[0] / 2, place.x + BOX[0] / 2 + LOOP - LABEL[0]
        path = f"M{right:.1f} {place.y - 14:.1f}C{far:.1f} {place.y - 30:.1f} {far:.1f} {place.y + 30:.1f}"
        path += f" {right + 8:.1f} {place.y + 14:.1f}"
        tip = f"M{right:.1f} {place.y + 14:.1f}l9 -5v10z"
    else:
        *before, end = layout.ways[pair]
        sign = 1 if end.y > before[0].y else -1
        points = [*before, Place(end.x, end.y - 8 * sign)]
        path = f"M{points[0].x:.1f} {points[0].y:.1f}"
        for a, b in pairwise(points):
            middle = (a.y + b.y) / 2
            path += f"C{a.x:.1f} {middle:.1f} {b.x:.1f} {middle:.1f} {b.x:.1f} {b.y:.1f}"
        tip = f"M{end.x:.1f} {end.y:.1f}l-5 {-9 * sign}h10z"
    kind = "yc-map__way yc-map__way--end" if open else "yc-map__way"
    Xml.SubElement(root, "path", {"class": kind, "d": path, "stroke-width": f"{width:.1f}"})
    Xml.SubElement(root, "path", {"class": "yc-map__tip", "d": tip})


def _draw_end(root: Xml.Element, place: Place, word: str) -> None:
    radius = BOX[1] / 2
    Xml.SubElement(
        root, "circle", {"class": "yc-map__end", "cx": f"{place.x:.1f}", "cy": f"{place.y:.1f}", "r": f"{radius:g}"}
    )
    _write(root, "yc-map__words", [word], place)


def _draw_activity(root: Xml.Element, place: Place, name: str, number: int) -> None:
    left, top = place.x - BOX[0] / 2, place.y - BOX[1] / 2
    group = Xml.SubElement(root, "g")
    Xml.SubElement(group, "title").text = f"{name} {number:,}"
    box = {"x": f"{left:.1f}", "y": f"{top:.1f}", "width": f"{BOX[0]}", "height": f"{BOX[1]}", "rx": "4"}
    Xml.SubElement(group, "rect", {"class": "yc-map__activity", **box})
    _write(group, "yc-map__words", [*_break(name), f"{number:,}"], place)


def _draw_figures(root: Xml.Element, place: Place, edge: Edge, words: Words, address: str) -> None:
    """How often, and after how long in the middle; with an address, a link (of the pointer: the table has it too)."""
    inside = root
    if address:
        inside = Xml.SubElement(root, "a", {"href": address, "tabindex": "-1", "class": "yc-map__link"})
    lines = [f"{edge.number:,}"] + ([words.span(edge.median)] if edge.median is not None else [])
    height = _LINE * len(lines) + 2
    box = {"x": place.x - LABEL[0] / 2, "y": place.y - height / 2, "width": LABEL[0], "height": height, "rx": 3}
    Xml.SubElement(inside, "rect", {"class": "yc-map__back"} | {k: f"{v:.1f}" for k, v in box.items()})
    _write(inside, "yc-map__figures", lines, place)


def _break(name: str) -> list[str]:
    """A name in at most two lines; what does not fit ends in an ellipsis, the title has it whole."""
    lines, line, used = [], "", 0
    for letter in name:
        wide = 2 if ord(letter) > 0x2E7F else 1
        if used + wide > _LETTERS:
            lines.append(line)
            line, used = "", 0
        line, used = line + letter, used + wide
    lines.append(line)
    return lines if len(lines) < 3 else [lines[0], lines[1][:-1] + "…"]


def _write(root: Xml.Element, kind: str, lines: Sequence[str], place: Place) -> None:
    for number, line in enumerate(lines):
        top = place.y + (number - (len(lines) - 1) / 2) * _LINE + 5
        text = Xml.SubElement(root, "text", {"class": kind, "x": f"{place.x:.1f}", "y": f"{top:.1f}"})
        text.text = line
