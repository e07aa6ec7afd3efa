"""Steps in which a licence is held, changed, renewed, lost, given back, revoked or runs out."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_acting import main_basis
from tests.clauses.story import Story, day
from tests.db.licences.lives import scan
from yichuang.documents.queries import by_code
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.licences.core.applying import NAMES
from yichuang.licences.core.ending import CANCEL_GROUNDS
from yichuang.licences.core.revoking import GROUNDS
from yichuang.licences.core.state import Stage
from yichuang.licences.models import Licence as Row
from yichuang.licences.models import Version
from yichuang.licences.queries import HeldLicence, read_licence
from yichuang.licences.service import fill_licence_fields
from yichuang.people.models import Subject

SITUATIONS = {name: code for code, name in NAMES.items()}
BY_WORDS = {words: ground for ground, (_, words, _, _) in GROUNDS.items()}
BY_WORDS |= {words: ground for ground, (words, _) in CANCEL_GROUNDS.items()}
STAGES = {stage.label: stage for stage in Stage}


def held(story: Story) -> HeldLicence:
    """The licence of the scenario, as time has made it."""
    found = read_licence(Row.objects.order_by("moved_at").values_list("pk", flat=True)[0])
    assert found is not None
    return found


def code_of_version(number: int) -> str:
    from yichuang.aggregates.models import Paper

    version = Version.objects.get(number=number)
    return Paper.objects.get(stream=version.paper_stream, seq=version.paper_seq).code


def on_licence(story: Story, name: str, act: str, **data: Any) -> None:
    """An act on the licence; an officer shows a paper where one is asked for."""
    actor = story.who(name)
    if act == "serve_notice":
        data = {"day": local_day(now()).isoformat(), **data}
    if act in ("serve_notice", "cancel", "suspend"):
        data = {"evidence": scan(actor), **data}
    with story.attempt():
        story.way.on_life("licences", str(held(story).id), act, actor, data)


@given(parsers.parse("申请人持有本平台制发的“{item}”证照"))
def _(story: Story, item: str) -> None:
    with story.beforehand():
        story.file(story.filing(item), story.who("申请人"))
        handle(story)


@given(parsers.parse("登记的申请人名称已经改正为“{name}”"))
def _(story: Story, name: str) -> None:
    Subject.objects.filter(pk=held(story).licence.subject).update(name=name)


def handle(story: Story, granted: bool = True) -> None:
    """Received, accepted, reviewed, decided, and made when there is something to make."""
    story.settle()
    for command in ("receive", "accept"):
        story.do(command, story.who("窗口人员甲"))
        story.settle()
    story.finish_steps()
    reason = {} if granted else {"reason": "不符合法定条件。", "bases": main_basis(story)}
    story.do("decide", story.who("负责人"), granted=granted, **reason)
    story.settle()
    if granted and story.case.makes_paper:
        story.do("make_certificate", story.who("窗口人员甲"))
        story.settle()


@when(parsers.re(r"(?P<name>\S+?)申请(?P<what>变更|延续|补办|注销)这张证照$"))
def _(story: Story, name: str, what: str) -> None:
    file(story, name, what)


@when(parsers.re(r"(?P<name>\S+?)申请变更这张证照，“(?P<label>.+?)”改为“(?P<value>.+?)”"))
def _(story: Story, name: str, label: str, value: str) -> None:
    code = next(f.name for s in story.standard.form.sections for f in s.fields if f.label == label)
    file(story, name, "变更", values={code: value})


def file(story: Story, name: str, what: str, **more: Any) -> None:
    item, licence = story.item, held(story)
    values = {**fill_licence_fields(licence), **more.pop("values", {})}
    story.file(
        story.filing(item, situation=SITUATIONS[what], licence=str(licence.id), values=values, **more), story.who(name)
    )


@when(parsers.re(r"(?P<name>\S+?)申请(?P<what>变更|延续|补办|注销)这张证照但没有交材料"))
def _(story: Story, name: str, what: str) -> None:
    file(story, name, what, without=tuple(m.code for m in story.standard.materials))


@when(parsers.re(r"(?P<name>\S+?)申请(?P<what>变更|延续|补办|注销)但没有指明证照"))
def _(story: Story, name: str, what: str) -> None:
    story.file(story.filing(story.item, situation=SITUATIONS[what]), story.who(name))


@when("本件经审查准予")
def _(story: Story) -> None:
    handle(story)


@when("本件经审查不予")
def _(story: Story) -> None:
    handle(story, granted=False)


@when(parsers.re(r"(?P<name>\S+?)以“(?P<ground>.+?)”启动程序"))
def _(story: Story, name: str, ground: str) -> None:
    on_licence(story, name, "open_revocation", ground=BY_WORDS[ground], reason="查明的事实和证据。")


@when(parsers.re(r"(?P<name>\S+?)送达告知书$"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "serve_notice", method="direct", recipient="张三丰")


@when(parsers.re(r"(?P<name>\S+?)送达告知书但没有证明"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "serve_notice", method="direct", recipient="张三丰", evidence=[])


@when(parsers.re(r"(?P<name>\S+?)代收陈述申辩但没有书面意见"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "answer", statement="听说他不服。", signer="张三丰")


@when(parsers.re(r"(?P<name>\S+?)签收告知书"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "sign_notice")


@when(parsers.re(r"(?P<name>\S+?)陈述申辩“(?P<text>.+?)”"))
def _(story: Story, name: str, text: str) -> None:
    on_licence(story, name, "answer", statement=text)


@when(parsers.re(r"(?P<name>[^，“”]+?)要求听证$"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "ask_hearing", reason="要求听证。")


@when(parsers.re(r"(?P<name>\S+?)通知(?P<when>\d+年\d+月\d+日)举行听证"))
def _(story: Story, name: str, when: str) -> None:
    on_licence(story, name, "arrange_hearing", day=day(when).isoformat(), place="上午九时，市政务服务中心")


@when(parsers.re(r"(?P<name>\S+?)主持听证并记录"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "hold_hearing", record="双方到场，核对无误。")


@when(parsers.re(r"(?P<name>\S+?)作出撤销（撤回）决定"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "revoke", reason="事实清楚，证据充分。", compensation="依法不予赔偿。")


@when(parsers.re(r"(?P<name>\S+?)终止撤销程序"))
def _(story: Story, name: str) -> None:
    on_licence(story, name, "drop_revocation", reason="经核实，事实不成立。")


@when(parsers.re(r"(?P<name>\S+?)以“(?P<ground>.+?)”注销证照但没有证明"))
def _(story: Story, name: str, ground: str) -> None:
    on_licence(story, name, "cancel", ground=BY_WORDS[ground], reason="另有原因。", document="无", evidence=[])


@when(parsers.re(r"(?P<name>\S+?)以“(?P<ground>.+?)”注销证照$"))
def _(story: Story, name: str, ground: str) -> None:
    on_licence(story, name, "cancel", ground=BY_WORDS[ground], reason="主体已经注销登记。", document="注销登记证明")


@when(parsers.re(r"(?P<name>\S+?)把证照的“(?P<what>.+?)”更正为“(?P<value>.+?)”"))
def _(story: Story, name: str, what: str, value: str) -> None:
    from yichuang.licences.core.ending import label_correctable

    names = {label: field for field, label in label_correctable(held(story).standard).items()}
    on_licence(story, name, "correct", what=names[what], value=value, reason="打印错误。")


@when(parsers.re(r"(?P<name>\S+?)暂扣证照到(?P<until>\d+年\d+月\d+日)"))
def _(story: Story, name: str, until: str) -> None:
    on_licence(story, name, "suspend", until=day(until).isoformat(), reason="责令改正期间。")


@then(parsers.parse("证照“{label}”"))
def _(story: Story, label: str) -> None:
    assert held(story).licence.stage is STAGES[label]


@then(parsers.parse("证照有效期至{when}"))
def _(story: Story, when: str) -> None:
    assert held(story).licence.valid_to == day(when)


@then(parsers.parse("只有一张证照，编号不变，是第{number:d}版"))
def _(story: Story, number: int) -> None:
    row = Row.objects.get()
    assert row.number.endswith("第00001号") and held(story).licence.current.number == number


@then(parsers.parse("证照上的“{label}”是“{value}”"))
def _(story: Story, label: str, value: str) -> None:
    assert dict(held(story).content.lines)[label] == value


@then(parsers.parse("任何人凭第{number:d}版的查验码看到“{said}”"))
def _(story: Story, number: int, said: str) -> None:
    record = by_code(code_of_version(number))
    assert record is not None and record.certificate is not None
    assert record.certificate.label == said


@then(parsers.parse("不得再次申请到{when}"))
def _(story: Story, when: str) -> None:
    assert held(story).licence.barred_until == day(when)


@then(parsers.parse("没有新的证照"))
def _(story: Story) -> None:
    assert Row.objects.count() == 1


@then(parsers.parse("视为准予延续只发生一次"))
def _(story: Story) -> None:
    from yichuang.ledger.models import Entry

    entries = Entry.objects.filter(stream=f"licence/{held(story).id}", kind="renewed")
    assert [entry.body.count('"deemed":true') for entry in entries] == [1]


@then(parsers.parse("出具“{title}”"))
def _(story: Story, title: str) -> None:
    from yichuang.aggregates.models import Paper
    from yichuang.documents.kinds import KINDS

    issued = {KINDS[kind].title for kind in Paper.objects.values_list("kind", flat=True)}
    assert title in issued, issued
