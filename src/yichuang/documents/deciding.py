"""Sentences that the decisions on a held licence share: what was asked for, what was found, what the licence says."""

from __future__ import annotations

from collections.abc import Iterator

from yichuang.documents.context import Context
from yichuang.kernel.localtime import chinese_date


def say_decision(c: Context, finding: str) -> str:
    """Who asked for what on which licence, and what was decided."""
    licence = f"{c.licence.type}（{c.licence.number}）" if c.licence else "证照"
    accepted = f"本机关于{chinese_date(c.case.accepted_on)}受理。" if c.case.accepted_on else ""
    return (
        f"{c.applicant.you}于{chinese_date(c.case.submitted_on or c.day)}就所持{licence}提出{c.matter}申请，"
        f"{accepted}经审查，该申请{finding}"
    )


def say_opinion(c: Context) -> str:
    return f"审查情况：{c.text('reason')}" if c.text("reason") else ""


def list_statements(c: Context, when: str) -> Iterator[tuple[str, str]]:
    """What the licence says by this decision, as (label, value)."""
    yield "决定事项", c.matter
    if c.licence is None or c.content is None:
        return
    yield "证照编号", c.licence.number
    for label, text in c.content.lines:
        yield f"{when}的{label}" if when == "变更后" else label, text
    version = c.licence.version_of(c.case.id) or c.licence.current
    if version.valid_to:
        yield "有效期至", chinese_date(version.valid_to)
