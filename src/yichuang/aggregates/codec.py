"""Events, commands and states of a life to and from JSON. Old shapes are lifted here; stored entries never change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from yichuang.kernel.canonical import canonical

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter_of(cls: type[Any]) -> TypeAdapter[Any]:
    """The reader and writer of a dataclass, made once."""
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return _adapters[cls]


class Codec:
    """The stored shapes of one kind of life.

    `kinds`: the name in the ledger → class of the event. A changed shape raises the kind's number in `versions` and
    adds an upcaster under `(kind, old number)`. `state`: the class that a snapshot holds.
    """

    def __init__(
        self,
        kinds: Mapping[str, type[Any]],
        state: type[Any],
        versions: Mapping[str, int] | None = None,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self.kinds = kinds
        self.names = {cls: kind for kind, cls in kinds.items()}
        self.versions = dict.fromkeys(kinds, 1) if versions is None else versions
        self.upcasters = {} if upcasters is None else upcasters
        self._state = state

    def dump_event(self, event: Any) -> tuple[str, int, str]:
        """(kind, version, canonical body) of an event."""
        kind = self.names[type(event)]
        return kind, self.versions[kind], canonical(adapter_of(type(event)).dump_python(event, mode="json"))

    def load_event(self, kind: str, v: int, body: str) -> Any:
        """The event of an entry, lifted to today's shape. Raises KeyError for a kind nobody knows."""
        data = json.loads(body)
        while v < self.versions[kind]:
            data = self.upcasters[(kind, v)](data)
            v += 1
        return adapter_of(self.kinds[kind]).validate_python(data, strict=False)

    def dump_state(self, state: Any) -> str:
        return adapter_of(self._state).dump_json(state, exclude_defaults=True).decode()

    def load_state(self, text: str) -> Any:
        """Raises ValueError for a text that is no state of this shape."""
        return adapter_of(self._state).validate_json(text)
