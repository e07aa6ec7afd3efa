"""How far figures of supervision reach: a division and those under it for its watchers, one department for its head.

Figures are counts, rates and durations. Findings, cases and persons stay with the division whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from yichuang.ledger.actor import Actor
from yichuang.org.models import Division
from yichuang.supervision.findings import FINDING_READERS


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures exist for a reader: those of divisions, or of one department; none for others."""

    divisions: tuple[str, ...] = ()
    department: str = ""


def reach_of(actor: Actor) -> Reach:
    """One statement for watchers, else none."""
    if actor.post_kind in FINDING_READERS:
        return Reach(list_reach(actor.division))
    return Reach((actor.division,), actor.department) if actor.post_kind == "head" else Reach()


def list_reach(division: str) -> tuple[str, ...]:
    """The codes of a division and of those under it, its own first. One statement."""
    known = Division.objects.filter(Q(pk=division) | Q(parent=division)).order_by("-parent", "code")
    return tuple(known.values_list("code", flat=True))
