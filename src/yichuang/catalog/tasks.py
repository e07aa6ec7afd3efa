"""The worker's part of the catalogue: reminding officers of days."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.catalog.reminding import remind_officers


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="catalog.remind", lock="catalog.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """What nears its day, and what has passed it."""
    remind_officers()
