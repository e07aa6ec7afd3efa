"""A database that goes away in the middle of a command, as the door's statements meet it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError


@contextmanager
def database_gone(after: int) -> Iterator[None]:
    """The door's statements fail from the `after`-th on. What was sent before them is rolled back, as by the server."""
    from yichuang.aggregates import door

    real: Any = getattr(door, "run")  # noqa: B009 - not the door's own, so it exports no such name
    sent = [0]

    def run(*args: Any, **more: Any) -> Any:
        sent[0] += 1
        if sent[0] >= after:
            raise OperationalError("server closed the connection unexpectedly")
        return real(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "run", run)
        yield
    assert sent[0] >= after, "the command never came so far"
