"""Steps in which somebody does something, each the way the scenario goes."""

from __future__ import annotations

from pytest_bdd import given, parsers, when

from tests.clauses.story import Story, moment
from tests.clauses.ways import PAPER


@given(parsers.re(r"现在是(?P<text>.+)"))
@when(parsers.re(r"到了(?P<text>.+)"))
def _(story: Story, text: str) -> None:
    story.settle()
    story.go_to(moment(text))


@given("后台任务停运")
@when("后台任务停运")
def _(story: Story) -> None:
    story.worker = False


@when("后台任务恢复运行")
def _(story: Story) -> None:
    from yichuang.aggregates.timers import sweep

    story.worker = True
    assert sweep().failed == 0


LACKS = "(?:但缺“(?P<lacks>.+?)”)?$"


def without(story: Story, item: str, lacks: str | None) -> tuple[str, ...]:
    story.item = item
    return tuple(story.material(m) for m in lacks.split("”和“")) if lacks else ()


@given(parsers.re(r"(?P<name>\S+?)在网上提交“(?P<item>.+?)”申请" + LACKS))
@when(parsers.re(r"(?P<name>\S+?)在网上提交“(?P<item>.+?)”申请" + LACKS))
def _(story: Story, name: str, item: str, lacks: str | None) -> None:
    lacking = without(story, item, lacks)
    story.file(story.filing(item, without=lacking, agent=name == "代理人"), story.who(name))


@given(parsers.re(r"(?P<name>\S+?)在窗口收下“(?P<item>.+?)”申请" + LACKS))
@when(parsers.re(r"(?P<name>\S+?)在窗口收下“(?P<item>.+?)”申请" + LACKS))
def _(story: Story, name: str, item: str, lacks: str | None) -> None:
    """On paper: submitted for the applicant and received at once."""
    story.take_in(story.filing(item, without=without(story, item, lacks)), story.who(name))


@when(parsers.re(r"(?P<name>\S+?)在网上提交“(?P<item>.+?)”申请，“(?P<label>.+?)”填写“(?P<value>.*?)”$"))
def _(story: Story, name: str, item: str, label: str, value: str) -> None:
    story.item = item
    section, field = next((s, f) for s in story.standard.form.sections for f in s.fields if f.label == label)
    filing = story.filing(item)
    if section.repeat:
        filing.values[section.code][0][field.name] = value
    else:
        filing.values[field.name] = value
    story.file(filing, story.who(name))


@when(parsers.re(r"(?P<name>\S+?)申请还没有发布规程的“(?P<item>.+?)”"))
def _(story: Story, name: str, item: str) -> None:
    story.file(story.filing(item, standard=story.unpublished(item)), story.who(name))


@when(parsers.re(r"(?P<name>[^“”以]+?)预审通过"))
def _(story: Story, name: str) -> None:
    story.do("pre_review", story.who(name), passed=True)


@when(parsers.re(r"(?P<name>[^“”以]+?)预审不通过并答复“(?P<opinion>.+?)”"))
def _(story: Story, name: str, opinion: str) -> None:
    story.do("pre_review", story.who(name), passed=False, opinion=opinion)


@given(parsers.re(r"(?P<name>[^“”以]+?)收件"))
@when(parsers.re(r"(?P<name>[^“”以]+?)收件"))
def _(story: Story, name: str) -> None:
    story.do("receive", story.who(name))


@given(parsers.re(r"(?P<name>[^“”以]+?)受理"))
@when(parsers.re(r"(?P<name>[^“”以]+?)受理"))
def _(story: Story, name: str) -> None:
    story.do("accept", story.who(name))


@when(parsers.re(r"(?P<name>[^“”以]+?)依据“(?P<basis>.+?)”受理"))
def _(story: Story, name: str, basis: str) -> None:
    story.do("accept", story.who(name), bases=[basis])


@given(parsers.re(r"(?P<name>[^“”以]+?)告知补正“(?P<materials>.+?)”"))
@when(parsers.re(r"(?P<name>[^“”以]+?)告知补正“(?P<materials>.+?)”"))
def _(story: Story, name: str, materials: str) -> None:
    codes = [story.material(m) for m in materials.split("”和“")]
    story.do("ask_correction", story.who(name), reason="材料不齐", materials=codes)


@when(parsers.re(r"(?P<name>[^“”以]+?)告知补正标准之外的“(?P<material>.+?)”"))
def _(story: Story, name: str, material: str) -> None:
    story.do("ask_correction", story.who(name), reason=material, materials=["M99"])


@when(parsers.re(r"(?P<name>[^“”以]+?)在(?P<place>[^“”]+?)补交“(?P<materials>.+?)”"))
def _(story: Story, name: str, place: str, materials: str) -> None:
    file = PAPER if place == "窗口" else "u2"
    story.do("supply", story.who(name), given={story.material(m): [file] for m in materials.split("”和“")})


