"""Kinds of value in a standard's content, each with the one text that forms, Excel and YAML carry it as.

`write` and `read` are each other's inverse for every value that fits, with the same names. Files carry the words of
codes; a page shows the words and sends the codes, so it reads without names. What does not fit is kept by a page as it
was typed, and refused by a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.catalog.drafting.names import ASKED, NO_NAMES, Names
from yichuang.kernel.canonical import canonical, parse
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.text import clean

MOST_TEXT = 4000  # characters of one value
_LONGEST_NUMBER = 12  # digits
_UNITS = {"个工作日": Unit.WORKDAY, "工作日": Unit.WORKDAY, "日": Unit.DAY, "天": Unit.DAY, "个月": Unit.MONTH}
_LIMIT = re.compile(r"(\d{1,4})\s*(个工作日|工作日|个月|日|天)")
_SPLIT = re.compile(r"[、,，;；\n]+")
_QUOTED = re.compile(r"“([^”]*)”|([^、]+)")


def _as_typed(value: Any) -> str:
    """A value that does not fit its kind, as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of text."""

    blank: Any = ""  # the value of an empty cell
    lines: bool = False  # whether the text may have several lines

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        """The value as a control or a cell carries it."""
        return _as_typed(value)

    def read(self, text: str, names: Names = NO_NAMES) -> Any:
        """The value of a text. Raises ValueError, in Chinese, for what does not fit."""
        text = clean(text, lines=self.lines)
        if len(text) > MOST_TEXT:
            raise ValueError(f"最多 {MOST_TEXT} 个字，现有 {len(text)} 个。")
        return self.take(text, names) if text else self.copy_blank()

    def take(self, text: str, names: Names = NO_NAMES) -> Any:
        """The value of a clean text that is not empty. Raises ValueError."""
        return text

    def list_ticks(self, value: Any) -> list[str]:
        """The boxes that are ticked for a value."""
        text = self.write(value)
        return text.split("、") if text else []

    def join_ticks(self, ticked: Iterable[str]) -> str:
        """The text of the boxes ticked."""
        return "、".join(ticked)

    def copy_blank(self) -> Any:
        return list(self.blank) if isinstance(self.blank, list) else self.blank

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        """The value in words; `names` are what the content calls its codes."""
        return self.write(value, names) or "空"

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Code and words of each value that may be chosen; none where one types."""
        return ()


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """The code of something that has a name: another row, a place, a rule. `sort` is the family of its name."""

    sort: str = ""

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return names.write(self.sort, value) if isinstance(value, str) else _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> str:
        return names.read(self.sort, text)

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        return names.say(self.sort, _as_typed(value)) or "空"


@dataclass(frozen=True, slots=True)
class Prose(Kind):
    """Text of several lines."""

    lines: bool = True


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number, not negative."""

    blank: Any = 0

    def take(self, text: str, names: Names = NO_NAMES) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
            raise ValueError("应当是不小于 0 的整数。")
        return int(text)


@dataclass(frozen=True, slots=True)
class Amount(Kind):
    """Money in fen, written in yuan."""

    blank: Any = 0

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            return _as_typed(value)
        yuan, fen = divmod(value, 100)
        return f"{yuan}.{fen:02}" if fen else str(yuan)

    def take(self, text: str, names: Names = NO_NAMES) -> int:
        match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?元?", text, re.ASCII)
        if match is None:
            raise ValueError("应当是以元为单位的金额，最多两位小数。")
        return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        return f"{self.write(value)}元"


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number, kept as an integer, or with a fraction as text (as canonical JSON has it); blank: none."""

    blank: Any = None

    def take(self, text: str, names: Names = NO_NAMES) -> int | str:
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text, re.ASCII):
            raise ValueError("应当是数字。")
        whole, _, fraction = text.partition(".")
        return f"{int(whole) or whole}.{fraction.rstrip('0')}" if fraction.strip("0") else int(whole)


