"""One shape for every life: POST /<path>/<id>/<act>, with the same idempotency, refusals and answer; and the operations
of a life that has none of its own (`faces.shown`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Path, Router, Status
from ninja.files import UploadedFile

from yichuang.aggregates import uploads
from yichuang.aggregates.acts import Act
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import Outcome
from yichuang.aggregates.moments import Moment
from yichuang.documents.kinds import KINDS
from yichuang.documents.queries import list_issued
from yichuang.faces.act_form import choices_of
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.shown import Shown, Sight, begun_id, carry_out, see_life
from yichuang.kernel.policy import cite_ground
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

PROBLEMS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
Key = Annotated[
    shapes.Id,
    Header(alias="Idempotency-Key", description="操作编号（UUID）。重试用同一个，同一操作只办理一次；新的操作换新的"),
]


LifeId = Annotated[shapes.Id, Path(description="办理对象的 id")]


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that the command issued."""

    seq: int  # of the ledger entry in the life's stream
    kind: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Done:
    """Where the life stands after the command."""

    id: uuid.UUID
    stage: str
    first_seq: int
    last_seq: int
    issued: tuple[Issued, ...]
    repeated: bool


def done(aggregate: Aggregate[Any, Any], outcome: Outcome[Any]) -> Done:
    """The answer to a command, the same when it is repeated."""
    stage = str(outcome.state.stage)
    return Done(outcome.id, stage, outcome.first_seq, outcome.last_seq, issued(aggregate, outcome), outcome.repeated)


def issued(aggregate: Aggregate[Any, Any], outcome: Outcome[Any]) -> tuple[Issued, ...]:
    """The documents that a command issued; of one carried out before, from the table of documents."""
    if aggregate.papers is None:
        return ()
    if outcome.repeated:
        listed = list_issued(aggregate.stream(outcome.id), outcome.first_seq, outcome.last_seq)
        return tuple(Issued(seq, kind, KINDS[kind].title, number) for seq, kind, number in listed)
    made = (
        (seq, aggregate.papers(dated.event, outcome.state), dated.event)
        for seq, dated in enumerate(outcome.events, outcome.first_seq)
    )
    return tuple(Issued(seq, kind, KINDS[kind].title, event.number) for seq, kind, event in made if kind)


def absent(aggregate: Aggregate[Any, Any]) -> Problem:
    """The same answer whether there is none or it is not this reader's."""
    code, detail, next = aggregate.absent
    return Problem(404, code, detail, next=next)


# --- one operation for each act ---------------------------------------------------------------------------------------

Perform = Callable[[HttpRequest, uuid.UUID, Act, dict[str, Any], uuid.UUID], Any]


def add_acts(
    router: Router,
    acts: Iterable[Act],
    path: str,
    perform: Perform,
    *,
    place: str,
    answer: type[Any] = Done,
    prefix: str = "",
    describe: Callable[[Act], str] = lambda act: f"依据：{cite_ground(act.clause)}。" if act.clause else "",
    otherwise: Mapping[str, Any] = {},
) -> None:
    """An operation for each act that a person may do to a life that is there. `place` names its id in the address;
    `otherwise`: act → what its body has instead of a field of the command (`shapes.body_of`).
    """
    for act in acts:
        if not (act.system or act.creates):
            life = "".join(word.capitalize() for word in prefix.split("_"))
            body = shapes.body_of(act.command, life, **otherwise.get(act.name, {}))
            router.post(
                f"/{path}/{{{place}}}/{act.name}",
                response={200: answer, PROBLEMS: ProblemBody},
                operation_id=f"{prefix}{act.name}",
                summary=act.label,
                description=describe(act),
            )(_operation(act, body, perform, place))


def _operation(act: Act, body: type[shapes.Body], perform: Perform, place: str) -> Callable[..., Any]:
    """The view of one operation. What it takes is said by its signature, which differs from act to act."""

    def operation(request: HttpRequest, **sent: Any) -> Any:
        return perform(request, sent[place], act, sent["body"].model_dump(), sent["command_id"])

    takes = {"request": HttpRequest, place: LifeId, "command_id": Key, "body": body}
    operation.__name__ = act.name
    operation.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind) for name, kind in takes.items()]
    )
    return operation


