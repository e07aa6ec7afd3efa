"""Events of orders to and from the bodies of entries, and the names of acts that pages and programs use."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, get_args

from yichuang.supervision.orders.core import decide as core
from yichuang.supervision.orders.core import state as st

KINDS: dict[str, type[Any]] = {re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower(): cls for cls in get_args(st.Event)}
NAMES = {cls: kind for kind, cls in KINDS.items()}
ACTS = {
    "issue": core.Issue,
    "cancel": core.Cancel,
    "raise": core.Raise,
    "assign": core.Assign,
    "sign": core.Sign,
    "reply": core.Reply,
    "appeal": core.Appeal,
    "verify": core.Verify,
    "return": core.Return,
    "uphold": core.UpholdAppeal,
    "reject": core.RejectAppeal,
    "revoke": core.Revoke,
}
ACT_NAMES = {command: name for name, command in ACTS.items()}
# Fields of events that hold what people wrote, as references to the vault
TEXTS = ("content", "text", "reason", "note")


def dump(event: st.Event) -> tuple[str, dict[str, Any]]:
    """Kind and body of an event."""
    return NAMES[type(event)], asdict(event)


def load(kind: str, body: dict[str, Any]) -> st.Event:
    """The event of an entry. Raises KeyError for a kind nobody knows."""
    event: st.Event = KINDS[kind](**body)
    return event
