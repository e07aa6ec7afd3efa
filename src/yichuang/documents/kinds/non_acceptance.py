"""不予受理决定书; 不需要许可的告知不受理; 不属职权的告知向谁申请 (32条一款一、二项)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Stage
from yichuang.documents.content import Document
from yichuang.documents.context import Context
from yichuang.documents.declaring import declare
from yichuang.documents.falsehood import say_falsehood
from yichuang.kernel.localtime import chinese_date


@declare("不予受理决定书", word="不受", title="行政许可申请不予受理决定书", red_head=True)
def non_acceptance(event: ev.Declined, c: Context) -> Document:
    you = c.applicant.you
    reason, article, title = {
        Stage.NOT_REQUIRED: (
            f"该申请事项依法不需要{'取得' if c.licensing else '办理'}{c.permission}，"
            f"本机关不受理，{you}可以依法直接从事有关活动。",
            "32条一款一项",
            f"{c.permission}申请不受理告知书",
        ),
        Stage.NO_JURISDICTION: (
            f"该申请事项依法不属于本机关职权范围，本机关决定不予受理。请向{event.competent}提出申请。",
            "32条一款二项",
            c.title,
        ),
        Stage.NOT_ACCEPTED: ("本机关决定不予受理。", "32条二款", c.title),
    }[Stage(event.outcome)]
    return c.document(
        (
            f"{you}于{chinese_date(c.case.submitted_on or c.day)}提出的{c.matter}申请收悉。经审查，{reason}",
            f"理由：{c.text('reason')}",
            *say_falsehood(event, c),
        ),
        title=title,
        bases=(*event.bases, *c.law(article)),
        remedies=c.remedies(event.remedies),
    )
