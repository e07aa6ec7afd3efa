"""The worker's part of cases: recording who looked, telling cases that end with their item. No rule is here."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yichuang.cases import corrections, leaving, looking

ROUNDS = 20  # batches of looks recorded in one go


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="cases.looks", pass_context=False)
def record_looks(timestamp: int) -> None:
    """Looks at persons' data become entries of the ledger (design §5)."""
    for _ in range(ROUNDS):
        if looking.record_looks() < looking.BATCH:
            break


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="cases.looks_past", pass_context=False)
def remove_recorded_looks(timestamp: int) -> None:
    """Looks of past days that are in the ledger leave the table they waited in."""
    looking.remove_recorded()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="cases.corrections_past", pass_context=False)
def forget_past_corrections(timestamp: int) -> None:
    """What was typed for a correction goes when the case asks for none any more."""
    corrections.forget_past()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases.leaving", pass_context=False)
def tell_cases_of_leaving_items(timestamp: int) -> None:
    """Cases that end with their item are told so (3.1b), also those that were filed since it was decided."""
    leaving.tell_cases()
