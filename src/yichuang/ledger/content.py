"""Checks content that entries hold only as digests: private texts in the vault, and files in the file store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db import connection

from yichuang.kernel.sm3 import sm3, sm3_of_pieces
from yichuang.ledger.report import Report

ROWS = 200  # of the vault, read at a time
PIECE = 1 << 20  # bytes of a file
_REFERENCE = re.compile(r"vault:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):[^:\"\\]*:([0-9a-f]{64})")
_TEXTS = """
select v.id::text, v.bytes, v.salt,
       exists (select 1 from ledger_entry e where e.stream = 'vault/' || v.id and e.kind = 'destroyed')
from ledger_vault v where v.id = any(%s::uuid[])
"""
# A row that was taken out whole: its destruction may be on record all the same
_DESTROYED = "select substring(stream from 7) from ledger_entry where stream = any(%s) and kind = 'destroyed'"


def compare_texts(report: Report, entries: Iterable[tuple[str, int, str]]) -> None:
    """Compare the vault rows that these entries (stream, seq, body) refer to with the digests they name.

    A row is read once, however often it is named.
    """
    first_references: dict[tuple[str, str], str] = {}  # (row, digest) → the first entry that names it
    for stream, seq, body in entries:
        if "vault:" in body:
            for id, digest in _REFERENCE.findall(body):
                first_references.setdefault((id, digest), f"{stream} 第{seq}条")
    keys = sorted(first_references)
    for start in range(0, len(keys), ROWS):
        _compare(report, keys[start : start + ROWS], first_references)


def _compare(report: Report, keys: list[tuple[str, str]], first_references: dict[tuple[str, str], str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [[id for id, _ in keys]])
        rows: dict[str, tuple[Any, ...]] = {id: columns for id, *columns in cursor.fetchall()}
        missing = [f"vault/{id}" for id, _ in keys if id not in rows]
        cursor.execute(_DESTROYED, [missing])
        destroyed = {id for (id,) in cursor.fetchall()} if missing else set()
    for id, digest in keys:
        report.texts += 1
        if text := _fault(rows.get(id), digest, id in destroyed):
            report.add("vault", first_references[id, digest], f"所引的个人信息原文（保险库 {id}）{text}")


def _fault(row: tuple[Any, ...] | None, digest: str, destroyed: bool) -> str:
    """What is wrong with a vault row; empty when its digest matches, or when its destruction is on record."""
    if row is None:
        return "" if destroyed else "不见了，没有销毁记录。"
    data, salt, decided = row
    if data is None or salt is None:
        return "" if decided else "被清空，没有销毁记录。"
    if sm3(bytes(salt) + bytes(data)).hex() != digest:
        return "与入账时的摘要不符：被改动。"
    return "已决定销毁，原文还在。" if decided else ""


def file_fault(key: str, digest: str) -> str:
    """What is wrong with a file of the store: `gone`, `unreadable`, `changed`, or nothing when its SM3 is `digest`."""
    try:
        if not key or not default_storage.exists(key):
            return "gone"
        with default_storage.open(key) as file:
            actual = sm3_of_pieces(_pieces(file)).hex()
    except FileNotFoundError:
        return "gone"
    except (OSError, SuspiciousOperation, ValueError):
        return "unreadable"
    return "" if actual == digest else "changed"


FILE_WORDS = {
    "gone": "在磁盘上不见了。",
    "unreadable": "在磁盘上读不出来。",
    "changed": "在磁盘上的内容与入账时的摘要不符：被改动。",
}


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
