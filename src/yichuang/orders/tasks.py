"""The worker's part of orders: cards for findings that never had one, and findings whose cards were taken back."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.orders.service import BACKFILL, backfill, excuse_left


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.cards", pass_context=False)
def give_cards(timestamp: int) -> None:
    """Give findings from before there were cards theirs, and excuse those whose cards people took back."""
    while backfill() == BACKFILL:
        pass
    excuse_left()
