"""监察发现 and 监察规则: which findings exist for whom, what a page says of one, and at how many statements."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.db.watching import client, finding, officer, read_all

pytestmark = pytest.mark.clause("4.1b.2")


def listed(actor: Any, **query: str) -> str:
    answer = client(actor).get("/watch/findings", query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def statuses(row: Any, *actors: Any) -> list[int]:
    return [client(actor).get(f"/watch/finding/{row.id}").status_code for actor in actors]


@pytest.mark.screen
def test_a_finding_exists_for_its_watchers_its_head_and_whom_it_concerns(city: Any) -> None:
    case = city.submit().state.id
    read_all()
    row = finding(case, person=city.reviewer.person)
    supervisor, elsewhere = officer("supervisor"), officer("supervisor", "410102/zwb")
    for actor in (supervisor, city.head, city.reviewer):
        assert str(row.id) in listed(actor)
    for actor in (elsewhere, city.reviewer2, city.window):
        text = listed(actor)
        assert str(row.id) not in text and "没有监察发现" in text
    assert "只列涉及您本人的发现" in listed(city.reviewer2)
    assert statuses(row, supervisor, city.head, city.reviewer) == [200] * 3
    assert statuses(row, elsewhere, city.reviewer2, city.window) == [404] * 3
    assert client(supervisor).get(f"/watch/finding/{uuid.uuid4()}").status_code == 404


def test_another_departments_head_sees_only_what_concerns_the_head(city: Any) -> None:
    case = city.submit().state.id
    other = officer("head", "410100/zwb")
    theirs = finding(case, department="410100/scjg", person=city.reviewer.person)
    own = finding(case, department="410100/scjg", person=other.person)
    text = listed(other)
    assert str(own.id) in text and str(theirs.id) not in text
    assert statuses(own, other) == [200] and statuses(theirs, other) == [404]
    # the case belongs to another department: the finding is told, the case stays closed
    page = client(other).get(f"/watch/finding/{own.id}").content.decode()
    assert "这一办件不在您能看的范围内" in page and f"/desk/case/{case}" not in page


def test_citizens_and_strangers_are_refused(city: Any) -> None:
    from yichuang.people.models import Account

    row = finding(city.submit().state.id)
    citizen = Client()
    citizen.force_login(Account.objects.create_user("citizen1", kind="citizen"))
    for address in ("/watch/findings", f"/watch/finding/{row.id}", "/watch/rules"):
        assert citizen.get(address).status_code == 403
        assert Client().get(address).status_code in (302, 403)


@pytest.mark.screen
def test_the_list_is_narrowed_and_counted_exactly(city: Any) -> None:
    case = city.submit().state.id
    supervisor = officer("supervisor")
    yellow = finding(case)
    red = finding(case, rule="R-P03", at="decide", level="red", department="410100/zwb")
    gone = finding(case, open=False, withdrawn_at=datetime(2018, 3, 13, tzinfo=UTC))
    for query, expected in (
        ({}, {yellow, red}),
        ({"level": "red"}, {red}),
        ({"rule": "R-P02"}, {yellow}),
        ({"department": "410100/zwb"}, {red}),
        ({"state": "withdrawn"}, {gone}),
        ({"state": "all"}, {yellow, red, gone}),
        ({"level": "yellow", "rule": "R-P03"}, set()),
        ({"level": "purple", "rule": "'", "state": "x", "page": "-1"}, {yellow, red}),  # not understood: not narrowed
    ):
        text = listed(supervisor, **query)
        assert {row for row in (yellow, red, gone) if str(row.id) in text} == expected, query
        assert f">{len(expected)}条，{min(1, len(expected))}件<" in text
    read_all()
    assert "没有符合条件的发现" in listed(supervisor, level="yellow", rule="R-P03")
    assert "规则：R-P03 受审不分离" in listed(supervisor, rule="R-P03")


def test_the_list_is_paged_in_few_statements(city: Any) -> None:
    from yichuang.supervision.findings import PAGE

    supervisor = officer("supervisor")
    rows = [finding(uuid.uuid4(), found_at=datetime(2018, 3, 1 + i % 28, 2, i, tzinfo=UTC)) for i in range(PAGE + 5)]
    browser = client(supervisor)
    with CaptureQueriesContext(connection) as asked:
        first = browser.get("/watch/findings").content.decode()
    # the reach of the watcher, counts, cases, their findings, their titles and their cards
    assert len(asked) <= 14, "\n".join(q["sql"][:150] for q in asked)
    second = browser.get("/watch/findings", {"page": "2"}).content.decode()
    shown = [[row.id for row in rows if str(row.id) in text] for text in (first, second)]
    assert [len(ids) for ids in shown] == [PAGE, 5] and not set(shown[0]) & set(shown[1])
    assert f">{PAGE + 5}条，{PAGE + 5}件<" in first and "下一页" in first and "下一页" not in second
    # a clerk has the desk's navigation beside the list: its counts cost one more
    clerk = client(city.reviewer)
    with CaptureQueriesContext(connection) as asked:
        clerk.get("/watch/findings")
    assert len(asked) <= 11, "\n".join(q["sql"][:150] for q in asked)


@pytest.mark.screen
def test_the_list_stands_by_case_with_red_first_and_leads_to_the_cards(city: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow

    late, other = city.submit().state.id, city.submit().state.id
    with transaction.atomic():
        rows = [finding(late, found_at=datetime(2018, 3, 1, 2, tzinfo=UTC)) for _ in range(2)]
        rows.append(finding(late, rule="R-P03", at="decide", level="red", found_at=datetime(2018, 3, 1, 2, tzinfo=UTC)))
        rows.append(finding(other, found_at=datetime(2018, 3, 12, 2, tzinfo=UTC)))
        follow([("found", row) for row in rows])
    text = listed(officer("supervisor"))
    places = [text.index(str(row.id)) for row in (rows[2], rows[0], rows[1], rows[3])]
    assert places[0] < min(places[1:3]) and max(places[1:3]) < places[3], "by case, the one with red first"
    assert "这一件共3条" in text and ">4条，2件<" in text
    for order in Order.objects.all():
        assert f"/watch/order/{order.id}" in text


def test_the_list_is_searched_by_number_item_rule_officer_and_day(city: Any) -> None:
    from yichuang.cases.models import Case

    case = city.submit().state.id
    row = Case.objects.get(pk=case)
    supervisor = officer("supervisor")
    mine = finding(case, number=row.number, person=city.reviewer.person, found_at=datetime(2018, 3, 9, 15, tzinfo=UTC))
    other = finding(
        uuid.uuid4(), item="ZZ-777", rule="R-P03", at="decide", found_at=datetime(2018, 3, 9, 17, tzinfo=UTC)
    )
    for query, expected in (
        ({"q": row.receipt}, {mine}),
        ({"q": f" {row.number} "}, {mine}),
        ({"q": row.receipt[-5:]}, {mine}),
        ({"q": row.number[4:12].lower()}, {mine}),
        ({"q": row.receipt[-3:]}, set()),  # too short to be a number
        ({"q": "市场监督"}, {mine, other}),
        ({"q": "食品经营"}, {mine}),
        ({"q": "ZZ-777"}, {other}),
        ({"q": "受审不分离"}, {other}),
        ({"q": "r-p03"}, {other}),
        ({"q": "reviewer1"}, {mine}),
        ({"q": "没有这个人"}, set()),
        ({"first_day": "2018-03-10"}, {other}),  # 17:00 in Greenwich is the tenth in Zhengzhou
        ({"last_day": "2018-03-09"}, {mine}),
        ({"first_day": "x"}, {mine, other}),
    ):
        text = listed(supervisor, **query)
        assert {found for found in (mine, other) if str(found.id) in text} == expected, query


@pytest.mark.screen
def test_the_list_is_searched_by_part_of_a_number_of_a_card_that_was_sent(city: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow, perform

    supervisor = officer("supervisor")
    with transaction.atomic():
        sent, waiting = finding(uuid.uuid4(), number="N-A"), finding(uuid.uuid4(), number="N-B")
        follow([("found", sent), ("found", waiting)])
    order = Order.objects.get(finding=sent.id)
    perform(order.id, "issue", {"text": "请纠正。"}, supervisor, command_id=uuid.uuid4())
    order.refresh_from_db()
    text = listed(supervisor, q=order.serial[4:])
    assert str(sent.id) in text and str(waiting.id) not in text
    # of what has not reached the reader, no number finds anything
    assert str(sent.id) not in listed(city.window, q=order.serial)


def test_the_file_says_what_the_page_says_and_no_formula(city: Any) -> None:
    from yichuang.cases.models import Case

    case = city.submit().state.id
    finding(case)
    finding("", item="=cmd", rule="R-P03", at="decide", level="red")
    alien = finding(uuid.uuid4(), division="410199", department="410199/scjg", number="N-ALIEN")
    supervisor = officer("supervisor")
    answer = client(supervisor).get("/watch/findings", {"as": "csv"})
    assert answer["Content-Type"].startswith("text/csv") and "no-store" in answer["Cache-Control"]
    text = answer.content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[0] for line in lines] == ["级别", "红", "黄"], "in the order of the page"
    assert Case.objects.get(pk=case).receipt in text and "张三丰" not in text
    assert "'=cmd" in lines[1] + lines[2] and alien.number not in text
    narrowed = client(supervisor).get("/watch/findings", {"as": "csv", "level": "red"}).content.decode()
    assert len(narrowed.strip().splitlines()) == 2
    own = client(city.reviewer2).get("/watch/findings", {"as": "csv"}).content.decode()
    assert len(own.strip().splitlines()) == 1, "nothing but the head for whom nothing concerns"
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where stream = 'export/410100' and kind = 'exported'")
        assert cursor.fetchone() == (3,)


def test_the_file_stands_in_the_order_of_the_list(city: Any) -> None:
    supervisor = officer("supervisor")
    cases = [uuid.uuid4() for _ in range(3)]
    for n, case in enumerate((*cases, *cases)):
        finding(case, number=f"N{n}", found_at=datetime(2018, 3, 1 + n % 4, 2, n, tzinfo=UTC))
    finding(cases[0], number="N6", level="red", rule="R-P03", at="decide", found_at=datetime(2018, 3, 1, tzinfo=UTC))
    finding("", number="", rule="R-O06", at="x", found_at=datetime(2018, 3, 9, tzinfo=UTC))
    for query in ({}, {"level": "yellow"}, {"department": "410100/scjg", "rule": "R-P"}):
        answer = client(supervisor).get("/watch/findings", query | {"as": "csv"}).content.decode("utf-8-sig")
        rows = [line[3] for line in list(csv.reader(io.StringIO(answer)))[1:]]
        page = listed(supervisor, **query)
        order = re.findall(r'yc-case-link" href="/watch/finding/[^"]+">([^<]+)<', page)
        assert rows == order and len(rows) >= 6


def test_a_watcher_of_the_city_sees_the_findings_of_its_counties_and_not_the_other_way(city: Any) -> None:
    county, supervisor = officer("supervisor", "410122/zwb"), officer("supervisor")
    own = finding(uuid.uuid4(), division="410122", department="410122/zwb")
    citys = finding(uuid.uuid4())
    assert {row for row in (own, citys) if str(row.id) in listed(supervisor)} == {own, citys}
    assert {row for row in (own, citys) if str(row.id) in listed(county)} == {own}
    assert statuses(own, supervisor, county, city.head) == [200, 200, 404]
    assert "所辖" in listed(supervisor)


def accepted_and_reviewed(city: Any) -> Any:
    """A case in which one review took seconds, and supervision has read it."""
    from yichuang.supervision import tailing

    city.at("2018-03-12 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    while tailing.tail().more:
        pass
    return case


@pytest.mark.screen
@pytest.mark.django_db(transaction=True)
def test_a_finding_says_what_who_on_what_ground_and_from_which_records(city: Any) -> None:
    from yichuang.supervision import tailing
    from yichuang.supervision.models import Finding

    tailing.rebuild()
    case = accepted_and_reviewed(city)
    row = Finding.objects.get(rule="R-P02", case_id=str(case), at__startswith="quick/")
    browser = client(officer("supervisor"))
    with CaptureQueriesContext(connection) as asked:
        text = browser.get(f"/watch/finding/{row.id}").content.decode()
    assert len(asked) <= 15, "\n".join(q["sql"][:150] for q in asked)
    for words in (
        "秒就办结，少于60秒。",
        "节点代批",
        "第2版，环节最短用时：60秒",
        "环节“资料审查”开始后",
        "郑政文〔2018〕46号第四部分第（一）项",
        "已知局限",
        "reviewer1",
        "环节办结",
        "怎么看出来的",
        "办结；用时",
        "食品经营许可（ZZ-001）",
        "办件",
        "发现",
    ):
        assert words in text, words
    assert f"/desk/case/{case}#entry-{row.seq}" in text


@pytest.mark.screen
@pytest.mark.django_db(transaction=True)
def test_a_finding_on_a_licence_names_it_and_leads_to_its_entry(city: Any) -> None:
    from tests.db.licences.lives import Licences
    from yichuang.aggregates import door
    from yichuang.cases.service import replay_case
    from yichuang.licences.core.commands import Settle
    from yichuang.licences.declared import LICENCE
    from yichuang.supervision import tailing
    from yichuang.supervision.models import Finding

    tailing.rebuild()
    licences = Licences(city)
    licence = licences.granted()
    case = replay_case(licences.file("change", licence))
    door.move(LICENCE, {licence: Settle(case.id, "change", "", "无文号")}, {"rivals": ()}, city.head)
    while tailing.tail().more:
        pass
    row = Finding.objects.get(rule="R-L01")
    text = client(officer("supervisor")).get(f"/watch/finding/{row.id}").content.decode()
    number = licences.now(licence).licence.number
    for words in (f"证照{number}", "此前没有准予的决定", "准予变更", "打开办件", f"证照第{row.seq}条"):
        assert words in text, words
    assert f'href="/lives/licence/{licence}"' in text


@pytest.mark.screen
@pytest.mark.django_db(transaction=True)
def test_a_finding_on_a_limit_shows_the_computation_of_the_case_and_where_it_stands(city: Any) -> None:
    from yichuang.supervision import tailing
    from yichuang.supervision.models import Finding

    tailing.rebuild()
    case = accepted_and_reviewed(city)
    city.at("2018-12-03 09:30")
    tailing.tail()
    city.do(case, "conclude", city.surveyor, step="S2", verdict="pass", opinion="符合",
            officers=[city.surveyor.person, city.surveyor2.person])  # fmt: skip
    while tailing.tail().more:
        pass
    browser = client(officer("supervisor"))
    for rule, anchor in (("R-T03", "clock-statutory"), ("R-T02", "clock-promised")):
        row = Finding.objects.get(rule=rule, case_id=str(case), open=True)
        text = browser.get(f"/watch/finding/{row.id}").content.decode()
        case_page = browser.get(f"/desk/case/{case}").content.decode()
        assert "时限怎么算" in text and f"/desk/case/{case}#{anchor}" in text
        assert f'id="{anchor}"' in case_page
        assert ("按承诺的时限" in text) == (rule == "R-T02") and ("超过法定期限" in text) == (rule == "R-T03")
        lines = text[text.index("时限怎么算") :]
        assert "受理" in lines or "起算" in lines
    # a step's clock is gone from the case once the step is done: its dates stand in the case's own story
    row = Finding.objects.get(rule="R-T04", case_id=str(case), at="S2/1")
    text = browser.get(f"/watch/finding/{row.id}").content.decode()
    assert "环节“现场核查”的时限为3个工作日，超过到期日" in text
    assert "环节开始（当日不计）；时限3个工作日；" in text and "2018年12月3日办结；超过到期日" in text
    assert "<dd>现场核查</dd>" in text and "已经走完" in text and f"/desk/case/{case}#moments-title" in text


def test_a_withdrawn_finding_says_so_and_keeps_its_life(city: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    row = finding(city.submit().state.id, open=False, withdrawn_at=datetime(2018, 3, 13, 2, tzinfo=UTC))
    said = {"reason": "ground_gone", "version": "2 least_seconds=5"}
    record(f"finding/{row.id}", "withdrawn", said, SYSTEM)
    text = client(city.head).get(f"/watch/finding/{row.id}").content.decode()
    assert "2018年3月13日（周二） 10:00撤销" in text
    life = text[text.index("这条发现的经过") :]
    assert life.index("发现") < life.index("撤销") and "第2版，环节最短用时：5秒" in life


def test_the_life_of_a_finding_says_names_and_no_codes(city: Any) -> None:
    from yichuang.cases.models import Case

    case = city.submit().state.id
    standard = Case.objects.get(pk=case).standard
    row = finding(case, standard=standard, rule="R-T04", at="S2/1", measured=5, allowed=3, version="2")
    text = client(officer("supervisor")).get(f"/watch/finding/{row.id}").content.decode()
    life = text[text.index("这条发现的经过") :]
    assert "环节“现场核查”的时限为3个工作日" in life and "S2" not in life and "单位见" not in text
    assert "测得" not in text and "准许" not in text


@pytest.mark.screen
def test_the_rules_say_what_judges_what_waits_and_where_they_are_blind(city: Any) -> None:
    from yichuang.ledger.service import now
    from yichuang.supervision.models import Unjudged
    from yichuang.supervision.rules.catalogue import JUDGING, RULES

    case = city.submit().state.id
    finding(case)
    finding(case, open=False, withdrawn_at=datetime(2018, 3, 13, tzinfo=UTC))
    Unjudged.objects.create(rule="R-T02", case_id=str(case), since=now(), error="x")
    browser = client(officer("supervisor"))
    with CaptureQueriesContext(connection) as asked:
        text = browser.get("/watch/rules").content.decode()
    assert len(asked) <= 11, "\n".join(q["sql"][:150] for q in asked)
    live, _, waiting = text[text.index("<h2") :].partition("还不判断任何办件，不算已经实现。")
    for rule in RULES:
        where = [part for part in (live, waiting) if rule.code in part]
        assert where == [live if rule in JUDGING else waiting], rule.code
        assert rule.waits_for in waiting
    assert "?rule=R-P02" in live and "50%" in live and "环节最短用时：60秒" in live and "?rule=R-P03" not in live
    assert "红灯：</span>1件" in live
    answer = client(city.window).get("/watch/rules")
    assert answer.status_code == 403 and "请切换到相应岗位" in answer.content.decode()


@pytest.mark.screen
def test_the_watch_counts_findings_by_department_and_leads_to_them(city: Any) -> None:
    case = city.submit().state.id
    finding(case)
    finding(case, rule="R-P03", at="decide", level="red")
    finding(case, open=False, withdrawn_at=datetime(2018, 3, 13, tzinfo=UTC))
    browser = client(officer("supervisor"))
    browser.get("/watch/")  # what a process asks once, such as the kind of the store, is asked
    with CaptureQueriesContext(connection) as asked:
        text = browser.get("/watch/").content.decode()
    assert len(asked) <= 11, "\n".join(q["sql"][:150] for q in asked)
    part = text[text.index("现存的发现") : text.index("最近到期")]
    assert "/watch/findings?department=410100/scjg" in part and "市场监督管理局" in part
    assert part.count("<div>1</div>") == 0 and part.count(">1</a>") == 2 and "有红" in part
    for address in ("/watch/findings", "/watch/rules"):
        assert f'href="{address}"' in text
    assert 'href="/watch/findings"' in client(city.window).get("/desk/").content.decode()


@pytest.mark.screen
def test_the_case_page_tells_its_open_findings_to_who_may_see_them(city: Any) -> None:
    case = city.submit().state.id
    row = finding(case, person=city.reviewer.person)
    gone = finding(case, open=False, withdrawn_at=datetime(2018, 3, 13, tzinfo=UTC))
    under = finding(case, person=city.reviewer.person, under=row.id)
    for actor, sees in ((city.head, True), (city.reviewer, True), (city.reviewer2, False), (city.window, False)):
        browser = client(actor)
        with CaptureQueriesContext(connection) as asked:
            text = browser.get(f"/desk/case/{case}").content.decode()
        assert len(asked) <= 11, "\n".join(q["sql"][:150] for q in asked)
        assert (
            (f"/watch/finding/{row.id}" in text) == sees
            and ("本件上的发现（1）" in text) == sees
            and ("电子监察在本件上的发现" in text) == sees
        )
        assert str(gone.id) not in text and str(under.id) not in text
    supervisor = officer("supervisor")
    county = finding(case, division="410122", department="410122/zwb", rule="R-O04", at="V1", level="red")
    officer("supervisor", "410122/zwb")
    text = client(supervisor).get(f"/desk/case/{case}").content.decode()
    assert f"/watch/finding/{county.id}" in text and "本件上的发现（2）" in text
