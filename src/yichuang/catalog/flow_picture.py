"""The flow of a standard as a picture (SVG) for a page that draws it anew while one types. Pure; the same places and
lines as the BPMN (`bpmn`).
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from yichuang.catalog.bpmn import Node, find_way, lay_out
from yichuang.catalog.standard import Standard

_LINE, _LETTERS = 18, 8  # pixels of a line of words; letters in it
_MOST_LINES = 3


def draw_flow(standard: Standard) -> str:
    """The SVG of the flow, from filing to delivery. Raises ValueError where steps wait for each other in a circle."""
    nodes, edges = lay_out(standard)
    width = max(node.centre[0] + node.size[0] / 2 for node in nodes.values()) + 20
    top = min(node.centre[1] - node.size[1] / 2 for node in nodes.values()) - 20
    height = max(node.centre[1] + node.size[1] / 2 for node in nodes.values()) + 30 - top
    root = Xml.Element(
        "svg",
        {
            "viewBox": f"0 {top:g} {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "class": "yc-drawn",
        }
        | {"role": "img", "aria-label": f"{standard.name}的流程图，内容与环节的表相同"},
    )
    for source, target in edges:
        points = " ".join(f"{x:g},{y:g}" for x, y in find_way(nodes[source], nodes[target]))
        Xml.SubElement(root, "polyline", {"class": "yc-drawn__way", "points": points})
        x, y = find_way(nodes[source], nodes[target])[-1]
        Xml.SubElement(root, "path", {"class": "yc-drawn__tip", "d": f"M{x:g} {y:g}l-8 -4v8z"})
    for node in nodes.values():
        _draw_node(root, node)
    return Xml.tostring(root, encoding="unicode")


def _draw_node(root: Xml.Element, node: Node) -> None:
    (x, y), (width, height) = node.centre, node.size
    if node.tag == "userTask":
        box = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height, "rx": 6}
        Xml.SubElement(root, "rect", {"class": "yc-drawn__task"} | {k: f"{v:g}" for k, v in box.items()})
        _write(root, node.name, x, y)
    elif node.tag == "parallelGateway":
        half = f"{width / 2:g}"
        d = f"M{x:g} {y - width / 2:g}l{half} {half}-{half} {half}-{half}-{half}z"
        Xml.SubElement(root, "path", {"class": "yc-drawn__task", "d": d})
        _write(root, "＋", x, y)
    else:
        Xml.SubElement(
            root, "circle", {"class": "yc-drawn__task", "cx": f"{x:g}", "cy": f"{y:g}", "r": f"{width / 2:g}"}
        )
        _write(root, node.name, x, y + height / 2 + 14)


def _write(root: Xml.Element, words: str, x: float, y: float) -> None:
    """Words around a point, broken into lines."""
    lines = [words[start : start + _LETTERS] for start in range(0, len(words), _LETTERS)][:_MOST_LINES]
    for number, line in enumerate(lines):
        top = y + (number - (len(lines) - 1) / 2) * _LINE + 5
        Xml.SubElement(root, "text", {"class": "yc-drawn__words", "x": f"{x:g}", "y": f"{top:g}"}).text = line
