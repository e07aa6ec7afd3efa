"""Sentences that revocation (撤销) and withdrawal (撤回) share: notice of the holder's rights, and the decision."""

from __future__ import annotations

from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev
from yichuang.licences.core.revoking import GROUNDS
from yichuang.licences.core.state import Proceeding


def say_notice(event: ev.RevocationOpened, c: LicenceContext, word: str) -> tuple[str, ...]:
    """Facts and ground, and how the holder is heard: 36、47条."""
    words = GROUNDS[event.ground][1]
    asked = "根据利害关系人的请求" if event.requested else "依职权"
    return (
        f"本机关{asked}对{c.you}持有的{c.named}启动{word}程序，拟依法予以{word}。涉及的情形：{words}。",
        f"查明的事实和理由：{c.text('reason')}",
        f"{c.you}可以自收到本告知书之日起{c.respond_days}个工作日内陈述、申辩，也可以要求听证；"
        "决定作出之前仍可以陈述、申辩。可以在“我的证照”中提出，也可以到综合窗口提出。逾期没有要求听证的，视为放弃听证。",
    )


def list_bases(event: ev.RevocationOpened, c: LicenceContext) -> tuple[str, ...]:
    return (GROUNDS[event.ground][2], "行政许可法36条", "行政许可法47条")


def say_revocation(event: ev.Revoked, c: LicenceContext, word: str) -> tuple[str, ...]:
    """Found, heard, decided; compensation, and the bar of 79条."""
    opened = c.before.proceeding
    words = GROUNDS[event.ground][1]
    barred = event.barred_until
    return (
        f"{_say_told(opened, c, word)}经审查，存在“{words}”的情形，决定{word}该{c.permission}，并依法办理注销手续。",
        f"认定的事实和理由：{c.text('reason')}",
        f"赔偿或者补偿：{c.text('compensation')}",
        f"{c.you}在{chinese_date(barred)}前（含当日）不得再次申请该{c.permission}。" if barred else "",
        "证照自本决定作出之日起不再有效；持有纸质证照的，请交回。",
    )


def _say_told(opened: Proceeding | None, c: LicenceContext, word: str) -> str:
    """When the holder was told, and what they made of it."""
    if opened is None:  # a stream whose beginning cannot be read
        return ""
    told = chinese_date(opened.served_on or opened.opened_on)
    if opened.heard:
        heard = f"并于{chinese_date(opened.heard)}举行听证。"
    else:
        heard = "并听取了陈述申辩。" if opened.answered else "期限内没有收到陈述申辩，也没有要求听证。"
    return f"本机关于{told}将拟{word}{c.named}的告知书送达{c.you}，{heard}"
