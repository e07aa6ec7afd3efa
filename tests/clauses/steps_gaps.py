"""Steps on 容缺受理: the promise, what is supplied and checked, the date that passes."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story
from tests.clauses.ways import PAPER, public


def codes(story: Story, names: str) -> list[str]:
    return [story.material(name) for name in names.split("”和“")]


PROMISED = r"(?P<name>[^“”以]+?)登记容缺承诺“(?P<materials>.+?)”，期限(?P<days>\d+)个工作日$"


@given(parsers.re(PROMISED))
@when(parsers.re(PROMISED))
def _(story: Story, name: str, materials: str, days: str) -> None:
    said = {"materials": codes(story, materials), "days": int(days), "paper": True, "signer": "李四"}
    story.do("promise_gaps", story.who(name), **said)


@when(parsers.re(r"(?P<name>[^“”以]+?)没有收存签名就登记容缺承诺“(?P<materials>.+?)”"))
def _(story: Story, name: str, materials: str) -> None:
    said = {"materials": codes(story, materials), "days": 1, "paper": False, "signer": "李四"}
    story.do("promise_gaps", story.who(name), **said)


@given(parsers.parse("容缺“{material}”受理的“{item}”办件，期限{days:d}个工作日"))
def _(story: Story, material: str, item: str, days: int) -> None:
    """Taken in, promised and accepted by 窗口人员甲."""
    story.item = item
    window = story.who("窗口人员甲")
    with story.beforehand():
        code = story.material(material)
        story.take_in(story.filing(item, without=(code,)), window)
        story.do("promise_gaps", window, materials=[code], days=days, paper=True, signer="李四")
        story.do("accept", window)


@given(parsers.parse("容缺逾期按{number:d}号办法处理"))
@when(parsers.parse("容缺逾期改按{number:d}号办法处理"))
def _(story: Story, number: int) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.cases.parameters import GAPS
    from yichuang.ledger.actor import SYSTEM

    set_parameter(GAPS, "regime", number, SYSTEM)


@when(parsers.re(r"(?P<name>[^“”以]+?)在(?P<place>[^“”]+?)补交容缺材料“(?P<materials>.+?)”"))
def _(story: Story, name: str, place: str, materials: str) -> None:
    file = PAPER if place == "窗口" else "u2"
    story.do("supply_gaps", story.who(name), given={code: [file] for code in codes(story, materials)})


@when(parsers.re(r"(?P<name>[^“”以]+?)核对“(?P<material>.+?)”合格"))
def _(story: Story, name: str, material: str) -> None:
    story.do("check_gap", story.who(name), material=story.material(material), passed=True)


@when(parsers.re(r"(?P<name>[^“”以]+?)核对“(?P<material>.+?)”不合格，理由“(?P<reason>.+?)”"))
def _(story: Story, name: str, material: str, reason: str) -> None:
    story.do("check_gap", story.who(name), material=story.material(material), passed=False, reason=reason)


@then(parsers.parse("容缺补交的最后一天是{text}"))
def _(story: Story, text: str) -> None:
    from tests.clauses.story import moment

    story.settle()
    assert story.case.gaps and story.case.gaps.due == moment(text).date()


@then("没有未补齐的容缺材料")
def _(story: Story) -> None:
    assert story.case.gaps and not story.case.gap_open


@then("容缺承诺已经逾期")
def _(story: Story) -> None:
    story.settle()
    assert story.case.gap_breached


@then("容缺承诺没有逾期")
def _(story: Story) -> None:
    story.settle()
    assert not story.case.gap_breached


@then(parsers.parse("容缺受理清单写着“{item}”的“{material}”可以后补"))
def _(story: Story, item: str, material: str) -> None:
    listed = public("/later?at=410100")
    row = listed.partition(story.find(item).name)[2]
    assert material in row.partition("ZZ-00")[2] or material in row


@then(parsers.parse("容缺受理清单没有“{item}”"))
def _(story: Story, item: str) -> None:
    assert story.find(item).name not in public("/later?at=410100")


@then(parsers.parse("办事指南写着“{material}”可以承诺后补"))
def _(story: Story, material: str) -> None:
    standard = story.standard
    page = public(f"/items/{standard.division}/{standard.item}")
    at = page.index(next(m.name for m in standard.materials if material in m.name), page.index("清单以外的材料"))
    assert "可以承诺后补" in page[at : at + 200]
