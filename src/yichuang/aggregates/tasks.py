"""The worker's part of every life: sweeping the timers, and following the ledger for who must learn of it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.aggregates import timers
from yichuang.aggregates.following import FOLLOWERS

ROUNDS = 20  # batches one sweep may take: after a week without a worker there is much to catch up on


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="aggregates.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Let time pass on every due life. A sweep that does not run is itself an alarm (watch page)."""
    for _ in range(ROUNDS):
        if timers.sweep().due < timers.BATCH:
            break
    timers.mark_swept()


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="aggregates.follow", pass_context=False)
def follow(timestamp: int) -> None:
    """What was recorded since the last time reaches every follower; one that fails does not stop the others."""
    failed = []
    for name, follower in FOLLOWERS.items():
        try:
            follower.follow()
        except Exception as error:
            error.add_note(f"follower {name}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("followers failed", failed)
