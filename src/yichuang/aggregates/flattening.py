"""How a life tells supervision what it is judged by: its stream as rows of the log contract (docs/log-contract.md).

The room of a life declares how; supervision, above it, keeps the tables.
"""

from __future__ import annotations

from typing import Any, Protocol

from yichuang.ledger.envelope import Envelope

Row = dict[str, Any]


class Flattener(Protocol):
    """One stream being read, entry by entry from its first one. Pure: the same entries give the same rows.

    A longer stream only adds rows and changes some: none ever goes away.
    """

    def take(self, entry: Envelope) -> None: ...

    def rows(self) -> dict[str, list[Row]]:
        """The rows after the entries read, by table of the contract, made anew each time; empty lists for tables
        without any.
        """
