"""Events of orders to and from the bodies of entries. A changed shape raises its number and adds an upcaster."""

from __future__ import annotations

from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.codec import Codec
from yichuang.orders.core import state as st

KINDS: dict[str, type[Any]] = {snake_case(cls.__name__): cls for cls in get_args(st.Event)}
CODEC = Codec(KINDS, st.Order)
