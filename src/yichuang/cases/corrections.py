"""Corrections of a form while they are written: kept on the server for the account that writes, merged like drafts.

Nothing is filed here and no rule is here: what is sent in the end goes through the door (`prepare_supply`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates.prepare import exact_json
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.models import CorrectionDraft
from yichuang.cases.view import CaseView
from yichuang.catalog.form import coerce
from yichuang.catalog.merging import NO_CHOICE, Marks, Merged, marks_of, merge
from yichuang.ledger.actor import Actor


def read_kept(actor: Actor, seen: CaseView) -> dict[str, Any]:
    """The form as the actor has kept it, right or wrong; as it was sent last where nothing is kept. One statement."""
    kept = CorrectionDraft.objects.filter(case_id=seen.row.id, account=actor.person).first()
    return _values(kept, seen)


def save(
    actor: Actor, seen: CaseView, raw: dict[str, Any], marks: Marks | None, chosen: Mapping[str, str] = NO_CHOICE
) -> Merged:
    """Keep the form as a page has it, right or wrong, merged with what another page of the account kept since that page
    was made. `marks` are those that the page came with. Raises Refused(stale) where no field is asked for any more.
    """
    if not seen.case.fields_asked:
        message = "本件现在不需要更正申请表，刚才填写的没有保存。"
        raise Refused("no-correction", message, next="请刷新页面查看本件最新情况。", kind=Kind.STALE)
    known, key = seen.standard.form, {"case_id": seen.row.id, "account": actor.person}
    with transaction.atomic():
        CorrectionDraft.objects.bulk_create([CorrectionDraft(**key)], ignore_conflicts=True)
        held = CorrectionDraft.objects.select_for_update().get(**key)
        kept = _values(held, seen)
        merged = merge(known, kept, raw, marks_of(known, kept) if marks is None else marks, chosen)
        held.values = merged.kept
        held.save(update_fields=["values", "updated_at"])
    return merged


def forget(case_id: uuid.UUID) -> None:
    """The correction was sent: what was sent lies in the vault alone."""
    CorrectionDraft.objects.filter(case_id=case_id).delete()


def forget_past() -> int:
    """Corrections of cases that ask for none any more leave; how many. What was sent is in the case, and what was not
    can be sent no more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from cases_correctiondraft d using cases_case c where c.id = d.case_id and c.stage <> 'correction'"
        )
        return int(cursor.rowcount)


def _values(kept: CorrectionDraft | None, seen: CaseView) -> dict[str, Any]:
    if kept is not None and kept.values is not None:
        return dict(kept.values)
    filed: dict[str, Any] = exact_json(coerce(seen.standard.form, (seen.form or {}).get("values") or {}))
    return filed
