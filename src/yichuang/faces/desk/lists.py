"""The home of the desk: what waits for this post, what runs, what is done; search, filters, and changing the post."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from yichuang.cases import looking, queries
from yichuang.cases.core.lights import LIGHTS, Wait
from yichuang.cases.core.state import OPEN, Stage
from yichuang.cases.filters import APPLICANT, OTHERS, SORTS, CaseFilter
from yichuang.cases.queries import COUNTED, PAGE, CasePage
from yichuang.catalog import search
from yichuang.faces import frame, requests, who
from yichuang.faces.desk.bulk import list_bulk_acts
from yichuang.faces.desk.lines import make_lines
from yichuang.faces.fields import FindForm
from yichuang.kernel.codes import resident_id, uscc
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.org.kinds import ADMINISTRATORS
from yichuang.org.queries import find_absence_now
from yichuang.people import tries
from yichuang.people.kinds import RESIDENT_ID
from yichuang.people.mfa import signed_in
from yichuang.people.saved import read_saved
from yichuang.people.service import find_subject

# What a case is counted under in the watch's lights: its level, or what it waits for
UNDER = {
    **{str(level): word for level, (_, word) in enumerate(LIGHTS) if level},
    **{wait.value: wait.label for wait in Wait},
}
_EMPTY = {
    "todo": ("现在没有待办", "有新的办件到您的岗位时，会出现在这里。"),
    APPLICANT: ("没有等申请人的办件", "等申请人补正、缴费或者领取的办件会出现在这里。"),
    OTHERS: ("没有等他人的办件", "轮到别的岗位或者部门办的办件会出现在这里。"),
    "mine": ("没有指派给您的办件", "本部门的待办在“全部待办”里。"),
    "open": ("没有在办的办件", ""),
    "closed": ("没有已办结的办件", ""),
}


class Find(FindForm):
    """Search and filters of a list; all optional."""

    q = forms.CharField(label="编号、受理号、申请人或事项", required=False, max_length=60)
    stage = forms.ChoiceField(label="阶段", required=False)
    light = forms.ChoiceField(label="时限", required=False, choices=[("", "全部"), *UNDER.items()])
    item = forms.ChoiceField(label="事项", required=False)
    department = forms.ChoiceField(label="部门", required=False)
    sort = forms.ChoiceField(label="排序", required=False)
    list = forms.CharField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any, entries: tuple[search.ListedItem, ...], open: bool) -> None:
        super().__init__(data)
        if not open:
            del self.fields["light"]  # what has ended is neither late nor waited for
        stages = [s for s in Stage if s is not Stage.NEW and (s in OPEN) is open]
        self.offer("stage", [(s.value, s.label) for s in stages])
        self.offer("item", [(e.item, e.name) for e in entries])
        self.offer("sort", SORTS.items(), "到期近的在前" if open else "办结近的在前")
        self.offer("department", sorted({(f"{e.division}/{e.department}", e.department_name) for e in entries}))

    def tags(self) -> dict[str, str]:
        """The filters in force: name → words; a person found by number is not named."""
        tags = super().tags()
        return {name: "申请人：按证件号码查到的一位" if name == "subject" else words for name, words in tags.items()}


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The lists of a post; for an officer who is away, the cases assigned to them and why they cannot act."""
    account = who.account_of(request)
    day, seats = who.store_of(request).seats(account)
    absence = None if seats or account.kind != "officer" else find_absence_now(account.pk, day)
    if absence is None:
        return _home(request, who.officer(request))
    own = queries.cases([("person", account.person)]).rows
    context = {"title": "缺席期间", "why": who.why_unseated(account, day), "rows": own}
    return render(request, "desk/away.html", context)


