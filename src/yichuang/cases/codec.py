"""Events, commands and states to and from JSON. The one place that knows the stored shapes and lifts old ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, lru_cache
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


@cache
def _adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def dump_event(event: Any) -> tuple[str, int, str]:
    """(kind, version, canonical body) of an event."""
    kind = ev.NAMES[type(event)]
    return kind, VERSIONS[kind], canonical(_adapter(type(event)).dump_python(event, mode="json"))


def load_event(kind: str, v: int, body: str) -> Any:
    """The event of an entry, lifted to today's shape. Raises KeyError for a kind nobody knows."""
    data = json.loads(body)
    while v < VERSIONS[kind]:
        data = UPCASTERS[(kind, v)](data)
        v += 1
    return _adapter(ev.KINDS[kind]).validate_python(data, strict=False)


def dump_case(case: Case) -> str:
    return _case.dump_json(case, exclude_defaults=True).decode()


def load_case(state: str) -> Case:
    return _case.validate_json(state)


@cache
def private_fields(command: type) -> tuple[str, ...]:
    """The fields whose content goes to the vault: those declared `Text`."""
    raw = {f.name: f.type for f in fields(command)}
    return tuple(name for name, type in raw.items() if type == "Text")


@lru_cache(maxsize=1)
def command_types() -> Mapping[str, type[Any]]:
    """Command classes by snake-case name, as the API and the pages name them."""
    out: dict[str, type[Any]] = {}
    for cls in co.Command.__args__:
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        out[name] = cls
    return out


def load_command(cls: type[Any], data: dict[str, Any]) -> Any:
    """A command from plain data. Raises pydantic.ValidationError."""
    return _adapter(cls).validate_python(data)
