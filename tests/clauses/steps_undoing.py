"""Steps in which an act is undone or mended, and steps that look at who learns of it."""

from __future__ import annotations

import json
from typing import Any

from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_acting import VERDICTS
from tests.clauses.steps_watching import found
from tests.clauses.story import FIRM, Story, plain
from tests.clauses.ways import Door, Pages, Programs
from yichuang.ledger.actor import Actor

OTHER_NUMBER = "91410100MA45GN7W5E"
GROUNDS = {"误缴": "wrong_payment", "不应收取": "wrong_charge", "没有提供服务": "not_served"}


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由撤销受理"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("revoke_acceptance", story.who(name), reason=reason)


@then(parsers.parse("撤销受理告知了“{words}”"))
def _(story: Story, words: str) -> None:
    told = _entry(story, "acceptance_revoked")
    for word in words.split("”和“"):
        assert any(word in remedy for remedy in told["remedies"]), told["remedies"]
    assert told["bases"]


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由把“(?P<step>.+?)”更正为(?P<verdict>\S+)"))
def _(story: Story, name: str, reason: str, step: str, verdict: str) -> None:
    code = next(s.code for s in story.standard.steps if step in s.name)
    corrected = {"step": code, "verdict": VERDICTS[verdict], "opinion": "面积不符", "reason": reason}
    story.do("correct_opinion", story.who(name), **corrected)


@then(parsers.parse("账本先后记有“{step}”的结论“{first}”和“{second}”"))
def _(story: Story, step: str, first: str, second: str) -> None:
    story.settle()
    code = next(s.code for s in story.standard.steps if step in s.name)
    concluded, corrected = _entry(story, "step_concluded"), _entry(story, "opinion_corrected")
    assert (concluded["step"], corrected["step"]) == (code, code)
    assert (concluded["verdict"], corrected["verdict"]) == (VERDICTS[first], VERDICTS[second])
    assert story.case.steps[code].verdict == VERDICTS[second]


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由把申请人更正为“(?P<firm>.+?)”"))
def _(story: Story, name: str, reason: str, firm: str) -> None:
    _correct(story, name, _other_firm(firm), firm, reason)


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由把申请人的名称更正为“(?P<firm>.+?)”"))
def _(story: Story, name: str, reason: str, firm: str) -> None:
    _correct(story, name, story.firm, firm, reason)


def _correct(story: Story, name: str, subject: str, firm: str, reason: str) -> None:
    """By the number on the document on a page, by the register's id elsewhere."""
    from yichuang.people.models import Subject

    if isinstance(story.way, Pages):
        number = Subject.objects.get(pk=subject).uscc
        story.do("correct_applicant", story.who(name), type="uscc", number=number, name=firm, reason=reason)
    elif isinstance(story.way, Programs):
        story.do("correct_applicant", story.who(name), subject=subject, name=firm, reason=reason)
    else:
        with story.attempt():
            _at_the_door(story, story.who(name), {"subject": subject, "name": firm, "reason": reason})


def _at_the_door(story: Story, actor: Actor, data: dict[str, Any]) -> None:
    import uuid

    from yichuang.cases import service
    from yichuang.cases.correcting import prepare_correct_applicant
    from yichuang.cases.view import view

    assert isinstance(story.way, Door)
    shown = view(actor, story.case_id)
    assert shown is not None
    service.perform(story.case_id, prepare_correct_applicant(shown, data), actor, command_id=uuid.uuid4())


def _other_firm(name: str) -> str:
    """A firm that 另一家企业, a person with an account, heads."""
    from yichuang.people.models import Account, Membership, Subject

    firm, made = Subject.objects.get_or_create(
        uscc=OTHER_NUMBER, defaults={"kind": "organisation", "name": name, "legal_name": "钱七"}
    )
    if made:
        account = Account.objects.create_user("citizen-other", real_name="钱七", verified_at="2018-01-01T00:00Z")
        Membership.objects.create(account=account, subject=firm, role="legal")
    return str(firm.pk)


def _other(story: Story) -> Actor:
    """Whoever heads the other firm."""
    from yichuang.people.models import Account
    from yichuang.people.queries import own_subjects

    account = Account.objects.get(username="citizen-other")
    subjects = own_subjects(account)
    story.people["另一家企业"] = Actor(account.person, subjects=subjects, own_subjects=subjects)
    return story.people["另一家企业"]


@then(parsers.parse("另一家企业看到办件处于“{label}”"))
def _(story: Story, label: str) -> None:
    seen = story.way.see(story.case_id, _other(story))
    assert seen is not None, "另一家企业看不到这个办件"
    assert plain(seen.stage) == plain(label)


@then(parsers.parse("另一家企业看到的内容里没有“{name}”"))
def _(story: Story, name: str) -> None:
    from yichuang.people.models import Subject

    former = Subject.objects.get(pk=story.firm)
    seen = story.way.see(story.case_id, _other(story))
    assert seen is not None
    everything = seen.words + " ".join(seen.moments)
    assert not [value for value in (name, former.uscc, former.pk) if value in everything]
    if isinstance(story.way, Programs):
        answer = json.dumps(story.way.ask(_other(story), f"/cases/{story.case_id}"), ensure_ascii=False)
        assert not [value for value in (name, former.uscc, former.pk) if value in answer]