@dataclass(frozen=True, slots=True)
class YesNo(Kind):
    blank: Any = False
    unsaid: bool = False  # whether it may stay open (None)

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return {True: "是", False: "否"}[value] if isinstance(value, bool) else _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> bool:
        known = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}
        if text.lower() not in known:
            raise ValueError("应当写“是”或者“否”。")
        return known[text.lower()]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        return (("是", "是"), ("否", "否"))


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a fixed table, kept by its code and written by its words."""

    table: Mapping[Any, str] = field(default_factory=dict)

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return str(self.table.get(value, value)) if isinstance(value, str) else _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> str:
        codes = {words: code for code, words in self.table.items()}
        if text not in codes and text not in self.table:
            raise ValueError(f"“{text[:20]}”不在可以选的之列：{'、'.join(codes)}。")
        return str(codes.get(text, text))

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.table.items())


@dataclass(frozen=True, slots=True)
class Choices(Choice):
    """Several of a fixed table, in the order they are written."""

    blank: Any = ()

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        if not isinstance(value, list):
            return _as_typed(value)
        return "、".join(self.table.get(code, str(code)) for code in value)

    def take(self, text: str, names: Names = NO_NAMES) -> Any:
        return list(dict.fromkeys(Choice.take(self, part) for part in _SPLIT.split(text) if part))

    def copy_blank(self) -> list[str]:
        return []


@dataclass(frozen=True, slots=True)
class Texts(Kind):
    """A list of texts, one a line."""

    lines: bool = True

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return "\n".join(map(str, value)) if isinstance(value, list) else _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> list[str]:
        return [part.strip() for part in text.split("\n") if part.strip()]

    def copy_blank(self) -> list[str]:
        return []

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        return "、".join(map(str, value)) or "空" if isinstance(value, list) else _as_typed(value)


@dataclass(frozen=True, slots=True)
class Codes(Texts):
    """Codes of what has names, as `Code`; written with 、 between them."""

    lines: bool = False
    sort: str = ""
    nothing: str = "空"  # what none means

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        if not isinstance(value, list):
            return _as_typed(value)
        return "、".join(names.write(self.sort, str(code)) for code in value)

    def take(self, text: str, names: Names = NO_NAMES) -> list[str]:
        parts = (part.strip() for part in _SPLIT.split(text))
        return list(dict.fromkeys(names.read(self.sort, part) for part in parts if part))

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        if not isinstance(value, list):
            return _as_typed(value)
        return "、".join(names.say(self.sort, str(code)) for code in value) or self.nothing


@dataclass(frozen=True, slots=True)
class Span(Kind):
    """A limit: 10个工作日, 7日, 3个月, 当场."""

    blank: Any = None

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        try:
            return Limit(int(value["value"]), Unit(value["unit"])).label
        except (TypeError, KeyError, ValueError):
            return _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> dict[str, Any]:
        if text in ("当场", "即时"):
            return {"value": 0, "unit": Unit.IMMEDIATE.value}
        match = _LIMIT.fullmatch(text)
        if match is None:
            raise ValueError(f"时限“{text[:20]}”看不懂；请写成 10个工作日、7日、3个月或者当场。")
        return {"value": int(match[1]), "unit": _UNITS[match[2]].value}


@dataclass(frozen=True, slots=True)
class Whenever(Kind):
    """When a row applies: 办理情形：新办、延续. Without names, and where the words would not read back, by codes:
    `situation=new|renew`, in which a backslash keeps the next sign. Boxes ticked come one a line.
    """

    blank: Any = None
    lines: bool = True

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        try:
            coded = f"{value['field']}={'|'.join(map(_escape, value['values']))}"
            words = _write_words(value, names)
        except (TypeError, KeyError):
            return _as_typed(value)
        return words if words and _read_words(words, names) == value else coded

    def take(self, text: str, names: Names = NO_NAMES) -> dict[str, Any]:
        parts = [_read_words(line, names) or _read_coded(line, names) for line in text.split("\n") if line.strip()]
        if len(parts) == 1:
            return parts[0]
        if len({part["field"] for part in parts}) > 1:
            raise ValueError("适用情形只能看一个栏目：选了几个的，请只留下同一个栏目的。")
        return {"field": parts[0]["field"], "values": list(dict.fromkeys(v for part in parts for v in part["values"]))}

    def say(self, value: Any, names: Names = NO_NAMES) -> str:
        try:
            known = names.values.get(value["field"], {})
            words = "、".join(known.get(text) or text for text in value["values"])
            return f"“{names.say(ASKED, value['field'])}”为{words}时"
        except (TypeError, KeyError):
            return "始终适用" if value is None else _as_typed(value)

    def list_choices(
        self, names: Names, within: Collection[str] = (), *, written: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Every condition of one value: as a page sends it, or as it is `written` in a file, and in words. `within`:
        the fields of the list that the row stands in.
        """
        offered = (code for code in names.values if code not in names.grouped or code in within)
        for code in offered:
            for value, words in names.values[code].items():
                condition = {"field": code, "values": [value]}
                text = self.write(condition, names) if written else self.write(condition)
                yield text, f"{names.say(ASKED, code)}：{words or value}"

    def list_ticks(self, value: Any) -> list[str]:
        try:
            return [f"{value['field']}={_escape(text)}" for text in value["values"]]
        except (TypeError, KeyError):
            return _as_typed(value).split("\n") if value else []

    def join_ticks(self, ticked: Iterable[str]) -> str:
        return "\n".join(ticked)


