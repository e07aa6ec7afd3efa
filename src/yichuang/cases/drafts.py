"""Applications being written: what is filled in, how each material comes, and handing it all to the door once.

A draft is its account's alone and not a case. What the form must contain is `catalog.form`'s, what a submission must
be is the door's; here only what one may still change at will.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from yichuang.aggregates import uploads
from yichuang.aggregates.models import Upload
from yichuang.aggregates.prepare import exact_json
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import carrying, service
from yichuang.cases.codec import load_case
from yichuang.cases.core.state import FORM, PAPER, REAL_NAME
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case, Draft
from yichuang.cases.prefilling import Known
from yichuang.cases.prepare import prepare_submit
from yichuang.cases.view import CaseView
from yichuang.catalog import form, queries
from yichuang.catalog.drafting.compare import list_changes_for_applicants
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.form_values import control_value
from yichuang.catalog.listing.queries import refuse_unlisted
from yichuang.catalog.merging import NO_CHOICE, Marks, Merged, marks_of, merge
from yichuang.catalog.models import Published
from yichuang.catalog.standard import Material, Role, Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import HeldLicence, find_licence_of, list_valid_certificates, read_licence
from yichuang.licences.service import demand_applicable, fill_licence_fields, prefill_form
from yichuang.people.models import Subject
from yichuang.people.queries import describe_subject, identified

NOTHING = Known()
MOST_DRAFTS = 100  # open drafts of one account


class Way(StrEnum):
    """How a material comes."""

    UPLOAD = "upload"  # 上传文件
    PAPER = "paper"  # 到窗口交原件
    HELD = "held"  # 已有电子证照，或者已经实名核验 (3.5c)
    FORM = "form"  # 由申请表自动生成


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands in for a material: a certificate we hold, or the real-name check, which has no number."""

    identifier: str
    number: str
    type: str
    valid_to: str

    @property
    def is_check(self) -> bool:
        return self.identifier == REAL_NAME


CHECKED = Certificate(REAL_NAME, "", "实名核验", "")


@dataclass(frozen=True, slots=True)
class Supply:
    """One material of a draft: how it may come, how it comes, and what is there."""

    material: Material
    way: Way
    ways: tuple[Way, ...]
    files: tuple[Upload, ...]
    certificate: Certificate | None

    @property
    def given(self) -> bool:
        return self.way is not Way.UPLOAD or bool(self.files)


@dataclass(frozen=True)
class Open:
    """A draft with all that belongs to it."""

    draft: Draft
    standard: Standard
    subject: Subject
    agent: bool
    supplies: tuple[Supply, ...]
    values: dict[str, Any]  # read and pruned
    filing: form.Filing  # where and when the form is judged
    licence: HeldLicence | None = None  # the one it acts on
    errors: dict[str, str] = field(default_factory=dict)  # of the form

    @property
    def context(self) -> dict[str, str]:
        """What conditions may ask for besides the form."""
        return context_of(self.draft, self.agent)

    @property
    def fixed(self) -> dict[str, Any]:
        """The fields of the form that name the licence it acts on: nobody types them."""
        return fill_licence_fields(self.licence) if self.licence else {}

    @property
    def raw(self) -> dict[str, Any]:
        """The form as it was left, right or wrong."""
        kept: dict[str, Any] = self.draft.values.get("form", {})
        return kept

    @property
    def sources(self) -> dict[str, str]:
        """Where what was filled in by us came from, in words, by field or group; none where it was changed since."""
        known = self.draft.values.get("from", {})
        return {name: words for name, (words, value) in known.items() if _write(self.raw.get(name)) == _write(value)}

    @property
    def left(self) -> list[tuple[str, str]]:
        """What was filled in under an earlier version and this one does not ask: (label, value)."""
        return [(label, text) for label, text in self.draft.values.get("left", ())]

    @property
    def changes(self) -> tuple[str, ...]:
        """What has changed for the applicant since the draft was begun, in words."""
        since = self.draft.values.get("since", self.standard.key)
        if since == self.standard.key:
            return ()
        return tuple(
            list_changes_for_applicants(*(content_of(queries.standard(k)) for k in (since, self.standard.key)))
        )

    @property
    def lacking(self) -> tuple[Supply, ...]:
        """Materials that must come and do not."""
        return tuple(s for s in self.supplies if not s.given and not self._may_lack(s))

    @property
    def later(self) -> tuple[Supply, ...]:
        """Materials without which it may be filed; the window then asks for them once, before it accepts (32条)."""
        return tuple(s for s in self.supplies if not s.given and self._may_lack(s))

    @property
    def ready(self) -> bool:
        return not self.errors and not self.lacking

    def _may_lack(self, supply: Supply) -> bool:
        return supply.material.role is Role.NON_KEY and self.standard.gaps_allowed and not self.standard.instant


