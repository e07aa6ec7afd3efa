"""Taking reports. Idempotent by (system, record): the same content again changes nothing, other content is a new
version.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yichuang.exchange.models import Reported
from yichuang.kernel.canonical import canonical
from yichuang.kernel.codes.hiding import holds_resident_id
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import clean
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import NewEntry, now, record_entries
from yichuang.people.queries import subjects_by_number

LONGEST = 4000  # characters of a report's details
MOST = 500  # reports taken at once
OPEN = {"application": "部门申请号", "item": "事项代码", "certificate": "证照编号"}  # said openly: nothing personal
HIDDEN = {"record": "记录号", "case_number": "办件编号", **OPEN}  # and hidden when they hold an identity number
APPLICANT = "申请人证件号码"  # its name among the private details
_NOTHING = "{}"
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_KIND = re.compile(r"[a-z][a-z_]{0,39}")


class Unreadable(ValueError):
    """A report that can't be stored at all: its keys are no keys. Carries a Chinese sentence with the next step."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a department's system says happened. `details` may hold personal data: it goes to the vault."""

    record: str  # that system's own key
    kind: str
    occurred_at: datetime
    case_number: str = ""  # ours, by either of its numbers
    details: dict[str, Any] = field(default_factory=dict)
    application: str = ""  # that system's own number of the application: ties its records together
    item: str = ""  # code of the item
    certificate: str = ""  # number of what was issued
    applicant: str = ""  # 证件号码 or 统一社会信用代码: for the vault; the ledger has our key of who it is


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report: the row, and whether anything was new; or why it can't be stored."""

    record: str
    row: Reported | None
    new: bool = False
    fault: str = ""


def report(system: str, one: Report, actor: Actor) -> tuple[Reported, bool]:
    """Store a reported act; (row, whether anything was new). What it claims is kept as claimed, however wrong.

    Raises Unreadable.
    """
    (taken,) = report_all(system, [one], actor)
    if taken.row is None:
        raise Unreadable(taken.fault)
    return taken.row, taken.new


@transaction.atomic
def report_all(system: str, reports: Sequence[Report], actor: Actor) -> list[Taken]:
    """Store reports of one system, each for itself: one that can't be stored stops none. Twelve statements, however
    many.

    What was said of one record twice is two versions, as given. Raises Unreadable for a system that has no name.
    """
    if not _KEY.fullmatch(system):
        raise Unreadable(_KEYS)
    with connection.cursor() as cursor:  # reports of one system wait for each other, also before there is a row
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [system])
    reports, sent = [_hidden(system, one) for one in reports], [one.record for one in reports]
    known = {
        row.record: row for row in Reported.objects.filter(system=system, record__in={one.record for one in reports})
    }
    subjects = subjects_by_number({tidy(one.applicant) for one in reports if one.applicant})
    moment, out = now(), []
    acts: list[NewEntry] = []
    lodged: list[vault.VaultRow] = []
    changed: dict[str, Reported] = {}
    for one, key in zip(reports, sent, strict=True):
        try:
            said, text = _readable(one)
        except ValueError as fault:
            out.append(Taken(key, None, fault=str(fault)))
            continue
        content = {**said, "occurred_at": one.occurred_at.isoformat(), "details": text}
        digest = sm3(canonical(content).encode()).hex()
        row = known.get(one.record)
        if row is not None and row.digest == digest:
            out.append(Taken(key, row))
            continue
        ref = ""
        if text != _NOTHING:
            lodged.append(vault.seal_up(f"reported/{system}", {"details": text}))
            ref = lodged[-1].ref("details")
        body = {**said, "details": ref}
        if (number := tidy(one.applicant)) in subjects:
            body["subject"] = subjects[number]
        acts.append(NewEntry(f"reported/{system}/{one.record}", "reported", body, actor, one.occurred_at))
        row = known.setdefault(one.record, Reported(system=system, record=one.record, entries=0))
        row.case_number, row.kind, row.occurred_at = said["case_number"], one.kind, one.occurred_at
        row.received_at, row.digest, row.entries = moment, digest, row.entries + 1
        changed[one.record] = row
        out.append(Taken(key, row, new=True))
    if changed:
        vault.store_rows(lodged)
        record_entries(acts)
        fields = ["case_number", "kind", "occurred_at", "received_at", "entries", "digest"]
        keys = ["system", "record"]
        Reported.objects.bulk_create(changed.values(), update_conflicts=True, unique_fields=keys, update_fields=fields)
    return out


def _hidden(system: str, one: Report) -> Report:
    """The report with keyed digests for keys that hold an identity number: they become names of streams and of
    applications, which say no more than that two are the same. What was said goes to the vault with the details.
    """
    told = {name: getattr(one, name) for name in HIDDEN if holds_resident_id(getattr(one, name))}
    if not told:
        return one
    digests: dict[str, Any] = {name: _digest_of(system, value) for name, value in told.items()}
    private = {f"{HIDDEN[name]}（原文）": value for name, value in told.items()}
    return replace(one, **digests, details={**one.details, **private})


def _digest_of(system: str, key: str) -> str:
    mac = hmac.new(settings.SECRET_KEY.encode(), f"reported/{system}/{key}".encode(), sha256)
    return f"h-{mac.hexdigest()[:40]}"


_KEYS = "系统名和记录号只能用字母、数字和 . _ -，最多64个字符；请改正后重报。"


def _readable(one: Report) -> tuple[dict[str, str], str]:
    """What is said openly, and the private text, as they are kept. Raises ValueError."""
    if not _KEY.fullmatch(one.record):
        raise Unreadable(_KEYS)
    if not _KIND.fullmatch(one.kind):
        raise Unreadable("业务动作只能用小写字母和下划线，最多40个字符；请对照接口说明。")
    said = {"case_number": clean(one.case_number)[:64], "kind": one.kind}
    for name in OPEN:
        if value := clean(getattr(one, name)):
            if len(value) > 64:
                raise Unreadable(f"{OPEN[name]}最多64个字符；请缩短后重报。")
            said[name] = value
    private = {**one.details, APPLICANT: tidy(one.applicant)} if one.applicant else one.details
    return said, _text(private)


def _text(details: dict[str, Any]) -> str:
    try:
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        text.encode()
    except (TypeError, ValueError) as error:
        raise Unreadable("内容不是可以保存的数据；请按接口说明重报。") from error
    if len(text) > LONGEST:
        raise Unreadable(f"内容最多{LONGEST}个字符，现有{len(text)}个；请缩短后重报。")
    return text