def _home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """待办, 在办, 已办结: one page, which list is in the address. Administrators go to their house."""
    if actor.post_kind in ADMINISTRATORS:
        return redirect("house:home")
    if number := _number_of_person(request.GET.get("q", "")):
        return _find_person(request, actor, number)
    known, queues = frame.listings(actor), frame.queues(actor)
    asked = request.GET.get("list") or known[0].key
    listing = next((listed for listed in (*known, *queues) if listed.key == asked and not listed.part), None)
    if listing is None:
        raise Http404(asked)
    entries = search.list_entries(actor.division)
    form = Find(request.GET, entries, listing.key != "closed")
    form.full_clean()
    given = form.cleaned_data
    narrowed = replace(
        listing.filter,
        text=given.get("q", ""),
        light=given.get("light", ""),
        stage=given.get("stage", ""),
        department=given.get("department", ""),
        item=given.get("item", ""),
        subject=given.get("subject", ""),
        sort=given.get("sort", ""),
    )
    counts = frame.count_lists(actor, known)
    as_listed = counts.get(listing.name) if not narrowed.narrows else None
    cases = queries.cases(listing.scopes, narrowed, requests.number(request.GET.get("page")), as_listed)
    others = _elsewhere(actor, narrowed) if not cases.total else CasePage((), 0, True, 1)
    more = _count_elsewhere(known, listing, narrowed, cases.total) if cases.total else ()
    names = {f"{e.division}/{e.department}": e.department_name for e in entries}
    title, hint = _EMPTY[listing.key]
    part = given.get("stage", "") or given.get("light", "")
    named = next((one.text for one in known if (one.key, one.part) == (listing.key, part)), listing.text)
    today = who.seated(request).day
    context = {
        "title": named if not given.get("stage") else Stage(given["stage"]).label,
        "listing": listing,
        "found": cases,
        "rows": make_lines(cases, actor, names, today),
        "queues": [{"text": one.text, "href": one.href, "active": one.key == listing.key} for one in queues],
        "acts": list_bulk_acts(actor, listing.key),
        "saved": read_saved(who.account_of(request)),
        "total": f"{cases.total}件" if cases.exact else f"超过{COUNTED}件",
        "others": make_lines(others, actor, names, today),
        "more": more,
        "form": form,
        "tags": form.tags(),
        "size": PAGE,
        "empty_words": ("没有符合条件的办件", "可以去掉一两个筛选条件再试。") if form.tags() else (title, hint),
        "departments": len({r.department for r in cases.rows}) > 1,
    }
    return frame.page(request, actor, "home.html", context, active=(listing.key, part), counts=counts)


def _elsewhere(actor: Actor, narrowed: CaseFilter) -> CasePage:
    """What a search without an answer in its list finds among all cases of the reader, ended ones too."""
    if not (narrowed.text or narrowed.subject):
        return CasePage((), 0, True, 1)
    wide = CaseFilter(open=None, text=narrowed.text, subject=narrowed.subject)
    return queries.cases(queries.scopes_of(actor), wide)


def _count_elsewhere(
    known: list[frame.Listing], listing: frame.Listing, narrowed: CaseFilter, here: int
) -> list[tuple[str, str]]:
    """What a search finds in the other lists of the reader, besides what it found here: (words, the list's key). One
    statement, none without a search.
    """
    if not (narrowed.text or narrowed.subject):
        return []
    whole = {other.key: other for other in known if other.key in ("open", "closed") and other.key != listing.key}
    alike = {key: replace(narrowed, open=other.filter.open, stage="", light="") for key, other in whole.items()}
    counts = queries.tally({key: (other.scopes, alike[key]) for key, other in whole.items()})
    out = []
    for key, (total, exact) in counts.items():
        number = f"{total}件" if exact else f"超过{total}件"
        if key == "open" and listing.key != "closed" and total > here:
            out.append((f"“{whole[key].text}”里共有{number}", key))  # they hold those found here
        elif total and "closed" in (key, listing.key):
            out.append((f"另有{number}{'已办结' if key == 'closed' else '在办'}", key))
    return out


def _number_of_person(text: str) -> str:
    """A number of a person or an organisation somebody typed into the search; empty for anything else."""
    number = tidy(text[:60])
    return number if resident_id.check(number) is None or uscc.check(number) is None else ""


def _find_person(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The cases of the person or organisation with this number, on record. The number itself stays in no address: the
    list goes on by the register's id. Numbers in vain are counted, so that nobody tries them out.
    """
    count = (tries.PERSON_OFFICER, actor.person)
    if wait := tries.count_try(count):
        messages.warning(request, f"没有查到的号码太多，请{tries.whole_minutes(wait)}分钟后再查。")
        return redirect("desk:home")
    person = RESIDENT_ID if resident_id.check(number) is None else ""
    subject = find_subject(id_type=person, number=number)
    seen = queries.cases(queries.scopes_of(actor), CaseFilter(open=None, subject=subject.pk)) if subject else None
    if subject is None or seen is None or not seen.total:
        messages.warning(request, "没有您可以查看的、这个证件号码的办件。")
        return redirect("desk:home")
    tries.uncount_try(count)
    looking.trace_person(actor, subject.pk)
    query = {"list": request.GET.get("list", ""), "subject": subject.pk}
    return redirect(f"{request.path}?{urlencode({name: value for name, value in query.items() if value})}")


@require_POST
@who.for_officers
def switch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Act from another of one's posts from now on."""
    chosen = request.POST.get("post", "")
    response = redirect("desk:home")
    if any(seat.post.id == chosen for seat in who.seated(request).seats):
        who.choose_post(request, response, chosen)
    return response
