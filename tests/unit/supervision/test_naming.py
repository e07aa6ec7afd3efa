"""What a finding says to people has names and units in it, and none of our codes."""

from __future__ import annotations

import re

import pytest

from yichuang.kernel.policy import cite_policy
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING
from yichuang.supervision.rules.naming import Names
from yichuang.supervision.rules.rule import Rule

pytestmark = pytest.mark.clause("4.1b.2")

NAMES = Names(
    {"S1": "资料审查", "S2": "现场核查"},
    {"M1": "会议纪要"},
    {"F1": "考试费"},
    {"S1": "workday", "S2": "workday", "promised": "workday", "statutory": "month"},
)
PLACES = {
    "R-O04": "S2/1",
    "R-P06": "M1",
    "R-F01": "F1",
    "R-P11": "9/食品安全法35条",
    "R-P12": "1/食品安全法",
    "R-P13": "410122/410100/ZZ-001/2",
    "R-P14": "410100/ZZ-001/2",
    "R-P15": "M1",
    "R-O05": "410100-1",
    "R-O08": "证1号",
}


def test_a_step_is_named_with_its_limit_and_unit() -> None:
    step = BY_CODE["R-T04"].sentence
    assert step("S2/1", 3, 2, NAMES) == "环节“现场核查”的时限为2个工作日，超过到期日3个工作日。"
    assert step("S2/2", 3, 2, NAMES).startswith("环节“现场核查（第2轮）”")
    assert (
        BY_CODE["R-T03"].sentence("statutory", 3, 2, NAMES) == "法定时限（含批准的延长）为2个月，超过到期日3个工作日。"
    )
    assert BY_CODE["R-T02"].sentence("promised", 0, 5, NAMES) == "承诺时限为5个工作日，超过到期日不足1个工作日。"
    assert BY_CODE["R-P01"].sentence("order/S2/1/S1", None, None, NAMES) == (
        "“现场核查”开始时，应当先办结的“资料审查”还没有办结。"
    )
    assert BY_CODE["R-F01"].sentence("amount/F1", 123450, 100, NAMES) == (
        "“考试费”通知缴纳1,234.50元，按公布的标准应为1.00元。"
    )


def test_of_a_log_without_names_the_log_s_own_words_stand() -> None:
    assert BY_CODE["R-T04"].sentence("初审/1", 3, 2) == "环节“初审”的时限为2（单位见办事规程），超过到期日3个工作日。"


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.code)
def test_no_sentence_and_no_ground_tells_a_code(rule: Rule) -> None:
    ways = rule.says if isinstance(rule.says, dict) else {"": rule.says}
    for way in ways:
        place = PLACES.get(rule.code, "S2/1/S1" if rule.code[2] in "TPO" else "证1号/4")
        said = rule.sentence("/".join(part for part in (way, place) if part), 5, 4, NAMES)
        assert said and not re.search(r"\b[SMFX]\d|代码|账本|轮次/|按.*的单位|\d分", said), said
    assert not re.search(r"\b\d\.\d+[a-z]\b", rule.ground) and "郑政文〔2018〕46号第" in rule.ground


def test_the_policy_is_cited_as_the_public_reads_it() -> None:
    assert cite_policy("3.4d") == "郑政文〔2018〕46号第三部分第（四）项"
    assert cite_policy("4.1") == "郑政文〔2018〕46号第四部分第（一）项"
