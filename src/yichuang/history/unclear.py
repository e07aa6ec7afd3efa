"""How a file that a person wrote is refused: in one Chinese sentence."""

from __future__ import annotations

from typing import Any

import yaml


class Unclear(ValueError):
    """The mapping is wrong or incomplete. Carries a Chinese sentence with the next step."""


class UniqueKeys(yaml.SafeLoader):
    """A YAML loader that refuses repeated keys; the usual one silently drops the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if repeated := next((key for key in keys if keys.count(key) > 1), None):
            raise yaml.constructor.ConstructorError(None, None, f"“{repeated}”写了两次", node.start_mark)
        return super().construct_mapping(node, deep)


def first_line(error: Exception) -> str:
    """What an error says first, cut to a readable length."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
