"""Stores reports, idempotent by (system, record): the same content again changes nothing, other content is a new
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
from yichuang.supervision.reported import ACTS as REPORTABLE

LONGEST = 4000  # characters of a report's details
MOST = 500  # reports taken at once
OPEN = {"application": "部门申请号", "item": "事项代码", "certificate": "证照编号"}  # said openly: nothing personal
HIDDEN = {"record": "记录号", "case_number": "办件编号", **OPEN}  # and hidden when they hold an identity number
APPLICANT = "申请人证件号码"  # its name among the private details
_NOTHING = "{}"
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


class Unreadable(ValueError):
    """A report that can't be stored because a key is malformed. Carries a Chinese sentence with the next step."""


@dataclass(frozen=True, slots=True)
class DepartmentReport:
    """An act that a department's system reports. `details` may hold personal data and goes to the vault."""

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
class ReportResult:
    """The result of storing a report: the row, and whether anything was new; or why it can't be stored."""

    record: str
    row: Reported | None
    new: bool = False
    fault: str = ""


def store_report(system: str, act: DepartmentReport, actor: Actor) -> tuple[Reported, bool]:
    """Store a reported act; returns (row, whether anything was new). Claims are stored as reported, even wrong ones.

    Raises Unreadable.
    """
    (result,) = store_reports(system, [act], actor)
    if result.row is None:
        raise Unreadable(result.fault)
    return result.row, result.new


@transaction.atomic
def store_reports(system: str, reports: Sequence[DepartmentReport], actor: Actor) -> list[ReportResult]:
    """Store reports of one system; one that can't be stored does not stop the others. Twelve statements, however many.

    Two reports of one record are two versions, in the order given. Raises Unreadable for a malformed system name.
    """
    if not _KEY.fullmatch(system):
        raise Unreadable(_KEYS)
    with connection.cursor() as cursor:  # reports of one system wait for each other, also before there is a row
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 2))", [system])
    reports, records = [_hide_identity(system, act) for act in reports], [act.record for act in reports]
    rows = {
        row.record: row for row in Reported.objects.filter(system=system, record__in={act.record for act in reports})
    }
    subjects = subjects_by_number({tidy(act.applicant) for act in reports if act.applicant})
    moment, out = now(), []
    acts: list[NewEntry] = []
    lodged: list[vault.VaultRow] = []
    changed: dict[str, Reported] = {}
    for act, key in zip(reports, records, strict=True):
        try:
            claims, text = _read_claims(act)
        except ValueError as fault:
            out.append(ReportResult(key, None, fault=str(fault)))
            continue
        content = {**claims, "occurred_at": act.occurred_at.isoformat(), "details": text}
        digest = sm3(canonical(content).encode()).hex()
        row = rows.get(act.record)
        if row is not None and row.digest == digest:
            out.append(ReportResult(key, row))
            continue
        ref = ""
        if text != _NOTHING:
            lodged.append(vault.seal_up(f"reported/{system}", {"details": text}))
            ref = lodged[-1].ref("details")
        body = {**claims, "details": ref}
        if (number := tidy(act.applicant)) in subjects:
            body["subject"] = subjects[number]
        acts.append(NewEntry(f"reported/{system}/{act.record}", "reported", body, actor, act.occurred_at))
        row = rows.setdefault(act.record, Reported(system=system, record=act.record, entries=0))
        row.case_number, row.kind, row.occurred_at = claims["case_number"], act.kind, act.occurred_at
        row.received_at, row.digest, row.entries = moment, digest, row.entries + 1
        changed[act.record] = row
        out.append(ReportResult(key, row, new=True))
    if changed:
        vault.store_rows(lodged)
        record_entries(acts)
        fields = ["case_number", "kind", "occurred_at", "received_at", "entries", "digest"]
        keys = ["system", "record"]
        Reported.objects.bulk_create(changed.values(), update_conflicts=True, unique_fields=keys, update_fields=fields)
    return out


def _hide_identity(system: str, act: DepartmentReport) -> DepartmentReport:
    """The report with keyed digests in place of keys that hold an identity number: keys become names of streams and
    applications, where a digest shows only that two are the same. The original keys go to the vault with the details.
    """
    identifying = {name: getattr(act, name) for name in HIDDEN if holds_resident_id(getattr(act, name))}
    if not identifying:
        return act
    digests: dict[str, Any] = {name: _digest_of(system, value) for name, value in identifying.items()}
    private = {f"{HIDDEN[name]}（原文）": value for name, value in identifying.items()}
    return replace(act, **digests, details={**act.details, **private})


def _digest_of(system: str, key: str) -> str:
    mac = hmac.new(settings.SECRET_KEY.encode(), f"reported/{system}/{key}".encode(), sha256)
    return f"h-{mac.hexdigest()[:40]}"


_KEYS = "系统名和记录号只能用字母、数字和 . _ -，最多64个字符；请改正后重报。"


def _read_claims(act: DepartmentReport) -> tuple[dict[str, str], str]:
    """The public claims and the private text of a report, as they are stored. Raises ValueError."""
    if not _KEY.fullmatch(act.record):
        raise Unreadable(_KEYS)
    if act.kind not in REPORTABLE:
        raise Unreadable("没有这种业务动作；请对照接口说明里的动作名称。")
    claims = {"case_number": clean(act.case_number)[:64], "kind": act.kind}
    for name in OPEN:
        if value := clean(getattr(act, name)):
            if len(value) > 64:
                raise Unreadable(f"{OPEN[name]}最多64个字符；请缩短后重报。")
            claims[name] = value
    private = {**act.details, APPLICANT: tidy(act.applicant)} if act.applicant else act.details
    return claims, _text(private)


def _text(details: dict[str, Any]) -> str:
    try:
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        text.encode()
    except (TypeError, ValueError) as error:
        raise Unreadable("内容不是可以保存的数据；请按接口说明重报。") from error
    if len(text) > LONGEST:
        raise Unreadable(f"内容最多{LONGEST}个字符，现有{len(text)}个；请缩短后重报。")
    return text
