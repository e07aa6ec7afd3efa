"""The worker's part of the catalogue: reminding officers of days, guessing at searches that were not understood. No
rule is here.
"""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from yichuang.catalog.reminding import remind_officers
from yichuang.catalog.search_meaning import guess_missed


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="catalog.remind", lock="catalog.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """What nears its day, and what has passed it."""
    remind_officers()


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="catalog.guess", pass_context=False)
def guess(timestamp: int) -> None:
    """Searches that were not understood get a guess by meaning, where that is switched on."""
    if settings.MEANING:
        guess_missed()
