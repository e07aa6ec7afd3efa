"""Reports of departments' own systems (4.1e): what they say happened outside this door is stored as they say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Header, Query, Router
from pydantic import Field, ValidationError

from yichuang.exchange.reconciling import LONGEST, SHOWN, Line, Verdict, departments_compared, reconcile
from yichuang.exchange.service import MOST, DepartmentReport, Unreadable, store_report, store_reports
from yichuang.exchange.service import ReportResult as Kept
from yichuang.exchange.signing import BatchSignature, Unproven, verify_batch
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody, of_validation
from yichuang.faces.api.reads import known_only
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision.reported import ACTS as REPORTABLE

if TYPE_CHECKING:
    from yichuang.org.models import System

router = Router(tags=["交换"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]
Word = Annotated[str, Field(max_length=64, pattern=shapes.WORD)]


SystemHeader = Annotated[str, Header("", alias="X-Yichuang-System", description="登记的系统代码")]
TimeHeader = Annotated[str, Header("", alias="X-Yichuang-Timestamp", description="签名时刻，自1970年起的秒数")]
NonceHeader = Annotated[str, Header("", alias="X-Yichuang-Nonce", description="随机数，每批一个，16至64个字符")]
SignatureHeader = Annotated[str, Header("", alias="X-Yichuang-Signature", description="Ed25519 签名，十六进制")]


class RecordBody(shapes.Body):
    """An act that a department's own system recorded; `occurred_at` with its zone, as that system claims it."""

    record: Key
    kind: Literal[*sorted(REPORTABLE)]  # type: ignore[valid-type]
    occurred_at: shapes.Moment
    case_number: Word = ""
    application: Annotated[Word, Field(description="部门系统自己的申请号，同一申请的各条记录写同一个")] = ""
    item: Annotated[Word, Field(description="事项代码")] = ""
    certificate: Annotated[Word, Field(description="所发证照的编号")] = ""
    applicant: Annotated[Word, Field(description="申请人证件号码或统一社会信用代码，加密保存")] = ""
    details: Annotated[dict[str, Any], Field(max_length=50)] = Field(default_factory=dict)

    def report(self) -> DepartmentReport:
        """As the service takes it."""
        return DepartmentReport(**self.model_dump(exclude={"system"}))


class ReportBody(RecordBody):
    """The same, reported alone: it names its system."""

    system: Key


@dataclass(frozen=True, slots=True)
class Taken:
    system: str
    record: str
    versions: int
    new: bool
    received_at: datetime


@router.post(
    "/reported",
    response={200: Taken, frozenset({*PROBLEMS, 409}): ProblemBody},
    operation_id="report_act",
    summary="报送本部门系统的办理情况",
    description="按（系统、记录号）幂等：内容相同不重复，内容不同记为新的一版。所报时间、人员如实保存，由监察判断。"
    "系统登记了公钥的，须由它签名，写法与批量报送相同。",
)
def reported(
    request: HttpRequest,
    body: ReportBody,
    system: SystemHeader,
    timestamp: TimeHeader,
    nonce: NonceHeader,
    signature: SignatureHeader,
) -> Taken:
    """Only a client that acts from a post may report; nothing it says is refused but what cannot be stored.

    In the name of a system that has a registered key only what that key signed is taken.
    """
    actor = _reporter(request)
    owner = org.find_owner(body.system)
    if owner is not None and owner != actor.department:
        message = "这个系统属于另一个部门，不能代它报送。"
        raise Problem(403, "other-department", message, clause="4.1e", next="请用本部门系统的代码。")
    with transaction.atomic():
        if owner is not None:
            _proven(request, BatchSignature(body.system, timestamp, nonce, signature), actor)
            if system != body.system:
                message = "请求头里的系统代码与内容里的不同。"
                raise Problem(401, "bad-signature", message, clause="4.1e", next="两处写同一个系统代码。")
        try:
            row, new = store_report(body.system, body.report(), actor)
        except ValueError as error:
            fault = error if isinstance(error, Unreadable) else Unreadable("内容不能保存；请按接口说明重报。")
            raise Problem(422, "unreadable", str(fault), clause="4.1e", next="请改正后重报。") from error
    return Taken(row.system, body.record, row.entries, new, row.received_at)


def _proven(request: HttpRequest, signed: BatchSignature, actor: Actor) -> System:
    """The system that signed the request's body. Raises Problem."""
    try:
        return verify_batch(signed, request.body, actor.department)
    except Unproven as unproven:
        status = {"replayed": 409, "other-department": 403}.get(unproven.code, 401)
        raise Problem(status, unproven.code, unproven.message, clause="4.1e", next=unproven.next) from unproven


