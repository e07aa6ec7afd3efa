"""The worker's part of guidance: reminding of answers that are owed. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.guidance.reminding import remind_counsellors


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="guidance.remind", lock="guidance.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """What nears its day, and what has passed it."""
    remind_counsellors()
