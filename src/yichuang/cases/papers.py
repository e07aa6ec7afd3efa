"""Which official document each event of a case issues (domain §1.4), by the code of its kind."""

from __future__ import annotations

from typing import Any

from yichuang.cases.core import events as ev

PAPERS: dict[type[Any], str] = {
    ev.Received: "receipt",
    ev.CorrectionAsked: "correction",
    ev.Supplied: "correction_receipt",
    ev.Accepted: "acceptance",
    ev.Declined: "non_acceptance",
    ev.SpecialStarted: "special",
    ev.Extended: "extension",
    ev.Decided: "grant",
    ev.CertificateMade: "licence",
    ev.Delivered: "delivery",
    ev.Withdrawn: "withdrawal",
    ev.Terminated: "termination",
}


def issued_by(event: Any) -> str:
    """The kind of the document this event issues; empty when it issues none."""
    if isinstance(event, ev.Decided) and not event.granted:
        return "refusal"
    return PAPERS.get(type(event), "")