def _write(value: Any) -> Any:
    """A value as controls send it, rows without their blanks: what was kept and what was sent again compare alike."""
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return [{name: text for name, cell in row.items() if (text := control_value(cell))} for row in value]
    return control_value(value)


def context_of(draft: Draft, agent: bool) -> dict[str, str]:
    """What conditions may ask for besides the form."""
    return {"situation": draft.situation, "agent": "yes" if agent else "no"}


# --- reads ------------------------------------------------------------------------------------------------------------


def open_drafts(actor: Actor) -> QuerySet[Draft]:
    """The actor's unfinished drafts, the latest first; for somebody else only while a mandate for the item holds."""
    mine = Q(subject__in=actor.subjects)
    for principal, item in actor.limited:
        mine |= Q(subject=principal, standard__contains=f"/{item}/")
    return Draft.objects.filter(mine, account=actor.person, submitted_as=None).order_by("-updated_at")


def list_begun(actor: Actor) -> list[Draft]:
    """The actor's unfinished drafts, each with its `title`, the latest first. One statement."""
    title = Published.objects.filter(pk=OuterRef("standard")).values("name")
    return list(open_drafts(actor).annotate(title=Subquery(title)))


def find_begun(actor: Actor, licence: uuid.UUID, situation: str) -> Draft | None:
    """The actor's unfinished draft that asks the same of the same licence; None when there is none."""
    return open_drafts(actor).filter(licence=licence, situation=situation).first()


def list_window_drafts(actor: Actor) -> QuerySet[Draft]:
    """What the actor has begun to enter at a window and not filed, the latest first, with its `applicant` and `title`.
    One statement.
    """
    applicant = Subject.objects.filter(pk=OuterRef("subject")).values("name")
    title = Published.objects.filter(pk=OuterRef("standard")).values("name")
    begun = Draft.objects.filter(account=actor.person, submitted_as=None).order_by("-updated_at")
    return begun.annotate(applicant=Subquery(applicant), title=Subquery(title))[:MOST_DRAFTS]


def own(actor: Actor, id: uuid.UUID) -> Draft | None:
    """The draft when it is the actor's to write; None otherwise, whether or not there is one."""
    draft = Draft.objects.filter(account=actor.person, pk=id).first()
    return draft if draft is not None and may_draft(actor, draft) else None


def sql_drafts(division: str, item: str) -> tuple[str, list[str]]:
    """SQL that counts the applications for an item that are being written, whoever writes them, for
    `cases.queries.tally`.
    """
    sql = "select count(*) from cases_draft where standard ^@ %s and submitted_as is null"
    return sql, [f"{division}/{item}/"]


