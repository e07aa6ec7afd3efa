"""The catalogue of the demo city: every standard the program comes with, published. No draft and no case enters."""

from __future__ import annotations

from django.db import transaction

from yichuang.catalog.loading import load_standards
from yichuang.catalog.models import Published
from yichuang.catalog.service import publish
from yichuang.ledger.actor import Actor


def build(actor: Actor) -> int:
    """Publish the standards whose version is not there yet; how many that were.

    A version that is there stays as it was published, also when a newer program comes with another text for it.
    """
    there = set(Published.objects.values_list("key", flat=True))
    missing = [standard for standard in load_standards() if standard.key not in there]
    with transaction.atomic():
        for standard in missing:
            publish(standard, actor)
    return len(missing)
