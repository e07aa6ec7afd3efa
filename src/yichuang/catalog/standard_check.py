"""Compares published standards, and what was submitted for examination, with the ledger: each has the digest that was
recorded, every version but a founding one has the entry of its examination, and the version in force is the one that
the entries make it (3.2d).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from yichuang.catalog.models import InForce, Published, Submission
from yichuang.kernel.localtime import local_day
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.report import Report
from yichuang.ledger.service import now

_ENTRIES = "select stream, seq, body from ledger_entry where stream like %s and kind = %s order by stream, seq"


def check_standards(report: Report) -> None:
    """Report standards whose document is missing, was changed after publication, was never published, or that no
    office examined; and submissions that are missing or were changed.
    """
    recorded = {str(body["key"]): body for body in _bodies(report, "standard/%", "published", ("key", "digest"))}
    present = set()
    for row in Published.objects.only("key", "digest", "document").order_by("key").iterator(chunk_size=20):
        present.add(row.key)
        if row.key not in recorded:
            report.add("text", f"办事规程 {row.key}", "没有发布的记录：是越过程序放进来的。")
        elif not row.digest == recorded[row.key]["digest"] == sm3(row.document.encode()).hex():
            report.add("text", f"办事规程 {row.key}", "与发布时的摘要不符：被改动。")
    for key in sorted(recorded.keys() - present):
        report.add("text", f"办事规程 {key}", "已经发布，表中不见了。")
    _check_examinations(report, recorded)
    _check_in_force(report, recorded)
    _check_submissions(report)


def _check_examinations(report: Report, recorded: dict[str, dict[str, Any]]) -> None:
    """The first version of an item may be its founding; every other one was approved, with this very document."""
    approved = {body["key"]: body["digest"] for body in _bodies(report, "revision/%", "approved", ("key", "digest"))}
    founded: set[str] = set()
    for key, body in recorded.items():
        item = key.rpartition("/")[0]
        examined = approved.get(key) == body["digest"]
        if not examined and (item in founded or "revision" in body):
            report.add("text", f"办事规程 {key}", "没有同级政务服务办审定这一版的记录。")
        founded.add(item)


def _check_in_force(report: Report, recorded: dict[str, dict[str, Any]]) -> None:
    """A founding holds at once, an examined version from its day on, one that was taken back before it never."""
    gone = {body["key"] for body in _bodies(report, "standard/%", "taken_back", ("key",))}
    today = local_day(now()).isoformat()
    expected: dict[str, str] = {}
    for key, body in recorded.items():
        if key not in gone and ("revision" not in body or str(body.get("valid_from")) <= today):
            expected[key.rpartition("/")[0]] = key
    actual = {f"{row.division}/{row.item}": row.current_id for row in InForce.objects.all()}
    for item in sorted(expected.keys() | actual.keys()):
        if expected.get(item) != actual.get(item):
            made, shown = expected.get(item, "没有"), actual.get(item, "没有")
            report.add("text", f"办事规程 {item}", f"现行版本应当是 {made}，表中是 {shown}：被改动。")


def _check_submissions(report: Report) -> None:
    submitted = {str(body["digest"]) for body in _bodies(report, "revision/%", "submitted", ("digest",))}
    present = set()
    for row in Submission.objects.iterator(chunk_size=20):
        present.add(row.digest)
        if sm3(row.content.encode()).hex() != row.digest:
            report.add("text", f"送审稿 {row.digest[:12]}", "与提交时的摘要不符：被改动。")
    for digest in sorted(submitted - present):
        report.add("text", f"送审稿 {digest[:12]}", "已经提交，表中不见了。")


def _bodies(report: Report, streams: str, kind: str, wanted: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The bodies of the entries of a kind; those that cannot be read are reported."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [streams, kind])
        rows = cursor.fetchall()
    for stream, seq, text in rows:
        try:
            body = json.loads(text)
            known = isinstance(body, dict) and all(name in body for name in wanted)
        except (ValueError, RecursionError):
            known = False
        if known:
            yield body
        else:
            report.add("text", f"{stream} 第{seq}条", "入账的内容读不出来：条目被改动。")
