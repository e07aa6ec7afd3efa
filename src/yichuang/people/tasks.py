"""The worker's part of people: sending the outbox. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.people import mailing


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="people.deliver", lock="people.deliver", pass_context=False)
def deliver(timestamp: int) -> None:
    """Mails and short messages that are due."""
    mailing.deliver()
