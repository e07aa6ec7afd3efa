"""Scheduled work that belongs to no room: taking up jobs whose worker was killed."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

SILENT = 30  # seconds without a sign of life after which a worker's jobs are taken from it


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """A job of a killed worker would stay `doing` for ever; put it back in the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await manager.retry_job(job)
