"""Telling applicants: a message and a mail when a correction is asked, a case accepted, decided, and so on.

Fed from the ledger by position, so nothing is told twice and nothing skipped; it may run late, never in the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from yichuang.cases.codec import load_case, load_event
from yichuang.ledger.horizon import settled
from yichuang.people.messages import notify
from yichuang.people.models import Account

PLACE = "notices"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    text: str


# {title} is the item, {receipt} the 受理号, {due} a date of the event. No private value: the page shows those.
WORDINGS: dict[str, Wording] = {
    "received": Wording("已收到您的材料", "“{title}”（受理号{receipt}）已收件，5个工作日内告知是否受理。"),
    "correction_asked": Wording(
        "请补正材料", "“{title}”（受理号{receipt}）需要补正，请在{due}前补齐，逾期未补将终止办理。"
    ),
    "accepted": Wording("已受理", "“{title}”（受理号{receipt}）已受理，正在审查。"),
    "declined": Wording("不予受理告知", "“{title}”（受理号{receipt}）的受理结果已作出，请查看理由和救济途径。"),
    "special_started": Wording(
        "特别程序告知", "“{title}”（受理号{receipt}）进入特别程序，预计{until}前完成，期间不计入时限。"
    ),
    "extended": Wording("延期通知", "“{title}”（受理号{receipt}）经批准延期，请查看理由和新的期限。"),
    "fee_charged": Wording("请缴费", "“{title}”（受理号{receipt}）有费用待缴，请在我的办件中缴纳。"),
    "decided": Wording("已作出决定", "“{title}”（受理号{receipt}）已作出决定，请查看决定书。"),
    "certificate_made": Wording("证照已制作", "“{title}”（受理号{receipt}）的证照已制作，请签收。"),
    "terminated": Wording("办理已终止", "“{title}”（受理号{receipt}）已终止办理，请查看原因；备齐材料后可以重新申请。"),
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
        cursor.execute("insert into cases_place (name, position) values (%s, 0) on conflict do nothing", [PLACE])
        cursor.execute("select position from cases_place where name = %s for update", [PLACE])
        (place,) = cursor.fetchone()
        cursor.execute(
            """
            select e.position, e.kind, e.v, e.body, e.recorded_at, e.source, c.id, c.title, c.receipt, c.subject,
            c.state
            from ledger_entry e left join cases_case c on e.stream = 'case/' || c.id
            where e.position > %s and e.position <= %s order by e.position limit %s
            """,
            [place, horizon, BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, False
        cursor.execute("update cases_place set position = %s where name = %s", [rows[-1][0], PLACE])
    wanted = [row for row in rows if row[1] in WORDINGS and row[6] is not None and row[5] != "simulated"]
    for row in wanted:
        _notify(row)
    return len(wanted), len(rows) == BATCH


def _notify(row: tuple[Any, ...]) -> None:
    _, kind, v, body, at, _, id, title, receipt, subject, state = row
    event = load_event(kind, v, body)
    wording = WORDINGS[kind]
    text = wording.text.format(
        title=title, receipt=receipt, due=_day(getattr(event, "due", None)), until=_day(getattr(event, "until", None))
    )
    agent = load_case(state).agent
    also = Account.objects.filter(pk=int(agent[2:])) if agent.startswith("a:") else ()
    notify(subject, wording.title, text, f"/my/{id}", case_no=receipt, also=also, at=at)


def _day(on: date | None) -> str:
    """2026年3月2日, as people write it."""
    return f"{on.year}年{on.month}月{on.day}日" if on else ""


def skip_to_now() -> None:
    """Begin after what is recorded so far: a loaded history is not told to anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_place (name, position) select %s, coalesce(max(position), 0) from ledger_entry"
            " on conflict (name) do update set position = excluded.position",
            [PLACE],
        )
