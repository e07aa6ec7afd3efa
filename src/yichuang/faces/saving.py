"""The line under a form that is saved while it is written (scripts/save.mjs): what is kept, what is not, what to do.

Nothing is saved here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yichuang.aggregates.refusal import Refused
from yichuang.catalog.merging import Marks, Merged
from yichuang.catalog.standard import Form
from yichuang.faces.forms import label_of_control, write_marks
from yichuang.faces.web import local
from yichuang.ledger.service import now


def say_saved(request: HttpRequest, merged: Merged, marks: Marks) -> HttpResponse:
    """Saved, but for what is in dispute. `marks` are those of what the page shows."""
    changed, clashes = (labels_of(merged.form, names) for names in (merged.changed, merged.clashes))
    return say_kept(request, write_marks(marks), changed, clashes)


def say_kept(
    request: HttpRequest, marks: str, changed: str, clashes: str, faults: str = "", *, gone: bool = False
) -> HttpResponse:
    """The same of any form, in words: changed elsewhere, in dispute, and what cannot be kept at all. `gone`: somebody
    removed a row that was written in.
    """
    words = {"changed": changed, "clashes": clashes, "faults": faults}
    return _line(request, {"at": local(now()), "marks": marks, "gone": gone, **words})


def say_refused(request: HttpRequest, error: Refused, *, shown: bool = False) -> HttpResponse:
    """Why nothing is kept. `shown`: the page that answers the form itself shows what was written."""
    return _line(request, {"error": error, "shown": shown})


def say_logged_out(request: HttpRequest, login: str, *, stashed: bool) -> HttpResponse:
    """The session has ended. `login` is the way back, `stashed` whether what was sent waits there."""
    return _line(request, {"login": login, "stashed": stashed})


def labels_of(form: Form, names: Iterable[str]) -> str:
    """Controls and groups by name, as a sentence calls them."""
    return "、".join(f"“{label_of_control(form, name)}”" for name in names)


def _line(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "saved.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
