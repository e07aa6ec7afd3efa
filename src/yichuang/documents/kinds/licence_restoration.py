"""恢复证照通知书: before the day or on it."""

from __future__ import annotations

from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev


@declare("恢复证照通知书", word="复")
def licence_restoration(event: ev.Restored, c: LicenceContext) -> Document:
    why = f"经审查，本机关决定提前恢复。理由：{c.text('reason')}" if c.text("reason") else "暂扣期满，自行恢复。"
    return c.document((f"被暂扣的{c.named}自{chinese_date(event.on)}起恢复有效。", why), fields=c.about())