def _write_words(value: Any, names: Names) -> str:
    known = names.values.get(value["field"], {})
    words = [known.get(text) or text for text in value["values"]]
    marked = (f"“{text}”" if "、" in text else text for text in words)
    return f"{names.write(ASKED, value['field'])}：{'、'.join(marked)}"


def _read_words(text: str, names: Names) -> dict[str, Any] | None:
    """A condition in words; None where they name no field."""
    label, *rest = re.split("[:：]", text, maxsplit=1)
    family = names.families.get(ASKED)
    code = family.codes.get(label.strip()) if family and rest else None
    values = [(quoted or plain).strip() for quoted, plain in _QUOTED.findall("".join(rest))]
    if code is None or not any(values):
        return None
    known = names.values.get(code, {})
    codes = {words: value for value, words in known.items()}
    return {"field": code, "values": [codes.get(words, words) for words in values if words]}


def _read_coded(text: str, names: Names) -> dict[str, Any]:
    name, found, values = text.partition("=")
    if not found or not name.strip() or not _unescape(values):
        offered = "、".join(names.list_words(ASKED)[:6]) or "办理情形"
        raise ValueError(
            f"适用情形“{text[:20]}”看不懂；请写成“办理情形：新办、延续”的样子。冒号前可以写：{offered}等。"
        )
    return {"field": name.strip(), "values": _unescape(values)}


def _escape(text: str) -> str:
    return re.sub(r"([|\\])", r"\\\1", text)


def _unescape(text: str) -> list[str]:
    """The parts of a text between `|`, and what a backslash kept."""
    parts = [re.sub(r"\\(.)", r"\1", part).strip() for part in re.findall(r"(?:\\.|[^|\\])+", text)]
    return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class Repeat(Kind):
    """How often a section is filled in: `1-5` rows; blank: once."""

    blank: Any = None

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return f"{value[0]}-{value[1]}" if isinstance(value, list) and len(value) == 2 else _as_typed(value)

    def take(self, text: str, names: Names = NO_NAMES) -> list[int]:
        match = re.fullmatch(r"(\d{1,3})\s*[-–—至到]\s*(\d{1,3})", text, re.ASCII)
        if match is None or int(match[1]) > int(match[2]):
            raise ValueError("行数应当写成“最少-最多”，例如 1-5。")
        return [int(match[1]), int(match[2])]


@dataclass(frozen=True, slots=True)
class Settings(Kind):
    """Parameters of a supervision point, as JSON."""

    blank: Any = None

    def write(self, value: Any, names: Names = NO_NAMES) -> str:
        return _as_typed(value) if value != {} else ""

    def take(self, text: str, names: Names = NO_NAMES) -> dict[str, Any]:
        try:
            value = parse(text)  # no numbers with a fraction, at any depth: they could not be recorded
            kept = clean(canonical(value))
        except ValueError:
            value, kept = None, ""
        if not isinstance(value, dict) or "\\u0000" in kept:
            raise ValueError('参数应当写成 {"workdays": 5} 的样子。')
        return value

    def copy_blank(self) -> dict[str, Any]:
        return {}
