"""Telling applicants: a message and a mail when a correction is asked, a case accepted, decided, and when somebody else
files, supplies, pays, signs or withdraws in their name.

Fed from the ledger by position, so nothing is told twice and nothing skipped; it may run late, never in the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from yichuang.cases.codec import load_case, load_event
from yichuang.cases.core.decide import POST_LABELS
from yichuang.catalog.standard import PostKind
from yichuang.ledger.horizon import settled
from yichuang.org.models import Post
from yichuang.people.face import mask_name
from yichuang.people.messages import notify
from yichuang.people.models import Account
from yichuang.people.queries import may_speak

PLACE = "notices"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    text: str


# {title} is the item, {receipt} the 受理号, {due} a date of the event, {did} who did it in the applicant's
# name. No private value: the page shows those.
WORDINGS: dict[str, Wording] = {
    "submitted": Wording("已提交申请", "“{title}”（受理号{receipt}）已{did}，下一步由窗口收件并告知是否受理。"),
    "received": Wording("已收到您的材料", "“{title}”（受理号{receipt}）已收件，5个工作日内告知是否受理。"),
    "correction_asked": Wording(
        "请补正材料", "“{title}”（受理号{receipt}）需要补正，请在{due}前补齐，逾期未补将终止办理。"
    ),
    "supplied": Wording("已提交补正", "“{title}”（受理号{receipt}）的补正材料已{did}。"),
    "accepted": Wording("已受理", "“{title}”（受理号{receipt}）已受理，正在审查。"),
    "declined": Wording("不予受理告知", "“{title}”（受理号{receipt}）的受理结果已作出，请查看理由和救济途径。"),
    "special_started": Wording(
        "特别程序告知", "“{title}”（受理号{receipt}）进入特别程序，预计{until}前完成，期间不计入时限。"
    ),
    "extended": Wording("延期通知", "“{title}”（受理号{receipt}）经批准延期，请查看理由和新的期限。"),
    "fee_charged": Wording("请缴费", "“{title}”（受理号{receipt}）有费用待缴，请在我的办件中缴纳。"),
    "fee_paid": Wording("已缴费", "“{title}”（受理号{receipt}）的费用已{did}，请在我的办件中查看。"),
    "decided": Wording("已作出决定", "“{title}”（受理号{receipt}）已作出决定，请查看决定书。"),
    "certificate_made": Wording("证照已制作", "“{title}”（受理号{receipt}）的证照已制作，请签收。"),
    "delivered": Wording("已送达", "“{title}”（受理号{receipt}）的结果已{did}，请查看。"),
    "withdrawn": Wording("申请已撤回", "“{title}”（受理号{receipt}）已{did}，本次办理终止；需要时可以重新申请。"),
    "terminated": Wording("办理已终止", "“{title}”（受理号{receipt}）已终止办理，请查看原因；备齐材料后可以重新申请。"),
}

# What is done in the applicant's name: in words when they or an agent did it, and when an officer did
DONE = {
    "submitted": ("提交", "录入提交"),
    "supplied": ("提交", "收取"),
    "fee_paid": ("缴纳", "登记缴清"),
    "delivered": ("签收", "送达"),
    "withdrawn": ("撤回", "办理撤回"),
}


def tell(wait: float = 2.0) -> int:
    """Send what was recorded since the last time. Returns how many notices. Call outside a transaction."""
    horizon = settled(wait)
    if horizon is None:
        return 0
    sent = 0
    while True:
        with transaction.atomic():
            told, more = _batch(horizon)
        sent += told
        if not more:
            return sent


def _batch(horizon: int) -> tuple[int, bool]:
    with connection.cursor() as cursor:
        cursor.execute("insert into aggregates_place (name, position) values (%s, 0) on conflict do nothing", [PLACE])
        cursor.execute("select position from aggregates_place where name = %s for update", [PLACE])
        (place,) = cursor.fetchone()
        cursor.execute(
            """
            select e.position, e.kind, e.v, e.body, e.recorded_at, e.source, c.id, e.actor, e.post, e.on_behalf_of,
            c.title, c.receipt, c.subject, c.item, c.state
            from ledger_entry e left join cases_case c on e.stream = 'case/' || c.id
            where e.position > %s and e.position <= %s order by e.position limit %s
            """,
            [place, horizon, BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, False
        cursor.execute("update aggregates_place set position = %s where name = %s", [rows[-1][0], PLACE])
    wanted = [row for row in rows if row[1] in WORDINGS and row[6] is not None and row[5] != "simulated"]
    for row in wanted:
        _notify(row)
    return len(wanted), len(rows) == BATCH


def _notify(row: tuple[Any, ...]) -> None:
    """Tell the applicant, and the agent who filed while the mandate holds; not whoever did it themselves."""
    _, kind, v, body, at, _, id, actor, post, on_behalf_of, title, receipt, subject, item, state = row
    event = load_event(kind, v, body)
    wording = WORDINGS[kind]
    payer = actor.startswith("provider:")
    by = on_behalf_of if payer and on_behalf_of.startswith("a:") else actor
    text = wording.text.format(
        title=title,
        receipt=receipt,
        due=_day(getattr(event, "due", None)),
        until=_day(getattr(event, "until", None)),
        did=_did(kind, by, post, subject) if kind in DONE else "",
    )
    agent = load_case(state).agent
    also = Account.objects.filter(pk=int(agent[2:])) if agent and may_speak(agent, subject, item) else ()
    notify(subject, wording.title, text, f"/my/{id}", case_no=receipt, item=item, also=also, by=by, at=at)


def _did(kind: str, person: str, post: str, subject: str) -> str:
    """由综合窗口送达, 由代理人王*签收: who did what, an agent by a masked name. Up to two statements."""
    by_applicant, by_officer = DONE[kind]
    if post:
        held = Post.objects.filter(pk=post).values_list("kind", flat=True).first()
        return f"由{POST_LABELS[PostKind(held)] if held else '窗口'}{by_officer}"
    account = Account.objects.filter(pk=int(person[2:])).first() if person.startswith("a:") else None
    if account is None:
        return by_applicant
    own = account.memberships.filter(subject=subject, ended_at=None).exists()
    return f"由{'申请人' if own else f'代理人{mask_name(account.real_name)}'}{by_applicant}"


def _day(on: date | None) -> str:
    """2026年3月2日, as people write it."""
    return f"{on.year}年{on.month}月{on.day}日" if on else ""


def skip_to_now() -> None:
    """Begin after what is recorded so far: a loaded history is not told to anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into aggregates_place (name, position) select %s, coalesce(max(position), 0) from ledger_entry"
            " on conflict (name) do update set position = excluded.position",
            [PLACE],
        )
