"""Making documents' files in the background, asked for by their first opening."""

from __future__ import annotations

from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

RETRIES = 3


@app.task(retry=RETRIES)
def make_paper(stream: str, seq: int) -> None:
    """Make the file, unless it is there by now."""
    from yichuang.documents.service import make

    try:
        make(stream, seq)
    finally:
        connections.close_all()  # this thread's connection goes back to the pool


def ask(stream: str, seq: int) -> None:
    """Have the file made; asking again while it waits changes nothing."""
    lock = f"paper/{stream}/{seq}"
    try:
        with transaction.atomic():
            make_paper.configure(queueing_lock=lock, lock=lock).defer(stream=stream, seq=seq)
    except AlreadyEnqueued:
        pass


@app.task(retry=RETRIES)
def make_sheet(standard: str, code: str, kind: str, situation: str) -> None:
    """Make the file of a blank form or a sample, unless it is there by now."""
    from yichuang.documents.sheet_files import make

    try:
        make(standard, code, kind, situation)
    finally:
        connections.close_all()


def ask_sheet(standard: str, code: str, kind: str, situation: str) -> None:
    """Have the file of a blank form or a sample made; asking again while it waits changes nothing."""
    lock = f"sheet/{standard}/{code}/{kind}/{situation}"
    try:
        with transaction.atomic():
            make_sheet.configure(queueing_lock=lock, lock=lock).defer(
                standard=standard, code=code, kind=kind, situation=situation
            )
    except AlreadyEnqueued:
        pass


@app.task(retry=RETRIES)
def make_leaflet(standard: str, kind: str) -> None:
    """Make the file of a guide, a notice or a poster, unless it is there by now."""
    from yichuang.documents.leaflet_files import make

    try:
        make(standard, kind)
    finally:
        connections.close_all()


def ask_leaflet(standard: str, kind: str) -> None:
    """Have the file of a guide, a notice or a poster made; asking again while it waits changes nothing."""
    lock = f"leaflet/{standard}/{kind}"
    try:
        with transaction.atomic():
            make_leaflet.configure(queueing_lock=lock, lock=lock).defer(standard=standard, kind=kind)
    except AlreadyEnqueued:
        pass


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="documents.drop_destroyed")
def drop_destroyed(timestamp: int) -> None:
    """A text destroyed on a decision goes from the documents that quoted it too."""
    from yichuang.documents.service import drop_destroyed

    try:
        drop_destroyed()
    finally:
        connections.close_all()
