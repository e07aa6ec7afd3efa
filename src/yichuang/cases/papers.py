"""Which official document each event issues, and the word in its number (domain §1.4). No text and no layout here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yichuang.cases.core import events as ev


@dataclass(frozen=True, slots=True)
class Issue:
    kind: str  # key of documents.kinds.KINDS
    word: str  # 郑市监许「受」字…


RECEIPT = Issue("receipt", "收")
CORRECTION = Issue("correction", "补")
CORRECTION_RECEIPT = Issue("correction_receipt", "补收")
ACCEPTANCE = Issue("acceptance", "受")
NON_ACCEPTANCE = Issue("non_acceptance", "不受")
SPECIAL = Issue("special", "特")
EXTENSION = Issue("extension", "延")
GRANT = Issue("grant", "准")
REFUSAL = Issue("refusal", "不")
LICENCE = Issue("licence", "证")
DELIVERY = Issue("delivery", "送")
WITHDRAWAL = Issue("withdrawal", "撤申")
TERMINATION = Issue("termination", "终")

_ISSUES: dict[type[Any], Callable[[Any], Issue]] = {
    ev.Received: lambda e: RECEIPT,
    ev.CorrectionAsked: lambda e: CORRECTION,
    ev.Supplied: lambda e: CORRECTION_RECEIPT,
    ev.Accepted: lambda e: ACCEPTANCE,
    ev.Declined: lambda e: NON_ACCEPTANCE,
    ev.SpecialStarted: lambda e: SPECIAL,
    ev.Extended: lambda e: EXTENSION,
    ev.Decided: lambda e: GRANT if e.granted else REFUSAL,
    ev.CertificateMade: lambda e: LICENCE,
    ev.Delivered: lambda e: DELIVERY,
    ev.Withdrawn: lambda e: WITHDRAWAL,
    ev.Terminated: lambda e: TERMINATION,
}


def issued_by(event: Any) -> Issue | None:
    """The document this event issues, or None."""
    issue = _ISSUES.get(type(event))
    return issue(event) if issue else None
