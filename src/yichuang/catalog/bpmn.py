"""The flow of a standard as BPMN 2.0 with a drawing (BPMN DI), derived from its steps: there is no second description.

Pure. A task's id is the step's code, so that a viewer can mark where a case stands. Parallel gateways stand where steps
open together or wait for one another; a conditional step says so in its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from yichuang.catalog.standard import ARTICLE_45, Standard, Step

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
_COLUMN, _ROW, _TOP, _LEFT = 190, 110, 60, 60  # pixels
_TASK = (140, 76)
_GATE = (44, 44)
_EVENT = (36, 36)


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the picture: kind, words, and its place in columns and rows."""

    id: str
    tag: str  # startEvent | endEvent | userTask | parallelGateway
    name: str
    column: float
    row: float

    @property
    def size(self) -> tuple[int, int]:
        return {"userTask": _TASK, "parallelGateway": _GATE}.get(self.tag, _EVENT)

    @property
    def centre(self) -> tuple[float, float]:
        return _LEFT + self.column * _COLUMN + _TASK[0] / 2, _TOP + self.row * _ROW + _TASK[1] / 2


def write_bpmn(standard: Standard) -> str:
    """The BPMN XML of a standard's flow, from filing to delivery."""
    nodes, edges = lay_out(standard)
    root = Xml.Element(f"{{{BPMN}}}definitions", {"targetNamespace": "urn:yichuang:standard", "id": "definitions"})
    process = Xml.SubElement(root, f"{{{BPMN}}}process", {"id": "flow", "name": standard.name, "isExecutable": "true"})
    for node in nodes.values():
        element = Xml.SubElement(process, f"{{{BPMN}}}{node.tag}", {"id": node.id, "name": node.name})
        for end, tag in ((1, "incoming"), (0, "outgoing")):  # in this order by the schema
            for number, edge in enumerate(edges):
                if edge[end] == node.id:
                    Xml.SubElement(element, f"{{{BPMN}}}{tag}").text = f"flow{number}"
    for number, (source, target) in enumerate(edges):
        Xml.SubElement(
            process,
            f"{{{BPMN}}}sequenceFlow",
            {"id": f"flow{number}", "sourceRef": source, "targetRef": target},
        )
    _draw(root, nodes, edges)
    for prefix, uri in (("bpmn", BPMN), ("bpmndi", DI), ("dc", DC), ("di", DD)):
        Xml.register_namespace(prefix, uri)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")


def lay_out(standard: Standard) -> tuple[dict[str, Node], list[tuple[str, str]]]:
    """Nodes by id and the edges between them."""
    steps = standard.steps
    level = step_levels(steps)
    rows: dict[int, int] = {}
    place: dict[str, tuple[int, int]] = {}
    for step in sorted(steps, key=lambda s: level[s.code]):
        column = level[step.code]
        place[step.code] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    middle = (max(rows.values(), default=1) - 1) / 2
    nodes = {
        "start": Node("start", "startEvent", "申请", 0, middle),
        "accept": Node("accept", "userTask", "受理（综合窗口）", 1, middle),
    }
    for step in steps:
        column, row = place[step.code]
        shift = middle - (rows[column] - 1) / 2
        nodes[step.code] = Node(step.code, "userTask", _name(step), 3 + 2 * column, row + shift)
    last = 3 + 2 * (max(level.values(), default=-1) + 1)
    for offset, (id, tag, name) in enumerate(
        (
            ("decide", "userTask", "决定（本机关负责人）"),
            ("deliver", "userTask", "制证与送达"),
            ("end", "endEvent", "办结"),
        )
    ):
        nodes[id] = Node(id, tag, name, last + offset, middle)
    return _with_gateways(nodes, _plain_edges(steps))


