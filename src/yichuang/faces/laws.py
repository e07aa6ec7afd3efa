"""How a law of the register is shown to officers: what it is, who cites it, what its changes ask of whom, and the acts
of the legal desk. The public reads the same on the page of the register.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from yichuang.catalog.laws.citing import name_line
from yichuang.catalog.laws.declared import LAW
from yichuang.catalog.laws.reading import list_versions, stand_of, words_of_articles
from yichuang.catalog.laws.state import Law, Stage, Task, words_of_change
from yichuang.faces.shown import Panel, Shown, Sight, Way, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.org.queries import names_of_departments

EVENTS = {
    "founded": "列入首批法规库",
    "registered": "登记法规",
    "amended": "登记修改",
    "repealed": "登记废止",
    "hidden": "登记为未公布",
    "published": "登记公布",
    "compared": "核对条文",
    "retracted": "撤回登记",
    "judged": "判断不需修订",
    "followed": "随规程发布了结任务",
    "handed_over": "任务随事项移交",
}


def panels(sight: Sight) -> Iterator[Panel]:
    """What the law is, its versions, and its tasks. One statement where there are tasks."""
    law: Law = sight.state
    standing, about = stand_of(law, sight.facts.today), law.about
    rows = [
        ("现状", f"{standing.label}（{standing.note}）" if standing.note else standing.label),
        ("现行版次", standing.version or "没有登记版次"),
        ("位阶", about.rank.label),
        ("制定机关", about.issuer or "没有登记"),
        ("文号", about.number or "没有登记"),
        ("公布状态", law.publication.label),
        ("公布在哪里", about.place or "没有登记"),
    ]
    if about.aliases:
        rows.append(("又称", "、".join(about.aliases)))
    yield Panel("法规库的记载", tuple(rows), state=True)
    lines = [
        (
            row.name,
            format_day(row.since) if row.since else "—",
            format_day(row.until) if row.until else "—",
            "全文" if row.whole else words_of_articles(row.changed) or "—",
            words_of_articles(row.checked) or "没有核对",
        )
        for row in list_versions(law)
    ]
    yield Panel("版次", headings=("版次", "施行", "施行至", "修改", "核对过原文的条"), lines=tuple(lines))
    if law.tasks:
        yield _tasks(law)


def _tasks(law: Law) -> Panel:
    names = names_of_departments({task.item[0] for task in law.tasks})
    lines = [_task(task, names.get(task.department, task.department)) for task in law.tasks]
    return Panel("变动涉及的规程", headings=("规程", "部门", "涉及", "原因", "期限", "结果"), lines=tuple(lines))


def _task(task: Task, department: str) -> tuple[str, ...]:
    done = f"{task.done.label}（{format_day(task.done_on)}）" if task.done and task.done_on else "未完成"
    lines = "、".join(map(name_line, task.lines))
    return (task.name, department, lines, task.cause.label, format_day(task.due), done)


def list_ways(sight: Sight) -> Iterator[Way]:
    """Where everybody reads of it."""
    yield Way("公开的法规页", reverse("portal:law", args=[sight.id]))


LAWS = Shown(
    LAW,
    "laws",
    lambda law: law.title,
    name_stages(Stage),
    EVENTS,
    panels=panels,
    ways=list_ways,
    trail=lambda sight: (("法规库", reverse("desk:laws")), (sight.state.title, "")),
    place="desk:laws",
    exact=words_of_change,
)


def show_laws() -> None:
    """Give the laws of the register their page and their operations."""
    show(LAWS)
