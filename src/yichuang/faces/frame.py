"""What every page of an officer has, at the desk, the watch and the house: who acts from which post, the lists of that
post with their counts. No view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yichuang.cases import queries
from yichuang.cases.core.lights import Wait
from yichuang.cases.core.state import Stage
from yichuang.cases.filters import APPLICANT, OTHERS, READER, CaseFilter, Scopes
from yichuang.catalog.consistency import lists as consistency
from yichuang.catalog.laws import queries as laws
from yichuang.catalog.revising import queries as revisions
from yichuang.faces import who
from yichuang.faces.addresses import url
from yichuang.feedback import lists as feedback
from yichuang.guidance import lists as guidance
from yichuang.ledger.actor import Actor
from yichuang.orders import queries as orders
from yichuang.org.kinds import ADMINISTRATORS, POST_KINDS
from yichuang.org.queries import sql_posts
from yichuang.people import mfa
from yichuang.people.queries import sql_unread


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in the side navigation: its words, which cases, and its place in the address."""

    key: str  # todo | open | mine | closed, or for whom its cases wait: applicant | others
    text: str
    scopes: Scopes
    filter: CaseFilter

    @property
    def part(self) -> str:
        """The stage or the light it is narrowed to; empty for a whole list."""
        return self.filter.stage or self.filter.light

    @property
    def name(self) -> str:
        return f"{self.key}/{self.part}"

    @property
    def href(self) -> str:
        given = (("list", self.key), ("stage", self.filter.stage), ("light", self.filter.light))
        query = {name: value for name, value in given if value and value != "todo"}
        return url("desk:home") + (f"?{urlencode(query)}" if query else "")


# What a kind of post waits for, by stage: the entries under 待办
_WAITING = {
    "window": (
        (Stage.SUBMITTED, "待收件"),
        (Stage.RECEIVED, "待受理"),
        (Stage.DECIDED, "待制证"),
    ),
}
_OPEN_WORDS = {"reviewer": "本部门在办", "surveyor": "本部门在办", "head": "本部门在办", "counsellor": "本部门在办"}
_OWN = ("todo", "mine", APPLICANT)  # lists that stand under 待办
_HAS_TODO = {"window", "reviewer", "surveyor", "head"}


def listings(actor: Actor) -> list[Listing]:
    """The lists of a post, the first being the one the desk opens with."""
    todo, every = queries.todo_scopes(actor), queries.scopes_of(actor)
    out = []
    if actor.post_kind in _HAS_TODO:
        out.append(Listing("todo", "全部待办", todo, CaseFilter(waits=READER)))
        for stage, text in _WAITING.get(actor.post_kind, ()):
            out.append(Listing("todo", text, todo, CaseFilter(waits=READER, stage=stage.value)))
    if actor.post_kind == "window":  # what lies ready is handed over when the applicant comes, or sent
        out.append(Listing(APPLICANT, "待领取", todo, CaseFilter(waits=APPLICANT, light=Wait.COLLECTION.value)))
    if actor.post_kind in ("reviewer", "surveyor"):
        out.append(Listing("mine", "指派给我", [("person", actor.person)], CaseFilter()))
    out.append(Listing("open", _OPEN_WORDS.get(actor.post_kind, "本级在办"), every, CaseFilter()))
    out.append(Listing("closed", "已办结", every, CaseFilter(open=False)))
    return out


def queues(actor: Actor) -> list[Listing]:
    """The open cases a post reads, each in one of three by whom it waits for: 等我, 等申请人, 等他人. None for a post
    without a 待办.
    """
    if actor.post_kind not in _HAS_TODO:
        return []
    own, every = queries.todo_scopes(actor), queries.scopes_of(actor)
    return [
        Listing("todo", "等我", own, CaseFilter(waits=READER)),
        Listing(APPLICANT, "等申请人", every, CaseFilter(waits=APPLICANT)),
        Listing(OTHERS, "等他人", every, CaseFilter(waits=OTHERS, own=tuple(own))),
    ]


def page(
    request: HttpRequest,
    actor: Actor,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    active: tuple[str, str] = ("", ""),
    counts: Counts | None = None,
) -> HttpResponse:
    """A page of templates/desk/ inside the frame. `active` is key and stage of the list that is open, or a place;
    `counts` what `count_lists` gave, when the page has asked for it already.
    """
    response = render(request, f"desk/{name}", {**around(request, actor, active, counts), **context}, status=status)
    response["Cache-Control"] = "private, no-store"  # personal data stays out of a shared terminal's cache
    return response


def around(request: HttpRequest, actor: Actor, active: tuple[str, str], counts: Counts | None = None) -> dict[str, Any]:
    """What templates/desk.html is given besides the page: who acts, the navigation, the notice under the head."""
    return {"identity": identity(request, actor), "side": side(actor, active, counts), "notice": mfa.mfa_notice()}


