"""Which official document each event of a case issues (domain §1.4), by the code of its kind."""

from __future__ import annotations

from typing import Any

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case

PAPERS: dict[type[Any], str] = {
    ev.Received: "receipt",
    ev.CorrectionAsked: "correction",
    ev.Supplied: "correction_receipt",
    ev.MaterialsAdded: "addition_receipt",
    ev.Accepted: "acceptance",
    ev.GapsPromised: "gap_commitment",
    ev.GapsSupplied: "gap_receipt",
    ev.Declined: "non_acceptance",
    ev.FalsehoodAlleged: "rights_notice",
    ev.SpecialStarted: "special",
    ev.Extended: "extension",
    ev.CertificateMade: "licence",
    ev.Delivered: "delivery",
    ev.Withdrawn: "withdrawal",
    ev.Terminated: "termination",
    ev.AcceptanceRevoked: "acceptance_revocation",
    ev.ApplicantCorrected: "applicant_correction",
    ev.FeeRefunded: "refund",
}


# the decision on what is asked for a licence that is held: granted, refused (49、50、70 条)
DECISIONS: dict[str, tuple[str, str]] = {
    "change": ("change", "change_refusal"),
    "renew": ("renewal", "renewal_refusal"),
    "reissue": ("reissue", "refusal"),
    "cancel": ("deregistration", "refusal"),
}


def issued_by(event: Any, case: Case) -> str:
    """The kind of the document this event issues; empty when it issues none."""
    if isinstance(event, ev.Decided):
        if event.deemed:
            return ""  # nobody decided; the licence's own entry says so
        granted, refused = DECISIONS.get(case.situation, ("grant", "refusal")) if case.licence else ("grant", "refusal")
        return granted if event.granted else refused
    return PAPERS.get(type(event), "")
