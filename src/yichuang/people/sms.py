"""Short messages behind one interface, and the local provider that writes each one into the outbox folder.

A city's contract with an operator is a class of its own, which setting SMS_PROVIDER names. This module never decides
who gets which message.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from yichuang.people.mfa import is_demo_store

LOCAL = "yichuang.people.sms.LocalProvider"


class Unsent(Exception):
    """The provider did not accept a message. `final`: another try cannot succeed. `why` is shown to administrators and
    holds neither number nor text.
    """

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.why, self.final = why, final


class Provider(Protocol):
    code: str

    def send(self, number: str, text: str) -> None:
        """Send one message, within seconds. Raises Unsent."""


class LocalProvider:
    """Sends nothing to anybody: writes `sms-TIME-….txt` (number, then text) into the folder of file mails."""

    code = "local"

    def send(self, number: str, text: str) -> None:
        folder = Path(settings.EMAIL_FILE_PATH)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"sms-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
            with open(
                os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as out:
                out.write(f"{number}\n{text}\n")
        except OSError as error:
            raise Unsent("发件箱目录写不进去", final=False) from error


def get_provider() -> Provider | None:
    """The provider that setting SMS_PROVIDER names; the local one in a demo store; None in a production store that has
    none, where short messages wait.
    """
    path = settings.SMS_PROVIDER or (LOCAL if is_demo_store() else "")
    selected: Provider | None = import_string(path)() if path else None
    return selected
