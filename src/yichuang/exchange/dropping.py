"""Stores reports from a file that a department delivers: one JSON object a line, in batches, each line on its own.

The keys are those of a record in the API. Lines that can't be stored are listed with the reason; storing a file again
changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from yichuang.exchange.service import MOST, OPEN, DepartmentReport, store_reports
from yichuang.kernel.canonical import unique_keys
from yichuang.ledger.actor import Actor

LONGEST_LINE = 32 * 1024  # bytes
TEXTS = ("case_number", *OPEN, "applicant")
KEYS = frozenset({"record", "kind", "occurred_at", "details", *TEXTS})


@dataclass
class FileResult:
    """Counts of a file's lines that were stored or unchanged; `refused`: (line, record, reason)."""

    stored: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def store_file(file: Path, system: str, actor: Actor) -> FileResult:
    """Store the reports of a system from a file. Raises OSError when it can't be read."""
    out, batch = FileResult(), list[tuple[int, DepartmentReport]]()
    for number, line in _lines(file):
        try:
            batch.append((number, _report(line)))
        except ValueError as fault:
            out.refused.append((number, "", str(fault)))
        if len(batch) == MOST:
            _store_batch(batch, system, actor, out)
    _store_batch(batch, system, actor, out)
    out.refused.sort()
    return out


def _store_batch(batch: list[tuple[int, DepartmentReport]], system: str, actor: Actor, out: FileResult) -> None:
    for (number, _), result in zip(batch, store_reports(system, [report for _, report in batch], actor), strict=True):
        if result.row is None:
            out.refused.append((number, result.record[:64], result.fault))
        elif result.new:
            out.stored += 1
        else:
            out.unchanged += 1
    batch.clear()


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; of a line that is too long, only enough to show that it is."""
    with file.open("rb") as content:
        number = 0
        while line := content.readline(LONGEST_LINE + 1):
            number += 1
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                if not (more := content.readline(LONGEST_LINE)) or more.endswith(b"\n"):
                    break
            if line.strip():
                yield number, line


def _report(line: bytes) -> DepartmentReport:
    """The report of a line. Raises ValueError, in Chinese."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"一行超过{LONGEST_LINE // 1024} KB。")
    try:
        record = json.loads(line.decode("utf-8-sig"), object_pairs_hook=unique_keys)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ValueError("不是UTF-8编码的JSON，或者同一个键写了两次。") from error
    if not isinstance(record, dict) or not record.keys() <= KEYS:
        raise ValueError(f"应当是一个JSON对象，只含 record、kind、occurred_at、details、{'、'.join(TEXTS)}。")
    words = {name: record.get(name, "") for name in ("record", "kind", "occurred_at", *TEXTS)}
    details: Any = record.get("details", {})
    if not all(isinstance(value, str) for value in words.values()) or not isinstance(details, dict):
        raise ValueError("各项应当是文字，details 应当是对象。")
    more = {name: words[name] for name in TEXTS}
    return DepartmentReport(words["record"], words["kind"], _moment(words["occurred_at"]), details=details, **more)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("occurred_at 应当是带时区的时间，如 2026-03-01T10:00:00+08:00。") from None
    if moment.tzinfo is None or not 2000 <= moment.year < 2100:
        raise ValueError("occurred_at 要写时区，年份在2000到2099之间。")
    return moment
