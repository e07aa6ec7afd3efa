"""The worker's part of orders: cards for findings that never had one."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.orders.service import BACKFILL, backfill


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.cards", pass_context=False)
def give_cards(timestamp: int) -> None:
    """Give findings from before there were cards theirs."""
    while backfill() == BACKFILL:
        pass
