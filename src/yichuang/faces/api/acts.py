"""Commands by program: one operation for each command of `cases.core`, made from it, through the one door.

An operation reads the body, asks who may see the case, and hands over. What may be done is decided in the door alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Path, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from yichuang.aggregates import uploads
from yichuang.aggregates.acts import Act
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import correcting, numbers, queries, service, view
from yichuang.cases.core.decide import ACTS, POST_LABELS
from yichuang.cases.core.state import Stage
from yichuang.cases.declared import CASE
from yichuang.cases.drafts import may_apply, pick_licence
from yichuang.cases.prepare import fixed_of, prepare, prepare_submit, prepare_supply
from yichuang.catalog.listing.queries import find_open_key
from yichuang.catalog.queries import standard
from yichuang.catalog.standard import PostKind, Standard
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.files import Kept, check_given, file_given, keep
from yichuang.faces.api.lives import PROBLEMS, Done, Key, add_acts, done
from yichuang.faces.api.problems import ProblemBody, no_such_case
from yichuang.kernel.policy import cite_ground
from yichuang.ledger.actor import Actor
from yichuang.licences.queries import HeldLicence
from yichuang.licences.service import find_contradictions
from yichuang.people import queries as people

router = Router(tags=["办理"])
CaseId = Annotated[shapes.Id, Path(description="办件的 id(提交时返回)")]
KNOWN = ("kind", "name", "id_type", "id_number", "uscc", "legal_name", "phone", "address")


@dataclass(frozen=True, slots=True)
class CaseDone(Done):
    """Where the case stands after the command."""

    number: str
    receipt: str
    stage_label: str
    open: bool
    outcome: str
    steps: dict[str, str]  # step → waiting | open | done


class SubmitBody(shapes.Body):
    """An application for an item in the version now in force."""

    item: shapes.Code
    division: shapes.Code
    situation: shapes.Code
    subject: shapes.Code
    agent: shapes.Yes = False
    form: shapes.Values
    given: shapes.Given = Field(default_factory=dict)
    held: shapes.Held = Field(default_factory=dict)
    licence: shapes.Word = Field("", description="变更、延续、补办、注销针对的证照：证号、标识或 id；须为申请人所持")


@router.post(
    "/cases",
    response={201: CaseDone, PROBLEMS: ProblemBody},
    operation_id="submit",
    summary="提交申请",
    description="以申请人名义提交申请（行政许可法第二十九条）。表单的 JSON Schema 见 GET /api/items/{division}/{item}。"
    "given：材料编号 → paper(到窗口交原件)、form(由表单生成)或已上传文件的编号；"
    "held：材料编号 → 已有证照的标识，或者 real-name(申请人已实名核验，只用于身份证明)。",
)
def submit(request: HttpRequest, response: HttpResponse, command_id: Key, body: Body[SubmitBody]) -> Status[CaseDone]:
    """File an application: five statements before the door."""
    who = caller(request)
    actor = who.actor(item=body.item, subject=body.subject)
    rules = _in_force(body.division, body.item)
    _known_fields(rules, body.form)
    check_given(rules, body.given, actor, service.case_id_for(command_id))
    subject = people.load_subject(body.subject)
    if subject is None and actor.post_kind:
        raise Refused("unknown-subject", "没有登记过这个申请人。", next="请先登记申请人。", kind=Kind.INPUT)
    if subject and not may_apply(rules, subject):
        raise Refused(
            "wrong-applicant", f"“{rules.name}”不由这类申请人申请。", next="请换一个申请人。", kind=Kind.INPUT
        )
    licence = pick_licence(rules, subject, body.situation, body.licence) if subject else None
    _demand_agreement(licence, body.form)
    prepared = prepare_submit(
        rules,
        situation=body.situation,
        subject=body.subject,
        applicant={name: value for name in KNOWN if (value := getattr(subject, name, ""))},
        values=body.form,
        agent=body.agent or bool(not actor.post_kind and actor.on_behalf_of),
        given=body.given,
        held=body.held,
        licence=licence,
    )
    outcome = service.submit(prepared, actor, command_id=command_id, applicant=subject.name if subject else "")
    file_given(body.given, actor, outcome.state.id)
    response["Location"] = f"/api/cases/{outcome.state.id}"
    return Status(201, _done(outcome))


@router.post(
    "/files",
    response={201: Kept, PROBLEMS: ProblemBody},
    operation_id="keep_file",
    summary="上传材料文件",
    description="检查并保存一个文件，编号写入提交申请或补正材料的 given。每个文件不超过 20 MB，格式以办事指南为准。",
)
def keep_file(
    request: HttpRequest,
    item: Form[shapes.Code],
    division: Form[shapes.Code],
    material: Form[shapes.Code],
    file: File[UploadedFile],
) -> Status[Kept]:
    """Keep a file for a material."""
    actor = caller(request).actor()
    return Status(201, keep(_in_force(division, item), material, file, actor))


def _in_force(division: str, item: str) -> Standard:
    key = find_open_key(division, item)
    if key is None:
        raise Refused("not-listed", "这个区划没有这个事项。", next="请从 GET /api/items 中选择。", kind=Kind.INPUT)
    return standard(key)


def _known_fields(rules: Standard, values: dict[str, Any]) -> None:
    """A name the form has not is a mistake of the program: pages can't send one, and dropping it would hide it."""
    known = {s.code if s.repeat else f.name for s in rules.form.sections for f in s.fields}
    unknown = {str(name)[:60]: "表单没有这一项" for name in values if name not in known}
    if unknown:
        next = "请按本事项表单的 JSON Schema 填写。"
        raise Refused("form-invalid", "申请表里有标准之外的内容。", next=next, kind=Kind.INPUT, fields=unknown)


