"""Uploads against the ledger: every file that an entry keeps has its row and its bytes, and no row is without an entry.

What is right is what the entry says (`file_kept`: id, size, SM3); rows and disk are compared with it, in batches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from yichuang.ledger.content import FILE_WORDS, file_fault
from yichuang.ledger.report import Report

ENTRIES = 1_000  # read at a time
_KEPT = """
select stream, seq, body, substring(body from '"upload":"([0-9a-f-]{36})"') from ledger_entry
where (stream, seq) > (%s, %s) and stream like 'upload/%%' and kind = 'file_kept' order by stream, seq limit %s
"""
_ROWS = "select id::text, account, digest, key from aggregates_upload where id = any(%s::uuid[])"
_DROPPED = """
select 1 from ledger_entry where stream = %s and seq > %s and kind = 'file_dropped' and position(%s in body) > 0
"""
_STRAYS = """
select u.id::text from aggregates_upload u where not exists (
  select 1 from ledger_entry e where e.stream = 'upload/' || u.account and e.kind = 'file_kept'
  and substring(e.body from '"upload":"([0-9a-f-]{36})"') = u.id::text
) order by u.created_at limit %s
"""
STRAYS = 1_000  # named at most


def check_uploads(report: Report, progress: Callable[[int], None] = lambda done: None) -> None:
    """Name the uploads whose row or bytes are not what was recorded, and the rows that nobody recorded."""
    for batch in _batches():
        rows = _rows([id for *_, id in batch if id])
        for stream, seq, body, id in batch:
            if text := _fault(report, stream, seq, body, id, rows.get(id)):
                report.add("file", f"上传文件 {id}（{stream} 第{seq}条）", text)
        progress(report.files)
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, [STRAYS])
        for (id,) in cursor.fetchall():
            report.add("file", f"上传文件 {id}", "有登记而没有入账：是越过程序放进来的。")


def _batches() -> Iterator[list[tuple[Any, ...]]]:
    after: tuple[str, int] = ("upload/", 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_KEPT, [*after, ENTRIES])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = (rows[-1][0], rows[-1][1])


def _rows(ids: list[str]) -> dict[str, tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [ids])
        return {id: (account, digest, key) for id, account, digest, key in cursor.fetchall()}


def _fault(report: Report, stream: str, seq: int, body: str, id: str, row: tuple[str, str, str] | None) -> str:
    """What is wrong with one upload; empty when nothing is, or when it was dropped on record."""
    recorded = _digest(body)
    if not id or not recorded:
        return "入账的内容读不出来：条目被改动。"
    if row is None:
        return "" if _dropped(stream, seq, id) else "登记不见了，没有删除记录。"
    account, digest, key = row
    if (f"upload/{account}", digest) != (stream, recorded):
        return "登记的上传人或摘要与入账时不符：登记被改动。"
    report.files += 1
    kind = file_fault(key, recorded)
    # the sender may have dropped it while we looked
    return "" if not kind or (kind == "gone" and _dropped(stream, seq, id)) else FILE_WORDS[kind]


def _digest(body: str) -> str:
    try:
        digest = json.loads(body)["digest"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return digest if isinstance(digest, str) else ""


def _dropped(stream: str, seq: int, id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_DROPPED, [stream, seq, id])
        return cursor.fetchone() is not None
