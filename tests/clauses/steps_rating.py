"""Steps on the three rates: who is not connected, what is handled elsewhere or not online, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, moment
from yichuang.catalog.service import publish
from yichuang.exchange.service import DepartmentReport, store_report
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now
from yichuang.org import service as org
from yichuang.org import structure
from yichuang.org.models import Department, Officer
from yichuang.people.models import Account
from yichuang.supervision import exclusions, judging, rates, tailing
from yichuang.supervision.models import Exclusion, Finding
from yichuang.supervision.rates import Rate, Rates
from yichuang.supervision.reach import Reach
from yichuang.supervision.rules.catalogue import RULES

DIVISION = "410100"
NAME = "“(?P<name>.+?)”"


def counted(story: Story) -> Rates:
    """The rates of today, after supervision has read everything."""
    story.settle()
    while tailing.tail().more:
        pass
    return rates.on(local_day(now()), Reach((DIVISION,)), rates.window())


def department(name: str) -> Department:
    return Department.objects.get(division=DIVISION, name=name)


def findings(title: str, department: str) -> bool:
    """Whether the sweep finds it at the department."""
    (rule,) = (rule for rule in RULES if rule.title == title)
    judging.sweep((rule,))
    return Finding.objects.filter(rule=rule.code, department=department, open=True).exists()


@given(parsers.re(rf"登记了没有人在岗的{NAME}"))
def _(story: Story, name: str) -> None:
    new = Department(id=f"{DIVISION}/quiet", division_id=DIVISION, code="quiet", name=name, short="公安")
    structure.add_department(new, SYSTEM)


@when(parsers.re(rf"{NAME}有人到岗"))
def _(story: Story, name: str) -> None:
    account = Account.objects.create_user("newcomer", kind="officer")
    post = structure.add_post(department(name), "reviewer", "审查岗", SYSTEM)
    officer: Officer = org.enrol_officer(account.pk, "来人", "N-1", SYSTEM)
    org.appoint(officer, post, date(2018, 1, 1), SYSTEM)


@when(parsers.re(r"部门系统报送一件不在本平台的申请，称发生在(?P<day>\S+)"))
def _(story: Story, day: str) -> None:
    store_report("old", DepartmentReport("R-9", "accepted", moment(day), application="乙"), story.who("负责人"))


@when(parsers.re(rf"公布了只能到窗口办的{NAME}"))
def _(story: Story, name: str) -> None:
    story.item, story.published[name] = name, replace(story.unpublished(name), channels=("window",))
    publish(story.published[name], SYSTEM)


@when(parsers.re(rf"(?P<who>政务服务办|监察人员)把{NAME}列为例外，依据“(?P<basis>.*?)”"))
def _(story: Story, who: str, name: str, basis: str) -> None:
    draft = exclusions.Draft("department", department(name).id, "secret", basis, local_day(now()))
    with story.attempt():
        exclusions.exclude(draft, story.who(who))


@when(parsers.re(rf"政务服务办结束{NAME}的例外"))
def _(story: Story, name: str) -> None:
    row = Exclusion.objects.get(department=department(name).id)
    with story.attempt():
        exclusions.end(row.pk, story.who("政务服务办"))


@then(parsers.re(rf"入网率(?P<not_>不)?差{NAME}"))
def _(story: Story, not_: str | None, name: str) -> None:
    missing = {one.department for one in counted(story).missing if one.rate is Rate.NETWORK}
    assert (department(name).id in missing) is not bool(not_)


@then(parsers.re(rf"事项上线率差{NAME}"))
def _(story: Story, name: str) -> None:
    assert [one.name for one in counted(story).missing if one.rate is Rate.ONLINE and name in one.name]


@then(parsers.re(r"系统使用率为(?P<percent>\S+%)"))
def _(story: Story, percent: str) -> None:
    assert counted(story).total()[Rate.USAGE].percent == percent


@then(parsers.re(rf"{NAME}(?P<has>有|没有)监察发现“(?P<title>.+?)”"))
def _(story: Story, name: str, has: str, title: str) -> None:
    counted(story)
    assert findings(title, department(name).id) is (has == "有")


@then(parsers.re(r"承办部门(?P<has>有|没有)监察发现“(?P<title>.+?)”"))
def _(story: Story, has: str, title: str) -> None:
    counted(story)
    assert findings(title, f"{DIVISION}/{story.standard.department}") is (has == "有")
