"""Which official document each event of a licence issues. What a case decided is said by the case's own documents."""

from __future__ import annotations

from typing import Any

from yichuang.licences.core import events as ev
from yichuang.licences.core.state import Licence

PAPERS: dict[type[Any], str] = {
    ev.Corrected: "licence_correction",
    ev.HearingArranged: "hearing_notice",
    ev.HearingHeld: "hearing_record",
    ev.Suspended: "licence_suspension",
    ev.Restored: "licence_restoration",
}
BY_KIND = {
    ev.RevocationOpened: {"revoke": "revocation_notice", "withdraw": "withdrawal_notice"},
    ev.Revoked: {"revoke": "revocation", "withdraw": "licence_withdrawal"},
}


def issued_by(event: Any, licence: Licence) -> str:
    """The kind of the document this event issues; empty when it issues none."""
    match event:
        case ev.RevocationOpened() | ev.Revoked():
            return BY_KIND[type(event)][event.kind]
        case ev.RevocationDropped(reason=reason):
            return "revocation_dropped" if reason else ""  # without a reason the licence has ended by other means
        case ev.Renewed(deemed=deemed):
            return "deemed_renewal" if deemed else ""
        case ev.Cancelled(case=case):
            return "" if case else "cancellation"
        case ev.Printed(case=case):
            return "" if case else "licence"
    return PAPERS.get(type(event), "")
