"""Reads of reports. The caller has checked that the case is visible to the reader."""

from __future__ import annotations

from django.db.models import QuerySet

from yichuang.exchange.models import Reported


def list_reports_of_case(number: str, receipt: str) -> QuerySet[Reported]:
    """Reports of other systems about a case, by either of its numbers, in the order of the times they claim."""
    return Reported.objects.filter(case_number__in=[number, receipt]).order_by("occurred_at")[:200]
