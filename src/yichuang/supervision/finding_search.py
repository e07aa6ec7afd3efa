"""What a reader types to find findings, as a condition on their rows. For whom they exist is said elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from yichuang.cases.models import Case
from yichuang.catalog.queries import find_items_by_name
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.org.queries import find_departments_by_name, persons_named
from yichuang.supervision.models import OwnVersion
from yichuang.supervision.rules.catalogue import RULES

PART = 4  # characters of a number with which it is searched
RECEIPT = 20  # characters of a whole 受理号


def match_text(actor: Actor, text: str, named: Any) -> Q:
    """What somebody typed: part of a number of a case or of its item's, rule's or department's name, an officer's name,
    or what else names findings. Officers are asked in the reader's own division alone: of others' the pages tell none.
    """
    rules = [rule.code for rule in RULES if text in rule.title or text.upper() == rule.code]
    rules += OwnVersion.objects.filter(Q(title__contains=text) | Q(code=text.upper())).values_list("code", flat=True)
    matching = Q(item=text) | Q(item__in=find_items_by_name(text)) | Q(rule__in=rules)
    matching |= Q(department__in=find_departments_by_name(text))
    matching |= Q(person__in=persons_named(text), division=actor.division)
    number = tidy(text)
    if len(number) >= PART and number.isascii() and number.isalnum():
        of_receipt = {"receipt" if len(number) >= RECEIPT else "receipt__contains": number}  # a whole one by its index
        cases = Case.objects.filter(**of_receipt).annotate(key=Cast("id", TextField()))
        matching |= Q(number__contains=number) | Q(case_id__in=cases.values("key"))
        if named is not None:
            matching |= Q(id__in=named)
    return matching
