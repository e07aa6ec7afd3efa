"""Steps that look at what supervision found on the case, after it has read the ledger as the worker does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import uuid4

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import FIRM, Story, day, moment
from tests.db.watching import client, finding, officer
from yichuang.cases import queries
from yichuang.cases.models import Case
from yichuang.exchange.service import DepartmentReport, store_report
from yichuang.faces.telling import light_of
from yichuang.ledger.actor import SYSTEM
from yichuang.org.service import connect_system
from yichuang.supervision import tailing
from yichuang.supervision.computing import explain_finding
from yichuang.supervision.findings import sentence
from yichuang.supervision.models import Finding, OwnVersion
from yichuang.supervision.own.known import rule_of as known_rule
from yichuang.supervision.reported import ACTS
from yichuang.supervision.rules.catalogue import RULES

LEVELS = {"黄": "yellow", "红": "red"}


def found(story: Story, title: str, case: str = "") -> Iterable[Finding]:
    """Open findings on the story's case, or on another that supervision knows."""
    story.settle()
    while tailing.tail().more:
        pass
    own = [known_rule(code) for code, known in OwnVersion.objects.values_list("code", "title") if known == title]
    (rule,) = own or [rule for rule in RULES if rule.title == title]
    assert rule.find, f"“{title}”还没有数据可判"
    return Finding.objects.filter(rule=rule.code, case_id=case or story.case_id, open=True)


@given(parsers.re(r"(?P<name>\S+?)使用的设备是(?P<device>\S+)"))
def _(story: Story, name: str, device: str) -> None:
    story.use_device(name, device)


@when(parsers.re(r"(?P<connected>已对接的|未对接的)部门系统报送本件的“(?P<act>.+?)”，称发生在(?P<day>\S+)"))
def _(story: Story, connected: str, act: str, day: str) -> None:
    head = story.who("负责人")
    if connected == "已对接的":
        connect_system("old", head.department, "旧系统", "0" * 64, SYSTEM)
    (kind,) = (kind for kind, label in ACTS.items() if label == act)
    happened = moment(day)
    number = Case.objects.get(pk=story.case_id).number
    store_report("old", DepartmentReport("R-1", kind, happened, number, application="甲"), head)


@then(parsers.re(r"受理记为(?P<accepted>\S+?)，决定记为(?P<decided>\S+)"))
def _(story: Story, accepted: str, decided: str) -> None:
    row = Case.objects.get(pk=story.case_id)
    assert (row.accepted_on, row.decided_on) == (day(accepted), day(decided))


@then(parsers.re(r"部门申请(?P<not_>没)?有监察发现“(?P<title>.+?)”"))
def _(story: Story, not_: str | None, title: str) -> None:
    told = f"reported/{story.who('负责人').department}/old/甲"
    assert bool(list(found(story, title, told))) is not bool(not_)


@then(parsers.re(r"没有监察发现“(?P<title>.+?)”"))
def _(story: Story, title: str) -> None:
    assert not list(found(story, title))


@then(parsers.re(r"监察发现“(?P<title>.+?)”写明：(?P<words>.+)"))
def _(story: Story, title: str, words: str) -> None:
    told = [sentence(finding) for finding in found(story, title)]
    assert words in told, told


@then(parsers.re(r"监察发现“(?P<title>.+?)”这样推算：(?P<line>.+)"))
def _(story: Story, title: str, line: str) -> None:
    told = [str(explain_finding(finding)) for finding in found(story, title)]
    assert line in told, told


@then(parsers.re(r"监察发现“(?P<title>.+?)”的依据写明“(?P<words>.+)”"))
def _(story: Story, title: str, words: str) -> None:
    told = [str(explain_finding(finding)) for finding in found(story, title)]
    assert any(words in line for line in told), told


@then(parsers.re(r"监察发现“(?P<title>.+?)”记在(?P<name>\S+?)的部门名下"))
def _(story: Story, title: str, name: str) -> None:
    assert {(finding.department, finding.person) for finding in found(story, title)} == {
        (story.who(name).department, "")
    }


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色$"))
def _(story: Story, title: str, level: str) -> None:
    assert {finding.level for finding in found(story, title)} == {LEVELS[level]}


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色，超过(?P<days>\d+)个工作日"))
def _(story: Story, title: str, level: str, days: str) -> None:
    (finding,) = found(story, title)
    assert (finding.level, finding.measured) == (LEVELS[level], int(days))


