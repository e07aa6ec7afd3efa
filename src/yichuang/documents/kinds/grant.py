"""准予行政许可决定书 (34条、37条、38条一款)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.documents.granted import scope, term
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("准予行政许可决定书", word="准", red_head=True)
def grant(event: ev.Decided, c: Context) -> Document:
    clock = Clock(c.standard.procedure.deliver_within, event.on)
    opinion = f"审查情况：{c.text('reason')}" if c.text("reason") else ""
    open_to_all = "本决定依法公开，公众有权查阅。" if c.standard.is_result_public else ""
    return c.document(
        (
            f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}提出{c.matter}申请，"
            f"本机关于{chinese_date(c.case.accepted_on or c.day)}受理。经审查，该申请符合法定条件、标准，"
            f"本机关决定准予{c.permission}。",
            opinion,
            f"本机关将在{chinese_date(c.due(clock))}前（含当日）向{c.applicant.you}颁发、送达"
            f"{c.standard.result.certificate_type or c.standard.result.name}。{open_to_all}",
        ),
        bases=(*event.bases, *c.law("38条一款", *(("40条",) if open_to_all else ()), "44条")),
        fields=fields(
            ("申请人", c.applicant.name),
            ("决定事项", c.matter),
            *scope(c),
            ("有效期限", term(c)),
        ),
    )
