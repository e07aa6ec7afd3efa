"""消息 at the desk: what an officer is told of each post they act from: whose turn it is, what is asked and by when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.faces import frame, who
from yichuang.faces.addresses import choose_address
from yichuang.faces.requests import number, or_404
from yichuang.ledger.actor import Actor
from yichuang.people import messages, queries

PER_PAGE = 20


def _posts(request: HttpRequest) -> dict[str, str]:
    """The posts that the reader acts from, with their names."""
    return {seat.post.id: seat.post.name for seat in who.seated(request).seats}


@require_safe
@who.for_officers
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The messages, newest first. Three statements."""
    posts, asked = _posts(request), number(request.GET.get("page"))
    rows, total, shown = queries.list_messages(who.account_of(request), asked, PER_PAGE, ["", *posts])
    context = {
        "title": "消息",
        "rows": rows,
        "total": total,
        "page_number": shown,
        "per_page": PER_PAGE,
        "posts": posts if len(posts) > 1 else {},
    }
    return frame.page(request, actor, "messages.html", context, active=(frame.MESSAGES, ""))


@require_POST
@who.for_officers
def read_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    messages.mark_read(who.account_of(request), posts=["", *_posts(request)])
    return redirect(frame.MESSAGES)


@require_POST
@who.for_officers
def open_message(request: HttpRequest, actor: Actor, id: int) -> HttpResponse:
    """Mark a message read and go where it leads, acting from the post that was told."""
    own, posts = who.account_of(request), ["", *_posts(request)]
    message = or_404(queries.find_message(own, id, posts))
    messages.mark_read(own, [id], posts=posts)
    response = redirect(choose_address(message.link, frame.MESSAGES))
    if message.post and message.post != actor.post:
        who.choose_post(request, response, message.post)
    return response
