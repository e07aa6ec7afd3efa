"""Files of documents against the ledger: every file that an entry says was rendered has its row and its bytes.

A file may be gone where a text that it quotes was destroyed on record, or where it was made anew and that is on record.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yichuang.documents.models import recorded_life
from yichuang.ledger.content import FILE_WORDS, file_fault
from yichuang.ledger.report import Report

ENTRIES = 1_000  # read at a time
_RENDERED = """
select stream, seq, body from ledger_entry where (stream, seq) > (%s, %s) and stream like 'paper/%%'
and kind = 'rendered' order by stream, seq limit %s
"""
_ROWS = """
select f.stream, f.seq, f.generation, f.digest, f.content, f.key,
       exists (select 1 from ledger_vault v where v.id = any(f.sources) and v.destroyed_at > f.made_at),
       exists (select 1 from documents_file n
               where n.stream = f.stream and n.seq = f.seq and n.generation > f.generation)
from unnest(%s::text[], %s::int[], %s::int[]) wanted(stream, seq, generation) join documents_file f using
(stream, seq, generation)
"""
_STRAYS = """
select stream, seq, generation from documents_file f where not exists (
  select 1 from ledger_entry e
  where e.stream = 'paper/' || regexp_replace(f.stream, '^case/', '') and e.kind = 'rendered'
  and substring(e.body from '"file":"([0-9a-f]{64})"') = f.digest
) order by f.id limit %s
"""
STRAYS = 1_000  # named at most


Key = tuple[str, int, int]  # stream, entry, generation


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an entry says of a file."""

    key: Key
    digest: str
    content: str


def check_files(report: Report, progress: Callable[[int], None] = lambda done: None) -> None:
    """Name the documents whose row or bytes are not what was recorded, and the rows that nobody recorded."""
    for batch in _batches():
        recorded = [(f"文书文件（{stream} 第{seq}条）", _rendered(stream, body)) for stream, seq, body in batch]
        rows = _rows([rendered.key for _, rendered in recorded if rendered])
        for where, rendered in recorded:
            if rendered is None:
                report.add("file", where, "入账的内容读不出来：条目被改动。")
            elif text := _fault(report, rendered, rows.get(rendered.key)):
                report.add("file", where, text)
        progress(report.files)
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, [STRAYS])
        for stream, seq, generation in cursor.fetchall():
            report.add("file", f"文书文件（{stream} 第{seq}条，第{generation}份）", "有登记而没有入账。")


def _batches() -> Iterator[list[tuple[str, int, str]]]:
    after: tuple[str, int] = ("paper/", 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_RENDERED, [*after, ENTRIES])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = (rows[-1][0], rows[-1][1])


def _rendered(stream: str, body: str) -> Rendered | None:
    """None when the entry can't be read."""
    try:
        data = json.loads(body)
        life = recorded_life(stream)
        uuid.UUID(life.partition("/")[2])
        key = (life, data["seq"], data["generation"])
        rendered = Rendered(key, data["file"], data["content"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    good = all(type(number) is int and 0 < number < 2**15 for number in key[1:]) and isinstance(rendered.digest, str)
    return rendered if good else None


def _rows(keys: list[Key]) -> dict[Key, tuple[Any, ...]]:
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, columns)
        return {(row[0], row[1], row[2]): row[3:] for row in cursor.fetchall()}


def _fault(report: Report, rendered: Rendered, row: tuple[Any, ...] | None) -> str:
    if row is None:
        return "登记不见了。"
    digest, content, key, destroyed, anew = row
    if (digest, content) != (rendered.digest, rendered.content):
        return "登记的摘要与入账时不符：登记被改动。"
    report.files += 1
    kind = file_fault(key, rendered.digest)
    return "" if not kind or (kind == "gone" and (destroyed or anew)) else FILE_WORDS[kind]
