"""Commands by program: one operation for each command of `cases.core`, made from it, through the one door.

An operation reads the body, asks who may see the case, and hands over. What may be done is decided in the door alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Header, Path, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import numbers, queries, service, view
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core.decide import ACTS, POST_LABELS
from yichuang.cases.core.state import Stage
from yichuang.cases.drafts import may_apply
from yichuang.cases.papers import issued_by
from yichuang.cases.prepare import prepare, prepare_submit, prepare_supply
from yichuang.catalog.queries import current_key, standard
from yichuang.catalog.standard import PostKind, Standard
from yichuang.documents.kinds import KINDS
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import Caller, caller
from yichuang.faces.api.files import Kept, check_given, file_given, keep
from yichuang.faces.api.problems import ProblemBody, no_such_case
from yichuang.ledger.actor import Actor
from yichuang.people import queries as people

router = Router(tags=["办理"])
KNOWN = ("kind", "name", "id_type", "id_number", "uscc", "legal_name", "phone", "address")
PROBLEMS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})

CaseId = Annotated[shapes.Id, Path(description="办件的 id(提交时返回)")]
Key = Annotated[
    shapes.Id,
    Header(alias="Idempotency-Key", description="操作编号（UUID）。重试用同一个，同一操作只办理一次；新的操作换新的"),
]


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that the command issued."""

    seq: int  # of the ledger entry in the case's stream
    kind: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Done:
    """Where the case stands after the command."""

    id: uuid.UUID
    number: str
    receipt: str
    stage: str
    stage_label: str
    open: bool
    outcome: str
    steps: dict[str, str]  # step → waiting | open | done
    first_seq: int
    last_seq: int
    issued: tuple[Issued, ...]
    repeated: bool


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


@router.post(
    "/cases",
    response={201: Done, PROBLEMS: ProblemBody},
    operation_id="submit",
    summary="提交申请",
    description="以申请人名义提交申请（行政许可法第二十九条）。表单的 JSON Schema 见 GET /api/items/{division}/{item}。"
    "given：材料编号 → paper(到窗口交原件)、form(由表单生成)或已上传文件的编号；held：材料编号 → 已有证照的标识。",
)
def submit(request: HttpRequest, response: HttpResponse, command_id: Key, body: Body[SubmitBody]) -> Status[Done]:
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
    prepared = prepare_submit(
        rules,
        situation=body.situation,
        subject=body.subject,
        applicant={name: value for name in KNOWN if (value := getattr(subject, name, ""))},
        values=body.form,
        agent=body.agent or bool(not actor.post_kind and actor.on_behalf_of),
        given=body.given,
        held=body.held,
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
    key = current_key(division, item)
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


def _done(outcome: service.Outcome) -> Done:
    case = outcome.state
    return Done(
        id=uuid.UUID(case.id),
        number=case.number,
        receipt=numbers.receipt(case.number, standard(case.standard), case.submitted_on),
        stage=case.stage.value,
        stage_label=case.stage.label,
        open=case.stage.open,
        outcome=case.outcome,
        steps={code: state.status for code, state in case.steps.items()},
        first_seq=outcome.first_seq,
        last_seq=outcome.last_seq,
        issued=_issued(outcome),
        repeated=outcome.repeated,
    )


def _issued(outcome: service.Outcome) -> tuple[Issued, ...]:
    """Of a command carried out before, from the table of documents: the same answer."""
    if outcome.repeated:
        span = range(outcome.first_seq, outcome.last_seq + 1)
        papers = (p for p in view.papers(outcome.state.id) if p.seq in span)
        return tuple(Issued(p.seq, p.kind, KINDS[p.kind].title, p.number) for p in papers)
    made = ((seq, issued_by(one.event), one.event) for seq, one in enumerate(outcome.events, outcome.first_seq))
    return tuple(Issued(seq, kind, KINDS[kind].title, event.number) for seq, kind, event in made if kind)


# --- one operation for each command -----------------------------------------------------------------------------------


def perform(who: Caller, case_id: uuid.UUID, name: str, data: dict[str, Any], command_id: uuid.UUID) -> Done:
    """Carry out a command on a case that exists for the caller. Raises Problem(404) when it does not."""
    filed = queries.filed_for(who.actor(), case_id)
    if filed is None:
        raise no_such_case()
    item, subject = filed
    actor = who.actor(item=item, subject=subject)
    given = data.get("given", {})
    check_given(None, given, actor, case_id)
    prepared = _prepared(actor, case_id, subject, name, data)
    outcome = service.perform(case_id, prepared, actor, command_id=command_id)
    file_given(given, actor, case_id)
    return _done(outcome)


def _prepared(actor: Actor, case_id: uuid.UUID, subject: str, name: str, data: dict[str, Any]) -> Prepared:
    """The command from the body; a corrected form is kept with the applicant as known at filing."""
    values = data.pop("form", None)
    if values is None:
        return prepare(name, data, subject=subject)
    found = view.view(actor, case_id)
    if found is None:
        raise no_such_case()
    _known_fields(found.standard, values)
    return prepare_supply(
        found.standard,
        situation=found.case.situation,
        subject=subject,
        applicant=(found.form or {}).get("applicant", {}),
        values=values,
        agent=bool(found.case.agent),
        given=data["given"],
    )


def _operation(name: str, body: type[shapes.Body]) -> Callable[..., Done]:
    def operation(request: HttpRequest, case_id: Any, command_id: Any, body: Any) -> Done:
        return perform(caller(request), case_id, name, body.model_dump(), command_id)

    operation.__name__ = name
    operation.__annotations__ |= {"case_id": CaseId, "command_id": Key, "body": body}
    return operation


def _described(command: type[Any]) -> str:
    act = ACTS[command]
    who = [POST_LABELS[post] for post in PostKind if post in act.who.posts]
    who += ["申请人或其代理人"] if act.who.applicant else []
    stages = "、".join(stage.label for stage in Stage if stage in act.stages)
    return f"由{'、'.join(who)}办理；办件阶段：{stages}。" + (f"依据：{act.clause}。" if act.clause else "")


# A corrected form comes as the form does, not as the text the ledger keeps of it
_OTHERWISE: dict[str, Any] = {"supply": {"form": (shapes.Values | None, None), "application": None}}
for _name, _command in COMMANDS.items():
    if _name not in ("submit", "tick"):
        router.post(
            f"/cases/{{case_id}}/{_name}",
            response={200: Done, PROBLEMS: ProblemBody},
            operation_id=_name,
            summary=ACTS[_command].label,
            description=_described(_command),
        )(_operation(_name, shapes.body_of(_command, **_OTHERWISE.get(_name, {}))))
