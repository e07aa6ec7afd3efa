"""送达回证 printed before the hand-over, with what the record will say; the signed scan comes with the delivery."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.desk.conftest import Browser, conclude_steps
from tests.db.portal.pages import PDF
from tests.db.world import City
from yichuang.aggregates.models import Paper, Upload
from yichuang.cases.core.state import Stage
from yichuang.cases.service import replay_case
from yichuang.documents.gathering import gather
from yichuang.ledger.models import Entry

Desk = Callable[..., Browser]


@pytest.fixture
def made(city: City) -> str:
    """A case whose certificate waits to be handed over."""
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    conclude_steps(city, id)
    city.do(id, "decide", city.head, granted=True)
    city.do(id, "make_certificate", city.window)
    return str(id)


def rows(page: str) -> dict[str, str]:
    cells = re.findall(r'<th scope="row"[^>]*>(.*?)</th><td[^>]*>(.*?)</td>', page, re.S)
    return dict(cells)


def test_the_blank_says_what_the_record_will_say(city: City, desk: Desk, made: str) -> None:
    browser, entries = desk(city.window), Entry.objects.filter(stream=f"case/{made}").count()
    assert f"/desk/case/{made}/slip" in browser.case(made).content.decode()
    blank = rows(browser.get(f"/desk/case/{made}/slip").content.decode())
    numbers = list(
        Paper.objects.filter(stream=f"case/{made}", kind__in=["grant", "licence"]).values_list("number", flat=True)
    )
    assert len(numbers) == 2 and all(number in blank["送达文书名称及文号"] for number in numbers)
    assert blank["送达方式"] == "直接送达" and blank["送达日期"] == blank["签名及日期"] == ""
    assert Entry.objects.filter(stream=f"case/{made}").count() == entries, "nothing has happened yet"
    browser.act(made, "deliver", method="direct", recipient="张三丰")
    paper = Paper.objects.get(stream=f"case/{made}", kind="delivery")
    record = {field.label: field.value for field in gather(f"case/{made}", paper.seq).say().fields}
    assert {label for label, value in blank.items() if value} <= {label for label, value in record.items() if value}
    for label in ("受送达人", "送达文书名称及文号", "送达方式", "送达地点", "送达人"):
        assert record[label] == blank[label]


def test_another_way_of_delivery_is_chosen_on_the_page(city: City, desk: Desk, made: str) -> None:
    blank = rows(desk(city.window).get(f"/desk/case/{made}/slip", method="left").content.decode())
    assert blank["送达方式"] == "留置送达" and blank["送达地点"] == ""


@pytest.mark.breach
def test_there_is_nothing_to_sign_before_or_after(city: City, desk: Desk, made: str) -> None:
    early = city.submit().state.id
    browser = desk(city.window)
    assert browser.get(f"/desk/case/{early}/slip").url == f"/desk/case/{early}"
    assert desk(city.reviewer).get(f"/desk/case/{made}/slip").status_code == 302
    browser.act(made, "deliver", method="direct", recipient="张三丰")
    assert browser.get(f"/desk/case/{made}/slip").status_code == 302


def test_the_signed_return_is_kept_with_the_delivery(city: City, desk: Desk, made: str) -> None:
    browser = desk(city.window)
    answer = browser.act(
        made, "deliver", method="direct", recipient="张三丰", evidence=SimpleUploadedFile("回证.pdf", PDF)
    )
    assert answer.status_code == 302, answer.content.decode()
    upload = Upload.objects.get()
    assert (upload.stream, replay_case(made).stage) == (f"case/{made}", Stage.CLOSED)
    address = f"/desk/case/{made}/file/{upload.id}"
    assert address in browser.case(made).content.decode()
    assert b"".join(browser.get(address).streaming_content) == PDF
    paper = Paper.objects.get(stream=f"case/{made}", kind="delivery")
    record = {field.label: field.value for field in gather(f"case/{made}", paper.seq).say().fields}
    assert record["备注"] == "受送达人签名的回证扫描件已收存（1件）"


def test_a_scan_that_cannot_be_taken_loses_nothing_typed(city: City, desk: Desk, made: str) -> None:
    answer = desk(city.window).act(
        made, "deliver", method="direct", recipient="张三丰", evidence=SimpleUploadedFile("回证.zip", b"PK")
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "压缩包" in page and "张三丰" in page
    assert replay_case(made).stage is Stage.MADE and not Upload.objects.exists()
