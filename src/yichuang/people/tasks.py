"""The worker's part of people: sending the outbox, removing sessions and counters that are past. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.people import logins, mailing, mandates, sessions, tries


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="people.deliver", lock="people.deliver", pass_context=False)
def deliver(timestamp: int) -> None:
    """Mails and short messages that are due."""
    mailing.deliver()


@app.task(pass_context=False)
def tell_agent(mandate: int, ended: bool, by: str, person: str) -> None:
    """A mandate began or ended: its agent hears of it."""
    mandates.tell_agent(mandate, ended=ended, by=by, person=person)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="people.tries", pass_context=False)
def remove_ended_tries(timestamp: int) -> None:
    """Counters of tries whose window has ended."""
    tries.remove_ended()


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="people.sessions", pass_context=False)
def remove_past_sessions(timestamp: int) -> None:
    """Sessions that ended a day ago, and counters of failed log-ins."""
    sessions.remove_ended()
    logins.remove_counts()
