"""What is public, for programs: items with their forms, standards, certificates, and the published roots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from yichuang.catalog.filling import fill
from yichuang.catalog.form import schema_for
from yichuang.catalog.invented import ZHENGZHOU, Inventor, invent_value
from yichuang.catalog.laws.queries import count_citing, list_laws, names_of_law
from yichuang.catalog.laws.reading import LawStanding, list_versions, stand_of
from yichuang.catalog.laws.state import Law
from yichuang.catalog.listing.queries import find_open_key
from yichuang.catalog.queries import list_current, read_document, standard
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import terms_of
from yichuang.documents.queries import CODE_LENGTH, Record, by_certificate, find_entered, is_certificate
from yichuang.faces.api import shapes
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.faces.guide import Guide, guide
from yichuang.kernel.localtime import local_day
from yichuang.ledger.outside import PUBLIC, FolderReading, configured_outside
from yichuang.ledger.seals import latest_root
from yichuang.ledger.service import now
from yichuang.licences.service import NAMED
from yichuang.org.queries import city_code

router = Router(tags=["公开"])
PROBLEMS = frozenset({400, 401, 404, 422, 429, 503})
DAYS = 31  # signed days listed with the newest seal

Segment = Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]


@dataclass(frozen=True, slots=True)
class LawVersion:
    name: str
    since: date | None
    until: date | None
    changed: tuple[int, ...]  # articles; none for a whole revision, or for one that was known from the beginning
    checked: tuple[int, ...]  # articles that a person has compared with the text


@dataclass(frozen=True, slots=True)
class LawRow:
    id: str
    title: str
    rank: str
    issuer: str
    number: str
    place: str
    publication: str
    status: str  # valid | changing | gone | unpublished
    label: str
    light: str
    aliases: tuple[str, ...]
    versions: tuple[LawVersion, ...]
    items: int  # how many standards in force cite it


@router.get(
    "/law-register",
    response={200: list[LawRow], PROBLEMS: ProblemBody},
    operation_id="list_laws",
    summary="法规库",
    description="办事规程引用的法律、法规、规章和文件：公布在哪里，各版从哪天起施行，多少份现行规程引用它（3.5h）。",
)
def laws(request: HttpRequest) -> list[LawRow]:
    """Every law of the register. Three statements."""
    known_only(request, shapes.Body)
    counts, today = count_citing(), local_day(now())
    return [_law(law, stand_of(law, today), counts) for law in list_laws()]


def _law(law: Law, standing: LawStanding, counts: dict[str, int]) -> LawRow:
    about = law.about
    versions = (LawVersion(v.name, v.since, v.until, v.changed, v.checked) for v in list_versions(law))
    return LawRow(
        law.id, law.title, about.rank.value, about.issuer, about.number, about.place, law.publication.value,
        standing.code, standing.label, standing.light, about.aliases, tuple(versions),
        max((counts.get(name, 0) for name in names_of_law(law)), default=0),
    )  # fmt: skip


class ItemsQuery(shapes.Body):
    division: Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Z]*$")] = Field(
        "", description="行政区划代码；不填为本市"
    )


@dataclass(frozen=True, slots=True)
class Item:
    standard: str
    item: str
    division: str
    department: str
    name: str
    item_code: str
    version: int
    digest: str
    published_at: datetime


class FormQuery(shapes.Body):
    """For which application the form is asked for."""

    situation: Annotated[str, Field(max_length=20, pattern=r"^[a-z]*$")] = Field(
        "", description="办理情形的代码；不填为规程列出的第一种"
    )
    agent: Literal["yes", "no"] = Field("no", description="是否由代理人办理")


@dataclass(frozen=True, slots=True)
class ItemDetail:
    standard: str
    name: str
    situation: str
    guide: Guide
    form: dict[str, Any]  # JSON Schema 2020-12 of what an application sends as `form`, with a whole example


@router.get("/items", response={200: list[Item], PROBLEMS: ProblemBody}, operation_id="list_items", summary="事项目录")
def items(request: HttpRequest, query: Query[ItemsQuery]) -> list[Item]:
    """The items of a division with the version in force. One statement."""
    known_only(request, ItemsQuery)
    return [
        Item(p.key, p.item, p.division, p.department, p.name, p.item_code, p.version, p.digest, p.published_at)
        for p in list_current(query.division or city_code())
    ]


def find_listed(division: str, item: str) -> str:
    """The key of the version in force. Raises Problem(404) for an item that is not listed there."""
    key = find_open_key(division, item)
    if key is None:
        raise Problem(404, "no-such-item", "这个区划没有这个事项。", next="请从 GET /api/items 中选择。")
    return key


@router.get(
    "/items/{division}/{item}",
    response={200: ItemDetail, PROBLEMS: ProblemBody},
    operation_id="read_item",
    summary="办事指南和表单",
    description="现行版本的办事指南，以及这种办理情形的申请表的 JSON Schema：提交申请时的 form 按它填写，"
    "每一项都有说明和示例，examples 里有一份填好的。",
)
def item(request: HttpRequest, division: Segment, item: Segment, query: Query[FormQuery]) -> ItemDetail:
    """The guide and the form of the version in force, for one situation. One statement for the day."""
    known_only(request, FormQuery)
    key = find_listed(division, item)
    rules = standard(key)
    situation = query.situation or rules.situations[0].code
    if rules.situation(situation) is None:
        next = f"请用：{'、'.join(s.code for s in rules.situations)}。"
        fields = {"situation": "这个事项没有这种办理情形"}
        raise Problem(422, "unknown-situation", "这个事项没有这种办理情形。", next=next, fields=fields)
    return ItemDetail(key, rules.name, situation, guide(rules), _form(rules, situation, agent=query.agent == "yes"))


def _form(rules: Standard, situation: str, *, agent: bool) -> dict[str, Any]:
    """The schema of the form in a situation, with a whole example, each property with its own. One statement."""
    day = local_day(now())
    known = NAMED if terms_of(rules.item).needs_licence(situation) else ()
    schema = schema_for(rules.form, situation, agent=agent, known=known)
    whole = fill(rules, Inventor(rules.key, ZHENGZHOU), day, situation=situation, agent=agent, optional=1)
    for section in rules.form.sections:
        part = schema["properties"].get(section.code) if section.repeat else schema
        if part is None:
            continue  # it belongs to another situation
        rows = whole.get(section.code, []) if section.repeat else [whole]
        inner = part["items"]["properties"] if section.repeat else part["properties"]
        for field in section.fields:
            if field.name in inner:
                given = rows[0].get(field.name) if rows else None
                value = invent_value(field, Inventor(field.name, ZHENGZHOU), day) if given is None else given
                inner[field.name]["examples"] = [value]
        if section.repeat:
            row = {name: described["examples"][0] for name, described in inner.items()}
            part |= {"description": f"{section.title}，逐行填写。", "examples": [rows or [row]]}
    return {**schema, "examples": [{name: value for name, value in whole.items() if name not in known}]}


@router.get(
    "/standards/{division}/{item}/{version}",
    response={200: dict[str, Any], PROBLEMS: ProblemBody},
    operation_id="read_standard",
    summary="已发布的标准",
    description="规范化 JSON(RFC 8785)原文;对其字节取 SM3 即为目录中的 digest。",
)
def published(request: HttpRequest, division: Segment, item: Segment, version: Segment) -> HttpResponse:
    """The published document, byte for byte."""
    text = read_document(f"{division}/{item}/{version}")
    if text is None:
        raise Problem(404, "no-such-standard", "没有发布过这个标准。", next="请核对区划、事项和版本号。")
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Validity:
    identifier: str
    valid_from: date
    valid_to: date | None
    status: str  # valid | replaced | suspended | expired | revoked | withdrawn | cancelled | undone
    label: str
    light: str  # green | yellow | red | grey, as on every page
    since: date  # since when it is so
    reason: str  # by which decision or law
    version: int  # of the paper that bears the code
    newest: int  # version in force


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may learn of a certificate; a person's name is masked."""

    name: str
    number: str
    code: str
    issuer: str
    issued_at: datetime
    holder: str
    digest: str
    sealed: bool
    certificate: Validity


