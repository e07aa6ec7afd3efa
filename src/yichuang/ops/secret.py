"""Secrets of this installation: from the environment in production, else made once and kept in the data folder (0600).

No other room reads the files; what a room needs of them stands in settings.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret(name: str, folder: Path) -> str:
    """The secret `name`: the environment variable of that name, or the one in `folder`, made at the first call."""
    configured = os.environ.get(name)
    if configured:
        return configured
    file = folder / name.lower()
    if not file.exists():
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        temporary = folder / f".{name.lower()}.{os.getpid()}"
        temporary.unlink(missing_ok=True)
        # the folder may be another user's (`stepdown`), who must not lead root to another file
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # the first one wins when two processes start at once
            os.link(temporary, file)
        temporary.unlink()
    return file.read_text().strip()