def identity(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    seated, account = who.seated(request), who.account_of(request)
    post = seated.seat.post
    absent = seated.seat.absent
    return {
        "name": account.real_name or account.username,
        "post": post.name + (f"（代{absent.name}）" if absent else ""),
        "department": post.department.name,
        "posts": [
            {"id": s.post.id, "label": f"{s.post.name} · {s.post.department.short}", "current": s.post.id == post.id}
            for s in seated.seats
        ],
        "switch_url": url("desk:switch"),
    }


Counts = dict[str, tuple[int, bool]]  # by the name of a list or place: how many, and whether that is exact


def count_lists(actor: Actor, known: list[Listing]) -> Counts:
    """How many cases stand in each list of a post, and what waits elsewhere. One statement."""
    lists = {listing.name: (listing.scopes, listing.filter) for listing in known}
    return queries.tally(lists, sql_waiting(actor))


def side(actor: Actor, active: tuple[str, str], counts: Counts | None = None) -> list[dict[str, Any]]:
    """The navigation of a post: pages of its work, its lists with their counts. One statement; none with the counts."""
    known = listings(actor)
    counts = counts or count_lists(actor, known)
    todo = [_item(listing, counts, active) for listing in known if listing.key in _OWN]
    rest = [_item(listing, counts, active) for listing in known if listing.key not in _OWN]
    groups = [{"title": "待办", "items": todo}, {"title": "办件", "items": rest}]
    work = [
        {"text": text, "href": url(name), "active": active[0] == name} | make_badge(name, counts)
        for kinds, text, name in PLACES
        if actor.post_kind in kinds
    ]
    return [group for group in ({"title": "业务", "items": work}, *groups) if group["items"]]


ORDERS, REVISIONS, LAWS, CONSISTENCY = "watch:orders", "desk:revisions", "desk:laws", "desk:consistency"
SEARCH_WORDS = "desk:search-words"
MESSAGES = "desk:messages"
OFFICERS = frozenset(POST_KINDS) - frozenset(ADMINISTRATORS)
FEEDBACK, GUIDANCE, HALLS, WINDOW = "desk:feedback", "desk:guidance", "desk:halls", "desk:window"
LICENCE_READERS = frozenset({"window", "head", "reviewer", "surveyor", "office", "supervisor", "inspector"})
LIST_READERS = frozenset({"office", "head", "supervisor", "inspector"})
REVISION_READERS = LIST_READERS | {"reviewer"}
LAW_READERS = REVISION_READERS
FEEDBACK_READERS = REVISION_READERS
GUIDANCE_READERS = LIST_READERS | {"counsellor"}
HALL_READERS = frozenset({"office", "supervisor", "inspector", "window", "counsellor"})
# Pages of a post's work that are no lists: kinds of post, words, name of the address
PLACES: tuple[tuple[frozenset[str], str, str], ...] = (
    (OFFICERS, "消息", MESSAGES),
    (frozenset({"window"}), "叫号", WINDOW),
    (frozenset({"window"}), "窗口收件", "desk:intake"),
    (LICENCE_READERS, "证照", "desk:licences"),
    (LIST_READERS, "审批事项清单", "desk:list"),
    (REVISION_READERS, "规程编制", REVISIONS),
    (LAW_READERS, "法规库", LAWS),
    (REVISION_READERS, "市县统一", CONSISTENCY),
    (frozenset({"office"}), "搜索用词", SEARCH_WORDS),
    (GUIDANCE_READERS, "咨询辅导", GUIDANCE),
    (FEEDBACK_READERS, "评价和投诉", FEEDBACK),
    (HALL_READERS, "大厅和窗口", HALLS),
    (frozenset({"head"}), "缺席与交接", "desk:handover"),
    (frozenset({"head"}), "证照补记入册", "desk:enter"),
    (frozenset({"supervisor", "office", "inspector", "head"}), "今日监察", "watch:home"),
    (OFFICERS, "监察发现", "watch:findings"),
    (OFFICERS, "督办", ORDERS),
)


_UNREAD = sql_unread("%s", sql_posts("%s"))


def sql_messages(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts the unread messages of an officer, with its parameters."""
    account = int(actor.person.removeprefix("a:"))
    return _UNREAD, [account, account]


# Of those places, the ones at which something waits: how that is counted, and the part of the page that lists it
_WAITS: dict[str, tuple[Callable[[Actor], tuple[str, list[Any]]], str]] = {
    MESSAGES: (sql_messages, ""),
    ORDERS: (orders.sql_waiting, "?state=todo"),
    REVISIONS: (revisions.sql_waiting, ""),
    LAWS: (laws.sql_tasks, "#tasks"),
    CONSISTENCY: (consistency.sql_waiting, ""),
    FEEDBACK: (feedback.sql_waiting, ""),
    GUIDANCE: (guidance.sql_waiting, ""),
}


def sql_waiting(actor: Actor) -> dict[str, tuple[str, list[Any]]]:
    """What counts that which waits for the reader, by place, for `cases.queries.tally`."""
    return {name: count(actor) for name, (count, _) in _WAITS.items()}


def make_badge(place: str, counts: Counts) -> dict[str, Any]:
    """What an entry of the navigation says of what waits there for the reader: how many, and the way to them; nothing
    when none does.
    """
    total, exact = counts.get(place, (0, True))
    return {"count": total if exact else f"{total}+", "href": url(place) + _WAITS[place][1]} if total else {}


def _item(listing: Listing, counts: Counts, active: tuple[str, str]) -> dict[str, Any]:
    total, exact = counts[listing.name]
    current = (listing.key, listing.part) == active
    return {"text": listing.text, "href": listing.href, "count": total if exact else f"{total}+", "active": current}
