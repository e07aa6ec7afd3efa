"""Sentences of a refusal in which hidden facts or false material were found (许可法 78 条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.context import Context
from yichuang.kernel.localtime import chinese_date

BARRED = "不得再次申请该行政许可（新办）"  # what is asked for a licence that is held goes on


def say_falsehood(event: ev.Declined | ev.Decided, c: Context) -> tuple[str, ...]:
    """Told, heard, found, warned, and until when no new application is taken; nothing where nothing was found."""
    allegation = c.case.allegation
    if not event.falsified or allegation is None:
        return ()
    you, barred = c.applicant.you, event.barred_until
    heard = f"听取了{you}的陈述申辩" if allegation.answered else f"{you}在告知的期限内没有陈述申辩"
    return (
        f"本机关于{chinese_date(allegation.on)}告知了拟认定的事实、理由和陈述申辩的权利，{heard}。现认定{you}"
        "隐瞒有关情况或者提供虚假材料申请行政许可，给予警告。",
        f"{you}在{chinese_date(barred)}前（含当日）{BARRED}。" if barred else "",
    )
