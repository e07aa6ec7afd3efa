"""Reads for auditors: entries of all streams except cases', by the stream's first word, kind, persons and days.

Envelope and body only: what lies in the vault is never opened here. Entries of cases never enter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yichuang.ledger.envelope import Envelope
from yichuang.ledger.models import Entry

PAGE = 50
# The first word of a stream → what it is about
STREAMS = {
    "refusal": "被拒绝的操作",
    "people": "账号与申请人",
    "looked": "查看个人信息",
    "export": "导出",
    "login": "登录",
    "security": "登录安全参数（以前的记录）",
    "org": "机构与岗位",
    "system": "部门业务系统",
    "parameter": "预警、规则、督办、对账和登录安全的参数",
    "rule": "监察规则和督办参数（以前的记录）",
    "outage": "系统停运",
    "exclusion": "三率例外",
    "finding": "监察发现",
    "order": "督办单",
    "standard": "办事规程",
    "vault": "个人信息保险库",
    "paper": "文书",
    "upload": "上传文件",
    "check": "每日核验",
}


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """What an auditor searches for: the stream's first word and further filters (empty: all). `until` is excluded."""

    subject: str
    kind: str = ""
    persons: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry in a list."""

    position: int
    stream: str
    kind: str
    actor: str
    post: str
    recorded_at: datetime
    body: dict[str, Any]


def list_entries(query: EntryQuery, before: int | None = None) -> tuple[list[ListedEntry], bool]:
    """A page of entries, newest first, and whether there are more. With `before`, only those older than that position.

    One statement on one index, and another to find the place of `before`. Raises ValueError for a first word that is
    not in STREAMS.
    """
    if query.subject not in STREAMS:
        raise ValueError(query.subject)
    conditions = ["split_part(stream, '/', 1) = %s", "stream not like 'case/%%'"]
    values: list[Any] = [query.subject]
    for condition, value in (
        ("kind = %s", query.kind or None),
        ("actor = any(%s)", None if query.persons is None else list(query.persons)),
        ("recorded_at >= %s", query.since),
        ("recorded_at < %s", query.until),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    with connection.cursor() as cursor:
        if before is not None:
            cursor.execute("select recorded_at, position from ledger_entry where position = %s", [before])
            if place := cursor.fetchone():
                conditions.append("(recorded_at, position) < (%s, %s)")
                values += place
        cursor.execute(
            "select position, stream, kind, actor, post, recorded_at, body from ledger_entry"
            f" where {' and '.join(conditions)} order by recorded_at desc, position desc limit {PAGE + 1}",
            values,
        )
        lines = [
            ListedEntry(position, stream, kind, actor, post, recorded_at, _body(body))
            for position, stream, kind, actor, post, recorded_at, body in cursor.fetchall()
        ]
    return lines[:PAGE], len(lines) > PAGE


def _body(text: str) -> dict[str, Any]:
    """The body of an entry. One that was altered from outside the program may hold anything; its text is shown then."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else {"读不出来": text[:200]}


@dataclass(frozen=True, slots=True)
class FullEntry:
    """An entry with every column, and the checks that need this entry alone."""

    entry: Entry
    body: dict[str, Any]
    intact: bool  # its hash is that of its columns and of the hash before
    linked: bool  # the hash before is that of the entry before it in the stream
    seal: int | None  # the seal whose range covers its position; None: not sealed yet


def find_entry(position: int) -> FullEntry | None:
    """An entry of an audited stream; None also for a case's. Three statements."""
    entry = Entry.objects.exclude(stream__startswith="case/").filter(position=position).first()
    if entry is None:
        return None
    envelope = Envelope(*(getattr(entry, name) for name in Envelope.__dataclass_fields__))
    before = Entry.objects.filter(stream=entry.stream, seq=entry.seq - 1).values_list("hash", flat=True).first()
    expected = bytes(32) if entry.seq == 1 else before and bytes(before)
    with connection.cursor() as cursor:
        cursor.execute("select number from ledger_seal where last >= %s order by number limit 1", [position])
        seal = cursor.fetchone()
    prev = bytes(entry.prev_hash)
    intact = envelope.hash(prev) == bytes(entry.hash)
    return FullEntry(entry, _body(entry.body), intact, prev == expected, seal[0] if seal else None)
