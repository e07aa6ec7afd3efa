"""The mapping file: maps columns, attributes and activities of a foreign log to our contract.

YAML; every key is in `docs/log-import.md`. An unknown key is refused, for a limit that is misspelt judges nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping as Given
from dataclasses import asdict, dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from yichuang.cases.core.events import KINDS
from yichuang.catalog.standard import StepKind
from yichuang.history.calendars import CALENDARS, CHINA, load_calendar
from yichuang.history.own_columns import OwnColumn, OwnNames
from yichuang.history.questions import parse_questions
from yichuang.history.unclear import Unclear as Unclear
from yichuang.history.unclear import UniqueKeys, first_line
from yichuang.kernel.clock import Unit
from yichuang.supervision.rules.questions import ENDS, Question

SHANGHAI = "Asia/Shanghai"
UNITS = tuple(unit.value for unit in Unit)
CASE_LIMITS = ("accept", "promised", "statutory", "deliver")
ENCODINGS = ("utf-8", "gb18030")
# What an event says, and where XES has it when the mapping says nothing
EVENT = {
    "case": "concept:name",
    "activity": "concept:name",
    "at": "time:timestamp",
    "person": "org:resource",
    "post": "org:role",
    "transition": "lifecycle:transition",
    "kind": "yichuang:kind",
    "step": "yichuang:step",
    "recorded": "yichuang:recorded",
    "instance": "concept:instance",
    "id": "identity:id",
    "due": "",
}
MOMENTS = ("at", "recorded", "due")  # of an event: columns that are times
CASE = ("number", "division", "department", "item", "applicant", "channel")
CASE_MOMENTS = ("started", "ended")  # of a case, as the log itself tells them


@dataclass(frozen=True, slots=True)
class MappedLimit:
    """A limit of the mapping, such as `20 workday`."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file as read. The defaults are the standard extensions of XES."""

    timezone: str = SHANGHAI  # of times that name none; it decides which day a time is on
    timezones: Given[str, str] = field(default_factory=dict)  # time of the event → zone of its own, if it names none
    calendar: str = CHINA  # `china`, `weekdays`, `none`, or a file of days off and days worked
    encoding: str = "utf-8"
    asof: date | None = None  # the day of judgement; None: the last day of the log
    events: Given[str, str] = field(default_factory=lambda: dict(EVENT))
    case: Given[str, str] = field(default_factory=dict)  # column of the case → column or attribute of the log
    constants: Given[str, str] = field(default_factory=dict)  # column of the case → value
    keep: Given[str, Given[str, str]] = field(default_factory=dict)  # of `case`, of `events`: name → column
    dates: Given[str, Given[str, str]] = field(default_factory=dict)  # likewise: when something is due or planned
    groups: Given[str, tuple[str, ...]] = field(default_factory=dict)  # name → activities that questions take as one
    kinds: Given[str, str] = field(default_factory=dict)  # activity → our kind of event
    granted: Given[str, bool] = field(default_factory=dict)  # activity → whether it tells a grant or a refusal
    steps: Given[str, str] = field(default_factory=dict)  # activity → kind of step; others are reviews
    ignore: tuple[str, ...] = ()  # activities that are kept as records only
    required: tuple[str, ...] = ()  # steps that no grant may lack
    limits: Given[str, MappedLimit] = field(default_factory=dict)
    step_limits: Given[str, MappedLimit] = field(default_factory=dict)
    items: Given[str, Given[str, MappedLimit]] = field(default_factory=dict)  # item → limits of its own
    order: Given[str, tuple[str, ...]] = field(default_factory=dict)  # step → steps it comes after
    questions: tuple[Question, ...] = ()
    reviewer_may_decide: bool = True  # who knows nothing of the rules of that house accuses nobody

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Raises Unclear."""
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise Unclear(f"映射文件 {path} 读不懂（{first_line(error)}），请用 UTF-8 的 YAML。") from error
        return cls.from_content(content or {}, path.parent)

    @classmethod
    def from_content(cls, content: Any, folder: Path = Path()) -> Mapping:
        """The mapping of this content; a file that it names is looked for in `folder`. Raises Unclear."""
        _refuse_unknown_keys(content, cls.__dataclass_fields__, "映射文件")
        fields = dict(content)
        events, limits, steps, items = (fields.pop(k, {}) for k in ("events", "limits", "step_limits", "items"))
        names = OwnNames(*(fields.get(key, {}) for key in ("keep", "dates", "groups")))
        names.check()
        questions = parse_questions(fields.pop("questions", []), names, tells_ends=_tells_ends(fields, events))
        _refuse_unknown_keys(events, EVENT, "events")
        for where, limits_of_part in {
            "limits": limits,
            **{f"items.{i}": limits_of_item for i, limits_of_item in _mapping(items, "items").items()},
        }.items():
            _refuse_unknown_keys(limits_of_part, CASE_LIMITS, where)
        if isinstance(calendar := fields.get("calendar"), str) and calendar not in CALENDARS:
            fields["calendar"] = str(folder / calendar)
        mapping = cls(
            **fields,
            questions=questions,
            events={**EVENT, **_texts(events, "events")},
            limits=_limits(limits),
            step_limits=_limits(_mapping(steps, "step_limits")),
            items={str(item): _limits(limits_of_item) for item, limits_of_item in items.items()},
        )
        mapping._check()
        return mapping

    @property
    def own_columns(self) -> tuple[OwnColumn, ...]:
        return OwnNames(self.keep, self.dates).columns()

    def digest(self) -> str:
        """The digest of everything but the questions: data sets of mappings with one digest are the same."""
        content = {**asdict(self), "questions": None, "groups": None, "asof": str(self.asof)}
        if self.calendar not in CALENDARS:
            content["calendar"] = Path(self.calendar).read_text(encoding="utf-8")
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _check(self) -> None:
        _refuse_unknown_keys(self.case, (*CASE, *CASE_MOMENTS), "case")
        _refuse_unknown_keys(self.constants, CASE, "constants")
        for name in ("case", "constants", "kinds", "steps"):
            _texts(getattr(self, name), name)
        _require_choice(self.kinds, KINDS, "kinds", "动作名称见 docs/log-contract.md")
        _require_choice(self.steps, [kind.value for kind in StepKind], "steps", "环节种类见 docs/log-import.md")
        if self.encoding not in ENCODINGS:
            raise Unclear(f"encoding 只认 {'、'.join(ENCODINGS)}，不认“{self.encoding}”。")
        if self.asof is not None and not isinstance(self.asof, date):
            raise Unclear("asof 要写成日期，如 2025-12-31。")
        if not all(isinstance(value, bool) for value in _mapping(self.granted, "granted").values()):
            raise Unclear("granted 的每个动作写 true（准予）或 false（不予）。")
        if not isinstance(self.reviewer_may_decide, bool):
            raise Unclear("reviewer_may_decide 写 true 或 false。")
        for name, of in (("required", "环节"), ("ignore", "动作")):
            if not isinstance(getattr(self, name), list | tuple):
                raise Unclear(f"{name} 要写成{of}的清单。")
        dates = (column.name for column in self.own_columns if column.dated)
        _refuse_unknown_keys(self.timezones, (*MOMENTS, *CASE_MOMENTS, *dates), "timezones")
        for zone in (self.timezone, *self.timezones.values()):
            _require_zone(zone)
        load_calendar(self.calendar)
        if not all(isinstance(after, list | tuple) for after in _mapping(self.order, "order").values()):
            raise Unclear("order 的每个环节后面写它之前的环节的清单。")
        try:
            TopologicalSorter(self.order).prepare()
        except CycleError as error:
            raise Unclear(f"环节次序成了圈：{' → '.join(map(str, error.args[1]))}。请去掉其中一条。") from error


def _tells_ends(fields: Given[str, Any], events: Any) -> bool:
    """Whether a log says which of its cases have ended. One that has decisions and nothing that closes does not; where
    it has neither, a case ends with its last act.
    """
    kinds = fields.get("kinds", {})
    named = set(kinds.values()) if isinstance(kinds, dict) else set()
    tells = "ended" in fields.get("case", {}) or "kind" in (events or {})
    return tells or bool(named & ENDS) or "decided" not in named


def _require_zone(zone: Any) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise Unclear(f"没有这个时区：{zone}。请写如 Asia/Shanghai 的名称。") from error


def parse_limit(text: Any, where: str) -> MappedLimit:
    """A limit like `20 workday`. Raises Unclear."""
    match = re.fullmatch(r"(\d{1,4}) (\w+)", str(text).strip())
    if not match or match[2] not in UNITS:
        raise Unclear(f"{where} 的时限“{text}”读不懂，请写如 20 workday；单位有 {'、'.join(UNITS)}。")
    return MappedLimit(int(match[1]), match[2])


def _limits(texts: Given[str, Any]) -> dict[str, MappedLimit]:
    return {str(name): parse_limit(text, str(name)) for name, text in texts.items()}


def _mapping(value: Any, where: str) -> Given[Any, Any]:
    if not isinstance(value, dict):
        raise Unclear(f"{where} 要写成“名称: 值”的形式。")
    return value


def _refuse_unknown_keys(value: Any, known_keys: Any, where: str) -> None:
    if unknown := [str(key) for key in _mapping(value, where) if key not in known_keys]:
        raise Unclear(f"{where} 里不认识：{'、'.join(unknown[:5])}。可以写：{'、'.join(known_keys)}。")


def _texts(texts: Any, where: str) -> Given[str, str]:
    for key, value in _mapping(texts, where).items():
        if not isinstance(value, str):
            raise Unclear(f"{where}.{key} 要写成文字（可加引号），现在是“{value}”。")
    return dict(texts)


def _require_choice(texts: Given[str, str], choices: Any, where: str, hint: str) -> None:
    for key, value in texts.items():
        if value not in choices:
            raise Unclear(f"{where}.{key} 的“{value}”不在其列；{hint}。")
