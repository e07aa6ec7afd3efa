"""Steps that look at what came of it: the case, the ledger, the papers, what an applicant sees."""

from __future__ import annotations

from django.test import Client
from pytest_bdd import parsers, then

from tests.clauses.story import FIRM, Story, day, moment, plain
from tests.clauses.ways import public
from yichuang.kernel.clock import due_on, format_day


@then(parsers.parse("被拒绝因为“{why}”"))
def _(story: Story, why: str) -> None:
    assert story.refused is not None, "本应被拒绝"
    assert plain(why) in plain(story.refused.message), story.refused.message
    story.refused = None


@then(parsers.parse("申请表被退回，写明“{why}”"))
def _(story: Story, why: str) -> None:
    """Beside the field it speaks of."""
    assert story.refused is not None, "本应被退回"
    said = story.refused.message + "".join(story.refused.details.get("fields", {}).values())
    assert plain(why) in plain(said), said
    story.refused = None


@then(parsers.parse("被拒绝并说明依据“{clause}”"))
def _(story: Story, clause: str) -> None:
    assert story.refused is not None, "本应被拒绝"
    assert plain(clause) in plain(story.refused.basis), story.refused.clause
    story.refused = None


@then("被拒绝")
def _(story: Story) -> None:
    """Each way has words of its own for what it does not know."""
    assert story.refused is not None, "本应被拒绝"
    assert story.refused.message
    story.refused = None


@then(parsers.parse("这次拒绝记入账本{times:d}次"))
def _(story: Story, times: int) -> None:
    from yichuang.ledger.models import Entry

    kept = [e.body for e in Entry.objects.filter(kind="refused")]
    assert len([b for b in kept if story.case_id in b]) == times


@then(parsers.parse("办件处于“{label}”"))
def _(story: Story, label: str) -> None:
    story.settle()
    assert plain(story.see().stage) == plain(label)


@then(parsers.parse("受理日期是{text}"))
def _(story: Story, text: str) -> None:
    assert story.case.accepted_on == day(text)


@then(parsers.parse("收件日期是{text}"))
def _(story: Story, text: str) -> None:
    assert story.case.received_on == day(text)


@then(parsers.parse("不缺材料"))
def _(story: Story) -> None:
    assert story.case.missing == ()


@then(parsers.parse("还缺“{name}”"))
def _(story: Story, name: str) -> None:
    assert story.material(name) in story.case.missing


@then(parsers.parse("办件适用第{version:d}版规程"))
def _(story: Story, version: int) -> None:
    assert story.case.standard.endswith(f"/{version}")


@then(parsers.parse("正在办的环节有“{names}”"))
def _(story: Story, names: str) -> None:
    standard = story.standard
    opened = [standard.step(code).name for code, s in story.case.steps.items() if s.status == "open"]
    assert opened == names.split("”和“")


@then(parsers.re(r"(?P<which>法定|承诺)时限到(?P<text>.+)为止"))
def _(story: Story, which: str, text: str) -> None:
    from yichuang.cases.core.clocks import case_clocks
    from yichuang.ledger.service import now
    from yichuang.org.queries import get_calendar

    name = {"法定": "statutory", "承诺": "promised"}[which]
    clock = next(c for c in case_clocks(story.case, story.standard) if c.name == name)
    assert due_on(clock.clock, get_calendar(), now().date()).day == day(text)


@then(parsers.parse("账本记载“{label}”发生于{occurred}"))
def _(story: Story, label: str, occurred: str) -> None:
    from yichuang.cases.core.events import LABELS
    from yichuang.ledger.models import Entry

    kind = next(k for k, v in LABELS.items() if v == label)
    entry = Entry.objects.filter(stream=f"case/{story.case_id}", kind=kind).order_by("-seq").first()
    assert entry is not None, "账本没有记载"
    assert entry.occurred_at.replace(second=0, microsecond=0) == moment(occurred)


