"""The rule on fees (R-F01)."""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import certificates, events, fees


def wrongly_charged(parameters: Parameters) -> Table:
    """R-F01: a fee outside the published list or with another basis, another amount than the tariff's, or a
    certificate made before the fee was paid.
    """
    charged = fees.filter(fees.charged_amount.notnull())
    unlisted = charged.filter(charged.due_amount.isnull() | ~charged.basis_published.fill_null(True))
    other = charged.filter(charged.charged_amount != charged.due_amount)
    paid = fees.filter(
        fees.paid_amount.notnull(), fees.charged_amount.notnull(), fees.paid_amount != fees.charged_amount
    )
    made = certificates.group_by("case_id").agg(made_at=lambda t: t.made_at.min(), made_on=lambda t: t.made_on.min())
    owed = fees.filter(fees.due_amount > 0).join(made, "case_id")
    before = owed.filter(owed.paid_at.isnull() | (owed.paid_at > owed.made_at))
    unlisted, other = (_acted(rows, "fee_charged", rows.charged_at) for rows in (unlisted, other))
    paid, before = _acted(paid, "fee_paid", paid.paid_at), _acted(before, "certificate_made", before.made_at)
    return ibis.union(
        hits(unlisted, at="list/" + unlisted.fee, level=Level.RED, day=unlisted.charged_on,
             measured=unlisted.charged_amount, seq=unlisted.seq),
        hits(other, at="amount/" + other.fee, level=Level.RED, day=other.charged_on, measured=other.charged_amount,
             allowed=other.due_amount, seq=other.seq),
        hits(paid, at="paid/" + paid.fee, level=Level.RED, day=paid.paid_on, measured=paid.paid_amount,
             allowed=paid.charged_amount, seq=paid.seq),
        hits(before, at="before/" + before.fee, level=Level.RED, day=before.made_on, allowed=before.due_amount,
             seq=before.seq),
    )  # fmt: skip


def _acted(rows: Table, kind: str, moment: Any) -> Table:
    """With `seq`, the entry of this kind at the moment, and null where the log does not have it."""
    act = events.filter(events.kind == kind)
    act = act.group_by("case_id", moment=act.occurred_at).agg(seq=lambda t: t.seq.min())
    known = rows.mutate(moment=moment).left_join(act, ["case_id", "moment"])
    return known.drop("case_id_right", "moment_right")
