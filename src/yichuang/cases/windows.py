"""What the window of a post takes in: rooms above say it, cases ask it when one is filed at a window (3.4b)."""

from __future__ import annotations

from collections.abc import Callable

from yichuang.aggregates.refusal import Refused

WindowCheck = Callable[[str, str], Refused | None]  # post, code of the item → why not
_CHECKS: list[WindowCheck] = []


def register_window_check(check: WindowCheck) -> None:
    """Let a room above say what a window does not take in. Registering one twice changes nothing."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def refuse_at_window(post: str, item: str) -> Refused | None:
    """Why a window post does not take an item in; None when nothing speaks against it."""
    return next((refused for check in _CHECKS if (refused := check(post, item))), None)
