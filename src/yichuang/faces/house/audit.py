"""审计查询 and 账本验真: what was done, by whom, and what was refused; whether the record still holds. Read-only.

Entries of cases never enter, nor what lies in the vault; no page of an auditor changes anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.cases import watching
from yichuang.faces import entry_words as words
from yichuang.faces.dates import DayField
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.kernel.localtime import midnight
from yichuang.ledger import audit
from yichuang.ledger.actor import Actor
from yichuang.ledger.outside import FolderReading, configured_outside
from yichuang.ledger.seals import list_seals
from yichuang.org import queries as org
from yichuang.org.rights import AUDIT
from yichuang.people import queries as people

ACTIVE = "house:audit"
MOST_PERSONS = 50  # people of one name
LAST_SEALS, LAST_DAYS = 10, 10


class AskForm(forms.Form):
    """What narrows a list; all optional."""

    use_required_attribute = False
    kind = forms.ChoiceField(label="种类", required=False)
    person = forms.CharField(
        label="操作人", required=False, max_length=60, help_text="姓名、工号、用户名，或记录中的编号（如 a:12、system）"
    )
    since = DayField(label="从哪天", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = DayField(label="到哪天", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, about: str) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *words.KINDS[about].items()]
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "日期应当写成 2018-03-12 的样子。"

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "结束日期不能早于开始日期。")
        return given


def persons(sent: str) -> tuple[str, ...]:
    """The persons a name, an employee number, a user name or an id may mean. One statement; none for an id."""
    if sent == "system" or sent.startswith(("a:", "client:")):
        return (sent,)
    return people.find_persons_by_name(sent, MOST_PERSONS)


@require_safe
@frame.for_right(AUDIT)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A page of entries of one kind of stream, the newest first; refusals to begin with."""
    about = request.GET.get("about") or "refusal"
    if about not in audit.STREAMS:
        raise Http404(about)
    form = AskForm(request.GET, about)
    asked = audit.EntryQuery(about)
    if good := form.is_valid():
        given = form.cleaned_data
        asked = audit.EntryQuery(
            about,
            kind=given["kind"],
            persons=persons(given["person"]) if given["person"] else None,
            since=midnight(given["since"]) if given["since"] else None,
            until=midnight(given["until"] + timedelta(days=1)) if given["until"] else None,
        )
    before = request.GET.get("before", "")
    entries, more = audit.list_entries(asked, int(before) if before.isdecimal() and len(before) < 19 else None)
    errors = django_errors(form)
    context = {
        "title": audit.STREAMS[about],
        "about": about,
        "tabs": [
            {"text": text, "href": f"{reverse(ACTIVE)}?about={key}", "active": key == about}
            for key, text in audit.STREAMS.items()
        ],
        "form": form,
        "lines": [(line, words.kind(line.stream, line.kind), words.body(line.body)) for line in entries],
        "more": entries[-1].position if more else None,
        "paged": bool(before),
        "narrowed": good and any(form.cleaned_data.values()),
        "names": org.names_of({line.actor for line in entries}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "audit.html", context, active=ACTIVE, status=200 if good else 422)


@require_safe
@frame.for_right(AUDIT)
def entry(request: HttpRequest, actor: Actor, position: int) -> HttpResponse:
    """One entry with every column of its envelope, and whether it still is what was hashed."""
    whole = or_404(audit.find_entry(position))
    recorded = whole.entry
    context = {
        "title": words.kind(recorded.stream, recorded.kind),
        "one": recorded,
        "whole": whole,
        "body": words.body(whole.body),
        "name": org.names_of({recorded.actor}).get(recorded.actor, ""),
        "about": recorded.stream.partition("/")[0],
        "hash": bytes(recorded.hash).hex(),
        "prev": bytes(recorded.prev_hash).hex(),
    }
    return frame.page(request, actor, "entry.html", context, active=ACTIVE)


@require_safe
@frame.for_right(AUDIT)
def proof(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How far the record is sealed and which day roots stand outside the database, each with its signature checked."""
    unread = FolderReading()
    days = [(name, holds) for name, _, holds in configured_outside().read_days(unread)][-LAST_DAYS:][::-1]
    context = {
        "title": "账本验真",
        "health": watching.health(),
        "seals": [(seal, bytes(seal.chain).hex()) for seal in list_seals(LAST_SEALS)],
        "days": days,
        "unread": unread.problems,
    }
    return frame.page(request, actor, "proof.html", context, active="house:proof")