@when(parsers.re(r"(?P<name>[^“”以]+?)在(?P<place>[^“”]+?)补充“(?P<materials>.+?)”"))
def _(story: Story, name: str, place: str, materials: str) -> None:
    """Before any notice: what the applicant remembered."""
    file = PAPER if place == "窗口" else "u2"
    story.do("add_materials", story.who(name), given={story.material(m): [file] for m in materials.split("”和“")})


@when(parsers.re(r"(?P<name>[^“”以]+?)补收标准之外的材料"))
def _(story: Story, name: str) -> None:
    story.do("add_materials", story.who(name), given={"M99": [PAPER]})


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由不予受理并告知向“(?P<body>.+?)”申请"))
def _(story: Story, name: str, reason: str, body: str) -> None:
    story.do("decline", story.who(name), outcome="no_jurisdiction", reason=reason, competent=body)


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由不予受理"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("decline", story.who(name), outcome="not_accepted", reason=reason, bases=["行政许可法42条一款"])


@when(parsers.re(r"(?P<name>[^“”以]+?)依据“(?P<basis>.+?)”不予受理"))
def _(story: Story, name: str, basis: str) -> None:
    story.do("decline", story.who(name), outcome="not_accepted", reason="不符合", bases=[basis])


@given(parsers.parse("已受理的“{item}”办件"))
def _(story: Story, item: str) -> None:
    """Filed online, received and accepted by 窗口人员甲."""
    with story.beforehand():
        story.file(story.filing(item), story.who("申请人"))
        for command in ("receive", "accept"):
            story.do(command, story.who("窗口人员甲"))


@given("各环节依次办结")
@when("各环节依次办结")
def _(story: Story) -> None:
    story.settle()
    story.finish_steps()


VERDICTS = {"通过": "pass", "不通过": "fail", "同意": "agree", "不同意": "disagree"}


@given(parsers.re(r"(?P<name>\S+?)办结“(?P<step>.+?)”结论为(?P<verdict>\S+)"))
@when(parsers.re(r"(?P<name>\S+?)办结“(?P<step>.+?)”结论为(?P<verdict>\S+)"))
def _(story: Story, name: str, step: str, verdict: str) -> None:
    story.conclude(step, story.who(name), VERDICTS[verdict])


@when(parsers.re(r"(?P<name>[^“”以]+?)一人办结“(?P<step>.+?)”"))
def _(story: Story, name: str, step: str) -> None:
    story.conclude(step, story.who(name), "pass", others=False)


@when(parsers.re(r"(?P<name>[^“”以]+?)以(?P<post>[^“”]+?)的身份办结“(?P<step>.+?)”"))
def _(story: Story, name: str, post: str, step: str) -> None:
    story.conclude(step, story.also(name, post), "pass")


@when(parsers.re(r"(?P<name>[^“”以]+?)以(?P<post>[^“”]+?)的身份准予许可"))
def _(story: Story, name: str, post: str) -> None:
    story.do("decide", story.also(name, post), granted=True)


@given(parsers.re(r"(?P<name>[^“”以]+?)准予许可"))
@when(parsers.re(r"(?P<name>[^“”以]+?)准予许可"))
def _(story: Story, name: str) -> None:
    story.do("decide", story.who(name), granted=True)


@when(parsers.re(r"(?P<name>[^“”以]+?)依据“(?P<basis>.+?)”准予许可"))
def _(story: Story, name: str, basis: str) -> None:
    story.do("decide", story.who(name), granted=True, bases=[basis])


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”为由不予许可"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("decide", story.who(name), granted=False, reason=reason, bases=main_basis(story))


def main_basis(story: Story) -> list[str]:
    """The one that the item rests on most, of those in force when the case was filed."""
    return list(story.standard.main_basis_on(story.case.submitted_on))


@when(parsers.re(r"(?P<name>[^“”以]+?)不写理由就不予许可"))
def _(story: Story, name: str) -> None:
    story.do("decide", story.who(name), granted=False, bases=main_basis(story))


@when(parsers.re(r"(?P<name>[^“”以]+?)制证"))
def _(story: Story, name: str) -> None:
    story.do("make_certificate", story.who(name))


@when(parsers.re(r"(?P<name>[^“”以]+?)当面送达"))
def _(story: Story, name: str) -> None:
    story.do("deliver", story.who(name), method="direct", recipient="张三丰")


@when(parsers.re(r"(?P<name>[^“”以]+?)网上签收"))
def _(story: Story, name: str) -> None:
    story.do("deliver", story.who(name), method="electronic")


@when(parsers.re(r"(?P<name>[^“”以]+?)启动到(?P<until>[^“”]+?)的“(?P<kind>.+?)”特别程序"))
def _(story: Story, name: str, until: str, kind: str) -> None:
    from yichuang.catalog.standard import StepKind

    code = next(k.value for k in StepKind if k.label == kind)
    story.do("start_special", story.who(name), kind=code, until=moment(until).date().isoformat(), reason="依法进行")


