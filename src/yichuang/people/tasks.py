"""The worker's part of the people's room: sessions and counters that are past are removed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.people import logins, sessions, tries


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="people.tries", pass_context=False)
def remove_ended_tries(timestamp: int) -> None:
    tries.remove_ended()


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="people.sessions", pass_context=False)
def remove_past_sessions(timestamp: int) -> None:
    """Sessions that ended a day ago, and counters of failed log-ins."""
    sessions.remove_ended()
    logins.remove_counts()
