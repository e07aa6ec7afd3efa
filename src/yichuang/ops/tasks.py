"""Scheduled work that belongs to no room: taking up jobs whose worker was killed, verifying everything each night."""

from __future__ import annotations

from django.db import connections
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

SILENT = 30  # seconds without a sign of life after which a worker's jobs are taken from it


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Put the job of a killed worker back in the queue; otherwise it would stay `doing` for ever.

    When a job with the same queueing lock waits already, that one does the work, and the killed one is dropped.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.ABORTED, delete_job=True)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="ops.check", lock="ops.check", pass_context=False)
def check_nightly(timestamp: int) -> None:
    """Once a day, from two in the morning on: verify the ledger, the private texts and the files, and keep the result.

    Looking every ten minutes whether it was done makes up for a night without a worker.
    """
    from yichuang.ledger.checked import is_due, record_check
    from yichuang.ops.checking import verify_all

    try:
        if is_due():
            report = verify_all()
            if report.kinds["unreadable"]:  # perhaps the database was only restarted meanwhile
                connections.close_all()
                report = verify_all()
            record_check(report)
    finally:
        connections.close_all()  # this thread's connection goes back to the pool
