"""终止办理告知书: because the correction did not come in time, or for a reason the head decided."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.regimes import find_regime, say_end
from yichuang.documents import lists
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.kernel.localtime import chinese_date


@declare("终止办理告知书", word="终")
def termination(event: ev.Terminated, c: Context) -> Document:
    asked = c.before.correction
    if event.cause == "overdue" and asked:
        why = (
            f"本机关于{chinese_date(asked.on)}一次告知需要补正的全部内容，补正期限至{chinese_date(asked.due)}止。"
            f"期限届满，{c.applicant.you}未补正齐全（尚缺：{lists.lacking(c, asked)}），"
            f"本机关自{chinese_date(event.on)}起终止办理本次申请。"
        )
    elif event.cause in (ev.GAPS_WITHDRAWN, ev.GAPS_ENDED) and c.before.gaps:
        why = _breached(event, c)
    elif event.cause == ev.ITEM_ENDED and c.before.leaving:
        return _ended_with_item(event, c)
    else:
        why = f"本机关决定自{chinese_date(event.on)}起终止办理本次申请。理由：{c.text('reason')}"
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出的{c.matter}申请，{why}",
            "终止办理不影响重新申请；备齐材料后可以重新提出，已填写的内容可以沿用。",
        ),
        bases=c.rule("correct") if event.cause == "overdue" else (),
        remedies=c.remedies(c.standard.procedure.tell_remedies()),
    )


def _breached(event: ev.Terminated, c: Context) -> str:
    """3.6b: what was promised did not come in time."""
    gaps = c.before.gaps
    assert gaps is not None and gaps.due is not None  # time ended the promise
    lacking = "、".join(c.material(code).name for code in gaps.wanted)
    regime = find_regime(gaps.regime)
    return (
        f"{c.applicant.you}书面承诺在{chinese_date(gaps.due)}前（含当日）补齐容缺材料。"
        f"期限届满没有补齐（尚缺：{lacking}），依照承诺时告知的{regime.source}，"
        f"自{chinese_date(event.on)}起{say_end(gaps.regime, c.standard)}。"
    )


def _ended_with_item(event: ev.Terminated, c: Context) -> Document:
    """3.1b: the decision that took the item off the list ends what is open with it."""
    leaving = c.before.leaving
    assert leaving is not None
    paid = (f"{c.applicant.you}已经缴纳的费用全额退还，请持缴费凭证到窗口办理。",) if c.before.paid else ()
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出的{c.matter}申请，所办事项依"
            f"{leaving.ground}退出审批事项清单，该决定规定在办件通知后终止。本机关自{chinese_date(event.on)}起终止审批。",
            f"{leaving.instead}此前已经作出的决定不受影响。",
            *paid,
        ),
        remedies=c.remedies(c.standard.procedure.tell_remedies()),
    )
