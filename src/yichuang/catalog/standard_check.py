"""Compares published standards with the ledger: the document in use must have the digest that was recorded."""

from __future__ import annotations

import json

from django.db import connection

from yichuang.catalog.models import Published
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.report import Report

_PUBLISHED = (
    "select stream, seq, body from ledger_entry where stream like 'standard/%%' and kind = 'published'"
    " order by stream, seq"
)


def check_standards(report: Report) -> None:
    """Report standards whose document is missing, was changed after publication, or was never published."""
    recorded: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, [])
        for stream, seq, body in cursor.fetchall():
            try:
                published = json.loads(body)
                recorded[str(published["key"])] = str(published["digest"])
            except (ValueError, TypeError, KeyError, RecursionError):
                report.add("text", f"{stream} 第{seq}条", "入账的内容读不出来：条目被改动。")
    present = set()
    for row in Published.objects.only("key", "digest", "document").order_by("key").iterator(chunk_size=20):
        present.add(row.key)
        if row.key not in recorded:
            report.add("text", f"办事规程 {row.key}", "没有发布的记录：是越过程序放进来的。")
        elif not row.digest == recorded[row.key] == sm3(row.document.encode()).hex():
            report.add("text", f"办事规程 {row.key}", "与发布时的摘要不符：被改动。")
    for key in sorted(recorded.keys() - present):
        report.add("text", f"办事规程 {key}", "已经发布，表中不见了。")