@then(parsers.re(r"监察发现“(?P<title>.+?)”为(?P<level>黄|红)色，属于(?P<name>\S+)"))
def _(story: Story, title: str, level: str, name: str) -> None:
    assert (LEVELS[level], story.who(name).person) in {(f.level, f.person) for f in found(story, title)}


@then(parsers.re(r"办件亮“(?P<word>.+?)”，大屏(?P<over>有|没有)超期的办件"))
def _(story: Story, word: str, over: str) -> None:
    """The light on the case page, in the list and on the wall: one definition."""
    story.settle()
    head = story.who("负责人")
    row = queries.visible(head, story.case_id)
    assert row and light_of(row.level, row.wait, row.stage)[1] == word
    browser = client(head)
    page = browser.get(f"/desk/case/{story.case_id}").content.decode()
    state = page[page.index('class="yc-casehead__state"') :]
    assert word in state[: state.index("</p>")]
    assert ("超期 1" in browser.get("/watch/wall").content.decode()) is (over == "有")


@given(parsers.re(r"所辖区县有一条“(?P<title>.+?)”的发现"))
def _(story: Story, title: str) -> None:
    (rule,) = (rule for rule in RULES if rule.title == title)
    officer("supervisor", "410122/zwb")  # makes the county
    finding(uuid4(), rule=rule.code, at="decide", level="red", division="410122", department="410122/zwb")


@then(parsers.re(r"(?P<name>\S+?)查“(?P<text>.+?)”列出“(?P<there>.+?)”，不列“(?P<absent>.+?)”"))
def _(story: Story, name: str, text: str, there: str, absent: str) -> None:
    asked = Case.objects.get(pk=story.case_id).receipt if text == "受理号" else text
    page = client(story.who(name)).get("/watch/findings", {"q": asked}).content.decode()
    rows = page[page.index("<tbody") :]
    assert there in rows and absent not in rows


@then(parsers.re(r"(?P<name>\S+?)下载的清单有“(?P<one>.+?)”和“(?P<other>.+?)”，没有申请人姓名"))
def _(story: Story, name: str, one: str, other: str) -> None:
    text = client(story.who(name)).get("/watch/findings", {"as": "csv"}).content.decode()
    assert one in text and other in text and FIRM not in text and "张三丰" not in text


@then(parsers.re(r"申请人的办件页(?P<there>有|没有)“(?P<words>.+)”"))
def _(story: Story, there: str, words: str) -> None:
    story.settle()
    page = client(story.who("申请人")).get(f"/my/{story.case_id}").content.decode()
    assert (words in re.sub(r"<[^>]+>", "", page)) is (there == "有")


@then(parsers.parse("监察发现“{title}”列在“{lead}”名下"))
def _(story: Story, title: str, lead: str) -> None:
    """One cause, one card: what follows from it is neither counted nor sent by itself."""
    (first,) = found(story, lead)
    assert {finding.under for finding in found(story, title)} == {first.id}


@then(parsers.re(r"监察人员的流程图谱上“(?P<edge>.+?)”有(?P<number>\d+)件"), target_fixture="edge_address")
def _(story: Story, edge: str, number: str) -> str:
    story.settle()
    while tailing.tail().more:
        pass
    page = client(story.who("监察人员")).get("/watch/process", {"lines": "100"}).content.decode()
    found = re.search(rf'<td[^>]*data-label="从 → 到"><div>{edge}</div>.*?href="([^"]+)">(\d+)<', page, re.S)
    assert found and found[2] == number, edge
    return found[1].replace("&amp;", "&")


@then("点开列出本件")
def _(story: Story, edge_address: str) -> None:
    assert f"/desk/case/{story.case_id}" in client(story.who("监察人员")).get(edge_address).content.decode()


@then(parsers.re(r"最常见的走法是“(?P<path>.+?)”"))
def _(story: Story, path: str) -> None:
    page = client(story.who("监察人员")).get("/watch/process").content.decode()
    assert re.findall(r'<span class="yc-variant__path">(.*?)</span>', page)[0] == path


@then("外区县监察人员的流程图谱上没有办件")
def _(story: Story) -> None:
    reader = client(officer("supervisor", "410122/zwb"))
    assert "这段时间没有提交的办件" in reader.get("/watch/process").content.decode()