@then(parsers.parse("{name}看到的预警依次为"))
def _(story: Story, name: str, datatable: list[list[str]]) -> None:
    """Rows of clock, rung and legal day, all that was recorded, in order."""
    from yichuang.kernel.localtime import SHANGHAI

    shown = []
    for clock, rung, when in story.see(name).warnings:
        at = when.astimezone(SHANGHAI)
        assert (at.hour, at.minute) == (0, 0), "预警的时刻是零时"
        shown.append([clock, rung, f"{at.year}年{at.month}月{at.day}日"])
    assert shown == datatable[1:], "\n".join("|".join(row) for row in shown)


@then(parsers.parse("已出具的文书依次有“{names}”"))
def _(story: Story, names: str) -> None:
    from yichuang.aggregates.models import Paper
    from yichuang.documents.kinds import KINDS

    kinds = Paper.objects.filter(stream=f"case/{story.case_id}").order_by("seq").values_list("kind", flat=True)
    assert [KINDS[k].title for k in kinds] == names.split("”和“")


@then("每份文书都有编号和查验码")
def _(story: Story) -> None:
    from yichuang.aggregates.models import Paper

    rows = list(Paper.objects.filter(stream=f"case/{story.case_id}").values_list("number", "code", "digest"))
    assert rows
    assert all(number and code and len(digest) == 64 for number, code, digest in rows)
    assert len({number for number, _, _ in rows}) == len(rows)


@then(parsers.parse("决定告知了“{words}”"))
def _(story: Story, words: str) -> None:
    import json

    from yichuang.ledger.models import Entry

    entry = Entry.objects.filter(stream=f"case/{story.case_id}", kind__in=["decided", "declined"]).get()
    told = json.loads(entry.body)
    for word in words.split("”和“"):
        assert any(word in remedy for remedy in told["remedies"]), told["remedies"]
    assert told["bases"]


@then(parsers.parse("申请人看到进展“{labels}”"))
def _(story: Story, labels: str) -> None:
    """In this order; pages leave out what happens inside the office."""
    moments = iter(story.see().moments)
    wanted = labels.split("”和“")
    assert all(label in moments for label in wanted), story.see().moments


