"""Stores of a test's own, each on a server of its own."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.ops.lives import environment
from tests.waiting import HANGS
from yichuang.ops import database
from yichuang.ops.embedded import Embedded


@dataclass
class Store:
    """An installation on a server of its own."""

    server: Embedded
    file: str = ""  # key of an uploaded file

    @property
    def here(self) -> dict[str, str]:
        found = database.addresses_of(self.server)
        return environment(self.server.folder, found.app, found.owner)

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.url()) as connection:
            return connection.execute(question.encode()).fetchall()


def empty() -> Store:
    folder = Path(tempfile.mkdtemp(prefix="yichuang-test-")) / "var"
    server = Embedded(folder, durable=False).start(HANGS)
    server.ensure()
    return Store(server)


def remove(store: Store) -> None:
    store.server.remove()
    shutil.rmtree(store.server.folder.parent, ignore_errors=True)
