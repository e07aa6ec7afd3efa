"""Every rule has its words in English: the same sentences, about the same things, without a Chinese word of ours."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from yichuang.kernel.phrases import Phrases
from yichuang.supervision.rules.catalogue import RULES
from yichuang.supervision.rules.english import ENGLISH, PARAMETERS, VALUES, cite, write_sentence
from yichuang.supervision.rules.naming import Names
from yichuang.supervision.rules.rule import Rule

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NAMES = Names(
    {"S1": "Review"}, {"M1": "Plan"}, {"F1": "Levy"}, {"promised": "workday", "statutory": "month", "S1": "day"}
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_sentence_of_every_rule_is_there_in_english_about_the_same_things(rule: Rule) -> None:
    english = ENGLISH[rule.code]
    assert bool(english.weak) == bool(rule.weak) and bool(english.waits_for) == bool(rule.waits_for)
    ours = rule.says if isinstance(rule.says, dict) else {"": rule.says}
    theirs = english.says if isinstance(english.says, dict) else {"": english.says}
    assert ours.keys() == theirs.keys() and isinstance(rule.says, dict) == isinstance(english.says, dict)
    for key, says in ours.items():
        assert fields(theirs[key]) == fields(says), key
    texts = (english.title, english.weak, english.waits_for, *theirs.values())
    assert not [text for text in texts if CHINESE.search(text)]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.find], ids=lambda rule: rule.code)
def test_what_is_measured_is_said_in_english_too(rule: Rule) -> None:
    for first in rule.says if isinstance(rule.says, dict) else ("",):
        at = f"{first}/S1/2/S1" if first else "S1/2"
        for measured, allowed in ((0, 3), (12, 5), (None, None)):
            said = write_sentence(rule, at, measured, allowed, NAMES)
            assert said and not CHINESE.search(said), said
    for parameter in rule.parameters.values():
        assert parameter.label in PARAMETERS and parameter.unit in PARAMETERS


def test_sentences_say_what_the_chinese_ones_say() -> None:
    by_code = {rule.code: rule for rule in RULES}
    assert write_sentence(by_code["R-T02"], "promised", 3, 10, NAMES) == (
        "The promised limit is 10 working days; 3 working days past the due day."
    )
    assert write_sentence(by_code["R-T04"], "S1/2", 0, 5, NAMES) == (
        "The limit of step “Review (round 2)” is 5 days; less than 1 working day past the due day."
    )
    names = Names({"S1": "公示10天"})
    assert "“公示10天”" in write_sentence(by_code["R-O03"], "step/S1/1", 0, 0, names), "a name of the data stays"


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("《行政许可法》第三十二条第一款第四项、第七十二条第四项",
         "Administrative Licensing Law art. 32 para. 1 item 4, art. 72 item 4"),
        ("《行政许可法》第一百零一条", "Administrative Licensing Law art. 101"),
        ("《行政许可法》第十条、第二十条", "Administrative Licensing Law art. 10, art. 20"),
        ("郑政文〔2018〕46号第四部分第（一）项", "郑政文〔2018〕46号 part 4 (1)"),
    ],
)  # fmt: skip
def test_articles_are_cited_by_number(basis: str, said: str) -> None:
    assert cite(basis) == said


def test_every_basis_can_be_cited() -> None:
    for rule in RULES:
        assert not CHINESE.search(cite(rule.ground).replace("郑政文〔2018〕46号", "")), rule.code


def test_phrases_say_what_they_know_and_leave_the_rest() -> None:
    phrases = Phrases({"{}有{#}件": "{0}: {1} cases", "在{*}": "at the {0}", "窗口": "window", "a.c": "x"})
    assert phrases.say("窗口有1,200件") == "窗口: 1,200 cases" and phrases.say("在窗口") == "at the window"
    assert phrases.say("大厅有很多件") == "大厅有很多件" and phrases.say("abc") == "abc" and phrases.say("a.c") == "x"
    assert phrases.say("{0}有3件") == "{0}: 3 cases"
    assert VALUES.say("10个工作日") == "10 working days"
