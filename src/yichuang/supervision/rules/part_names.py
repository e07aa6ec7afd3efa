"""Names of what several rules reckon alike (`parts`), for who judges without compiling."""

from __future__ import annotations

EVES, OVERDUE = "part_eves", "part_overdue"


def list_parts(statement: str) -> list[str]:
    """The parts that a statement reads."""
    return [name for name in (EVES, OVERDUE) if f'"{name}"' in statement or f"`{name}`" in statement]
