"""我的证照: the licences of all for whom the account may speak, and what can be applied for with each in one step."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.refusal import Refused
from yichuang.cases import drafts
from yichuang.faces import who
from yichuang.faces.licence_words import address_of_paper
from yichuang.faces.portal.items import current
from yichuang.faces.portal.page import page, refused, signed_in
from yichuang.faces.requests import or_404
from yichuang.kernel.clock import format_day
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.licences.core.applying import NAMES
from yichuang.licences.core.content import Content
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import MOST_HELD, HeldLicence, find_visible_licence, list_visible_licences, read_contents
from yichuang.licences.service import list_applicable
from yichuang.people import queries as people

if TYPE_CHECKING:
    from yichuang.cases.models import Draft

BACK = "我的证照"


@dataclass(frozen=True, slots=True)
class Entry:
    """A licence as the wallet shows it."""

    held: HeldLicence
    content: Content
    renewal: str  # when renewal may be asked for; empty where nothing is to be said
    acts: tuple[tuple[str, str], ...]  # situation and its name: what can be applied for now
    open: tuple[tuple[str, str], ...]  # what is applied for: its name and the address of the case, where it opens
    paper: str  # address of the newest paper
    hearing_open: bool  # a revocation is under way, and a hearing can still be asked for


@require_safe
@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """All licences by holder: those in force, then those that have ended."""
    actor = who.applicant(request)
    held = list_visible_licences(actor)
    contents = read_contents(held)
    by_holder = sorted(held, key=lambda one: one.licence.subject)
    grouped = {holder: list(some) for holder, some in groupby(by_holder, lambda one: one.licence.subject)}
    speakers = (*actor.subjects, *(subject for subject, _ in actor.limited))
    holders = people.list_subjects([subject for subject in dict.fromkeys(speakers) if subject in grouped])
    groups = []
    for holder in holders:
        entries = [entry_of(one, contents[one.id], actor) for one in grouped[holder.pk]]
        alive = [entry for entry in entries if entry.held.licence.alive]
        groups.append((holder, alive, [entry for entry in entries if not entry.held.licence.alive]))
    own = set(actor.own_subjects)
    context = {"title": BACK, "groups": groups, "own": own, "more": len(held) >= MOST_HELD, "most": MOST_HELD}
    return page(request, "licences.html", context)


def entry_of(held: HeldLicence, content: Content, actor: Actor) -> Entry:
    """A licence with what can be done. No statement."""
    licence = held.licence
    known = list_applicable(licence, LICENCE.facts(held.life, None, actor))
    acts = tuple(sorted(known, key=lambda act: act[0] != "renew"))  # what has a last day first
    whole = licence.subject in actor.subjects  # a mandate for one item opens its licence, not others' cases
    cases = tuple(
        (NAMES.get(situation, "办理"), reverse("portal:case", args=[case]) if whole else "")
        for case, situation in licence.applications.items()
    )
    respond_by = licence.proceeding.respond_by if licence.proceeding else None
    hearing_open = respond_by is not None and local_day(held.now) <= respond_by
    return Entry(held, content, renewal_of(held), acts, cases, address_of_paper(licence), hearing_open)


def renewal_of(held: HeldLicence) -> str:
    """When renewal may be asked for, in a sentence; empty without an end of validity, and while it is asked for."""
    window, today = held.window, local_day(held.now)
    if window is None or held.licence.renewing:
        return ""
    estimate = "" if window.certain else "（节假日尚未公布，日期是估计）"
    if today < window.opens and not window.holds(today):
        return f"{format_day(window.opens)}起可以申请延续{estimate}"
    if window.holds(today):
        return f"可以申请延续，最迟{format_day(window.last)}提出{estimate}"
    return "已过申请延续的时间；有效期届满后需要继续的，请申请新办"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A licence whose renewal can be asked for now, and until when."""

    name: str
    number: str
    said: str


def list_renewals(actor: Actor) -> list[Renewal]:
    """The licences of the actor's applicants whose renewal can be asked for today and was not. Two statements."""
    out = []
    for held in list_visible_licences(actor):
        window, licence = held.window, held.licence
        if window and window.holds(local_day(held.now)) and not licence.renewing and licence.stage.value == "valid":
            out.append(Renewal(held.standard.result.name, licence.number, renewal_of(held)))
    return out


@require_POST
@signed_in
def begin(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """延续、变更、补办、注销 in one step: to the form of the draft that is filled from the licence, to its review when
    nothing is missing. A draft that asks the same already is gone on with.
    """
    held = or_404(find_visible_licence(who.applicant(request), id))
    actor = who.applicant(request, subject=held.licence.subject, item=held.standard.item)
    situation = request.POST.get("situation", "")
    try:
        draft = drafts.find_begun(actor, held.id, situation) or _begin(held, situation, actor)
        ready = drafts.load(draft, actor.own_subjects).ready
    except Refused as error:
        return refused(request, error, (BACK, reverse("portal:licences")))
    return redirect("portal:review" if ready else "portal:form", draft.pk)


def _begin(held: HeldLicence, situation: str, actor: Actor) -> Draft:
    subject = or_404(people.load_subject(held.licence.subject))
    listed = current(held.standard.division, held.standard.item)
    return drafts.start(actor, listed, subject, situation, str(held.id))
