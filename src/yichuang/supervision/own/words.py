"""What the kinds of question are called where a rule is written, and which parts each has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.cases.core.events import LABELS
from yichuang.supervision.rules.questions import STEPS

# Acts that people do; the others are the program's own, or are not completed by themselves
_NOT_ASKED = frozenset(
    {"step_opened", "step_assigned", "step_concluded", "sent_back", "warned", "recalculated", "rebound"}
    | {"item_leaving", "item_staying", "licence_named"}
)
ACTIVITIES: Mapping[str, str] = {kind: words for kind, words in LABELS.items() if kind not in _NOT_ASKED} | STEPS
DUE = {kind: ACTIVITIES[kind] for kind in ("supplied", "special_ended")}  # those told a day by which they are due
CHANNELS = {"online": "网上", "window": "窗口", "api": "接口"}


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind as people choose it. `second` and `most` are empty where it has none; `limit` says what is due of `most`,
    as least and most.
    """

    title: str
    example: str
    first: str
    second: str = ""
    most: str = ""
    timed: bool = False
    limit: tuple[int, int] = (0, 3650)


KINDS: Mapping[str, KindWords] = {
    "same_person": KindWords("同一人做了两个动作", "如：受理的人又办结了审查环节", "动作甲", "动作乙"),
    "without": KindWords("有这个动作，没有那个动作", "如：告知补正以后，到了结也没有补正", "有的动作", "没有的动作"),
    "before": KindWords("次序不对", "如：作出决定以前没有公示公告", "应当在前的动作", "在后的动作"),
    "at_most": KindWords("次数过多", "如：延期超过1次", "动作", most="至多几次", limit=(0, 999)),
    "within": KindWords("间隔太长", "如：从收件到受理超过5个工作日", "从哪个动作", "到哪个动作", "至多多长", True),
    "at_least": KindWords(
        "间隔太短", "如：从公示公告到作出决定不足5天", "从哪个动作", "到哪个动作", "至少多长", True, (1, 3650)
    ),
    "recorded_late": KindWords("事后才记录", "如：核查过了2个工作日才记入", "动作", most="至多迟记多久", timed=True),
    "after_due": KindWords("超过告知的日期才完成", "如：特别程序超过书面告知的结束日才结束", "动作"),
}
