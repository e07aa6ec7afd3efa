"""The worker's part of licences: removing what was shown long ago. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.licences import sharing


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="licences.shares", pass_context=False)
def remove_ended_shares(timestamp: int) -> None:
    """Codes with which a licence was shown, a month after they ended."""
    sharing.remove_ended_shares()
