"""The case page: everything about one case for one officer, with the acts the door would allow and why not the others.

Acts themselves are in acts.py, looking closer is in looking.py.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.aggregates.acts import Offer
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.uploads import load_uploads
from yichuang.cases import looking, queries
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import POST_LABELS
from yichuang.cases.core.lights import level_of, wait_of
from yichuang.cases.core.state import FORM, PAPER, Stage, StepState
from yichuang.cases.service import licence_of
from yichuang.cases.view import CaseView, names_of_applicants, view
from yichuang.documents.kinds import KINDS
from yichuang.faces import filled, frame, telling, who
from yichuang.faces.act_form import Failed, act_forms
from yichuang.faces.addresses import link, url
from yichuang.faces.desk.act_forms import FORMS
from yichuang.faces.desk.fields import NAMES, PREVIEWED, ActForm, Matter
from yichuang.faces.material_words import words_of_held
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.people import face
from yichuang.people import queries as people
from yichuang.people.face import CasePart, Reader
from yichuang.people.kinds import ID_TYPES
from yichuang.supervision.findings import findings_of_case, rebinding, sentence
from yichuang.supervision.rules.rule import Level

if TYPE_CHECKING:
    from yichuang.people.models import Subject
    from yichuang.supervision.models import Finding

FACTS = {
    "name": "名称",
    "id_number": "证件号码",
    "uscc": "统一社会信用代码",
    "legal_name": "法定代表人（负责人）",
    "legal_id_number": "法定代表人证件号码",
    "phone": "联系电话",
    "address": "地址",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """A case with what its page and forms choose from."""

    view: CaseView
    matter: Matter
    findings: list[Finding] | None = None  # open ones on the case; None: not asked for yet

    @property
    def seq(self) -> int:
        return self.view.seq


def see(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> Sight:
    """Four statements. Raises Http404 for a case that does not exist for this reader, or does not exist at all."""
    shown = view(actor, case_id)
    if shown is None:
        raise Http404("case")
    case, standard = shown.case, shown.standard
    division = standard.division
    offered = {offer.step for offer in shown.offers if offer.step and offer.allowed}
    posts = [(f"{division}/{s.department}", s.post.value) for s in standard.steps if s.code in offered]
    persons = {p for s in case.steps.values() for p in (s.person, *s.officers) if p} | {case.decider}
    today = who.seated(request).day
    names, present = org.read_staff(persons, posts, today)
    rebinds = any(o.allowed and NAMES[o.command] == "rebind" for o in shown.offers)
    versions, findings = rebinding(actor, shown.row.id, standard) if rebinds else ((), None)
    chosen = (versions, _given(shown), _cited(shown), shown.lateness, shown.gap_days)
    return Sight(shown, Matter(case, standard, actor, today, names, present, *chosen), findings)


def _given(shown: CaseView) -> frozenset[str]:
    """Names of the form's fields and groups that were filled in."""
    values = (shown.form or {}).get("values") or {}
    return frozenset(values)


def _cited(shown: CaseView) -> tuple[str, ...]:
    """The bases of the opinions that now stand against the case, each once."""
    against = {code for code, step in shown.case.steps.items() if step.verdict in ("fail", "disagree")}
    concluded = (m.event for m in shown.timeline if isinstance(m.event, ev.StepConcluded))
    latest = {event.step: event.bases for event in concluded if event.step in against}
    return tuple(dict.fromkeys(basis for bases in latest.values() for basis in bases))


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """One case with everything on it; after an act also the next one that waits for this post."""
    following = _find_next(actor, case_id) if request.GET.get(DONE) else None
    return show(request, actor, see(request, actor, case_id), following=following)


DONE = "done"  # in the address after an act


def _find_next(actor: Actor, case_id: uuid.UUID) -> dict[str, Any]:
    """The case with the nearest date among those that wait for this post, other than this one. One statement."""
    rows = queries.nearest(queries.todo_scopes(actor), 2)
    row = next((row for row in rows if row.id != case_id), None)
    return {"row": row, "applicant": names_of_applicants((row,), actor)[row.id] if row else ""}


