"""A disk without room: what failed is said truly, and no file stays that was not written whole."""

from __future__ import annotations

import errno
import json
from collections import namedtuple
from datetime import date
from pathlib import Path
from typing import Any

import psycopg.errors
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.db import OperationalError
from django.test import RequestFactory

from yichuang.faces import disk, errors
from yichuang.faces.api import problems
from yichuang.ledger.outside import Outside
from yichuang.ops.storing import WholeFiles

FULL = OSError(errno.ENOSPC, "No space left on device")


class FullDisk(ContentFile):  # type: ignore[type-arg]
    """A file whose second half finds no room."""

    def chunks(self, chunk_size: int | None = None) -> Any:
        yield b"half"
        raise FULL


def lost(cause: Exception | None) -> OperationalError:
    error = OperationalError("of the database")
    error.__cause__ = cause
    return error


def test_the_file_store_keeps_whole_files_alone(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert isinstance(default_storage._wrapped, WholeFiles)  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="No space"):
        default_storage.save("ab/file", FullDisk(b"content"))
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]
    assert default_storage.save("ab/file", ContentFile(b"content")) == "ab/file"
    again = default_storage.save("ab/file", ContentFile(b"other"))
    assert again != "ab/file" and default_storage.open("ab/file").read() == b"content"


def test_a_mail_that_was_not_written_is_not_there(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    outbox = get_connection("yichuang.ops.storing.Outbox", file_path=str(tmp_path))

    def full(self: Any, message: Any) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(type(outbox), "write_message", full)
        with pytest.raises(OSError, match="No space"):
            outbox.send_messages([EmailMessage("s", "b", "a@example.org", ["b@example.org"])])
    assert not list(tmp_path.iterdir())


def test_a_root_that_was_not_written_is_not_there(tmp_path: Path, monkeypatch: Any) -> None:
    outside = Outside(tmp_path / "roots", tmp_path / "key.pem")
    outside.write_day(date(2026, 3, 1), {"day": "2026-03-01"})
    before = sorted(one.name for one in outside.folder.iterdir())

    def full(*args: Any, **more: Any) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        patch.setattr("yichuang.ledger.outside.os.fsync", full)
        patch.setattr("yichuang.ledger.outside.canonical", lambda content: full() if "seal" in content else "{}")
        with pytest.raises(OSError, match="No space"):
            outside.write_day(date(2026, 3, 2), {"day": "2026-03-02"})
        with pytest.raises(OSError, match="No space"):
            outside.append_seal(date(2026, 3, 2), {"seal": 1})
    assert sorted(one.name for one in outside.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (FULL, 507, "磁盘已满"),
        (OSError(errno.EROFS, "Read-only file system"), 507, "磁盘已满"),
        (lost(psycopg.errors.DiskFull("could not extend file")), 507, "磁盘已满"),
        (lost(psycopg.errors.AdminShutdown("terminating connection")), 503, "数据库正在重启"),
    ],
)
def test_what_failed_is_what_is_said(error: Exception, status: int, words: str) -> None:
    page = errors.Outage(lambda request: None).process_exception(RequestFactory().get("/"), error)  # type: ignore[arg-type,return-value]
    assert page is not None and page.status_code == status and words in page.content.decode()
    answer = problems.of_error(RequestFactory().get("/api/cases"), error)
    assert answer.status_code == status and answer["Retry-After"]
    if status == 507:
        assert "数据库" not in page.content.decode() + json.loads(answer.content)["detail"]


def test_another_fault_of_a_file_is_no_full_disk() -> None:
    assert not disk.is_disk_error(FileNotFoundError(errno.ENOENT, "No such file"))
    assert not disk.is_disk_error(None)


def test_a_folder_without_room_is_named_by_what_it_is_for(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.DATA = settings.STATIC_ROOT = settings.EMAIL_FILE_PATH = settings.ROOTS_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MEDIA_ROOT.mkdir()
    assert disk.disk_problem() == ""
    Room = namedtuple("Room", "f_bavail f_frsize f_files f_favail")
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "statvfs", lambda place: Room(10 if place == settings.MEDIA_ROOT else 10**6, 4096, 9, 9))
        assert disk.disk_problem() == "uploads: full"
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "access", lambda place, mode: place != settings.MEDIA_ROOT)
        assert disk.disk_problem() == "uploads: read-only"
