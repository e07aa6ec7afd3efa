"""The address of a hall's ticket machines: who has it takes tickets without logging in (docs/adr/0039).

It is derived from the secret of the installation, so nothing is stored; the office makes another one when it has become
known elsewhere.
"""

from __future__ import annotations

import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

from yichuang.hall.models import Arrangement


def make_token(hall: uuid.UUID, kiosk: int) -> str:
    """The secret part of the address, for the number of the address that is in use."""
    return salted_hmac("yichuang.hall.kiosk", f"{hall}/{kiosk}", algorithm="sha256").hexdigest()[:32]


def is_machine(row: Arrangement, token: str) -> bool:
    """Whether a token is that of the hall's machines now."""
    return constant_time_compare(make_token(row.pk, row.kiosk), token)