@dataclass(frozen=True, slots=True)
class Entered:
    """What a paper licence of before this platform is now, as its organ entered it; the paper itself is not judged."""

    status: str  # as of a certificate
    label: str
    light: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Genuine:
    """Whether we made the certificate; what it says only to who knows its verification code."""

    genuine: bool
    details: Verified | None
    entered: Entered | None = None  # of a paper licence of before this platform, which has no code


class CodeQuery(shapes.Body):
    code: Annotated[str, Field(max_length=2 * CODE_LENGTH, pattern=shapes.WORD)] = Field(
        "", description="证照上的验证码。没有或者不对时只答是否本系统制发"
    )


@router.get(
    "/certificates/{identifier}",
    response={200: Genuine, PROBLEMS: ProblemBody},
    operation_id="verify_certificate",
    summary="证照核验",
    description="按证照标识(GB/T 36904)或证号只答是否本系统制发；带上证照的验证码，才答持证人、有效期和状态。",
)
def certificate(
    request: HttpRequest,
    identifier: Annotated[str, Path(max_length=100, pattern=shapes.WORD)],
    query: Query[CodeQuery],
) -> Genuine:
    """Whether a certificate is ours; with its code what anybody may learn of it."""
    known_only(request, CodeQuery)
    if entered := find_entered(identifier):
        return Genuine(
            False, None, Entered(entered.status, entered.label, entered.light, entered.since, entered.reason)
        )
    if not is_certificate(identifier):
        raise Problem(404, "no-such-certificate", "没有这个证照。", next="请核对证照标识或证号。")
    record = by_certificate(identifier, query.code)
    return Genuine(True, _verified(record) if record else None)


