"""Events and states of cases to and from JSON. The one place that knows the stored shapes and lifts old ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yichuang.aggregates.codec import Codec
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import ACTS
from yichuang.cases.core.state import Case

# Raise an event's number when its shape changes, and add `(kind, old number): lift` below. Stored entries never change.
VERSIONS: dict[str, int] = dict.fromkeys(ev.KINDS, 1)
UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}

CODEC = Codec(ev.KINDS, Case, VERSIONS, UPCASTERS)
load_event, load_case = CODEC.load_event, CODEC.load_state

# Commands by the name that pages and programs use
COMMANDS: dict[str, type[Any]] = {name: act.command for name, act in ACTS.by_name.items()}