def step_levels(steps: tuple[Step, ...]) -> dict[str, int]:
    """How many steps lie before each, along the longest way."""
    level: dict[str, int] = {}
    unplaced = list(steps)
    while unplaced:
        ready = [s for s in unplaced if all(a in level for a in s.after)]
        if not ready:
            raise ValueError("环节图有回路")
        for step in ready:
            level[step.code] = 1 + max((level[a] for a in step.after), default=-1)
        unplaced = [s for s in unplaced if s.code not in level]
    return level


def _plain_edges(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    followed = {a for s in steps for a in s.after}
    first = [("accept", s.code) for s in steps if not s.after]
    inner = [(a, s.code) for s in steps for a in s.after]
    last = [(s.code, "decide") for s in steps if s.code not in followed]
    outer = [("start", "accept"), ("decide", "deliver"), ("deliver", "end")]
    return [*outer, *(first or [("accept", "decide")]), *inner, *last]


def _with_gateways(
    nodes: dict[str, Node], edges: list[tuple[str, str]]
) -> tuple[dict[str, Node], list[tuple[str, str]]]:
    """A parallel gateway after whatever has several successors, and before whatever waits for several."""
    out = list(edges)
    for id in list(nodes):
        targets = [t for s, t in out if s == id]
        if len(targets) > 1:
            gate = f"split_{id}"
            nodes[gate] = Node(gate, "parallelGateway", "", nodes[id].column + 0.85, nodes[id].row)
            out = [(gate if s == id else s, t) for s, t in out] + [(id, gate)]
        sources = [s for s, t in out if t == id]
        if len(sources) > 1:
            gate = f"join_{id}"
            nodes[gate] = Node(gate, "parallelGateway", "", nodes[id].column - 0.85, nodes[id].row)
            out = [(s, gate if t == id else t) for s, t in out] + [(gate, id)]
    return nodes, out


def _name(step: Step) -> str:
    marks = []
    if step.officers > 1:
        marks.append(f"{step.officers}人")
    if step.kind in ARTICLE_45:
        marks.append("不计时")
    if step.when:
        marks.append("如适用")
    return f"{step.name}({'、'.join(marks)})" if marks else step.name


def _draw(root: Xml.Element, nodes: dict[str, Node], edges: list[tuple[str, str]]) -> None:
    diagram = Xml.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "diagram"})
    plane = Xml.SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": "flow"})
    for node in nodes.values():
        shape = Xml.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{node.id}_di", "bpmnElement": node.id})
        (x, y), (width, height) = node.centre, node.size
        bounds = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height}
        Xml.SubElement(shape, f"{{{DC}}}Bounds", {k: f"{v:g}" for k, v in bounds.items()})
        if node.tag.endswith("Event"):
            label = Xml.SubElement(shape, f"{{{DI}}}BPMNLabel")
            Xml.SubElement(
                label,
                f"{{{DC}}}Bounds",
                {"x": f"{x - 20:g}", "y": f"{y + 24:g}", "width": "40", "height": "18"},
            )
    for number, (source, target) in enumerate(edges):
        edge = Xml.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"flow{number}_di", "bpmnElement": f"flow{number}"})
        for x, y in find_way(nodes[source], nodes[target]):
            Xml.SubElement(edge, f"{{{DD}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def find_way(source: Node, target: Node) -> list[tuple[float, float]]:
    """Out at the right (or top and bottom of a gateway), in at the left, with right angles."""
    (x1, y1), (x2, y2) = source.centre, target.centre
    start, end = x1 + source.size[0] / 2, x2 - target.size[0] / 2
    if y1 == y2:
        return [(start, y1), (end, y2)]
    if source.tag == "parallelGateway":
        edge = y1 + (source.size[1] / 2 if y2 > y1 else -source.size[1] / 2)
        return [(x1, edge), (x1, y2), (end, y2)]
    if target.tag == "parallelGateway":
        edge = y2 + (target.size[1] / 2 if y1 > y2 else -target.size[1] / 2)
        return [(start, y1), (x2, y1), (x2, edge)]
    middle = (start + end) / 2
    return [(start, y1), (middle, y1), (middle, y2), (end, y2)]
