"""The form of a correction on a page, for applicants and for windows: shown as it was kept, kept as it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from yichuang.aggregates.refusal import Refused
from yichuang.cases import corrections
from yichuang.cases.prepare import fixed_of
from yichuang.cases.view import CaseView
from yichuang.faces import saving
from yichuang.faces.forms import Bound, bind, read_choices, read_marks, show, show_merged, unflatten, write_marks
from yichuang.ledger.actor import Actor


def show_correction(actor: Actor, seen: CaseView) -> Bound | None:
    """The form as it is kept; None when no field of it is asked for. Up to one statement."""
    if not seen.case.fields_asked:
        return None
    kept = corrections.read_kept(actor, seen)
    return show(seen.standard.form, kept, _about(seen), fixed_of(seen.case, seen.form))


def take_correction(request: HttpRequest, actor: Actor, seen: CaseView) -> Bound | None:
    """What was sent, kept first, right or wrong, and merged with what another page kept; None as above. While the rows
    of a group change, or two pages differ, nothing is to be sent on.
    """
    if not seen.case.fields_asked:
        return None
    fixed = fixed_of(seen.case, seen.form)
    sent = bind(seen.standard.form, request.POST, _about(seen), seen.filing, fixed)
    raw = sent.raw if sent.editing else unflatten(sent.form, request.POST)
    merged = corrections.save(actor, seen, raw, read_marks(request.POST), read_choices(request.POST))
    bound = show_merged(sent, merged, seen.filing, fixed)
    return replace(bound, errors={}) if bound.clashes else bound


def keep_correction(request: HttpRequest, actor: Actor, seen: CaseView) -> HttpResponse:
    """What the form holds, kept as it changes; answers with the line that says what is kept and what is not."""
    raw = unflatten(seen.standard.form, request.POST)
    try:
        merged = corrections.save(actor, seen, raw, read_marks(request.POST))
    except Refused as error:
        return saving.say_refused(request, error)
    return saving.say_saved(request, merged, merged.marks_for(raw))


def marks_for(bound: Bound | None) -> str:
    """The marks of what a page shows, as its form carries them."""
    return write_marks(bound.marks) if bound else ""


def _about(seen: CaseView) -> dict[str, Any]:
    return {"situation": seen.case.situation, "agent": "yes" if seen.case.agent else "no"}