# --- a life without operations of its own -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LifeMoment:
    seq: int
    kind: str
    label: str
    officer: str  # the name of the officer who acted: public by law; empty for everybody else
    at: datetime
    recorded_at: datetime
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class LifeRow:
    """A labelled value of a part of a life's page."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class LifePart:
    """A part of a life's page, as officers read it: labelled values, and a table where it has `headings`."""

    title: str
    rows: tuple[LifeRow, ...]
    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class LifeDetail:
    """A life as the caller may see it, with what its page says, and the acts that are open to them."""

    id: uuid.UUID
    title: str
    stage: str
    stage_label: str
    course: tuple[LifeMoment, ...]
    issued: tuple[Issued, ...]
    acts: tuple[str, ...]
    parts: tuple[LifePart, ...]
    choices: dict[str, dict[str, dict[str, str]]]  # act → field → value → what it says


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was checked and kept; an act names it by its `id`."""

    id: uuid.UUID
    name: str
    type: str
    size: int
    digest: str  # SM3 of its bytes, hex


def router_of(shown: Shown) -> Router:
    """The operations of a kind of life: read one, begin one, keep a file for it, and each act."""
    aggregate, path, label = shown.aggregate, shown.path, shown.aggregate.label
    router = Router(tags=[label])

    def perform(request: HttpRequest, id: uuid.UUID, act: Act, data: dict[str, Any], command_id: uuid.UUID) -> Done:
        actor = caller(request).actor()
        if aggregate.find(actor, id) is None:
            raise absent(aggregate)
        return done(aggregate, carry_out(shown, id, act, data, actor, command_id=command_id))

    def read(request: HttpRequest, id: LifeId) -> LifeDetail:
        sight = see_life(shown, caller(request).actor(), id)
        if sight is None:
            raise absent(aggregate)
        names, whole = names_of({moment.person for moment in sight.moments}), shown.reads(sight)
        course = tuple(
            LifeMoment(m.seq, m.kind, shown.name_event(m), names.get(m.person, ""), *_times(m), texts)
            for m in sight.moments
            for texts in (m.texts if whole else {},)
        )
        papers = tuple(Issued(paper.seq, paper.kind, paper.name, paper.number) for paper in sight.papers)
        open_acts = [offer.act for offer in sight.offers if offer.allowed]
        acts = tuple(dict.fromkeys(act.name for act in open_acts))
        known = {act.name: choices_of(act, sight.state, sight.facts) for act in open_acts}
        choices = {name: {field: {**words} for field, words in known[name].items()} for name in acts if known[name]}
        title, stage = shown.title(sight.state), str(sight.state.stage)
        return LifeDetail(id, title, stage, sight.stage, course, papers, acts, _parts(sight), choices)

    def keep(request: HttpRequest, file: File[UploadedFile]) -> Status[KeptFile]:
        return Status(201, _kept(_keep(shown, file, caller(request).actor())))

    # before the reading of one: `files` is no id
    if any(act.files for act in shown.acts.values()):
        router.post(
            f"/{path}/files", response={201: KeptFile, PROBLEMS: ProblemBody},
            operation_id=f"{aggregate.kind}_keep_file", summary="上传文件",
            description="检查并保存一个文件，编号写入操作。每个文件不超过 20 MB。",
        )(keep)  # fmt: skip
    for act in shown.acts.values():
        if act.creates:
            router.post(
                f"/{address_of_birth(shown, act)}", response={201: Done, PROBLEMS: ProblemBody},
                operation_id=f"{aggregate.kind}_{act.name}", summary=act.label,
            )(_beginning(shown, act))  # fmt: skip
    router.get(
        f"/{path}/{{id}}", response={200: LifeDetail, PROBLEMS: ProblemBody}, operation_id=f"read_{aggregate.kind}",
        summary=f"{label}详情",
    )(read)  # fmt: skip
    add_acts(router, shown.acts.values(), path, perform, place="id", prefix=f"{aggregate.kind}_")
    return router


def _parts(sight: Sight) -> tuple[LifePart, ...]:
    return tuple(
        LifePart(p.title, tuple(LifeRow(*row) for row in p.rows), p.headings, p.lines)
        for p in sight.shown.panels(sight)
    )


def address_of_birth(shown: Shown, act: Act) -> str:
    """Where a life is begun by this act: of several that begin one, all but the first have an address of their own."""
    first = next(one for one in shown.acts.values() if one.creates)
    return shown.path if act is first else f"{shown.path}/{act.name}"


def _beginning(shown: Shown, act: Act) -> Callable[..., Status[Done]]:
    def begin(request: HttpRequest, response: HttpResponse, command_id: Any, body: Any) -> Status[Done]:
        actor, id = caller(request).actor(), begun_id(command_id)
        outcome = carry_out(shown, id, act, body.model_dump(), actor, command_id=command_id)
        response["Location"] = f"/api/{shown.path}/{id}"
        return Status(201, done(shown.aggregate, outcome))

    begin.__annotations__ |= {"command_id": Key, "body": shapes.body_of(_data_of(shown, act))}
    return begin


def _data_of(shown: Shown, act: Act) -> type[Any]:
    """What programs send for an act: the fields of its command, unless it is typed otherwise."""
    return shown.typed[act.name].data if act.name in shown.typed else act.command


def _times(moment: Moment) -> tuple[datetime, datetime]:
    return moment.at, moment.recorded_at


def _keep(shown: Shown, file: UploadedFile, actor: Actor) -> Upload:
    """Keep a file for an act that will name it. Raises Refused(input)."""
    if (file.size or 0) > uploads.MOST_BYTES:
        raise uploads.too_big(file.name or "")
    return uploads.keep(file.name or "", file.read(), actor=actor, material=shown.path, wanted=shown.files)


def _kept(upload: Upload) -> KeptFile:
    return KeptFile(upload.id, upload.name, upload.type, upload.size, upload.digest)