def _verified(record: Record) -> Verified | None:
    own = record.certificate
    if own is None:
        return None
    return Verified(
        name=record.name,
        number=record.number,
        code=record.code,
        issuer=record.issuer,
        issued_at=record.issued_at,
        holder=record.holder,
        digest=record.digest,
        sealed=record.sealed,
        certificate=Validity(
            own.version.identifier,
            own.version.valid_from,
            own.version.valid_to,
            own.status,
            own.label,
            own.light,
            own.since,
            own.reason,
            own.version.number,
            own.licence.current.number,
        ),
    )


@dataclass(frozen=True, slots=True)
class Seal:
    number: int
    chain: str  # hex
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class SignedDay:
    day: str
    content: str  # canonical JSON, as signed
    signature: str  # Ed25519 over its bytes, hex


@dataclass(frozen=True, slots=True)
class Roots:
    latest: Seal | None
    days: tuple[SignedDay, ...]
    public_key: str  # PEM; empty before anything was signed
    unread: tuple[str, ...]


@router.get(
    "/roots",
    response={200: Roots, PROBLEMS: ProblemBody},
    operation_id="read_roots",
    summary="公布的根",
    description=f"最新封存的链值、最近 {DAYS} 个已签名的日根，以及公钥。读不懂的文件不列出，在 unread 里逐个说明。",
)
def roots(request: HttpRequest) -> Roots:
    """The newest seal, and the signed days as they stand outside the database, for the reader to check."""
    outside, unread = configured_outside(), FolderReading()
    names = [name for name, _, _ in outside.read_days(unread)][-DAYS:]
    days = tuple(SignedDay(name.removesuffix(".json"), *_read_signed(outside.folder / name)) for name in names)
    latest = latest_root()
    faults = tuple(f"{where}：{fault}" for where, fault in unread.problems)
    return Roots(Seal(*latest) if latest else None, days, _read_key(outside.folder), faults)


def _read_signed(file: FilePath) -> tuple[str, str]:
    """What was signed, as text, and the signature; of a file that `read_days` has read."""
    wrapped = json.loads(file.read_bytes())
    return str(wrapped["content"]), str(wrapped["signature"])


def _read_key(folder: FilePath) -> str:
    """The public key; empty before anything was signed, and where it cannot be read, of which `unread` tells."""
    try:
        return (folder / PUBLIC).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
