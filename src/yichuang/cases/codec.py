"""Events, commands and states to and from JSON. The one place that knows the stored shapes and lifts old ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.kernel.canonical import canonical

# Raise an event's number when its shape changes, and add `(kind, old number): lift` below. Stored entries never change.
VERSIONS: dict[str, int] = dict.fromkeys(ev.KINDS, 1)
UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}

_case: TypeAdapter[Case] = TypeAdapter(Case)


_adapters: dict[type[Any], TypeAdapter[Any]] = {
    cls: TypeAdapter(cls) for cls in (*ev.KINDS.values(), *co.Command.__args__)
}


def dump_event(event: Any) -> tuple[str, int, str]:
    """(kind, version, canonical body) of an event."""
    kind = ev.NAMES[type(event)]
    return kind, VERSIONS[kind], canonical(_adapters[type(event)].dump_python(event, mode="json"))


def load_event(kind: str, v: int, body: str) -> Any:
    """The event of an entry, lifted to today's shape. Raises KeyError for a kind nobody knows."""
    data = json.loads(body)
    while v < VERSIONS[kind]:
        data = UPCASTERS[(kind, v)](data)
        v += 1
    return _adapters[ev.KINDS[kind]].validate_python(data, strict=False)


def dump_case(case: Case) -> str:
    return _case.dump_json(case, exclude_defaults=True).decode()


def load_case(state: str) -> Case:
    return _case.validate_json(state)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


# Commands by the name that pages and programs use, and the fields of each whose content goes to the vault.
COMMANDS: dict[str, type[Any]] = {_snake(cls.__name__): cls for cls in co.Command.__args__}
PRIVATE: dict[type[Any], tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls) if f.type == "Text") for cls in COMMANDS.values()
}


def load_command(cls: type[Any], data: dict[str, Any]) -> Any:
    """A command from plain data. Raises pydantic.ValidationError."""
    return _adapters[cls].validate_python(data)
