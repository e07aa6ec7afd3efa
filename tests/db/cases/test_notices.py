"""What each message says: the matter by name, the day it is wanted by, the sum, and how it was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.unit.cases.bench import food, standards
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case, Charge, Correction, Leaving, Stage
from yichuang.catalog.standard import Standard

DAY = date(2018, 3, 12)
CASE = Case("1", situation="new", stage=Stage.ACCEPTED)


def told(event: Any, case: Case = CASE, standard: Standard | None = None) -> tuple[str, str]:
    """Title and text, as the applicant reads them after `did`."""
    from yichuang.cases.notices import MESSAGES, _say

    words = _say(event, standard or food(), case)
    kind = MESSAGES[type(event)]
    did = kind.did[1].format(**words) if kind.did else ""
    known = {"title": "食品经营许可", "receipt": "R1", "did": did, **words}
    return kind.title.format(**known), kind.text.format(**known)


def test_a_correction_names_what_is_wanted_and_the_last_day() -> None:
    asked = ev.CorrectionAsked(("M03", "M08"), ("premises_area",), "vault:x", date(2018, 4, 11))
    title, text = told(asked)
    assert title == "请补正材料"
    names = [m.name for m in food().materials if m.code in ("M03", "M08")]
    assert f"需要补正：{names[0]}、{names[1]}、申请表“经营场所面积”。" in text
    assert "2018年4月11日前（含当日）补齐" in text


def test_a_long_list_says_how_many_there_are() -> None:
    codes = tuple(m.code for m in food().materials)
    _, text = told(ev.CorrectionAsked(codes, ("premises_area",), "vault:x", DAY))
    assert f"等{len(codes) + 1}项" in text


def test_what_came_and_what_is_still_wanted() -> None:
    part = ev.Supplied({"M03": ("u1",)}, "", DAY, False)
    waiting = replace(
        CASE,
        stage=Stage.CORRECTION,
        correction=Correction(DAY, date(2018, 4, 11), ("M03", "M08"), (), outstanding=("M08",)),
    )
    names = {m.code: m.name for m in food().materials}
    _, text = told(part, waiting)
    assert f"：{names['M03']}。还缺：{names['M08']}。请在2018年4月11日前（含当日）补齐。" in text
    _, text = told(replace(part, complete=True, form="vault:f"))
    assert f"：{names['M03']}、更正后的申请表。要求补正的已经补齐。" in text


@pytest.mark.parametrize(
    ("item", "situation", "granted", "title", "then"),
    [
        ("ZZ-001", "new", True, "准予行政许可", "证照制作后另行通知您签收"),
        ("ZZ-001", "new", False, "不予行政许可", "理由和救济途径"),
        ("ZZ-019", "new", True, "准予登记", "证照制作后"),
        ("ZZ-019", "new", False, "不予登记", "救济途径"),
        ("ZZ-102", "new", True, "准予备案", "证照制作后"),
        ("ZZ-001", "cancel", True, "准予注销", "请查看决定书"),
    ],
)
def test_a_decision_is_named_in_the_words_of_its_procedure(
    item: str, situation: str, granted: bool, title: str, then: str
) -> None:
    decided = ev.Decided(granted, DAY, (), "", (), ())
    said, text = told(decided, replace(CASE, situation=situation), standards()[item])
    assert said == title
    assert f"已于2018年3月12日作出决定：{title}。" in text and then in text
    assert "行政许可" not in text or standards()[item].procedure.code == "licence"


def test_sums_are_named() -> None:
    standard = next(s for s in standards().values() if any(f.collected_here for f in s.fees))
    fee = next(f for f in standard.fees if f.collected_here)
    _, text = told(ev.FeeCharged(fee.code, 123456, "", "1"), CASE, standard)
    assert f"应缴{fee.name}1,234.56元" in text
    _, text = told(ev.FeePaid(fee.code, 123456, "1", "r"), CASE, standard)
    assert f"{fee.name}1,234.56元已登记缴清" in text


def test_days_are_counted_as_the_reader_counts_them() -> None:
    """The day of the notice is not one of them: from the 13th to the 22nd there are ten."""
    _, text = told(ev.SpecialStarted("X1", "expert_review", "", DAY, date(2018, 3, 22), True, "vault:r"))
    assert "自2018年3月13日起至2018年3月22日止，共10日，期间不计算在办理期限内" in text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("not_accepted", "的申请不予受理。"),
        ("not_required", "的申请不受理（依法不需要办理行政许可）。"),
        ("no_jurisdiction", "的申请不予受理（不属于本机关职权范围）。请向新郑市市场监督管理局提出申请。"),
    ],
)
def test_a_refusal_to_accept_says_which_it_is(outcome: str, said: str) -> None:
    competent = "新郑市市场监督管理局" if outcome == "no_jurisdiction" else ""
    _, text = told(ev.Declined(outcome, "vault:r", (), competent))
    assert said in text and text.endswith("请查看决定书的理由和救济途径。")


def test_every_message_can_be_said() -> None:
    """No {name} is left without its words."""
    from yichuang.cases.notices import MESSAGES

    silent = told(ev.Accepted(DAY, (), (), silent=True))[1]
    assert "自2018年3月12日收到材料之日起即为受理" in silent
    assert "3月12日受理" in told(ev.Accepted(DAY, (), ()))[1]
    assert "5个工作日内告知是否受理" in told(ev.Received(DAY, ()))[1]
    assert "延长10个工作日" in told(ev.Extended(10, DAY, "vault:r"))[1]
    assert "补正期限届满没有补齐，自2018年3月12日起终止" in told(ev.Terminated("overdue", DAY, ""))[1]
    assert "食品经营许可证（X1）" in told(ev.CertificateMade(DAY, "食品经营许可证", DAY, None, "X1"))[1]
    assert "送达（邮寄送达），本件办结" in told(ev.Delivered("post", DAY, "vault:r"))[1]
    assert "可以沿用" in told(ev.Withdrawn(DAY, "vault:r"))[1]
    for event in (ev.Withdrawn(DAY, ""), ev.AcceptanceRevoked(DAY, "", (), ())):
        assert "{" not in "".join(told(event))
    assert "顺延到2018年3月12日（含当日）" in told(ev.Recalculated("c", DAY))[1]
    silence = told(ev.Warned("statutory", 0, "over", DAY, estimate=False))[1]
    assert "法定办理期限已于2018年3月12日届满" in silence
    added = ev.MaterialsAdded({"M03": ("paper",)}, DAY)
    assert "受理时限仍自收到申请之日起算" in told(added)[1]
    paid = Case(
        "c", leaving=Leaving(DAY, "国发〔2018〕9号", "本级不再办理这项审批。"), charges={"F1": Charge(1, "o", "r")}
    )
    ended = told(ev.Terminated("item_ended", DAY, ""), paid)[1]
    assert "依国发〔2018〕9号退出清单" in ended and "费用全额退还" in ended and "重新申请" not in ended
    assert "到2018年3月12日还没有作出决定的" in told(ev.ItemLeaving(DAY, "国发〔2018〕9号"))[1]
    assert len(MESSAGES) == 31


@pytest.mark.parametrize(
    ("clock", "rung", "estimate", "stage", "tells"),
    [
        ("statutory", "over", False, "accepted", True),
        ("statutory", "over", True, "accepted", False),  # nobody knows the day yet
        ("statutory", "over", False, "decided", False),  # late, but decided meanwhile
        ("statutory", "warn", False, "accepted", False),
        ("promised", "over", False, "accepted", False),
    ],
)
def test_of_all_warnings_the_applicant_is_told_only_that_the_day_of_the_law_has_passed(
    clock: str, rung: str, estimate: bool, stage: str, tells: bool
) -> None:
    from yichuang.cases.models import Case as Row
    from yichuang.cases.notices import _tells_silence

    assert _tells_silence(ev.Warned(clock, 0, rung, DAY, estimate=estimate), Row(stage=stage)) is tells
