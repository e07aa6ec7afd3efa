"""Whether what this installation writes has a place to go: said truly on a page, and by `/healthz`."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from django.conf import settings

LEAST_FREE = 64 * 1024 * 1024  # bytes: three of the largest uploads
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
OTHERS = {
    "data",
    "static",
}  # the database and the start write there, as other users perhaps; room they need all the same
DISK_FULL = "53100"  # PostgreSQL's own code


def is_disk_error(error: BaseException | None) -> bool:
    """Whether this was raised, or what caused it, because a disk is full or cannot be written."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def disk_problem() -> str:
    """The folder that cannot be written or has no room left, and which of the two; empty when all is well.

    The folders are named by what they are for, never by their path.
    """
    for name, folder in _folders().items():
        if not folder.exists():
            continue  # made when first needed, in a folder that is looked at too
        if name not in OTHERS and not os.access(folder, os.W_OK):
            return f"{name}: read-only"
        room = os.statvfs(folder)
        if room.f_bavail * room.f_frsize < LEAST_FREE or (room.f_files and not room.f_favail):
            return f"{name}: full"
    return ""


def _folders() -> dict[str, Path]:
    return {
        "data": settings.DATA,
        "uploads": Path(settings.MEDIA_ROOT),
        "static": Path(settings.STATIC_ROOT),
        "outbox": Path(settings.EMAIL_FILE_PATH),
        "roots": Path(settings.ROOTS_DIR),
        "temporary": Path(tempfile.gettempdir()),
    }