def may_draft(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may still write this draft of theirs: a window for anybody, an agent while their mandate
    holds.
    """
    item = draft.standard.split("/")[1]
    return bool(actor.post_kind) or draft.subject in actor.subjects or (draft.subject, item) in actor.limited


def may_read_files(actor: Actor, draft_id: uuid.UUID) -> bool:
    """Whether the actor may still write the draft with which they sent a file."""
    draft = Draft.objects.filter(pk=draft_id).first()
    return draft is not None and may_draft(actor, draft)


def load(draft: Draft, own_subjects: Iterable[str]) -> Open:
    """The draft with its subject, materials and what is wrong with its form. Three statements, one more for the licence
    it acts on.
    """
    standard = queries.standard(draft.standard)
    known = Subject.objects.annotate(now=RawSQL("select ledger_now()", ()), checked=identified())
    subject = known.get(pk=draft.subject)
    today = local_day(subject.now)
    filing = form.Filing(standard.division, today, today)
    agent = draft.subject not in set(own_subjects)
    context = context_of(draft, agent)
    licence = read_licence(draft.licence) if draft.licence else None
    raw = draft.values.get("form", {}) | (fill_licence_fields(licence) if licence else {})
    values = form.prune(standard.form, form.coerce(standard.form, raw), context)
    supplies = _supplies(draft, standard, {**values, **context}, licence, checked=subject.checked)
    errors = form.validate(standard.form, values, context, filing)
    return Open(draft, standard, subject, agent, supplies, values, filing, licence, errors)


def certificates(subject: str, types: Iterable[str]) -> dict[str, Certificate]:
    """Valid certificates the subject holds, the longest valid of each type. One statement."""
    rows = list_valid_certificates(subject, types)
    return {type: Certificate(id, number, type, day.isoformat() if day else "") for id, number, type, day in rows}


def _supplies(
    draft: Draft, standard: Standard, application: dict[str, Any], licence: HeldLicence | None, *, checked: bool
) -> tuple[Supply, ...]:
    """How each material comes. `checked`: whether a real-name check ties somebody to the applicant. Two statements."""
    materials = standard.materials_for(application)
    held = certificates(draft.subject, [m.replaced_by for m in materials if m.replaced_by])
    if licence and licence.licence.type in held:  # 原证: that very one, not another of its type
        now, day = licence.licence.current, licence.licence.valid_to
        own = Certificate(now.identifier, licence.licence.number, licence.licence.type, day.isoformat() if day else "")
        held[licence.licence.type] = own
    files: dict[str, list[Upload]] = {}
    for upload in uploads.list_uploads(draft.stream):
        files.setdefault(upload.material, []).append(upload)
    chosen = draft.values.get("ways", {})
    instead = {m.code: CHECKED if checked and m.identity else held.get(m.replaced_by or "") for m in materials}
    return tuple(make_supply(m, chosen.get(m.code), instead[m.code], files.get(m.code, [])) for m in materials)


def make_supply(
    material: Material, chosen: str | None = None, held: Certificate | None = None, files: Iterable[Upload] = ()
) -> Supply:
    """How a material may come, and comes."""
    ways = [Way.UPLOAD] if uploads.taken(material.file_kinds) else []
    if material.form != "electronic" or not ways:
        ways.append(Way.PAPER)
    if held:
        ways.insert(0, Way.HELD)
    if material.generated:
        ways.insert(0, Way.FORM)
    way = Way(chosen) if chosen in ways else ways[0]
    return Supply(material, way, tuple(ways), tuple(files), held)


# --- acts -------------------------------------------------------------------------------------------------------------


def start(
    actor: Actor,
    standard: Standard,
    subject: Subject,
    situation: str,
    licence: str = "",
    answered: Mapping[str, str] = NO_CHOICE,
    known: Known = NOTHING,
) -> Draft:
    """Begin an application; `licence` is the id of the one it acts on, `answered` what was answered before of its form,
    `known` what earlier applications said. Raises Refused when the subject may not apply, the actor not for the
    subject, or this not be done with the licence.
    """
    demand_start(actor, standard, subject, situation)
    held = pick_licence(standard, subject, situation, licence)
    return store_draft(actor, standard, subject, situation, {}, held, answered, known)


def demand_start(actor: Actor, standard: Standard, subject: Subject, situation: str) -> None:
    """What can be said before a licence is picked. Raises Refused as `start` does."""
    if subject.id not in actor.subjects:
        message = "您不能以该申请人的名义申请。"
        raise Refused("not-your-applicant", message, next="请选择本人，或者先办理委托授权。", kind=Kind.FORBIDDEN)
    if not may_apply(standard, subject):
        who = "法人和其他组织" if subject.kind == "person" else "自然人"
        message = f"“{standard.name}”只由{who}申请。"
        raise Refused("wrong-applicant", message, next="请换一个申请人。", kind=Kind.INPUT)
    if standard.situation(situation) is None:
        raise Refused("unknown-situation", "请选择办理情形。", kind=Kind.INPUT)
    if open_drafts(actor).count() >= MOST_DRAFTS:
        message = f"未提交的草稿已有 {MOST_DRAFTS} 份。"
        raise Refused("too-many-drafts", message, next="请先在“我的办件”里删去不用的草稿。")


def pick_licence(standard: Standard, subject: Subject, situation: str, licence: str) -> HeldLicence | None:
    """The held licence that an application acts on, by its id, its number or its 电子证照标识; None where it acts on
    none. Raises Refused: none named, not this applicant's, or not to be applied for now.
    """
    if not terms_of(standard.item).needs_licence(situation):
        return None
    if not licence:
        next = "从申请人持有的证照中选择；没有列出的，请向作出决定的部门申请补记。"
        raise Refused("licence-missing", "请选择要办理的证照。", next=next, kind=Kind.INPUT)
    held = find_licence_of(subject.id, standard, licence)
    if held is None:
        code, message, next = LICENCE.absent
        raise Refused(code, message, next=next, kind=Kind.INPUT)
    demand_applicable(held, situation, subject.id, standard)
    return held


def store_draft(
    actor: Actor,
    standard: Standard,
    subject: Subject,
    situation: str,
    values: dict[str, Any],
    licence: HeldLicence | None = None,
    answered: Mapping[str, str] = NO_CHOICE,
    known: Known = NOTHING,
) -> Draft:
    """The caller has checked that the actor may begin it. The form is prefilled from the licence it acts on, with what
    was answered of it before, and with what is known besides, in this order.
    """
    first = dict(answered) | (exact_json(prefill_form(licence)) if licence else {})
    form = known.values | first
    filled: dict[str, Any] = {"form": form} if form else {}
    if sources := {name: words for name, words in known.sources.items() if name not in first}:
        filled["from"] = {name: [words, known.values[name]] for name, words in sources.items()}
    return Draft.objects.create(
        account=actor.person,
        subject=subject.id,
        standard=standard.key,
        situation=situation,
        values=filled | values,
        licence=licence.id if licence else None,
    )


def mark_submitted(draft: Draft, id: uuid.UUID) -> None:
    """The draft became this case: what was entered lies in the vault alone."""
    Draft.objects.filter(pk=draft.pk).update(submitted_as=id, values={})
    draft.submitted_as = id


def may_apply(standard: Standard, subject: Subject) -> bool:
    return ("person" if subject.kind == "person" else "corp") in standard.applicants


def save(draft: Draft, raw: dict[str, Any], seen: Marks | None = None, chosen: Mapping[str, str] = NO_CHOICE) -> Merged:
    """Keep the form as a page has it, right or wrong, merged with what others have kept since that page was made.

    `seen` are the marks the page came with; without any the form is kept as it stands. Raises Refused(stale) for a
    draft that was submitted or deleted.
    """
    merges: list[Merged] = []

    def change(values: dict[str, Any]) -> dict[str, Any]:
        merges.append(merge_form(draft, values, raw, seen, chosen))
        return {**values, "form": merges[-1].kept}

    change_values(draft, change)
    return merges[-1]


def merge_form(
    draft: Draft, values: dict[str, Any], raw: dict[str, Any], seen: Marks | None, chosen: Mapping[str, str]
) -> Merged:
    """The form as a page has it, merged into that of the values kept. Nothing is stored."""
    known, kept = queries.standard(draft.standard).form, values.get("form", {})
    return merge(known, kept, raw, marks_of(known, kept) if seen is None else seen, chosen)


def choose(draft: Draft, material: str, way: str) -> None:
    """Choose how a material comes; a way that is not open to it falls back to its first."""
    change_values(draft, lambda values: {**values, "ways": {**values.get("ways", {}), material: way}})


def change_values(draft: Draft, change: Callable[[dict[str, Any]], dict[str, Any]], standard: str = "") -> None:
    """Keep what `change` makes of the values as they are now kept, whoever else writes at the same moment; and under
    which version of the standard, where that changes too.

    Raises Refused(stale) for a draft that was submitted or deleted.
    """
    with transaction.atomic():
        held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            next = "要接着办，请重新开始填写。"
            raise Refused("draft-deleted", "这份草稿已经删去。", next=next, kind=Kind.STALE)
        if held.submitted_as is not None:
            message = "这份申请已经提交，不能再改。"
            raise Refused("submitted-already", message, next="请在“我的办件”里查看。", kind=Kind.STALE)
        if not standard or held.standard != standard:  # another page moved it to that version already
            held.values, held.standard = change(held.values), standard or held.standard
            held.save(update_fields=["standard", "values", "updated_at"])
    draft.values, draft.standard, draft.updated_at = held.values, held.standard, held.updated_at


def renew(draft: Draft) -> bool:
    """Move an open draft to the version in force (3.2d: nothing is filed under an old one). Whether it moved.

    What was filled in stays; what the new form does not ask stays readable beside it (`left`). Raises Refused when the
    item is not listed any more.
    """
    current = _find_listed(draft.standard)
    if current.key == draft.standard:
        return False

    def carry_over(values: dict[str, Any]) -> dict[str, Any]:
        old = queries.standard(draft.standard)
        left = carrying.list_left_behind(old.form, current.form, values.get("form", {}))
        left += carrying.list_files_left(old, current, uploads.list_uploads(draft.stream))
        return {**values, "left": [*values.get("left", ()), *left], "since": values.get("since", draft.standard)}

    change_values(draft, carry_over, standard=current.key)
    return True


def is_superseded(draft: Draft) -> bool:
    """Whether a newer version than that of the draft is in force. One statement at most."""
    division, item, _ = draft.standard.split("/")
    return queries.current_key(division, item) not in (None, draft.standard)


def _find_listed(key: str) -> Standard:
    """The standard in force of the item that a version belongs to. Raises Refused."""
    division, item, _ = key.split("/")
    current = queries.current_key(division, item)
    if current is None:
        raise refuse_unlisted(division, item)
    return queries.standard(current)


def choose_situation(draft: Draft, situation: str) -> None:
    """Choose anew what is asked for, where the standard in force does not know what was chosen. Raises Refused, also
    where the new choice acts on a licence: such an application begins with that licence.
    """
    standard = queries.standard(draft.standard)
    if standard.situation(situation) is None:
        raise Refused("unknown-situation", "请选择办理情形。", kind=Kind.INPUT)
    if bool(draft.licence) != terms_of(standard.item).needs_licence(situation):
        message = "这种情形要先选定针对的证照，不能接着这份草稿办。"
        raise Refused("licence-missing", message, next="请从“开始办理”重新选择，填过的内容仍留在这份草稿里。")
    draft.situation = situation
    Draft.objects.filter(pk=draft.pk, submitted_as=None).update(situation=situation)


def start_again(actor: Actor, seen: CaseView) -> Draft:
    """Begin the same application anew with what an earlier one held, whatever became of it; materials come again. A
    situation that is no more is chosen anew in the draft. The caller has seen the case as its applicant or agent.

    Raises Refused as `start` does, and when the form was destroyed or the item is not listed any more.
    """
    filed = (seen.form or {}).get("values")
    if not filed:
        message = "这件申请填写的内容已经依决定销毁，不能沿用。"
        raise Refused("destroyed", message, next="请从办事指南重新填写。", kind=Kind.STALE)
    standard, case = _find_listed(seen.case.standard), seen.case
    subject = Subject.objects.get(pk=case.subject)
    known = standard.situation(case.situation) is not None
    demand_start(actor, standard, subject, case.situation if known else standard.situations[0].code)
    held = pick_licence(standard, subject, case.situation, case.licence) if known else None
    return store_draft(actor, standard, subject, case.situation, carry_form(seen, standard, held), held)


def carry_form(seen: CaseView, standard: Standard, held: HeldLicence | None) -> dict[str, Any]:
    """What an earlier application held, as the values of a new draft; nothing when its form was destroyed."""
    filed = (seen.form or {}).get("values") or {}
    left = carrying.list_left_behind(seen.standard.form, standard.form, filed)
    named = fill_licence_fields(held) if held else {}
    kept = {**exact_json(form.coerce(seen.standard.form, filed)), **named}  # 120.0 of an older record is read as 120
    return {"form": kept, "left": left} if filed else {}


def delete(draft: Draft, actor: Actor) -> None:
    """Delete a draft with its files. Raises Refused(stale) for one that was submitted."""
    if draft.submitted_as is not None:
        message = "这份申请已经提交，不能删去。"
        raise Refused("submitted-already", message, next="不想办了，可以撤回申请。", kind=Kind.STALE)
    with transaction.atomic():
        for upload in uploads.list_uploads(draft.stream):
            uploads.drop(upload, actor)
        draft.delete()


def submit(opened: Open, actor: Actor, *, agent_name: str = "") -> uuid.UUID:
    """Hand the application to the door; the id of its case. Submitting twice is one submission.

    Raises Refused: from here for what the draft lacks, from the door for what the law says.
    """
    draft = opened.draft
    id = service.case_id_for(draft.command_id)
    if draft.submitted_as is not None or Case.objects.filter(pk=id).exists():
        _close(draft, id, actor)
        return id
    _complete(opened)
    prepared = prepare_submit(
        opened.standard,
        situation=draft.situation,
        subject=draft.subject,
        applicant=_snapshot(opened.subject, agent_name if opened.agent else ""),
        values=opened.raw,
        agent=opened.agent,
        given={s.material.code: _given(s) for s in opened.supplies if s.given and s.way is not Way.HELD},
        held={
            s.material.code: s.certificate.identifier for s in opened.supplies if s.way is Way.HELD and s.certificate
        },
        licence=opened.licence,
    )
    service.submit(prepared, actor, command_id=draft.command_id, applicant=opened.subject.name)
    _close(draft, id, actor)
    return id


def _complete(opened: Open) -> None:
    if opened.errors:
        message = f"申请表还有 {len(opened.errors)} 处需要改正。"
        next = "请按提示逐项改正后再提交，已填内容不会丢失。"
        raise Refused("form-invalid", message, next=next, kind=Kind.INPUT, fields=opened.errors)
    if opened.lacking:
        names = "、".join(s.material.name for s in opened.lacking)
        next = "请上传文件；不便上传的，可以选“到窗口交原件”。"
        raise Refused("material-missing", f"还缺材料：{names}。", next=next, kind=Kind.INPUT)


def _given(supply: Supply) -> tuple[str, ...]:
    if supply.way is Way.FORM:
        return (FORM,)
    return (PAPER,) if supply.way is Way.PAPER else tuple(str(u.id) for u in supply.files)


def _close(draft: Draft, id: uuid.UUID, actor: Actor) -> None:
    """The draft became a case: its files are the case's, and what was filled in lies in the vault alone.

    Which files those are is read from the case: after a crash the draft may have changed before it is closed.
    """
    filed = load_case(Case.objects.values_list("state", flat=True).get(pk=id))
    with transaction.atomic():
        uploads.file_to(filed.files, draft.account, CASE.stream(id))
        for unused in uploads.list_uploads(draft.stream):
            uploads.drop(unused, actor)
        mark_submitted(draft, id)


def _snapshot(subject: Subject, agent_name: str) -> dict[str, Any]:
    """The applicant as known at filing: what documents and reviewers will read, whatever changes later."""
    known = describe_subject(subject)
    return {**known, "agent": agent_name} if agent_name else known
