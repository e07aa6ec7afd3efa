"""延期决定通知书: approved once by the head of the organ, the reason told (42条一款)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Document
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.kernel.clock import Clock
from yichuang.kernel.localtime import chinese_date


@declare("延期决定通知书", word="延", red_head=True)
def extension(event: ev.Extended, c: Context) -> Document:
    before = dict(c.limits(c.before))
    unit = c.standard.statutory_extension or c.standard.procedure.extension
    length = f"{event.days}个工作日" if unit is None else type(unit)(event.days, unit.unit).label
    clocks = c.limits()

    def day_of(clock: Clock) -> str:
        return chinese_date(c.due(clock))

    return c.document(
        (
            f"{c.applicant.you}提出的{c.matter}申请，本机关于{chinese_date(c.case.accepted_on or c.day)}受理。"
            f"因在原定期限内不能作出决定，经本机关负责人批准，决定将办理期限延长{length}。",
            f"延长期限的理由：{c.text('reason')}",
            *(f"{label}推算：{c.reckoning(clock)}" for label, clock in clocks),
        ),
        bases=c.law("42条一款") or c.rule("extension"),
        fields=fields(
            *(
                (label, f"原至{chinese_date(c.due(before[label]))}，现延长至{chinese_date(c.due(clock))}")
                for label, clock in clocks
            )
        ),
    )
