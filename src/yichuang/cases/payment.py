"""Paying a charge: a provider makes the order's cashier page and says when it was paid. Whether the payment may be
booked is the door's affair (`pay_fee`); no card and no bank is known here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core import signing
from django.utils.module_loading import import_string

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import service
from yichuang.cases.models import Case
from yichuang.cases.prepare import prepare
from yichuang.catalog.standard import PostKind
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import store_kind

NAMESPACE = uuid.UUID("5a0f6a52-6f39-45c1-8a0f-0a3d2fd60c11")
_VALID = 2 * 3600  # seconds that an order's token lives


@dataclass(frozen=True, slots=True)
class Order:
    """A charge to be paid. `number` is the order of the charge in the ledger; `amount` in fen."""

    case_id: str
    subject: str
    fee: str
    name: str
    number: str
    amount: int


class Provider(Protocol):
    """What a payment provider (财政非税收入平台、银行) must do."""

    code: str
    notice: str  # shown on the page that leads to it; empty when there is nothing to say

    def cashier(self, order: Order) -> str:
        """The token of the cashier page where this order is paid."""

    def paid(self, token: str) -> tuple[Order, str]:
        """The order and receipt number that a call-back carries. Raises ValueError for one not its own."""


class LocalProvider:
    """A cashier on this machine, in a demo store alone: confirming the page is paying. No money moves."""

    code = "local"
    notice = "演示收银台：点“确认支付”即视为已缴，不会扣款。"

    def cashier(self, order: Order) -> str:
        fields = [order.case_id, order.subject, order.fee, order.name, order.number, order.amount]
        return signing.dumps(fields, salt="cashier", compress=True)

    def read(self, token: str) -> Order:
        """The order of a token. Raises ValueError for one that was changed or is too old."""
        try:
            return Order(*signing.loads(token, salt="cashier", max_age=_VALID))
        except signing.BadSignature as error:
            raise ValueError("付款页面已失效，请从办件页面重新进入。") from error

    def paid(self, token: str) -> tuple[Order, str]:
        order = self.read(token)
        # the same order always has the same receipt: a call-back that comes twice books once
        return order, f"YS{uuid.uuid5(NAMESPACE, order.number).int % 10**12:012d}"


def provider() -> Provider | None:
    """The provider this installation uses: the class that setting PAYMENT_PROVIDER names; without one, in a demo store
    the local one. None where nobody can take money online: charges are then paid at a window.
    """
    path = getattr(settings, "PAYMENT_PROVIDER", "")
    if path:
        chosen: Provider = import_string(path)()
        return chosen
    return LocalProvider() if store_kind() == "demo" else None


def book(provider: Provider, token: str, payer: Actor) -> Order:
    """Book what the provider says was paid, as the provider's act on behalf of who paid. A call-back that comes twice
    is one payment. Raises Refused.
    """
    try:
        order, receipt = provider.paid(token)
    except ValueError as error:
        raise Refused("payment-unknown", str(error), next="请回到办件页面重新进入付款。", kind=Kind.STALE) from error
    data = {"fee": order.fee, "amount": order.amount, "receipt": receipt}
    command_id = uuid.uuid5(NAMESPACE, f"{provider.code}/{order.number}/{receipt}")
    booker = Actor(
        person=f"provider:{provider.code}",
        post_kind=PostKind.CASHIER,
        division=Case.objects.values_list("division", flat=True).get(pk=order.case_id),
        on_behalf_of=payer.person,
        channel=payer.channel,
        session=payer.session,
        ip=payer.ip,
    )
    service.perform(order.case_id, prepare("pay_fee", data, subject=order.subject), booker, command_id=command_id)
    return order
