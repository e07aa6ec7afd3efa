"""The language of a report: Chinese, or English for readers elsewhere.

What a log says itself stays in its own words. Ours in English stand in `english.yaml` and beside the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from yichuang.kernel.phrases import Phrases
from yichuang.supervision.rules import english
from yichuang.supervision.rules.naming import NO_NAMES, Names
from yichuang.supervision.rules.questions import AskedRule
from yichuang.supervision.rules.rule import Rule

FILE = Path(__file__).with_name("english.yaml")


@cache
def load_phrases() -> Phrases:
    """Our sentences in English."""
    return Phrases(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Language:
    """What things are called in a language. Our own sentences come in Chinese and are said in it."""

    code: str  # of HTML
    is_english: bool = False

    def say(self, text: str) -> str:
        return load_phrases().say(text) if self.is_english else text

    def name_rule(self, rule: Rule) -> str:
        known = self.is_english and not isinstance(rule, AskedRule)
        return english.ENGLISH[rule.code].title if known else rule.title

    def cite_basis(self, rule: Rule) -> str:
        """The law or policy that it rests on."""
        known = self.is_english and not isinstance(rule, AskedRule)
        return english.cite(rule.basis) if known else self.say(rule.basis)

    def cite_ground(self, rule: Rule) -> str:
        """The same, with the clause of the policy that asks for the rule."""
        known = self.is_english and not isinstance(rule, AskedRule)
        policy = english.cite(rule.policy) if known else self.say(rule.policy)
        return f"{self.cite_basis(rule)} ({policy})" if self.is_english else f"{rule.basis}（{rule.policy}）"

    def tell_weak(self, rule: Rule) -> str:
        """What the rule cannot know; empty where nothing is known of that."""
        known = self.is_english and not isinstance(rule, AskedRule)
        return english.ENGLISH[rule.code].weak if known else rule.weak

    def tell_waiting(self, rule: Rule) -> str:
        """What a rule that judges nothing yet waits for."""
        return english.ENGLISH[rule.code].waits_for if self.is_english else rule.waits_for

    def tell_parameter(self, label: str, value: int, unit: str) -> str:
        if self.is_english:
            return f"{english.PARAMETERS[label]}: {value} {english.PARAMETERS[unit]}"
        return f"{label}：{value}{unit}"

    def write_sentence(
        self, rule: Rule, at: str, measured: int | None, allowed: int | None, names: Names = NO_NAMES
    ) -> str:
        """What a hit says."""
        if not self.is_english or isinstance(rule, AskedRule):
            return self.say(rule.sentence(at, measured, allowed, names))
        return english.write_sentence(rule, at, measured, allowed, names)


CHINESE = Language("zh-Hans-CN")
ENGLISH = Language("en", is_english=True)
LANGUAGES = {"zh": CHINESE, "en": ENGLISH}
