"""The drawn flow is the standard's own: every step once, every edge, nothing else; XML that a reader can parse."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from yichuang.catalog.bpmn import BPMN, DI, write_bpmn
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard

ROOT = Path(__file__).resolve().parents[3]
CITY = [s for s in load_standards() if s.division == "410100"]
NS = {"b": BPMN, "d": DI}


def reach(root: Xml.Element) -> dict[str, set[str]]:
    """For each task, the tasks that follow it, through gateways."""
    flows: dict[str, list[str]] = {}
    for flow in root.findall(".//b:sequenceFlow", NS):
        flows.setdefault(flow.attrib["sourceRef"], []).append(flow.attrib["targetRef"])

    def after(id: str) -> set[str]:
        out: set[str] = set()
        for target in flows.get(id, []):
            out |= after(target) if target.startswith(("split_", "join_")) else {target}
        return out

    return {task.attrib["id"]: after(task.attrib["id"]) for task in root.findall(".//b:userTask", NS)}


@pytest.mark.clause("3.2f.1")
@pytest.mark.parametrize("standard", CITY, ids=lambda s: s.item)
def test_the_flow_is_the_standards(standard: Standard) -> None:
    root = Xml.fromstring(write_bpmn(standard))
    following = reach(root)
    assert set(following) == {"accept", "decide", "deliver", *(s.code for s in standard.steps)}
    for step in standard.steps:
        for before in step.after or ("accept",):
            assert step.code in following[before]
    followed = {a for s in standard.steps for a in s.after}
    for step in standard.steps:
        assert ("decide" in following[step.code]) is (step.code not in followed)
    nodes = root.findall(".//b:process/*", NS)
    drawn = {s.attrib["bpmnElement"] for s in root.findall(".//d:BPMNShape", NS)}
    assert drawn == {n.attrib["id"] for n in nodes if not n.tag.endswith("sequenceFlow")}


def test_no_two_shapes_lie_on_each_other() -> None:
    for standard in CITY:
        root = Xml.fromstring(write_bpmn(standard))
        corners = [tuple(b.attrib.values()) for b in root.findall(".//d:BPMNShape/{*}Bounds", NS)]
        assert len(corners) == len(set(corners)), standard.item


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The OMG's own schema of BPMN 2.0, as the package bpmn-moddle carries it."""
    return etree.XMLSchema(etree.parse(ROOT / "node_modules/bpmn-moddle/resources/bpmn/xsd/BPMN20.xsd"))


@pytest.mark.clause("3.2f.1")
@pytest.mark.parametrize("standard", CITY, ids=lambda s: s.item)
def test_it_is_valid_by_the_schema_of_the_omg(standard: Standard, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(write_bpmn(standard).encode()))


@pytest.mark.clause("3.2f.1")
@pytest.mark.parametrize("standard", CITY, ids=lambda s: s.item)
def test_an_engine_of_somebody_else_runs_it_from_start_to_end_each_task_once(standard: Standard) -> None:
    parser = BpmnParser()
    parser.add_bpmn_str(write_bpmn(standard).encode())
    workflow = BpmnWorkflow(parser.get_spec("flow"))
    done: list[str] = []
    workflow.do_engine_steps()
    while ready := workflow.get_tasks(state=TaskState.READY, manual=True):
        done.append(ready[0].task_spec.bpmn_id)
        ready[0].run()
        workflow.do_engine_steps()
    assert workflow.completed
    assert sorted(done) == sorted(["accept", "decide", "deliver", *(step.code for step in standard.steps)])
    for step in standard.steps:
        assert all(done.index(before) < done.index(step.code) for before in step.after)
