"""Sentences in another language, by templates that are data. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ANYTHING, _NUMBER, _LIST, _PHRASE, _PHRASES = "{}", "{#}", "{,}", "{*}", "{*,}"
_GAPS = {_NUMBER: r"([\d.,—%-]+)"} | dict.fromkeys((_ANYTHING, _LIST, _PHRASE, _PHRASES), "(.+?)")
_GAP = re.compile("|".join(map(re.escape, _GAPS)))


class Phrases:
    """What is said instead of a sentence. In a template `{}` stands for anything, `{#}` for a number, `{,}` for a list
    (甲、乙), `{*}` for a phrase, itself translated, and `{*,}` for a list of such; {0}, {1} … in the other language
    repeat them. What no template fits stays as it is.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.plain = {text: said for text, said in templates.items() if not _GAP.search(text)}
        self.patterns = [(*_compile(text), said) for text, said in templates.items() if _GAP.search(text)]

    def say(self, text: str) -> str:
        """The sentence in the other language."""
        if text in self.plain:
            return self.plain[text]
        for pattern, gaps, said in self.patterns:
            if match := pattern.fullmatch(text):
                filled = zip(match.groups(), gaps, strict=True)
                return said.format(*(self._fill(part, gap) for part, gap in filled))
        return text

    def _fill(self, part: str, gap: str) -> str:
        parts = part.split("、") if gap in (_LIST, _PHRASES) else [part]
        return ", ".join(map(self.say, parts) if gap in (_PHRASE, _PHRASES) else parts)


def _compile(template: str) -> tuple[re.Pattern[str], list[str]]:
    parts, gaps = _GAP.split(template), _GAP.findall(template)
    words = [re.escape(part) + _GAPS.get(gap, "") for part, gap in zip(parts, [*gaps, ""], strict=True)]
    return re.compile("".join(words), re.DOTALL), gaps
