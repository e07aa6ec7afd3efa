"""A standard from a department's document: what is read, what keeps it from being published, what is told of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.db.world import City
from yichuang.catalog.document import write_document
from yichuang.catalog.intake import adapt_standard, examine_draft
from yichuang.catalog.loading import load_standards
from yichuang.catalog.service import publish
from yichuang.kernel.codes import uscc
from yichuang.ledger.actor import SYSTEM
from yichuang.org.models import Department

ITEM = "ZZ-002"


@pytest.fixture
def plain(city: City) -> dict[str, Any]:
    """The document of an item that the small city has not published, for a department that it has."""
    department = Department.objects.select_related("division").get(pk="410100/scjg")
    department.uscc = uscc.build("1", "1", "410100", "MB000107")
    department.save()
    packaged = next(s for s in load_standards() if s.item == ITEM and s.division == "410100")
    content: dict[str, Any] = json.loads(write_document(adapt_standard(packaged, department)))
    return content


def test_a_draft_of_a_packaged_standard_is_publishable(plain: dict[str, Any]) -> None:
    report = examine_draft(json.dumps(plain))
    assert report.is_publishable, report.faults
    assert report.standard is not None and report.standard.department_name == "市场监督管理局"
    assert examine_draft(yaml.safe_dump(plain, allow_unicode=True)).standard == report.standard, "YAML says the same"
    assert publish(report.standard, SYSTEM) is not None
    again = examine_draft(json.dumps(plain))
    assert not again.is_publishable and any("version: 2" in fault for fault in again.faults)
    next_version = examine_draft(json.dumps(plain | {"version": 2}))
    assert any("没有经同级政务服务办审定" in fault for fault in next_version.faults)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"department": "nobody"}, "没有部门 410100/nobody"),
        ({"department_name": "别的局"}, "登记的名称是"),
        ({"item_code": "0" * 31}, "统一社会信用代码"),
        ({"promise": "快"}, "“promise”没有这一项"),
        ({"steps": []}, "流程"),
    ],
)
def test_what_keeps_it_from_being_published_is_said(plain: dict[str, Any], change: dict[str, Any], words: str) -> None:
    report = examine_draft(json.dumps(plain | change))
    assert not report.is_publishable and any(words in fault for fault in report.faults), report.faults


def test_a_wrong_place_is_named_by_its_number(plain: dict[str, Any]) -> None:
    del plain["materials"][1]["name"]
    assert any(fault.startswith("materials.2.name：没有写") for fault in examine_draft(json.dumps(plain)).faults)


@pytest.mark.parametrize("text", ["", "42", "- a\n- b", "{", "a: [", "{}", "!!python/object:os.system {}"])
def test_what_is_no_standard_is_said_and_never_raises(city: City, text: str) -> None:
    report = examine_draft(text)
    assert report.standard is None and report.faults and not report.is_publishable


def test_a_department_that_is_being_closed_publishes_nothing(plain: dict[str, Any]) -> None:
    from datetime import date

    Department.objects.filter(pk="410100/scjg").update(last_day=date(2030, 1, 1))
    assert any("撤销" in fault for fault in examine_draft(json.dumps(plain)).faults)
