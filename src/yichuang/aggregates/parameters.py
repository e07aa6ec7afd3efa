"""Parameters: what an administrator may change, as rooms declare it. Values are in `settings`; no database here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.aggregates.refusal import Kind, require
from yichuang.aggregates.rights import Right


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value with its words and its first value: a whole number between bounds in a unit, or what `check` lets pass.
    `check` raises Refused. `explanation` says what it is for.
    """

    label: str
    default: Any
    unit: str = ""
    least: int = 0
    most: int = 10_000
    check: Callable[[Any], None] | None = None
    explanation: str = ""

    def demand(self, value: Any) -> None:
        """Raises Refused(input) for a value that cannot be."""
        if self.check:
            self.check(value)
            return
        message = f"“{self.label}”在{self.least}到{self.most}{self.unit}之间。"
        good = type(value) is int and self.least <= value <= self.most
        require(good, "bad-parameter", message, next="请改正后重新提交。", kind=Kind.INPUT)


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters that belong together: those of a rule, of the orders, of warnings. `scope` is their name in the table;
    `right` is who may set them; `basis` is the ground for having them, in Chinese.
    """

    scope: str
    title: str
    basis: str
    parameters: Mapping[str, Parameter]
    right: Right

    def defaults(self) -> dict[str, Any]:
        return {name: parameter.default for name, parameter in self.parameters.items()}
