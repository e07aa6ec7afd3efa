"""One short line per event on standard error. Personal data and the values of queries never enter a log."""

from __future__ import annotations

import logging
import re

# PostgreSQL names the offending values in these lines of an error: "DETAIL:  Key (id_number)=(…) already exists."
VALUES = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|QUERY|HINT): .*(\n\s*\^)?$", re.MULTILINE)

# The database went away: where in the code that was noticed tells nobody anything
NO_CONNECTION = {"ConnectorException", "OperationalError", "PoolTimeout"}


class NotHealth(logging.Filter):
    """A log filter that drops requests of /healthz, which machines send all the time."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "/healthz" not in record.getMessage()


class LogFormatter(logging.Formatter):
    """`19:20:01 W yichuang.cases: text`, a traceback below when there is one, without the values of a row."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname).1s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0] and record.exc_info[0].__name__ in NO_CONNECTION:
            record = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None})
        return VALUES.sub(r"\1: （不记录）", super().format(record))
