"""The worker's part of cases: sweeping the timers every minute, telling applicants what happened. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.cases import notices, timers

ROUNDS = 20  # batches one sweep may take: after a week without a worker there is much to catch up on


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Let time pass on every due case. A sweep that does not run is itself an alarm (watch page)."""
    for _ in range(ROUNDS):
        if timers.sweep().done < timers.BATCH:
            break
    timers.mark_swept()


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="cases.tell", pass_context=False)
def tell(timestamp: int) -> None:
    """Messages and outbox mails for what was recorded since the last time."""
    notices.tell()
