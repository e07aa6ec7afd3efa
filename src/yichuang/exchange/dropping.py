"""Reports as a file that a department drops: one JSON object a line, taken in batches, each line judged for itself.

The same keys as a record of the API. What can't be taken is told with its line and reason; taking a file again changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from yichuang.exchange.service import MOST, OPEN, Report, report_all
from yichuang.kernel.canonical import unique_keys
from yichuang.ledger.actor import Actor

LONGEST_LINE = 32 * 1024  # bytes
TEXTS = ("case_number", *OPEN, "applicant")
KEYS = frozenset({"record", "kind", "occurred_at", "details", *TEXTS})


@dataclass
class Dropped:
    """What became of a file's lines; `refused`: (line, record, reason)."""

    taken: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def take(file: Path, system: str, actor: Actor) -> Dropped:
    """Take a file of a system's reports. Raises OSError when it can't be read."""
    out, batch = Dropped(), list[tuple[int, Report]]()
    for number, line in _lines(file):
        try:
            batch.append((number, _report(line)))
        except ValueError as fault:
            out.refused.append((number, "", str(fault)))
        if len(batch) == MOST:
            _keep(batch, system, actor, out)
    _keep(batch, system, actor, out)
    out.refused.sort()
    return out


def _keep(batch: list[tuple[int, Report]], system: str, actor: Actor, out: Dropped) -> None:
    for (number, _), kept in zip(batch, report_all(system, [one for _, one in batch], actor), strict=True):
        if kept.row is None:
            out.refused.append((number, kept.record[:64], kept.fault))
        elif kept.new:
            out.taken += 1
        else:
            out.unchanged += 1
    batch.clear()


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; of one that is too long only so much that it is seen to be."""
    with file.open("rb") as content:
        number = 0
        while line := content.readline(LONGEST_LINE + 1):
            number += 1
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                if not (more := content.readline(LONGEST_LINE)) or more.endswith(b"\n"):
                    break
            if line.strip():
                yield number, line


def _report(line: bytes) -> Report:
    """The report of a line. Raises ValueError, in Chinese."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"一行超过{LONGEST_LINE // 1024} KB。")
    try:
        given = json.loads(line.decode("utf-8-sig"), object_pairs_hook=unique_keys)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ValueError("不是UTF-8编码的JSON，或者同一个键写了两次。") from error
    if not isinstance(given, dict) or not given.keys() <= KEYS:
        raise ValueError(f"应当是一个JSON对象，只含 record、kind、occurred_at、details、{'、'.join(TEXTS)}。")
    words = {name: given.get(name, "") for name in ("record", "kind", "occurred_at", *TEXTS)}
    details: Any = given.get("details", {})
    if not all(isinstance(value, str) for value in words.values()) or not isinstance(details, dict):
        raise ValueError("各项应当是文字，details 应当是对象。")
    more = {name: words[name] for name in TEXTS}
    return Report(words["record"], words["kind"], _moment(words["occurred_at"]), details=details, **more)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("occurred_at 应当是带时区的时间，如 2026-03-01T10:00:00+08:00。") from None
    if moment.tzinfo is None or not 2000 <= moment.year < 2100:
        raise ValueError("occurred_at 要写时区，年份在2000到2099之间。")
    return moment