@then(parsers.parse("另一家企业看到的文书只有“{title}”"))
def _(story: Story, title: str) -> None:
    """By every way a reader may come to a document; to anybody with the code, an earlier one names nobody."""
    from yichuang.aggregates.models import Paper
    from yichuang.cases.view import view
    from yichuang.documents.queries import by_paper, paper, papers

    other, stream = _other(story), f"case/{story.case_id}"
    listed = papers(other, stream)
    assert listed is not None
    assert [p.name for p in listed[1]] == [title]
    shown = view(other, story.case_id)
    assert shown is not None and [p.seq for p in shown.papers] == [p.seq for p in listed[1]]
    for seq in Paper.objects.filter(stream=stream).exclude(seq=listed[1][0].seq).values_list("seq", flat=True):
        assert paper(other, stream, seq) is None
        record = by_paper(stream, seq)
        assert record is not None and record.holder == "原登记的申请人（已更正）"


@then(parsers.parse("申请人的通知里没有“{name}”"))
def _(story: Story, name: str) -> None:
    from yichuang.people.models import Message

    account = int(story.who("申请人").person[2:])
    texts = [f"{m.title}{m.text}{m.link}" for m in Message.objects.filter(account_id=account)]
    assert texts and not [text for text in texts if name in text]


@then(parsers.parse("办件和登记上的名称都是“{name}”"))
def _(story: Story, name: str) -> None:
    from yichuang.cases.filters import CaseFilter
    from yichuang.cases.models import Case
    from yichuang.cases.queries import cases, scopes_of
    from yichuang.people.models import Subject

    assert Subject.objects.get(pk=story.firm).name == name
    assert Case.objects.get(pk=story.case_id).applicant == name
    assert cases(scopes_of(story.who("窗口人员甲")), CaseFilter(text=name)).total == 1, "by the new name it is found"
    assert cases(scopes_of(story.who("窗口人员甲")), CaseFilter(text=FIRM)).total == 0


@then("各表与账本一致")
def _(story: Story) -> None:
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.cases.declared import CASE

    assert rebuild(CASE).differences == []


@given(parsers.re(r"(?P<name>\S+?)按应收金额开具缴费通知并登记缴费"))
@when(parsers.re(r"(?P<name>\S+?)按应收金额开具缴费通知并登记缴费"))
def _(story: Story, name: str) -> None:
    fee, amount = next((f, a) for f, a in story.case.due_fees.items() if a)
    with story.beforehand():
        story.do("charge_fee", story.who(name), fee=fee, amount=amount)
        story.do("pay_fee", story.who(name), fee=fee, amount=amount, receipt="郑财2018-0001")


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由退还“(?P<ground>.+?)”的费用"))
def _(story: Story, name: str, reason: str, ground: str) -> None:
    fee = next(f for f, a in story.case.due_fees.items() if a)
    refund = {"fee": fee, "ground": GROUNDS[ground], "voucher": "郑退2018-0001", "reason": reason}
    story.do("refund_fee", story.who(name), **refund)


@then("没有待缴的费用")
def _(story: Story) -> None:
    story.settle()
    assert story.case.unpaid == ()
    assert not [c for c in story.case.charges.values() if c.paid]


@then("监察看到这项费用已退还")
def _(story: Story) -> None:
    from django.db import connection

    assert not list(found(story, "违规收费"))
    with connection.cursor() as cursor:
        cursor.execute("select refunded_amount, paid_amount from log_fees where case_id = %s", [story.case_id])
        (refunded, paid) = cursor.fetchone()
    assert refunded == paid > 0


@then("监察没有发现")
def _(story: Story) -> None:
    from yichuang.supervision.models import Finding

    list(found(story, "违规收费"))
    assert not Finding.objects.filter(case_id=story.case_id, open=True)


@then(parsers.parse("已出具的文书最后是“{title}”"))
def _(story: Story, title: str) -> None:
    from yichuang.aggregates.models import Paper
    from yichuang.documents.kinds import KINDS

    last = Paper.objects.filter(stream=f"case/{story.case_id}").order_by("-seq").first()
    assert last is not None and KINDS[last.kind].title == title


@when(parsers.re(r"(?P<name>\S+?)收存签名的撤回申请并登记撤回"))
def _(story: Story, name: str) -> None:
    story.do("take_withdrawal", story.who(name), paper=True, signer="张三丰", reason="不办了")


@when(parsers.re(r"(?P<name>\S+?)没有书面申请就登记撤回"))
def _(story: Story, name: str) -> None:
    story.do("take_withdrawal", story.who(name), paper=False, signer="张三丰", reason="不办了")


def _entry(story: Story, kind: str) -> dict[str, Any]:
    """What the ledger says of the first such act."""
    from yichuang.ledger.models import Entry

    entry = Entry.objects.filter(stream=f"case/{story.case_id}", kind=kind).order_by("seq").first()
    assert entry is not None, "账本没有记载"
    body: dict[str, Any] = json.loads(entry.body)
    return body
