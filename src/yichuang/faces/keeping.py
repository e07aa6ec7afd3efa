"""What seals the forms that a browser keeps for an account until they are sent (scripts/keep.mjs).

Nothing is stored here: both values are derived from the installation's secret, and only pages of that account have
them.
"""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_SALT = "yichuang.faces.keeping"


def mark_of_keeper(request: HttpRequest) -> str:
    """`id:key` of the account logged in: whose the kept forms are, and the key (256 bits, base64) that opens them.
    Empty for a visitor.
    """
    account: Any = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return ""
    id, key = (salted_hmac(f"{_SALT}.{part}", account.person, algorithm="sha256") for part in ("id", "key"))
    return f"{id.hexdigest()[:16]}:{base64.b64encode(key.digest()).decode()}"