def _demand_agreement(held: HeldLicence | None, values: dict[str, Any]) -> None:
    """What a program says of the licence must be what we hold of it: pages don't ask. Raises Refused."""
    if held and (wrong := find_contradictions(held, values)):
        message = "申请表里的原证信息与所办证照不符。"
        raise Refused("form-invalid", message, next="请按提示改正后再提交。", kind=Kind.INPUT, fields=wrong)


def _done(outcome: service.Outcome) -> CaseDone:
    case, life = outcome.state, done(CASE, outcome)
    return CaseDone(
        **{f.name: getattr(life, f.name) for f in fields(life)},
        number=case.number,
        receipt=numbers.receipt(case.number, standard(case.standard), case.submitted_on),
        stage_label=case.stage.label,
        open=case.stage.open,
        outcome=case.outcome,
        steps={code: state.status for code, state in case.steps.items()},
    )


# --- one operation for each command -----------------------------------------------------------------------------------


def perform(request: HttpRequest, id: uuid.UUID, act: Act, data: dict[str, Any], command_id: uuid.UUID) -> CaseDone:
    """Carry out a command on a case that exists for the caller. Raises Problem(404) when it does not."""
    who = caller(request)
    filed = queries.filed_for(who.actor(), id)
    if filed is None:
        raise no_such_case()
    item, subject = filed
    actor = who.actor(item=item, subject=subject)
    given = data.get("given", {})
    check_given(None, given, actor, id)
    files = uploads.demand_own(map(str, data.get("evidence", ())), actor, CASE.stream(id), uploads.MEDIA)
    prepared = _prepared(actor, id, subject, act.name, data)
    outcome = service.perform(id, prepared, actor, command_id=command_id)
    file_given(given, actor, id)
    if files:
        uploads.file_to(map(uuid.UUID, files), actor.person, CASE.stream(id))
    return _done(outcome)


def _prepared(actor: Actor, case_id: uuid.UUID, subject: str, name: str, data: dict[str, Any]) -> Prepared:
    """The command from the body; a corrected form is kept with the applicant as known at filing."""
    if name == correcting.NAME:
        shown = view.view(actor, case_id)
        if shown is None:
            raise no_such_case()
        return correcting.prepare_correct_applicant(shown, data)
    values = data.pop("form", None)
    if values is None:
        return prepare(name, data, subject=subject)
    shown = view.view(actor, case_id)
    if shown is None:
        raise no_such_case()
    _known_fields(shown.standard, values)
    return prepare_supply(
        shown.standard,
        situation=shown.case.situation,
        subject=subject,
        applicant=(shown.form or {}).get("applicant", {}),
        values=values,
        agent=bool(shown.case.agent),
        given=data["given"],
        fixed=fixed_of(shown.case, shown.form),
        filing=shown.filing,
    )


def _described(act: Act) -> str:
    who = [POST_LABELS[post] for post in PostKind if post in act.who.posts]
    who += ["申请人或其代理人"] if act.who.applicant else []
    stages = "、".join(stage.label for stage in Stage if stage in act.stages)
    return f"由{'、'.join(who)}办理；办件阶段：{stages}。" + (
        f"依据：{cite_ground(act.clause)}。" if act.clause else ""
    )


# A corrected form comes as the form does, not as the text the ledger keeps of it; who applied, by the register's id
_OTHERWISE = {"supply": {"form": (shapes.Values | None, None), "application": None}, correcting.NAME: {"form": None}}
add_acts(
    router, ACTS.values(), "cases", perform, place="case_id", answer=CaseDone, describe=_described, otherwise=_OTHERWISE
)
