"""What a content calls its codes, by what they are codes of: a step, a field of the form, a department, a rule.

People read and write the words, the content keeps the codes. Words that would name two codes are told apart by where
they stand; where that does not help, the code is written. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yichuang.catalog.drafting.choices import PLACES, RULES

STEP, PLACE, RULE, DEPARTMENT = "环节", "位置", "监察规则", "部门"
FIELD, NUMBER, CHECKED, ASKED = "申请表栏目", "申请表里填数字的栏目", "申请表栏目或者清单栏目", "条件"
SITUATION, AGENT = "situation", "agent"  # what every application has besides the fields of its form
NOBODY: Mapping[str, str] = MappingProxyType({})
YES_NO = MappingProxyType({"yes": "是", "no": "否"})
_CODE = re.compile(r"[A-Za-z0-9_.\-]+")
_SEPARATORS = re.compile(r"[、,，;；:：=|\\\n]")
_MOST_TOLD = 12  # words that a refusal offers
_Entry = tuple[str, str, str]  # code, words, and where it stands


@dataclass(frozen=True, slots=True)
class Family:
    """The codes of one sort. `said` may name two codes alike, `written` never does; `codes` is that turned round."""

    said: Mapping[str, str]
    written: Mapping[str, str]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """The families of a content, and of each field that a condition may name the words of its values. `grouped`: those
    fields that stand in a list, of which only the same list knows.
    """

    families: Mapping[str, Family] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grouped: frozenset[str] = frozenset()

    def say(self, sort: str, code: str) -> str:
        """The words of a code, for a sentence."""
        family = self.families.get(sort)
        return family.said.get(code, code) if family else code

    def write(self, sort: str, code: str) -> str:
        """The words of a code that read back as it; the code where there are none."""
        family = self.families.get(sort)
        return family.written.get(code, code) if family else code

    def read(self, sort: str, text: str) -> str:
        """The code of words, or of a code. Raises ValueError, in Chinese, for words that name nothing."""
        family = self.families.get(sort)
        if family is None or text in family.said or _CODE.fullmatch(text):
            return text
        if text not in family.codes:
            offered = "、".join(list(family.codes)[:_MOST_TOLD])
            more = "等" if len(family.codes) > _MOST_TOLD else ""
            raise ValueError(f"没有叫“{text[:20]}”的{sort}。" + (f"可以写：{offered}{more}。" if offered else ""))
        return family.codes[text]

    def list_words(self, sort: str) -> list[str]:
        """All words of a sort, as they may be written."""
        family = self.families.get(sort)
        return list(family.written.values()) if family else []


def names_of(content: Mapping[str, Any], departments: Mapping[str, str] = NOBODY) -> Names:
    """The names in a content. `departments`: those of the division by code, where they are known."""
    steps = [
        (str(row.get("code")), str(row.get("name") or ""), str(row.get("code"))) for row in _rows(content, "steps")
    ]
    places = [(code, words, "") for code, words in PLACES.items()]
    fields = list(_list_fields(content))
    plain = [entry for entry, group, _ in fields if not group]
    families = {
        STEP: _build(steps),
        PLACE: _build([*places, *steps]),
        RULE: _build((code, title, code) for code, title in RULES.items()),
        FIELD: _build(plain),
        NUMBER: _build(
            entry for entry, group, row in fields if not group and row.get("type") in ("integer", "decimal")
        ),
        CHECKED: _build(
            (f"{group}.{code}" if group else code, words, where) for (code, words, where), group, _ in fields
        ),
        ASKED: _build([(SITUATION, "办理情形", ""), (AGENT, "由代理人办理", ""), *(entry for entry, _, _ in fields)]),
    }
    if departments:
        families[DEPARTMENT] = _build((code, name, code) for code, name in departments.items())
    return Names(families, _list_values(content, fields), frozenset(code for (code, _, _), group, _ in fields if group))


NO_NAMES = Names()


def _rows(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return content.get(key) or []


def _list_fields(content: Mapping[str, Any]) -> Iterator[tuple[_Entry, str, dict[str, Any]]]:
    """Every field of the form: its entry, the code of its group if it stands in a list, and its row."""
    for section in _rows(content, "sections"):
        group = str(section.get("code")) if section.get("repeat") else ""
        for row in _rows(section, "fields"):
            entry = (str(row.get("name")), str(row.get("label") or ""), str(section.get("title") or ""))
            yield entry, group, row


def _list_values(content: Mapping[str, Any], fields: list[tuple[_Entry, str, dict[str, Any]]]) -> dict[str, Any]:
    """What a condition may compare with, by the name of the field: value and words."""
    values: dict[str, Mapping[str, str]] = {
        SITUATION: {str(row.get("code")): str(row.get("name") or "") for row in _rows(content, "situations")},
        AGENT: YES_NO,
    }
    for (code, _, _), _, row in fields:
        choices = row.get("choices")
        if row.get("type") == "yes_no":
            values.setdefault(code, YES_NO)
        elif isinstance(choices, list):
            values.setdefault(code, {str(choice): str(choice) for choice in choices})
    return values


def _build(entries: Iterable[_Entry]) -> Family:
    known: dict[str, tuple[str, str]] = {}
    for code, words, where in entries:
        known.setdefault(code, (words, where))
    said = {code: words or code for code, (words, _) in known.items()}
    plain = {code: _mark(words) for code, words in said.items()}
    twice = {words for words, times in Counter(plain.values()).items() if times > 1}
    told = {code: f"{words}（{known[code][1]}）" if words in twice else words for code, words in plain.items()}
    counted = Counter(told.values())
    written = {
        code: words
        for code, words in told.items()
        if counted[words] == 1 and words not in known and words == words.strip() and not _SEPARATORS.search(words)
    }
    return Family(said, written, {words: code for code, words in written.items()})


def _mark(words: str) -> str:
    """Words that look like a code, so that they are not taken for one."""
    return f"“{words}”" if _CODE.fullmatch(words) else words
