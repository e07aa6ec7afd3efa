"""The documents that an act would issue, before it is done: the act goes through the door and is taken back whole.

So a preview says what the document will say, by the same rules and the same declaration of its kind, and nothing stays:
no entry, no text, no number, no refusal.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction

from yichuang.aggregates import door
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.models import Paper
from yichuang.aggregates.prepare import Prepared
from yichuang.documents.content import Content
from yichuang.documents.gathering import gather
from yichuang.documents.kinds import KINDS
from yichuang.ledger.actor import Actor

NUMBER = "（出具时编号）"


def preview_papers(
    aggregate: Aggregate[Any, Any], id: uuid.UUID, prepared: Prepared, actor: Actor
) -> tuple[Content, ...]:
    """What the documents of a command would say, without number and code. The caller has seen that the life exists for
    the actor. Raises Refused as the door does.
    """
    with transaction.atomic():
        outcome = door.perform(aggregate, id, prepared, actor, command_id=uuid.uuid4())
        stream = aggregate.stream(id)
        issued = Paper.objects.filter(stream=stream, seq__gte=outcome.first_seq, seq__lte=outcome.last_seq)
        papers = [gather(stream, seq) for seq in issued.order_by("seq").values_list("seq", flat=True)]
        said = [KINDS[p.kind].says(p.event, replace(p.context, number=NUMBER, code="")) for p in papers]
        transaction.set_rollback(True)
    return tuple(said)
