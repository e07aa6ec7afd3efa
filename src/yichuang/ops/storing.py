"""Stores files atomically: a write that fails, or is killed, leaves nothing under the file's name.

Named in the settings. No rule and no check of who may read enters.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend


class WholeFiles(FileSystemStorage):
    """The file store: a file gets its name only after all of it is written."""

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{secrets.token_hex(4)}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]  # part of the documented interface of storages
            os.rename(self.path(part), self.path(name))
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(self.path(part))
            raise
        return name


class Outbox(EmailBackend):
    """Mails as files; a mail that could not be written completely leaves no file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            return super().send_messages(email_messages)
        except OSError:
            if name := getattr(self, "_fname", None):  # where the base class writes to
                Path(name).unlink(missing_ok=True)
            raise
