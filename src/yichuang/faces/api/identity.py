"""Who a program is, for whom it may act, and how a window's program finds an applicant by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Body, Router
from pydantic import Field

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.looking import trace_person
from yichuang.catalog.standard import PostKind
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.kernel.codes.problem import tidy
from yichuang.people import queries as people
from yichuang.people import tries
from yichuang.people.face import mask_fields, reader_of
from yichuang.people.kinds import ID_TYPES
from yichuang.people.service import find_subject

router = Router(tags=["身份"])
USCC = "uscc"


@dataclass(frozen=True, slots=True)
class ActingSubject:
    """A person or an organisation for whom the caller may apply."""

    id: str
    kind: str  # person | organisation
    name: str
    mandated: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostHeld:
    """The post from which the caller acts today."""

    id: str
    post_kind: str
    post_name: str
    department: str
    division: str
    acting_for: str


@dataclass(frozen=True, slots=True)
class Self:
    """The caller: an officer at a post, or an applicant with the subjects it may act for."""

    account: str
    post: PostHeld | None
    subjects: tuple[ActingSubject, ...]


@router.get(
    "/me",
    response={200: Self, frozenset({400, 401, 403, 429, 503}): ProblemBody},
    operation_id="read_self",
    summary="我是谁，可以为谁办理",
    description="令牌代表的账号和今天的岗位；申请人的令牌另列可以为谁办理：本人、所代表的单位、有效的委托。"
    "其中的 id 就是提交申请时的 subject。",
)
def read_self(request: HttpRequest) -> Self:
    """Who asks, as every other operation takes them. One statement for an applicant's subjects, none for a post."""
    who = caller(request)
    name = who.client.account.real_name or who.client.account.username
    if who.client.post:
        seat = who.seat
        post, absent = seat.post, seat.absent
        held = PostHeld(
            post.id,
            post.kind,
            post.name,
            post.department_id,
            post.department.division_id,
            absent.name if absent else "",
        )
        return Self(name, held, ())
    speaking = who.speaking
    covered: dict[str, frozenset[str]] = {}  # principal → items; empty: all
    for principal, all_items, items in speaking.mandates:
        before = covered.get(principal)
        whole = all_items or before == frozenset()
        covered[principal] = frozenset() if whole else items | (before or frozenset())
    ids = tuple(dict.fromkeys((*speaking.own_subjects, *covered)))
    own = set(speaking.own_subjects)
    subjects = people.list_subjects(ids) if ids else []
    return Self(
        name,
        None,
        tuple(
            ActingSubject(
                s.pk, s.kind, s.name, s.pk not in own, () if s.pk in own else tuple(sorted(covered.get(s.pk, ())))
            )
            for s in subjects
        ),
    )


class NumberBody(shapes.Body):
    """A number as it stands on the document."""

    type: Literal["uscc", *ID_TYPES] = Field(  # type: ignore[valid-type]
        description="uscc（统一社会信用代码）或者个人证件种类代码，111 为居民身份证", examples=["uscc"]
    )
    number: Annotated[str, Field(min_length=1, max_length=60, pattern=shapes.WORD)] = Field(
        description="证件号码", examples=["91350100M000100Y43"]
    )


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """Somebody on record, as the caller's post may see them."""

    id: str
    kind: str
    name: str


@router.post(
    "/subjects/find",
    response={200: FoundSubject, frozenset({400, 401, 403, 404, 413, 415, 422, 429, 503}): ProblemBody},
    operation_id="find_subject",
    summary="按证件号码查申请人（留痕）",
    description="窗口岗位的程序代为提交申请前，按号码查申请人的 id。查到的留痕，本人在“谁看过我的信息”里看得到；"
    f"查不到的每小时最多 {tries.PERSON_OFFICER.most} 次。没有登记过的，先在“窗口收件”登记。",
)
def find(request: HttpRequest, body: Body[NumberBody]) -> FoundSubject:
    """An applicant by number, for a window. The number stays in no address."""
    actor = caller(request).actor()
    if actor.post_kind != PostKind.WINDOW:
        next = "申请人的程序请用 GET /api/me，列有可以为谁办理。"
        raise Refused("wrong-post", "只有窗口岗位可以按号码查申请人。", next=next, kind=Kind.FORBIDDEN)
    count = (tries.PERSON_OFFICER, actor.person)
    if wait := tries.count_try(count):
        next = f"请{tries.whole_minutes(wait)}分钟后再查。"
        headers = {"Retry-After": str(wait)}
        raise Problem(429, "too-many", "没有查到的号码太多。", next=next, headers=headers)
    number, id_type = tidy(body.number), "" if body.type == USCC else body.type
    subject = find_subject(id_type=id_type, number=number)
    if subject is None:
        raise Problem(404, "no-such-subject", "没有登记过这个号码的申请人。", next="请核对种类和号码。")
    tries.uncount_try(count)
    trace_person(actor, subject.pk)
    shown = mask_fields(subject, reader_of(actor, subject.pk))
    return FoundSubject(subject.pk, subject.kind, shown.get("name", ""))