# At these stages the window checks the materials, on a page of its own
_CHECKED = (Stage.SUBMITTED, Stage.RECEIVED)
# Refusals that only say whose act it is; they stand below those that say what the case lacks
_OTHERS = ("wrong-post", "other-department")


def show(
    request: HttpRequest,
    actor: Actor,
    sight: Sight,
    *,
    failed: Failed | None = None,
    unmasking: dict[str, str] | None = None,
    following: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The case page; after an act that failed, with what was filled in and what changed meanwhile."""
    shown, matter = sight.view, sight.matter
    looking.trace_case(actor, shown.row.id)
    words = telling.Words(shown.standard, matter.names)
    subject = people.load_subject(shown.case.subject)
    reader, unmasked = shown.reader, unmasking or {}
    findings = findings_of_case(actor, str(shown.row.id)) if sight.findings is None else sight.findings
    context = {
        "title": f"{shown.row.title} · {shown.row.receipt}",
        "view": shown,
        "case": shown.case,
        "licence": licence_of(shown.case),
        "standard": shown.standard,
        "seq": sight.seq,
        "following": following,
        "command_id": new_command_id,
        "acts": acts_of(sight, failed),
        "refused": [o for o in shown.offers if o.refusal and o.refusal.code not in _OTHERS],
        "others": [o for o in shown.offers if o.refusal and o.refusal.code in _OTHERS],
        "failed": failed,
        "since": _moments(shown, words, failed.seen) if failed and failed.seen else [],
        "errors": failed.errors if failed else [],
        "has_errors": bool(failed),
        "applicant": _applicant(shown, subject, reader, unmasked),
        "unmasking": unmasked,
        "shown": {part.value: shown.level(part) for part in CasePart},
        "fees": _fees(shown),
        "clocks": [telling.clock_of(c) for c in shown.clocks if c.running.family != "step"],
        "light_of": _light(shown),
        "findings": [(f, Level(f.level).label, sentence(f)) for f in findings],
        "check": url("desk:check", shown.row.id) if shown.case.stage in _CHECKED else "",
        "steps": _steps(shown, matter),
        "materials": materials(shown),
        "sections": filled.sections(shown.standard, shown.form, Reader.OFFICER if FORM_OPENED in unmasked else reader),
        "form_masked": shown.level(CasePart.FORM) == face.MASK and FORM_OPENED not in unmasked,
        "code": shown.query_code if reader is Reader.WINDOW else "",
        "form_gone": shown.form is None,
        "papers": [(KINDS[p.kind].name, p, link("documents:paper", shown.row.id, p.seq)) for p in shown.papers],
        "moments": fold_moments(list(reversed(_moments(shown, words, 0)))),
        "reports": url("desk:reports", shown.row.id),
        "withhold": url("desk:withhold", shown.row.id) if actor.post_kind in looking.MAY_WITHHOLD else "",
        "proof": link("documents:proof", shown.row.id),
        "key_of": ActForm.key,
    }
    return frame.page(request, actor, "case.html", context, status=status)


def _fees(shown: CaseView) -> list[tuple[str, int, str]]:
    """What is due: name of the charge, amount in fen, and where it stands."""
    names = {fee.code: fee.name for fee in shown.standard.fees}
    out = []
    for code, amount in shown.case.due_fees.items():
        charge = shown.case.charges.get(code)
        state = telling.charge_of(charge)
        if amount:
            out.append((names.get(code, code), charge.amount if charge else amount, state))
    return out


FORM_OPENED = "form"  # what was unmasked: the form as a whole

# The acts that move a case on stand before the others, those that end or turn it last
_MAIN = ("receive", "accept", "check_gap", "conclude", "decide", "make_certificate", "deliver", "slip")
_LAST = (
    "correct_opinion", "correct_applicant", "refund_fee", "rebind", "allege_falsehood", "decline", "take_withdrawal",
    "revoke_acceptance", "terminate",
)  # fmt: skip
_ORDER = {name: place for place, name in enumerate((*_MAIN, "", *_LAST))}


# Acts with a page of their own instead of a form on the case page
PAGES = {"supply": "desk:supply", "add_materials": "desk:add", "supply_gaps": "desk:later"}


def _elsewhere(sight: Sight, offer: Offer) -> dict[str, Any]:
    name = NAMES[offer.command]
    return {"key": name, "label": offer.label, "href": url(PAGES[name], sight.view.row.id)}


def acts_of(sight: Sight, failed: Failed | None = None) -> list[dict[str, Any]]:
    """The forms of the acts that pass, the one just refused as it was sent."""

    def form_of(offer: Offer) -> ActForm | None:
        return FORMS[offer.command](sight.matter, offer) if offer.command in FORMS else None

    def address_of(offer: Offer) -> str:
        return url("desk:do", sight.view.row.id, offer.act.name, *([offer.step] if offer.step else []))

    out = act_forms(sight.view.offers, form_of, address_of, failed)
    names = {offer.step: sight.matter.step(offer.step).name for offer in sight.view.offers if offer.step}
    for act in out:
        act["step"] = names.get(act["form"].step, "")
        if act["form"].command in PREVIEWED:
            act["preview"] = url("desk:preview", sight.view.row.id, act["form"].act.name)
    allowed = [offer for offer in sight.view.offers if offer.allowed]
    out += [_elsewhere(sight, offer) for offer in allowed if NAMES[offer.command] in PAGES]
    if any(offer.command is co.Deliver for offer in allowed):
        out.append({"key": "slip", "label": "打印送达回证（待签）", "href": url("desk:slip", sight.view.row.id)})
    if any(offer.command is co.PromiseGaps for offer in allowed):
        address = url("desk:promise", sight.view.row.id)
        out.append({"key": "promise", "label": "打印容缺受理告知承诺书（待签）", "href": address})
    return sorted(out, key=lambda act: _ORDER.get(act["key"].partition("-")[0], _ORDER[""]))


def _applicant(
    case_view: CaseView, subject: Subject | None, reader: face.Reader, unmasked: dict[str, str]
) -> list[dict[str, Any]]:
    """The applicant's fields as this reader may see them; a masked one can be unmasked on record."""
    if subject is None:
        row = SimpleNamespace(kind="person", **dict.fromkeys(face.TABLES["person"], ""))
        row.name = case_view.row.applicant  # the subject is gone: as careful as with a person
        return [
            {"label": "名称", "value": face.mask_fields(row, reader).get("name", ""), "field": "name", "masked": False}
        ]
    shown = face.mask_fields(subject, reader)
    out: list[dict[str, Any]] = []
    if subject.id_type:
        out.append({"label": "证件类型", "value": ID_TYPES.get(subject.id_type, subject.id_type), "field": ""})
    for name, label in FACTS.items():
        if shown.get(name):
            masked = face.field_level(subject, name, reader) == face.MASK and name not in unmasked
            value = unmasked.get(name, shown[name])
            out.append({"label": label, "value": value, "field": name, "masked": masked})
    return sorted(out, key=lambda row: row["field"] != "name")


def _light(shown: CaseView) -> tuple[str, str]:
    """The light of the case as every list shows it."""
    case = shown.case
    wait = wait_of(case) or ""
    if case.stage.open and not wait and not any(c.live for c in shown.clocks):
        return "grey", "不计时"
    return telling.light_of(level_of(case, shown.standard), wait, case.stage)


def _steps(shown: CaseView, matter: Matter) -> list[dict[str, Any]]:
    """The graph of steps in order, each with its state, people, clock and what it comes after."""
    case, standard = shown.case, shown.standard
    clocks = {c.running.name: c for c in shown.clocks}
    graph = case.graph(standard)
    names = {s.code: s.name for s in graph}
    words = telling.Words(standard, matter.names)
    concluded = [moment for moment in shown.timeline if isinstance(moment.event, ev.StepConcluded)]
    opinions = {moment.event.step: moment.texts.get("opinion", "") for moment in concluded}
    out = []
    for step in graph:
        state = case.steps.get(step.code, StepState())
        clock = clocks.get(f"step.{step.code}.{state.round}")
        status = {"open": ("办理中", "blue"), "done": ("已办结", "green")}.get(state.status, ("未开始", "grey"))
        out.append(
            {
                "step": step,
                "state": state,
                "status": status,
                "post": POST_LABELS[step.post],
                "after": "、".join(names[c] for c in step.after) or "受理",
                "people": words.people(state.officers),
                "assigned": matter.names.get(state.person, ""),
                "verdict": telling.VERDICTS.get(state.verdict, ""),
                "opinion": opinions.get(step.code, "") if state.done_on else "",
                "clock": telling.clock_of(clock) if clock else None,
            }
        )
    return out


PICTURES = frozenset({"jpg", "png"})  # what a browser shows by itself


def materials(shown: CaseView) -> list[dict[str, Any]]:
    """The checklist against the standard: what is there, how it came, whether the original was seen."""
    case = shown.case
    kept = load_uploads(case.files)
    seen = {m for moment in shown.timeline for m in getattr(moment.event, "originals", ())}
    asked = case.correction.outstanding if case.correction else ()
    level = shown.level(CasePart.FILES)
    out = []
    for material in shown.standard.materials:
        if material.code not in case.needed:
            continue
        given = case.given.get(material.code, ())
        files = [kept[u] for u in given if u in kept] if level != face.HIDE else []
        ways = [words for code, words in ((PAPER, "纸质"), (FORM, "由申请表生成")) if code in given]
        if material.code in case.held:
            ways.append(words_of_held(case.held[material.code]))
        out.append(
            {
                "material": material,
                "files": [
                    # the sender chose the name: it may be anybody's
                    (
                        f.name if level == face.SHOW else f"文件{n}.{f.type}",
                        url("desk:file", shown.row.id, f.id),
                    )
                    for n, f in enumerate(files, 1)
                ],
                "ways": ways,
                "there": bool(given) or material.code in case.held,
                "pictures": {url("desk:file", shown.row.id, f.id) for f in files if f.type in PICTURES},
                "original": material.code in seen,
                "asked": material.code in asked,
            }
        )
    return out


def evidence_of(shown: CaseView) -> frozenset[str]:
    """Ids of the files that acts on the case have kept as proof."""
    return frozenset(id for m in shown.timeline for id in getattr(m.event, "evidence", ()))


# What follows from another act by itself, or that time alone has done
_BY_ITSELF = (ev.StepOpened, ev.Warned, ev.Recalculated, ev.Closed)


def fold_moments(moments: list[dict[str, Any]]) -> list[tuple[bool, list[dict[str, Any]]]]:
    """The timeline in runs: (whether a page folds it, its moments), in the order given. Folded is what nobody did."""
    runs = groupby(moments, lambda one: isinstance(one["moment"].event, _BY_ITSELF))
    return [(folded, list(run)) for folded, run in runs]


def _moments(shown: CaseView, words: telling.Words, after: int) -> list[dict[str, Any]]:
    papers = {p.seq: KINDS[p.kind].name + " " + p.number for p in shown.papers}
    sent = load_uploads(evidence_of(shown)) if shown.level(CasePart.FILES) != face.HIDE else {}
    return [
        {
            "moment": m,
            "lines": telling.say(m.event, words),
            "texts": [(telling.TEXTS.get(name, name), value) for name, value in m.texts.items() if value],
            "paper": papers.get(m.seq, ""),
            "files": [
                (f"扫描件{n}.{sent[id].type}", url("desk:file", shown.row.id, sent[id].id))
                for n, id in enumerate(getattr(m.event, "evidence", ()), 1)
                if id in sent
            ],
            "late": abs((m.recorded_at - m.at).total_seconds()) > 60,
        }
        for m in shown.timeline
        if m.seq > after
    ]
