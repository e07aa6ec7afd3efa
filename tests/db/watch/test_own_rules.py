"""自定规则 on screen: written without a script, tried, put into force by another person, and found like any rule."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.db.counting import counted
from tests.db.watching import client, officer, read_all
from yichuang.supervision import tasks
from yichuang.supervision.models import Finding, OwnRule

pytestmark = [pytest.mark.django_db, pytest.mark.screen, pytest.mark.clause("4.1b.2")]
GIVEN = {
    "write-title": "审查过多", "write-first": "review", "write-most": "0", "write-gravity": "yellow",
    "write-addressee": "post", "write-basis": "《本市电子监察办法》第九条",
}  # fmt: skip


def reviewed(city: Any, day: str) -> str:
    city.at(f"{day} 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    city.at(f"{day} 15:30")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    read_all()
    return str(case)


def send(browser: Any, address: str, **data: str) -> Any:
    return browser.post(address, {"command_id": str(uuid.uuid4()), "seq": "0", **data})


@pytest.mark.door
def test_a_rule_is_written_tried_put_into_force_and_finds(city: Any) -> None:
    writer, other = client(officer("supervisor")), client(officer("office"))
    first = reviewed(city, "2018-03-09")
    assert "次数过多" in writer.get("/watch/rules/new").content.decode()
    page = writer.get("/watch/rules/new/at_most").content.decode()
    assert "至多几次" in page and "动作乙" not in page and "审查（环节）" in page
    kept = send(writer, "/watch/rules/new/at_most", **{**GIVEN, "write-most": "很多"})
    assert kept.status_code == 422 and "“至多几次”请填写整数。" in kept.content.decode()
    assert "《本市电子监察办法》第九条" in kept.content.decode(), "nothing typed is lost"
    done = send(writer, "/watch/rules/new/at_most", **GIVEN)
    rule = OwnRule.objects.get()
    assert done.url == f"/lives/own-rules/{rule.pk}"
    city.at("2018-03-12 08:00")
    send(writer, f"/lives/own-rules/{rule.pk}/try")
    assert "正在后台试算" in writer.get(done.url).content.decode()
    tasks.try_own_rule(str(rule.pk))
    with counted() as sent:
        page = writer.get(done.url).content.decode()
    assert len(sent) <= 12, "\n".join(s[:90] for s in sent)
    for told in ("1件，1条，占所评判的100.0%", "第7条“审查（环节）”", "共1次，至多0次", "不能自己启用"):
        assert told in page or re.search(told.replace("第7条", r"第\d+条"), page), told
    assert 'id="act-enforce"' not in page and 'id="act-enforce"' in other.get(done.url).content.decode()
    send(other, f"/lives/own-rules/{rule.pk}/enforce", **{"enforce-since": "2018-03-12"})
    case = reviewed(city, "2018-03-12")
    finding = Finding.objects.get(rule="Z-001-1")
    assert finding.case_id == case and not Finding.objects.filter(rule="Z-001-1", case_id=first).exists()
    with counted() as sent:
        listed = writer.get("/watch/findings", {"rule": "Z-001-1"}).content.decode()
    assert "“审查（环节）”有1次，至多0次。" in listed and f"/watch/finding/{finding.id}" in listed
    page = writer.get(f"/watch/finding/{finding.id}").content.decode()
    for told in ("审查过多（Z-001-1）", "《本市电子监察办法》第九条", "共1次，至多0次", "第1版", "待发的牌"):
        assert told in page, told
    with counted() as sent:
        rules = writer.get("/watch/rules").content.decode()
    assert len(sent) <= 12, "\n".join(s[:90] for s in sent)
    assert "Z-001-1" in rules and f"/lives/own-rules/{rule.pk}" in rules
    assert "规则：Z-001-1" in listed
    head = client(city.head).get(f"/watch/finding/{finding.id}")
    assert head.status_code == 200 and "审查过多" in head.content.decode(), "its department reads"
    assert client(city.head).get(done.url).status_code == 404


def test_a_rule_is_changed_from_what_it_asks_now(city: Any) -> None:
    writer = client(officer("supervisor"))
    send(writer, "/watch/rules/new/at_most", **GIVEN)
    rule = OwnRule.objects.get()
    address = f"/watch/rules/{rule.pk}"
    page = writer.get(address).content.decode()
    assert "《本市电子监察办法》第九条" in page and 'value="审查过多"' in page
    assert "间隔太长" in writer.get(f"{address}?kind=choose").content.decode()
    page = writer.get(f"{address}?kind=within").content.decode()
    assert "到哪个动作" in page and 'value="审查过多"' in page
    same = {name.replace("write", "rewrite"): value for name, value in GIVEN.items()}
    assert "内容与现在的草稿一样" in send(writer, address, **same).content.decode()
    assert send(writer, address, **{**same, "rewrite-title": "审查太多"}).status_code == 302
    assert OwnRule.objects.get().title == "审查太多"
    assert writer.get("/lives/own-rules/new/write").status_code == 404, "it has a page of its own"
    assert client(officer("inspector")).get("/watch/rules/new").status_code == 403
    assert client(officer("supervisor", "410102/zwb")).get(address).status_code == 404


@pytest.mark.door
def test_at_every_stage_the_page_asks_few_things(city: Any) -> None:
    """In force with a tried draft of the next version, which another person may put into force: most there is."""
    writer, other = client(officer("supervisor")), client(officer("office"))
    reviewed(city, "2018-03-09")
    send(writer, "/watch/rules/new/at_most", **GIVEN)
    rule = OwnRule.objects.get()
    address = f"/lives/own-rules/{rule.pk}"

    def try_it() -> None:
        send(writer, f"{address}/try")
        tasks.try_own_rule(str(rule.pk))

    def look() -> str:
        told = ""
        for browser in (writer, other):
            with counted() as sent:
                told = browser.get(address).content.decode()
            assert len(sent) <= 12, "\n".join(s[:90] for s in sent)
        return told

    try_it()
    send(other, f"{address}/enforce", **{"enforce-since": "2018-03-12"})
    assert "正在评判" in look()
    send(writer, f"/watch/rules/{rule.pk}", **{k.replace("write", "rewrite"): v for k, v in {
        **GIVEN, "write-title": "审查太多"}.items()})  # fmt: skip
    try_it()
    page = look()
    assert "正在评判" in page and "占所评判的100.0%" in page and 'id="act-enforce"' in page
    send(writer, f"{address}/switch_off", **{"switch_off-standing": "kept", "switch_off-reason": "不再需要"})
    assert "已停用" in look()
