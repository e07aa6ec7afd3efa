"""What programs see: the same commands and scoped reads as the pages, in JSON (OpenAPI 3.1). No rule and no page."""

from __future__ import annotations

from functools import cache
from typing import Any

from ninja import Schema
from ninja.operation import Operation


@cache
def _answer_model(answer: Any) -> type[Schema]:
    return type("NinjaResponseSchema", (Schema,), {"__annotations__": {"response": answer}})


# Ninja makes a model for each status of each operation, four hundred of which are the same problem: most of the time
# that a web process takes to start
Operation._create_response_model = lambda self, response_param: response_param and _answer_model(response_param)  # type: ignore[method-assign]
