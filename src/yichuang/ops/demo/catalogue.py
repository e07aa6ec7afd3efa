"""The catalogue of the demo city: every standard the program comes with, published. No draft and no case enters."""

from __future__ import annotations

from django.db import transaction

from yichuang.catalog.consistency.answering import enter_deviations
from yichuang.catalog.laws.service import is_moved
from yichuang.catalog.loading import load_standards
from yichuang.catalog.models import Item, Published
from yichuang.catalog.service import publish
from yichuang.ledger.actor import Actor
from yichuang.ops.demo.laws import register_cited
from yichuang.ops.demo.listing import list_standard
from yichuang.ops.demo.revising import examine_standard


def publish_standards(actor: Actor) -> int:
    """Publish the standards whose version is not published yet. Returns their number.

    A published version stays as it is, even when a newer program has another text for it.
    """
    published_keys = set(Published.objects.values_list("key", flat=True))
    missing = [standard for standard in load_standards() if standard.key not in published_keys]
    listed = set(Item.objects.values_list("division", "code"))
    moved = set(Item.objects.exclude(ground="founding").values_list("division", flat=True))
    with transaction.atomic():
        for standard in missing:
            if is_moved():
                register_cited(standard)
            if standard.division in moved and (standard.division, standard.item) not in listed:
                list_standard(standard)
                examine_standard(standard)
            else:
                publish(standard, actor)
        enter_deviations(actor)
    return len(missing)
