"""The worker's part: sweeping the timers of every life each minute. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.aggregates import timers

ROUNDS = 20  # batches one sweep may take: after a week without a worker there is much to catch up on


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="aggregates.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Let time pass on every due life. A sweep that does not run is itself an alarm (watch page)."""
    for _ in range(ROUNDS):
        if timers.sweep().due < timers.BATCH:
            break
    timers.mark_swept()
