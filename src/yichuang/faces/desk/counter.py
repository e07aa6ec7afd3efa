"""Taking an application in at the window for people with paper: begin, keep what was entered, submit and receive.

No page is here. The door decides both commands; here only what the clerk has entered so far (a draft of the clerk's
account) and the order of the two: 提交申请 on the applicant's behalf, then 收件, which issues the receipt
(许可法 29、32条).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yichuang.aggregates import uploads
from yichuang.aggregates.prepare import exact_json
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import drafts, service
from yichuang.cases.core.state import FORM, PAPER
from yichuang.cases.declared import CASE
from yichuang.cases.drafts import Open, Supply, Way
from yichuang.cases.prepare import prepare, prepare_submit
from yichuang.cases.windows import refuse_at_window
from yichuang.catalog import queries as catalog
from yichuang.catalog.merging import NO_CHOICE, Marks, Merged
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import Actor
from yichuang.licences.service import prefill_form
from yichuang.people.mandates import grant_mandate
from yichuang.people.service import register_subject

if TYPE_CHECKING:
    from yichuang.cases.models import Draft
    from yichuang.cases.view import CaseView
    from yichuang.people.models import Subject

_SNAPSHOT = ("kind", "name", "id_type", "id_number", "uscc", "legal_name", "phone", "address")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who came in the applicant's place with a letter of authority (授权委托书, 许可法 29条)."""

    name: str
    id_type: str
    number: str
    until: date


def begin(
    actor: Actor,
    standard: Standard,
    subject: Subject,
    situation: str,
    agent: Agent | None,
    today: date,
    licence: str = "",
    like: CaseView | None = None,
) -> Draft:
    """Start entering an application; `licence` is the one it acts on, `like` an earlier application of the applicant
    whose form is carried on. An agent's letter is entered as a mandate for this item.

    Raises Refused when the subject may not apply for the item or the window does not take it, Invalid for an agent
    who can't be one.
    """
    if not drafts.may_apply(standard, subject):
        who = "法人和其他组织" if subject.kind == "person" else "自然人"
        raise Refused("wrong-applicant", f"“{standard.name}”只由{who}申请。", next="请换一个申请人。", kind=Kind.INPUT)
    if standard.situation(situation) is None:
        raise Refused("unknown-situation", "请选择办理情形。", kind=Kind.INPUT)
    if refused := refuse_at_window(actor.post, standard.item):  # the door says it again; nothing is typed in vain
        raise refused
    held = drafts.pick_licence(standard, subject, situation, licence)
    with transaction.atomic():
        if agent:
            known = register_subject(
                kind="person", name=agent.name, id_type=agent.id_type, number=agent.number, actor=actor
            )
            grant_mandate(
                subject,
                known,
                items=[standard.item],
                first_day=today,
                last_day=agent.until,
                actor=actor,
                evidence={"letter": "窗口核对并收存授权委托书", "until": str(agent.until)},
            )
        values: dict[str, Any] = {"agent": agent.name if agent else ""}
        if like is not None:
            carried = drafts.carry_form(like, standard, held)
            if held:  # what the licence says today is newer than what an application once said
                carried["form"] = carried.get("form", {}) | exact_json(prefill_form(held))
            values |= {"like": str(like.row.id)} | carried
        return drafts.store_draft(actor, standard, subject, situation, values, held)


def load(draft: Draft) -> Open:
    """The draft with its subject, materials and files. Three statements."""
    return drafts.load(draft, () if draft.values.get("agent") else (draft.subject,))


def renew(draft: Draft) -> bool:
    """Move a draft to the version in force, as an applicant's is; not where that knows its situation no more, nor of an
    item that is not listed any more. Whether it moved.
    """
    division, item, _ = draft.standard.split("/")
    key = catalog.current_key(division, item)
    if draft.submitted_as or key is None or catalog.standard(key).situation(draft.situation) is None:
        return False
    return drafts.renew(draft)


TICKS = ("handed", "seen")  # materials handed over on paper, and of which the original was seen
Ticks = Mapping[str, Collection[str]]


