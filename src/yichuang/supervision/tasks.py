"""The worker's part of supervision: keeping the contract tables beside the ledger."""

from __future__ import annotations

import time
import uuid
from datetime import date, timedelta

from procrastinate import JobContext
from procrastinate.contrib.django import app

from yichuang.kernel.localtime import midnight
from yichuang.ledger.service import now
from yichuang.supervision import correcting, judging, tailing
from yichuang.supervision.own import trying
from yichuang.supervision.own.known import find_judging

SHIFT = 11  # seconds that one run keeps looking: a little longer than until the next begins
AGAIN = 10  # seconds after which what could not be read yet is tried again
PAUSE = 0.6  # seconds between two looks: what comes together is judged together


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="supervision.tail", pass_context=True)
def tail(context: JobContext, timestamp: int) -> None:
    """Take in what is recorded, as it is recorded, on whichever machine; who overlaps waits for the place.

    Asking now and then costs one look at an index; a notification by every command would make the commands
    wait for each other when they commit.
    """
    judging.retry()
    judging.judge_outdated()
    end = time.monotonic() + SHIFT
    while time.monotonic() < end and not context.should_abort():
        if not tailing.tail().more:
            time.sleep(PAUSE)


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="supervision.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Judge everything by the rules on the population, once an hour: what they see takes days to come about. And the
    hearings whose day has passed meanwhile.
    """
    judging.sweep()
    judging.judge_hearings()


@app.task(pass_context=False)
def rejudge(rule: str) -> None:
    """Judge every case by a rule again, after one of its parameters changed."""
    known = find_judging(rule)
    if known:
        judging.judge_all(known)


@app.task(pass_context=False)
def settle_own_rule(rule: str) -> None:
    """Judge again what a version of a rule as data has found, after its days ended: nothing stands that happened later;
    nothing at all of one that was wrong.
    """
    known = find_judging(rule)
    if known:
        judging.judge_standing(known, judging.RULE_ENDED)
    else:
        judging.withdraw_findings(rule)


@app.task(pass_context=False)
def try_own_rule(rule: str) -> None:
    """Try the draft of a rule as data on our own history."""
    trying.try_draft(uuid.UUID(rule))


def rejudge_from(rule: str, day: date | None) -> None:
    """Ask for that: at once, or when a day begins."""
    # no queueing lock: a job that has begun with the old value must not stand for this one
    if day is None:
        rejudge.defer(rule=rule)
        return
    rejudge.configure(schedule_in={"seconds": int((midnight(day) - now()).total_seconds()) + 1}).defer(rule=rule)


@app.task(pass_context=False)
def follow_calendar() -> None:
    """Judge every case again by the rules that read the calendar, after a year was loaded or corrected: what rested on
    the old days is withdrawn, and says why. Tried again while the new days can't be read yet.
    """
    if not tailing.catch_up():
        follow_calendar.configure(schedule_in={"seconds": AGAIN}).defer()
        return
    for rule in correcting.rules():
        judging.judge_all(rule, judging.CALENDAR)


@app.task(pass_context=False)
def follow_outage(first: str, last: str) -> None:
    """Withdraw at once what an outage of these days caused, saying so. Tried again while it can't be read yet."""
    if not tailing.catch_up():
        follow_outage.configure(schedule_in={"seconds": AGAIN}).defer(first=first, last=last)
        return
    correcting.follow_outage(date.fromisoformat(first), date.fromisoformat(last))
    over = midnight(correcting.resumed(date.fromisoformat(last)) + timedelta(days=1))
    if (left := over - now()) > timedelta():
        after_outage.configure(schedule_in={"seconds": int(left.total_seconds()) + 1}).defer()


@app.task(pass_context=False)
def after_outage() -> None:
    """The first working day after an outage is over: who has still not made up for what fell due is late."""
    judging.judge_open(correcting.rules("outages"))


@app.task(pass_context=False)
def forget_outage() -> None:
    """An outage was cancelled: judge every case again by the rules that read outages, those too that it excused before
    anything was found. Tried again while it can't be read yet.
    """
    if not tailing.catch_up():
        forget_outage.configure(schedule_in={"seconds": AGAIN}).defer()
        return
    for rule in correcting.rules("outages"):
        judging.judge_all(rule)
