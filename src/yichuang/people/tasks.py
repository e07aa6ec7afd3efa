"""The worker's part of the people's room: counters of tries that have ended are removed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.people import tries


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="people.tries", pass_context=False)
def remove_ended_tries(timestamp: int) -> None:
    tries.remove_ended()