def keep(
    draft: Draft,
    raw: dict[str, Any],
    ticked: Ticks,
    marks: Marks | None,
    chosen: Mapping[str, str] = NO_CHOICE,
) -> Merged:
    """Keep what was entered: the form, right or wrong, and the materials `ticked`; merged with what another page of the
    clerk kept since this one was made (`drafts.save`). Raises Refused(stale).
    """
    merges: list[Merged] = []

    def change(values: dict[str, Any]) -> dict[str, Any]:
        merges.append(drafts.merge_form(draft, values, raw, marks, chosen))
        ticks = {
            name: merge_ticks(values.get(name, ()), ticked[name], (marks or {}).get(f"ticks:{name}")) for name in TICKS
        }
        return {**values, "form": merges[-1].kept, **ticks}

    drafts.change_values(draft, change)
    return merges[-1]


def marks_of_ticks(ticked: Ticks) -> dict[str, str]:
    """What a page shows as ticked, beside the marks of its form."""
    return {f"ticks:{name}": " ".join(ticked[name]) for name in TICKS}


def ticks_of(draft: Draft) -> Ticks:
    return {name: draft.values.get(name, ()) for name in TICKS}


def merge_ticks(kept: Collection[str], sent: Collection[str], seen: str | None) -> list[str]:
    """Codes ticked, where `seen` are those that the page had shown as ticked; None where it does not say."""
    shown = set(kept if seen is None else seen.split())
    return sorted((set(kept) | (set(sent) - shown)) - (shown - set(sent)))


def given(opened: Open) -> dict[str, tuple[str, ...]]:
    """How each material came: on paper, as scans, or as the form that was just filled in. What did not is left out."""
    handed = set(opened.draft.values.get("handed", ()))
    out = {}
    for supply in opened.supplies:
        ways = [str(upload.id) for upload in supply.files]
        if supply.material.code in handed:
            ways.append(PAPER)
        if not ways and Way.FORM in supply.ways:
            ways.append(FORM)
        if ways:
            out[supply.material.code] = tuple(ways)
    return out


def held(opened: Open) -> dict[str, str]:
    """Certificates on record that stand in for a material nobody handed over (3.5c)."""
    came = given(opened)
    return {
        s.material.code: s.certificate.identifier
        for s in opened.supplies
        if s.certificate and s.material.code not in came
    }


def checklist(opened: Open) -> list[tuple[Supply, bool]]:
    """Every material that some answer in the form may call for, and whether the answers given do."""
    now = {supply.material.code: supply for supply in opened.supplies}
    return [
        (now.get(m.code) or drafts.make_supply(m), m.code in now)
        for m in opened.standard.materials
        if m.code in now or (m.when and m.when.field not in opened.context)
    ]


def lacking(opened: Open) -> tuple[Supply, ...]:
    there = {**given(opened), **held(opened)}
    return tuple(s for s in opened.supplies if s.material.code not in there)


def take(opened: Open, actor: Actor) -> uuid.UUID:
    """Submit and receive; the id of the case. Doing it twice is doing it once. Raises Refused.

    Materials may be lacking: what came is received all the same, and the correction is asked for once (32条).
    """
    draft, subject = opened.draft, opened.subject
    id = service.case_id_for(draft.command_id)
    if draft.submitted_as is None:
        known = {name: getattr(subject, name) for name in _SNAPSHOT if getattr(subject, name)}
        agent = draft.values.get("agent", "")
        prepared = prepare_submit(
            opened.standard,
            situation=draft.situation,
            subject=subject.id,
            applicant={**known, "agent": agent} if agent else known,
            values=opened.raw,
            agent=opened.agent,
            given=given(opened),
            held=held(opened),
            licence=opened.licence,
        )
        service.submit(prepared, actor, command_id=draft.command_id, applicant=subject.name)
        seen = [m for m in draft.values.get("seen", ()) if m in given(opened)]
        received = prepare("receive", {"originals": seen}, subject=subject.id)
        service.perform(id, received, actor, command_id=uuid.uuid5(draft.command_id, "receive"))
        _close(opened, id)
    return id


def _close(opened: Open, id: uuid.UUID) -> None:
    """The draft became a case: its files are the case's, and what was entered lies in the vault alone."""
    draft = opened.draft
    with transaction.atomic():
        files = [upload.id for supply in opened.supplies for upload in supply.files]
        uploads.file_to(files, draft.account, CASE.stream(id))
        drafts.mark_submitted(draft, id)
