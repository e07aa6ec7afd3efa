"""Examining a PDF that anyone hands in: is it signed, whole, and signed by whom (3.5c: anyone can verify).

The file is hostile until proven otherwise. It is parsed in a process of its own with bounds (`yichuang.examining`);
the web process never parses it, and does not import pyhanko. What never enters: the database, the network, private
keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yichuang.examining import process

MAX_BYTES = 20 * 1024 * 1024
BOUNDS = process.Bounds(cpu=3, wall=10, memory=512 * 1024 * 1024)


@dataclass(frozen=True)
class Authority:
    """The root that signatures are checked against: its certificate in DER. No key in it."""

    root: bytes


@dataclass(frozen=True)
class Examination:
    """What was found. With several signatures, `intact` and `trusted` hold for all of them.

    `signed_at` is claimed by the signer. `document_digest` is the SM3 of the content as the file states it: compare it
    with the record, and believe it only when the file is `genuine`. `messages` say it in Chinese.
    """

    readable: bool = False
    signed: bool = False
    intact: bool = False
    trusted: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    covers_whole: bool = False
    document_digest: str = ""
    messages: tuple[str, ...] = ()

    @property
    def genuine(self) -> bool:
        """Signed under our root, unchanged, and with nothing added after the signature."""
        return self.readable and self.signed and self.intact and self.trusted and self.covers_whole


def read_authority(folder: Path) -> Authority:
    """Return the root that `signing.ensure_authority` published in `folder`; raises OSError when there is none."""
    return Authority((folder / "root.cer").read_bytes())


def examine(pdf: bytes, authority: Authority, *, visitor: str, locks: Path) -> Examination:
    """Examine a file of unknown origin. Never raises for what the file contains. `visitor` is who hands it in: of each
    one file at a time is looked at; `locks` is the folder that knows."""
    if not pdf:
        return Examination(messages=("文件是空的，请重新选择文件。",))
    if len(pdf) > MAX_BYTES:
        return Examination(messages=(f"文件超过{MAX_BYTES // 1024 // 1024}MB，不是本系统出具的文书。",))
    if b"%PDF-" not in pdf[:1024]:
        return Examination(messages=("不是PDF文件，请选择本系统出具的文书原件。",))
    try:
        answer, _ = process.examine(
            "yichuang.documents.inspecting:look", pdf, authority.root, visitor=visitor, locks=locks, bounds=BOUNDS
        )
    except process.Busy:
        return Examination(messages=("正在核验的文件较多，请稍后再试。",))
    except process.Killed:
        return Examination(messages=("文件无法在限定的时间和内存内检查完毕，不能认定为本系统出具的文书。",))
    when = answer.pop("signed_at")
    messages = tuple(answer.pop("messages"))
    return Examination(**answer, messages=messages, signed_at=datetime.fromisoformat(when) if when else None)
