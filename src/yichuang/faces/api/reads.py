"""Cases as a program may read them: the lists, one case with its clocks and timeline, and its proof of inclusion.

Every list and count starts from `cases.queries.scopes_of`. Contents of forms are not given out here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query
from pydantic import BeforeValidator, Field, WithJsonSchema

from yichuang.aggregates.acts import Offer
from yichuang.cases import looking, queries
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core.state import Case, Stage
from yichuang.cases.filters import READER, CaseFilter
from yichuang.cases.service import licence_of
from yichuang.cases.view import CaseView, ClockView, Moment, PaperRow, names_of_applicants, view
from yichuang.catalog.standard import Contested, Standard
from yichuang.faces.api import shapes
from yichuang.faces.api.acts import CaseId
from yichuang.faces.api.acts import router as router
from yichuang.faces.api.caller import Caller, caller
from yichuang.faces.api.journey import CaseWay, read_way
from yichuang.faces.api.problems import Problem, ProblemBody, no_such_case, of_validation
from yichuang.faces.guide import list_ways
from yichuang.faces.opening import check_level
from yichuang.faces.telling import name_clock
from yichuang.ledger.proof import prove_stream
from yichuang.licences.queries import read_licence
from yichuang.people.face import HIDE, CasePart

PROBLEMS = frozenset({400, 401, 403, 404, 422, 429, 503})
NAMES = {command: name for name, command in COMMANDS.items()}


def _digits(value: Any) -> Any:
    """A query's number is text; only plain digits are one."""
    if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7):
        return int(value)
    raise ValueError("digits")


def number(least: int, most: int) -> Any:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Annotated[int, BeforeValidator(_digits), Field(ge=least, le=most), WithJsonSchema(schema)]


class ListQuery(shapes.Body):
    """What a list is narrowed by."""

    open: Literal["yes", "no", "all"] = Field("yes", description="在办、已办结或全部")
    todo: Literal["yes", "no"] = Field("no", description="只列本岗位现在要办的")
    text: Annotated[str, Field(max_length=60, pattern=shapes.WORD)] = Field("", description="编号、事项名称或申请人")
    level: number(0, 4) = Field(0, description="预警级别不低于")  # type: ignore[valid-type]
    stage: Literal["", *(s.value for s in Stage if s is not Stage.NEW)] = ""  # type: ignore[valid-type]
    department: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = ""
    item: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = ""
    waits: Literal["", "applicant", "others"] = Field("", description="在等申请人，或者在等别的岗位和部门；空为不限")
    sort: Literal["", "oldest", "newest"] = Field("", description="到期近的、先收到的或者后收到的在前")
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases; with `exact` false there are at least `total`."""

    cases: tuple[queries.Row, ...]
    total: int
    exact: bool
    page: int
    pages: int


@router.get(
    "/cases",
    response={200: CaseList, PROBLEMS: ProblemBody},
    operation_id="list_cases",
    tags=["办件"],
    summary="办件列表",
    description="本接口用户可见的办件，到期日近的在前，每页 25 件。读到的办件每天留痕一次，申请人看得到。",
)
def cases(request: HttpRequest, query: Query[ListQuery]) -> CaseList:
    """The caller's cases, nearest date first."""
    known_only(request, ListQuery)
    actor = caller(request).actor()
    scopes = queries.todo_scopes(actor) if query.todo == "yes" else queries.scopes_of(actor)
    narrowed = CaseFilter(
        open={"yes": True, "no": False, "all": None}[query.open],
        text=query.text,
        level=query.level,
        stage=query.stage,
        department=query.department,
        item=query.item,
        waits=query.waits or (READER if query.todo == "yes" else ""),
        own=tuple(queries.todo_scopes(actor)),
        sort=query.sort,
    )
    listing = queries.cases(scopes, narrowed, query.page)
    looking.trace_reading(actor, (row.id for row in listing.rows), listed=True)
    # an applicant or agent sees only cases of their own subjects; the names officers see are the desk's
    shown = names_of_applicants(listing.rows, actor) if actor.post_kind else {}
    rows = tuple(replace(row, applicant=shown.get(row.id, row.applicant)) for row in listing.rows)
    return CaseList(rows, listing.total, listing.exact, listing.number, listing.pages)


def known_only(request: HttpRequest, query: type[shapes.Body]) -> None:
    """A misspelt filter would silently show more than was asked for. Raises Problem(422)."""
    unknown = [name for name in request.GET if name not in query.model_fields]
    if unknown:
        raise of_validation({"loc": (name,), "type": "extra_forbidden"} for name in unknown)


# --- one case ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    name: str
    label: str
    basis: str
    light: str  # green | blue | yellow | red | grey
    live: bool
    due_on: date
    certain: bool  # false: rests on a year whose calendar is not published
    open_ended: bool  # true: stands still, the date moves
    used: int
    left: int
    explain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline; `texts` are those this reader may read."""

    seq: int
    kind: str
    label: str
    who: str
    at: datetime
    recorded_at: datetime
    data: dict[str, Any]
    texts: dict[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why an act is not open."""

    kind: str
    code: str
    detail: str
    clause: str
    next: str


@dataclass(frozen=True, slots=True)
class Act:
    command: str
    label: str
    step: str
    allowed: bool
    why: Why | None


