"""The worker's part of the ledger: sealing, and closing days with a signed root."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.kernel.localtime import local_day
from yichuang.ledger import seals
from yichuang.ledger.service import now


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="ledger.seal", pass_context=False)
def seal(timestamp: int) -> None:
    """Seal what is settled (design §5: at least every ten minutes), then close the days that have passed."""
    seals.seal_now(wait=20)
    seals.close_days(before=local_day(now()))