def _reporter(request: HttpRequest) -> Actor:
    """Only a client that acts from a post may report. Raises Problem."""
    actor = caller(request).actor()
    if not actor.post:
        next = "请用代表本部门岗位的令牌报送。"
        raise Problem(403, "no-post", "只有代表部门岗位的接口用户可以报送。", clause="4.1e", next=next)
    return actor


# --- signed batches ---------------------------------------------------------------------------------------------------


class BatchBody(shapes.Body):
    """Records as `report_act` takes them, without the system: each is judged for itself."""

    records: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST)]


@dataclass(frozen=True, slots=True)
class RecordTaken:
    """What became of one record, in the order given: taken | unchanged | refused, with what is wrong by field."""

    record: str
    status: str
    versions: int
    detail: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class BatchTaken:
    system: str
    taken: int
    unchanged: int
    refused: int
    records: tuple[RecordTaken, ...]


@router.post(
    "/reported/batch",
    response={200: BatchTaken, frozenset({*PROBLEMS, 409, 413}): ProblemBody},
    operation_id="report_batch",
    summary="批量报送本部门系统的办理情况",
    description=f"一批最多 {MOST} 条，逐条给出结果：不能保存的一条不影响其他。按（系统、记录号）幂等，先后次序不限。"
    "须由登记的系统签名，写法见 docs/api.md。",
)
def batch(
    request: HttpRequest,
    body: BatchBody,
    system: SystemHeader,
    timestamp: TimeHeader,
    nonce: NonceHeader,
    signature: SignatureHeader,
) -> BatchTaken:
    """A batch that its system signed; all of what can be stored is stored at once, or nothing when the batch is not
    proven.
    """
    actor = _reporter(request)
    signed = BatchSignature(system, timestamp, nonce, signature)
    read = [_record(record) for record in body.records]
    with transaction.atomic():
        sender = _proven(request, signed, actor)
        kept = iter(
            store_reports(sender.code, [record for record in read if isinstance(record, DepartmentReport)], actor)
        )
        answers = tuple(_told(next(kept)) if isinstance(record, DepartmentReport) else record for record in read)
    counts = {
        status: sum(record.status == status for record in answers) for status in ("taken", "unchanged", "refused")
    }
    return BatchTaken(sender.code, **counts, records=answers)


def _record(given: dict[str, Any]) -> DepartmentReport | RecordTaken:
    """A record as the service takes it, or why it can't be read."""
    try:
        body = RecordBody.model_validate(given)
    except ValidationError as error:
        problem = of_validation(
            {"loc": fault["loc"], "type": fault["type"], "ctx": fault.get("ctx", {})} for fault in error.errors()
        )
        name = str(given.get("record", ""))[:64]
        return RecordTaken(name, "refused", 0, problem.detail, dict(problem.fields))
    return body.report()


def _told(kept: Kept) -> RecordTaken:
    if kept.row is None:
        return RecordTaken(kept.record, "refused", 0, kept.fault, {})
    return RecordTaken(kept.record, "taken" if kept.new else "unchanged", kept.row.entries, "", {})


# --- reconciliation ---------------------------------------------------------------------------------------------------


class ReconcileQuery(shapes.Body):
    """Days, both included, and which outcome; without one all that do not agree."""

    first: shapes.Day
    last: shapes.Day
    verdict: Literal["", *(verdict.value for verdict in Verdict)] = ""  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class ReconciledList:
    counts: dict[str, int]  # acts by outcome, those that agree too
    acts: tuple[Line, ...]


@router.get(
    "/reconciliation",
    response={200: ReconciledList, PROBLEMS: ProblemBody},
    operation_id="reconcile_reports",
    summary="部门系统与本平台对账",
    description=f"监察岗位看本级各部门，部门负责人看本部门；一次最多 {LONGEST} 天，列最近的 {SHOWN} 条。",
)
def reconciliation(request: HttpRequest, query: Query[ReconcileQuery]) -> ReconciledList:
    """What departments' systems say against what we hold."""
    known_only(request, ReconcileQuery)
    actor = caller(request).actor()
    if not departments_compared(actor):
        next = "请用监察岗位或部门负责人岗位的令牌。"
        raise Problem(403, "no-post", "只有监察岗位和部门负责人可以对账。", clause="4.1e", next=next)
    if not 0 <= (query.last - query.first).days <= LONGEST:
        message = f"last 不早于 first，最多{LONGEST}天。"
        raise Problem(422, "bad-period", message, clause="4.1e", next="请改正后再查。", fields={"last": message})
    comparison = reconcile(actor, query.first, query.last, verdict=query.verdict)
    counts = {verdict.value: count for verdict, count in comparison.counts.items()}
    return ReconciledList(counts, comparison.lines)