@when(parsers.re(r"(?P<name>[^“”以]+?)结束特别程序"))
def _(story: Story, name: str) -> None:
    story.do("end_special", story.who(name), special="X1")


@when(parsers.re(r"(?P<name>[^“”以]+?)批准延期(?P<days>\d+)个工作日"))
def _(story: Story, name: str, days: str) -> None:
    story.do("extend", story.who(name), days=int(days), reason="案情复杂")


@given(parsers.parse("申请人已持有“{kind}”"))
def _(story: Story, kind: str) -> None:
    """Issued through the door by the item that gives this certificate."""
    from yichuang.catalog.loading import load_standards

    item = next(
        s.name for s in load_standards() if s.division == "410100" and s.result.certificate_type == kind and s.steps
    )
    with story.beforehand():
        story.file(story.filing(item), story.who("申请人"))
        for command in ("receive", "accept"):
            story.do(command, story.who("窗口人员甲"))
        story.finish_steps()
        story.do("decide", story.who("负责人"), granted=True)
        story.do("make_certificate", story.who("窗口人员甲"))
        story.do("deliver", story.who("申请人"), method="electronic")


@when(parsers.re(r"(?P<name>[^“”以]+?)用持有的“(?P<kind>.+?)”代替“(?P<material>.+?)”提交“(?P<item>.+?)”申请"))
def _(story: Story, name: str, kind: str, material: str, item: str) -> None:
    from yichuang.licences.models import Licence

    story.item = item
    identifier = Licence.objects.get(type=kind).identifier
    code = story.material(material)
    story.file(story.filing(item, without=(code,), held={code: identifier}), story.who(name))


@given("发布了该事项的第二版规程")
@when("发布了该事项的第二版规程")
def _(story: Story) -> None:
    from dataclasses import replace

    from yichuang.catalog.service import put_in_force
    from yichuang.kernel.clock import Limit, Unit
    from yichuang.ledger.actor import SYSTEM

    first = story.standard
    put_in_force(replace(first, version=2, promised=Limit(first.promised.value + 1, Unit.WORKDAY)), SYSTEM)


@when(parsers.re(r"“(?P<item>.+?)”发布了要到现场(?P<visits>\d+)次的新规程"))
def _(story: Story, item: str, visits: str) -> None:
    from dataclasses import replace

    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    put_in_force(replace(story.find(item), version=2, visits=int(visits)), SYSTEM)


@when("申请人按没有发布的规程提交申请")
def _(story: Story) -> None:
    from dataclasses import replace

    standard = replace(story.standard, version=97)
    story.file(story.filing(standard.name, standard=standard), story.who("申请人"))


@when(parsers.re(r"(?P<name>[^“”以]+?)决定改按第(?P<version>\d+)版规程办理"))
def _(story: Story, name: str, version: str) -> None:
    first = story.standard
    key = f"{first.division}/{first.item}/{version}"
    story.do("rebind", story.who(name), standard=key, decision="市监〔2018〕5号：新版对申请人有利")


@when(parsers.re(r"(?P<name>[^“”以]+?)不写决定就改按第(?P<version>\d+)版规程办理"))
def _(story: Story, name: str, version: str) -> None:
    first = story.standard
    story.do("rebind", story.who(name), standard=f"{first.division}/{first.item}/{version}", decision="")


@when(parsers.re(r"(?P<name>[^“”以]+?)开具(?P<yuan>\d+)元缴费通知"))
def _(story: Story, name: str, yuan: str) -> None:
    story.do("charge_fee", story.who(name), fee=next(iter(story.case.due_fees)), amount=int(yuan) * 100)


@when(parsers.re(r"(?P<name>[^“”以]+?)登记缴费(?P<yuan>\d+)元"))
def _(story: Story, name: str, yuan: str) -> None:
    story.do(
        "pay_fee", story.who(name), fee=next(iter(story.case.due_fees)), amount=int(yuan) * 100, receipt="郑财2018-0001"
    )


@when(parsers.parse("对代理人的授权{how}"))
def _(story: Story, how: str) -> None:
    from datetime import timedelta

    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.people.mandates import revoke_mandate
    from yichuang.people.models import Account, Mandate
    from yichuang.people.queries import read_speaking_now

    mandate = Mandate.objects.get(principal=story.firm)
    if how == "被撤销":
        owner = Account.objects.get(pk=int(story.who("申请人").person[2:]))
        revoke_mandate(mandate, read_speaking_now(owner).actor())
    elif how == "到期":
        Mandate.objects.filter(pk=mandate.pk).update(last_day=local_day(now()) - timedelta(days=1))
    else:
        Mandate.objects.filter(pk=mandate.pk).update(items=["ZZ-002"])


@when(parsers.parse("{name}撤回申请"))
def _(story: Story, name: str) -> None:
    story.do("withdraw", story.who(name), reason="不办了")