@dataclass(frozen=True, slots=True)
class LicenceOfCase:
    """What a licence is now; all of it at /api/licences/{id}."""

    id: uuid.UUID
    number: str
    identifier: str  # of the version in force
    stage: str  # valid | suspended | expired | revoked | withdrawn | cancelled | undone
    label: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Late:
    """Beyond the last day of the law by the office's doing; `remedies` while nobody has decided."""

    due: date
    until: date  # the day of the decision or the end; today, while there is none
    over: int  # working days
    reason: str  # as the office said it last; empty while it has not
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case as time has made it, also when the sweep is late."""

    case: queries.Row
    state: Case
    now: datetime
    clocks: tuple[Clock, ...]
    timeline: tuple[Entry, ...]
    papers: tuple[PaperRow, ...]
    acts: tuple[Act, ...]
    licence: LicenceOfCase | None  # the one the case acts on, or has made
    late: Late | None
    way: CaseWay


@router.get(
    "/cases/{case_id}",
    response={200: CaseDetail, PROBLEMS: ProblemBody},
    operation_id="read_case",
    tags=["办件"],
    summary="办件详情",
    description="状态、时限及其计算过程、经过、文书，以及本接口用户现在可以办理和不能办理（附理由）的操作。",
)
def case(request: HttpRequest, case_id: CaseId) -> CaseDetail:
    """Everything about one case for this reader."""
    actor = _actor(caller(request), case_id)
    case_view = view(actor, case_id)
    if case_view is None:
        raise no_such_case()
    looking.trace_reading(actor, [case_id])
    shown = names_of_applicants((case_view.row,), actor) if actor.post_kind else {}
    return CaseDetail(
        case=replace(case_view.row, applicant=shown.get(case_view.row.id, case_view.row.applicant)),
        state=replace(case_view.case, form="", place="", late_reason=""),  # keys to what is private
        now=case_view.now,
        clocks=tuple(_clock(c, case_view.standard) for c in case_view.clocks),
        timeline=tuple(_entry(m) for m in case_view.timeline),
        papers=case_view.papers,
        acts=tuple(_act(o) for o in case_view.offers),
        licence=_licence(case_view.case),
        late=_late(case_view),
        way=read_way(case_view),
    )


def _late(shown: CaseView) -> Late | None:
    lateness = shown.lateness
    if lateness is None:
        return None
    ways = list_ways(shown.standard.procedure, Contested.INACTION) if shown.silent_since else ()
    remedies = tuple(f"{words}，网上申请：{online}" if online else words for words, online, _ in ways)
    return Late(lateness.due, lateness.until, lateness.over, shown.late_reason, remedies)


def _licence(case: Case) -> LicenceOfCase | None:
    """One statement, none while there is no licence."""
    id = licence_of(case)
    held = read_licence(id) if id else None
    if held is None:
        return None
    licence, now = held.licence, held.licence.current
    known = (licence.number, now.identifier, licence.stage.value, licence.stage.label, now.valid_from, now.valid_to)
    return LicenceOfCase(held.id, *known)


def _actor(who: Caller, case_id: uuid.UUID) -> Any:
    """For an agent as whom they act depends on the case: a mandate may be for its item alone."""
    actor = who.actor()
    if actor.post_kind:
        return actor
    row = queries.visible(actor, case_id)
    if row is None:
        raise no_such_case()
    # what exists for the reader stays as it was: the item's mandate opens acts on this case, not more cases
    return who.actor(item=row.item, subject=row.subject)


def _clock(view: ClockView, standard: Standard) -> Clock:
    return Clock(
        name=view.running.name,
        label=name_clock(view.running, standard),
        basis=view.running.basis,
        light=view.light,
        live=view.live,
        due_on=view.due.day,
        certain=view.due.certain,
        open_ended=view.due.open_ended,
        used=view.used,
        left=view.left,
        explain=view.lines,
    )


def _entry(moment: Moment) -> Entry:
    data = {f.name: getattr(moment.event, f.name) for f in fields(moment.event) if f.type != "Text"}
    return Entry(
        seq=moment.seq,
        kind=moment.kind,
        label=moment.label,
        who=moment.who,
        at=moment.at,
        recorded_at=moment.recorded_at,
        data=data,
        texts=moment.texts,
        hash=moment.hash,
    )


def _act(offer: Offer) -> Act:
    no = offer.refusal
    why = Why(no.kind.value, no.code, no.message, no.basis, no.next) if no else None
    return Act(NAMES[offer.command], offer.label, offer.step, offer.allowed, why)


@router.get(
    "/cases/{case_id}/proof",
    response={200: dict[str, Any], PROBLEMS: ProblemBody},
    operation_id="prove_case",
    tags=["办件"],
    summary="存证证明",
    description="本件最新一条已封存记录在公布的默克尔根之下的证明；尚未封存时为 404。不需要数据库即可核验。",
)
def proof(request: HttpRequest, case_id: CaseId) -> dict[str, Any]:
    """The inclusion proof of a case that exists for the caller."""
    actor = caller(request).actor()
    row = queries.visible(actor, case_id)
    if row is None or check_level(actor, row, CasePart.COURSE) == HIDE:
        raise no_such_case()
    proof_text = prove_stream(f"case/{case_id}")
    if proof_text is None:
        raise Problem(404, "not-sealed", "本件的记录还没有封存。", next="封存至少每十分钟一次，请稍后再取。")
    return proof_text