@then(parsers.parse("{name}读到“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    assert words in story.see(name).words


@then(parsers.parse("{name}看不到这个办件"))
def _(story: Story, name: str) -> None:
    assert story.way.see(story.case_id, story.who(name)) is None


@then(parsers.parse("凭受理号和查询码查到“{stage}”且提交日期是{text}"))
def _(story: Story, stage: str, text: str) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.view import query_code

    receipt = Case.objects.values_list("receipt", flat=True).get(id=story.case_id)
    found = story.way.progress(receipt, query_code(story.case_id))
    assert stage in found
    assert text in found
    assert not [name for name in ("张三丰", FIRM) if name in found], "查进度不显示姓名"
    assert "示范内容" not in found, "查进度不显示表单"


@then("凭受理号和别的查询码什么也查不到")
def _(story: Story) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.view import query_code

    receipt = Case.objects.values_list("receipt", flat=True).get(id=story.case_id)
    assert not story.way.progress(receipt, query_code("00000000-0000-0000-0000-000000000000"))


@then(parsers.parse("申请人全程没有到过窗口"))
def _(story: Story) -> None:
    from yichuang.ledger.models import Entry

    person = story.who("申请人").person
    channels = set(Entry.objects.filter(stream=f"case/{story.case_id}", actor=person).values_list("channel", flat=True))
    assert channels and "window" not in channels


@then(parsers.parse("“{step}”视为同意且没有办理人员"))
def _(story: Story, step: str) -> None:
    code = next(s.code for s in story.standard.steps if step in s.name)
    state = story.case.steps[code]
    assert (state.status, state.verdict, state.officers) == ("done", "deemed", ())


@then(parsers.parse("“{step}”仍未办结"))
def _(story: Story, step: str) -> None:
    code = next(s.code for s in story.standard.steps if step in s.name)
    assert story.case.steps[code].status == "open"


@then(parsers.parse("应收{yuan:d}元"))
def _(story: Story, yuan: int) -> None:
    assert sum(story.case.due_fees.values()) == yuan * 100


@then("许可没有作出")
def _(story: Story) -> None:
    assert story.case.granted is None
    assert story.case.made_on is None


@then(parsers.parse("证照有效且编号不空"))
def _(story: Story) -> None:
    licence = story.licence
    assert licence.stage.value == "valid"
    assert licence.number and licence.current.identifier


@then(parsers.re(r"“一次办妥”清单里(?P<there>有|没有)“(?P<item>.+?)”"))
def _(story: Story, there: str, item: str) -> None:
    listed = public("/items/?how=once")
    assert (story.find(item).name in listed) is (there == "有")


@then(parsers.parse("“{item}”公示的监察节点有“{kinds}”"))
def _(story: Story, item: str, kinds: str) -> None:
    standard = story.find(item)
    shown = public(f"/studio/{standard.division}/{standard.item}").partition("监察节点")[2]
    assert set(kinds.split("”和“")) <= set(shown.split()), shown


@then("任何人都能查验证照有效")
def _(story: Story) -> None:
    assert story.way.valid(story.licence.current.identifier, code_of_licence(story))


@then("没有的证照查验不到")
def _(story: Story) -> None:
    assert not story.way.valid("1.2.156.3005.2.000000", "AAAA-AAAA-AAAA-AAAA")


def code_of_licence(story: Story) -> str:
    from yichuang.aggregates.models import Paper

    return str(Paper.objects.values_list("code", flat=True).get(stream=f"case/{story.case_id}", kind="licence"))


@then(parsers.parse("申请由{name}代理提交"))
def _(story: Story, name: str) -> None:
    assert story.case.agent == story.who(name).person


@then(parsers.parse("{name}收到通知“{title}”，写明“{words}”"))
def _(story: Story, name: str, title: str, words: str) -> None:
    (text,) = messages_to(story, name, title)
    assert words in text, text


@then(parsers.parse("{name}没有收到通知“{title}”"))
def _(story: Story, name: str, title: str) -> None:
    assert messages_to(story, name, title) == []


def messages_to(story: Story, name: str, title: str) -> list[str]:
    """Texts of the person's messages with this title, once all that happened was told."""
    from yichuang.cases import notices
    from yichuang.people.models import Account
    from yichuang.people.queries import messages_of

    notices.FOLLOWER.follow(0)
    account = Account.objects.get(pk=int(story.who(name).person[2:]))
    return [message.text for message in messages_of(account).filter(title=title)]


@then(parsers.parse("任何人都能下载“{title}”的{name}，写着网上指南的地址"))
def _(story: Story, title: str, name: str) -> None:
    """The first opening waits for the worker; nothing but the standard is printed."""
    from yichuang.documents import leaflet_files, leaflets

    standard = story.find(title)
    kind = next(kind for kind, word in leaflets.KINDS.items() if word == name)
    address = f"/items/{standard.division}/{standard.item}"
    assert f"{address}/leaflets/{kind}" in Client().get(address).content.decode()
    first = Client().get(f"{address}/leaflets/{kind}")
    assert first.status_code == 202
    leaflet_files.make(standard.key, kind)
    answer = Client().get(f"{address}/leaflets/{kind}?download")
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer).startswith(b"%PDF")
    assert leaflets.make_leaflet(standard, kind, f"https://city{address}").address.endswith(address)


@then(parsers.re(r"申请人看到五步走到“(?P<leg>.+?)”，最迟(?P<text>.+?)拿到结果"))
def _(story: Story, leg: str, text: str) -> None:
    seen = story.see("申请人")
    assert seen.here == leg
    assert f"最迟{format_day(day(text))}" in seen.way and "拿到" in seen.way, seen.way


@then(parsers.parse("申请人看到没有拿到结果的日期，因为“{why}”"))
def _(story: Story, why: str) -> None:
    seen = story.see("申请人")
    assert why in seen.way and "最迟" not in seen.way, seen.way
