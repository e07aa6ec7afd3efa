"""What goes with an item of a county to its new department: the differences it answers for, and what the city's
department has proposed (3.2b, 3.2c).
"""

from __future__ import annotations

from yichuang.aggregates.door import move
from yichuang.catalog.consistency import deviation_acts, proposal
from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
from yichuang.catalog.models import Deviation, Proposal


def hand_over_answers(division: str, item: str, department: str) -> None:
    """Two statements where there are none."""
    place = {"division": division, "item": item}
    standing = Deviation.objects.filter(**place, stage__in=deviation_acts.STANDING).exclude(department=department)
    waiting = Proposal.objects.filter(**place, stage=proposal.Stage.OPEN).exclude(department=department)
    found, proposed = list(standing.values_list("pk", flat=True)), list(waiting.values_list("pk", flat=True))
    move(DEVIATION, {id: deviation_acts.HandOver(department) for id in found}, {})
    move(PROPOSAL, {id: proposal.HandOver(department) for id in proposed}, {})
