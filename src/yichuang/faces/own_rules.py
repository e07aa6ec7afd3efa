"""How a rule as data is shown to those who supervise: what it asks, what its draft found on trial, its versions, and
the acts. Writing it has pages of its own (`watch.own_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from yichuang.faces.shown import Panel, Shown, Sight, Way, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.org.queries import names_of, names_of_departments, names_of_divisions
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.queries import list_examples
from yichuang.supervision.own.state import Content, Draft, OwnRule, Stage, Trial, Version
from yichuang.supervision.own.words import CHANNELS, KINDS
from yichuang.supervision.rules.questions import Unanswered, describe_question

EVENTS = {
    "written": "编写",
    "rewritten": "修改",
    "trial_begun": "开始试算",
    "tried": "试算完成",
    "enforced": "启用",
    "switched_off": "停用",
    "dropped": "草稿作废",
}
LIGHTS = {"draft": "yellow", "on": "green", "off": "grey", "dropped": "grey"}


def panels(sight: Sight) -> Iterator[Panel]:
    """What it asks; of a draft what it would, and what it found on trial; the versions. Six statements at most."""
    rule: OwnRule = sight.state
    names = names_of_departments({rule.division} | {c.department.partition("/")[0] for c in _contents(rule)})
    divisions = _name_reach(rule.versions[-1].divisions if rule.versions else sight.facts.divisions())
    if rule.stage is Stage.ON:
        yield Panel("正在评判", _tell(rule.versions[-1].content, names, divisions), state=True)
    if rule.draft:
        yield from _draft(sight, rule, rule.draft, names, divisions)
    elif rule.stage is not Stage.ON and rule.content:
        yield Panel("规则内容", _tell(rule.content, names, divisions), state=True)
    if rule.versions:
        yield _versions(rule)


def _name_reach(divisions: tuple[str, ...]) -> str:
    """郑州市和所辖15个区县: the division that wrote the rule, and how many are under it. One statement."""
    names = names_of_divisions(divisions[:1])
    below = f"和所辖{len(divisions) - 1}个区县" if len(divisions) > 1 else ""
    return names.get(divisions[0], divisions[0]) + below


def _contents(rule: OwnRule) -> Iterator[Content]:
    yield from (version.content for version in rule.versions)
    if rule.draft:
        yield rule.draft.content


def _tell(content: Content, names: dict[str, str], divisions: str) -> tuple[tuple[str, str], ...]:
    """What a rule asks, in words."""
    chosen = {
        "事项": content.item, "部门": names.get(content.department, content.department),
        "提交渠道": CHANNELS.get(content.channel, ""),
    }  # fmt: skip
    only = "；".join(f"{name}：{value}" for name, value in chosen.items() if value)
    kind = KINDS[content.kind]
    return (
        ("查什么", f"{kind.title}：{describe_question(content.ask('', ()))}"),
        ("依据", content.basis),
        ("查到的作为", content.gravity.label),
        ("牌发给", content.addressee.label),
        ("范围", f"{divisions}在本平台办理的办件"),
        ("只查", only or "不限事项、部门和渠道"),
    )


def _draft(sight: Sight, rule: OwnRule, draft: Draft, names: dict[str, str], divisions: str) -> Iterator[Panel]:
    authors = names_of(set(draft.authors))
    writers = "、".join(authors.get(person, "不详") for person in draft.authors)
    rows = (*_tell(draft.content, names, divisions), ("编写人", f"{writers}（不能自己启用）"))
    yield Panel("草稿：不评判任何办件，要试算，再由没有参与编写的另一人启用", rows, state=True)
    if draft.trying:
        yield Panel("试算", (("现状", "正在后台试算，请过一会儿刷新本页。"),), state=True)
    elif draft.trial is None:
        yield Panel("试算", (("现状", "还没有试算。请点“用历史办件试算”。"),), state=True)
    else:
        yield from _trial(sight, draft.content, draft.trial)


def _trial(sight: Sight, content: Content, trial: Trial) -> Iterator[Panel]:
    share = f"，占所评判的{trial.share:.1%}" if trial.share is not None else ""
    unjudged = [f"{number:,}件{Unanswered(why).label}" for why, number in trial.unjudged]
    rows = (
        ("试算日期", format_day(trial.on)),
        ("范围内的办件", f"{trial.cases:,}件，其中{trial.unconcerned:,}件没有这条规则所说的动作"),
        ("评判了", f"{trial.judged:,}件" if trial.judged else "未评判：没有可以评判的办件"),
        ("未评判", "；".join(unjudged) or "没有"),
        ("会查到", f"{trial.hit_cases:,}件，{trial.hits:,}条{share}"),
    )
    examples = list_examples(sight.reader.division, content, trial)
    lines = tuple(
        (e.number or "没有编号", e.item, format_day(e.day) if e.day else "—", f"{e.sentence}{e.computation}")
        for e in examples
    )
    note = f"最近的{len(lines)}条例子" if lines else ""
    yield Panel("用历史办件试算的结果", rows, state=True)
    if lines:
        yield Panel(note, headings=("办件编号", "事项", "日期", "查到什么，怎么算的"), lines=lines, state=True)


def _versions(rule: OwnRule) -> Panel:
    lines = tuple((rule.code_of(v), v.content.title, _days(v), v.content.basis) for v in reversed(rule.versions))
    found = reverse("watch:findings")
    links = tuple((f"{rule.code_of(v)}的发现", f"{found}?rule={rule.code_of(v)}") for v in reversed(rule.versions))
    return Panel("版本", headings=("代码", "名称", "评判哪些日子的动作", "依据"), lines=lines, links=links)


def _days(version: Version) -> str:
    if version.void:
        return f"自{format_day(version.since)}起；规则有误，已全部撤销"
    return f"自{format_day(version.since)}起" + (f"，{format_day(version.until)}前" if version.until else "")


def list_ways(sight: Sight) -> Iterator[Way]:
    """Where a draft is changed, or the next version begun."""
    rule: OwnRule = sight.state
    if any(offer.act.name == "rewrite" and offer.allowed for offer in sight.offers):
        words = "修改草稿" if rule.draft else "修改成新的一版"
        yield Way(words, reverse("watch:own_rule_rewrite", args=[sight.id]))


OWN_RULES_SHOWN = Shown(
    OWN_RULE,
    "own-rules",
    lambda rule: f"{rule.code} {rule.content.title if rule.content else ''}",
    name_stages(Stage),
    EVENTS,
    panels=panels,
    ways=list_ways,
    trail=lambda sight: (("监察规则", reverse("watch:rules") + "#own"), (sight.state.code, "")),
    place="watch:rules",
    lights=LIGHTS,
    paged=frozenset({"write", "rewrite"}),
)


def show_own_rules() -> None:
    """Give the rules as data their page and their operations."""
    show(OWN_RULES_SHOWN)
