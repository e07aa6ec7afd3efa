"""Writes the page of all acts from the tables that the doors use: who may do each, when, what it records and issues.

The events of an act are read from the source of its own function; events that other parts of the core add are not on
the page.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

from yichuang.aggregates.acts import Act, Acts
from yichuang.cases.core import events as case_events
from yichuang.cases.core.decide import ACTS as CASE_ACTS
from yichuang.cases.core.decide import HALL, POST_LABELS, Who
from yichuang.cases.papers import DECISIONS, PAPERS
from yichuang.documents.kinds import KINDS
from yichuang.orders.codec import KINDS as ORDER_KINDS
from yichuang.orders.core.decide import ACTS as ORDER_ACTS

HEAD = """# 操作一览

每一种办理对象的全部操作：谁可以办、在什么阶段、记入账本的是什么、出具什么文书。程序和页面问的就是这些表。

本页由 `yichuang acts` 从 `cases/core` 与 `orders/core` 的登记表生成，请勿手改。“记入”是该操作自己写明的事件；随之由系统
推进的（如打开下一环节）不逐一列出。
"""
WITHIN = {"division": "本级", "department": "本部门", "step": "环节所在部门"}
WHOSE = {
    "watch": "本级电子监察岗、政务服务办",
    "supervised": "责任人或其部门负责人",
    "head": "被督办部门负责人",
    "system": "系统",
}


def render_acts() -> str:
    """The page, in Markdown."""
    orders = _table(ORDER_ACTS, _order_who)
    return "\n".join([HEAD, "## 办件\n", *_table(CASE_ACTS, _case_who), "\n## 督办单\n", *orders, ""])


def _table(acts: Acts, describe_who: Callable[[Act], str]) -> Iterator[str]:
    yield "| 操作 | 名称 | 谁 | 阶段 | 记入 | 文书 | 依据和说明 |"
    yield "|---|---|---|---|---|---|---|"
    for act in acts.values():
        stages = "、".join(stage.label for stage in type(next(iter(act.stages))) if stage in act.stages)
        events = _events(act)
        cells = [
            act.label,
            f"`{act.name}`",
            describe_who(act),
            stages,
            _recorded(events),
            _issued(events),
            _clause_and_sentence(act),
        ]
        yield "| " + " | ".join(cells) + " |"


def _case_who(act: Act) -> str:
    allowed: Who = act.who
    parts = ["申请人或代理人"] if allowed.applicant else []
    for posts in (allowed.posts & HALL, allowed.posts - HALL):
        # posts of a hall serve the whole division; all others only their own department
        within = "department" if allowed.within == "division" and not posts & HALL else allowed.within
        if posts:
            parts.append(f"{'、'.join(POST_LABELS[post] for post in sorted(posts))}（{WITHIN[within]}）")
    return "；".join(parts) + ("；收件、受理的人除外" if allowed.separated else "")


def _order_who(act: Act) -> str:
    return WHOSE[act.who]


def _events(act: Act) -> list[str]:
    """Names of the event classes in the act's own function, in order."""
    class_names = re.findall(r"\b(?:ev\.)?([A-Z][a-z]+[A-Za-z]*)\(", inspect.getsource(act.check))
    return list(dict.fromkeys(class_names))


def _recorded(events: list[str]) -> str:
    """The events by their name in the ledger, those of cases in Chinese too."""
    names = {cls.__name__: kind for kinds in (case_events.KINDS, ORDER_KINDS) for kind, cls in kinds.items()}
    kinds = [names[name] for name in events if name in names]
    return "<br>".join(f"{case_events.LABELS.get(kind, '')} `{kind}`".strip() for kind in kinds)


def _issued(events: list[str]) -> str:
    return "、".join(kind for name in events for kind in _documents(name))


def _documents(name: str) -> list[str]:
    """The documents an event issues; a decision issues one, by what was asked for and what was decided."""
    cls = getattr(case_events, name, None)
    if cls is case_events.Decided:
        codes = ["grant", "refusal", *(code for pair in DECISIONS.values() for code in pair)]
        return [KINDS[code].name for code in dict.fromkeys(codes)]
    return [KINDS[PAPERS[cls]].name] if cls in PAPERS else []


def _clause_and_sentence(act: Act) -> str:
    """The clause of an act, and the first sentence of its function's docstring if it is Chinese."""
    first = (inspect.getdoc(act.check) or "").partition("。")[0]
    sentence = "" if first.isascii() else f"{first}。"
    return "；".join(filter(None, [act.clause, sentence]))
