"""Files people send: checked for name, size and content before they are kept, and read back only by who may.

A file's bytes never decide anything here beyond whether it is what its name says, and they are looked at in a process
of their own (`yichuang.examining`). They lie in the file store under a key that tells nothing, and belong to a stream:
a draft of an application, then the life to which a command gave them. No address and no page enters.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from yichuang.aggregates.aggregate import AGGREGATES, find_life
from yichuang.aggregates.models import DRAFTS, Upload
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.examining import process, scanning
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
MOST_SHEETS = 2 * 1024 * 1024  # bytes of a workbook whose cells are read
MOST_FILES = 20  # of one material
FREE = Q(stream="") | Q(stream__startswith=DRAFTS)  # given to no life yet
_LONGEST_NAME = 100  # characters

ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "iso"})


# --- kinds of file ----------------------------------------------------------------------------------------------------

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA = {  # of each kind taken
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "ofd": "application/ofd",
    "dwg": "image/vnd.dwg",
}
PHONE = frozenset({"heic", "heif"})  # photos that become JPEG where JPEG is taken


def taken(wanted: Iterable[str]) -> tuple[str, ...]:
    """Of the kinds of file a standard names, those this system takes; archives and films never."""
    return tuple(kind for kind in wanted if kind in MEDIA)


# --- the name ---------------------------------------------------------------------------------------------------------

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean_name(raw: str) -> str:
    """The name to show and to offer when the file is read back: no path, no invisible or reversing characters, not
    too long. Rare characters stay; anything else is harmless as text and stays too.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in _HARMFUL).strip(" .\u3000")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem[: _LONGEST_NAME - len(extension[:10]) - 1].strip() or "未命名"
    return f"{stem}.{extension[:10]}" if extension else stem


def extension_of(name: str) -> str:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return {"jpeg": "jpg", "jpe": "jpg"}.get(extension, extension)


def accepted(wanted: Iterable[str]) -> str:
    """What a browser's file dialogue offers, as the attribute `accept` names it."""
    kinds = taken(wanted)
    names = (*kinds, "jpeg", *sorted(PHONE)) if "jpg" in kinds else kinds
    return ",".join(f".{name}" for name in names)


# --- acts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its kind, its name and its bytes, which differ from those sent for a phone's photo."""

    kind: str
    name: str
    data: bytes


def check(name: str, data: bytes, wanted: Iterable[str], visitor: str) -> Checked:
    """The file as it may be kept, one of the kinds `wanted`. Raises Refused(input): what is wrong and what to do.

    `visitor` is who sends it; of each one file at a time is looked at.
    """
    kinds = taken(wanted)
    offer = "、".join(kind.upper() for kind in kinds)
    extension = extension_of(name)
    quoted = f"“{name}”"
    if len(data) > MOST_BYTES:
        raise too_big(name)
    if not data:
        raise _refused("empty-file", f"{quoted}是空文件（0 字节），没有内容。", "请检查原文件能否打开，再重新选择。")
    if extension in ARCHIVES:
        raise _refused("archive", f"{quoted}是压缩包，不能接收。", f"请解压后把里面的文件逐个上传（{offer}）。")
    kind = "jpg" if extension in PHONE else extension
    if kind not in kinds:
        raise _refused("file-type", f"{quoted}的格式不在可收之列。", f"这份材料可以上传 {offer}。")
    made = _look(quoted, "content:examine_content", (data, kind.encode()), offer, visitor)
    _scan(quoted, data)
    if len(made) > MOST_BYTES:
        raise too_big(name)
    return Checked(kind, f"{name.rpartition('.')[0]}.jpg" if made else name, made or data)


def read_sheets(name: str, data: bytes, visitor: str) -> list[tuple[str, list[list[str]]]]:
    """The sheets of a workbook, each with its name and its cells as text. Raises Refused(input)."""
    if len(data) > MOST_SHEETS:
        next = "请只保留要导入的内容，或者分成几个文件。"
        raise _refused("file-too-big", f"“{name}”超过 {MOST_SHEETS // 1024 // 1024} MB。", next)
    made = _look(f"“{name}”", "sheets:read_cells", (data,), "XLSX", visitor)
    return [(title, rows) for title, rows in json.loads(made)]


def _look(quoted: str, function: str, parts: tuple[bytes, ...], offer: str, visitor: str) -> bytes:
    """What a process of its own sees in a file; the bytes it made of it. Raises Refused(input)."""
    try:
        seen, made = process.examine(
            f"yichuang.examining.{function}", *parts, visitor=visitor, locks=settings.EXAMINING_DIR
        )
    except process.Busy:
        next = "请等几秒，再上传一次。"
        raise _refused("examiner-busy", f"{quoted}还没有检查：您的上一个文件或别人的文件正在检查。", next) from None
    except process.Killed:
        message = f"{quoted}不能接收：检查这个文件用的时间或内存超过了限度。"
        next = f"请用原软件另存为 {offer} 后重新上传；仍然不行的，请分成几个文件，或者到窗口交原件。"
        raise _refused("file-too-complex", message, next) from None
    if fault := str(seen.get("fault", "")):
        next = str(seen.get("cure", "")) or f"请用原软件另存为 {offer} 后重新上传。"
        raise _refused("file-content", f"{quoted}不能接收：{fault}。", next)
    return made


def _scan(quoted: str, data: bytes) -> None:
    """Ask the virus scanner, when there is one. Raises Refused(input)."""
    if not settings.CLAMD:
        return
    try:
        virus = scanning.scan(data, settings.CLAMD)
    except scanning.ScannerDown as error:
        log.error("the virus scanner does not answer: %s", error)
        message = f"{quoted}没有收下：病毒检查暂时不能进行。"
        raise _refused("scanner-down", message, "请过几分钟再上传；一直这样的，请联系窗口。") from None
    if virus:
        message = f"{quoted}不能接收：发现病毒（{virus[:60]}）。"
        raise _refused("virus", message, "请在您的电脑上杀毒，用没有问题的原文件重新上传。")


def too_big(name: str) -> Refused:
    """The refusal of a file above the limit, for a face that stopped reading it."""
    most = MOST_BYTES // 1024 // 1024
    return _refused(
        "file-too-big", f"“{clean_name(name)}”超过 {most} MB，不能接收。", "请缩小照片或者分成几个文件上传。"
    )


def _refused(code: str, message: str, next: str) -> Refused:
    return Refused(code, message, next=next, kind=Kind.INPUT)


def keep(name: str, data: bytes, *, actor: Actor, material: str, wanted: Iterable[str], stream: str = "") -> Upload:
    """Check a file and keep it for a material of a draft or of a life. Raises Refused(input).

    Whether the life is the actor's to supply is for the door to say: a file that no command names is given to nobody.
    """
    beside = Upload.objects.filter(stream=stream, account=actor.person, material=material)
    if beside.count() >= MOST_FILES:
        message = f"这份材料已有 {MOST_FILES} 个文件，不能再加。"
        raise _refused("too-many-files", message, "请把几页合成一个 PDF，或者先删去不用的。")
    file = check(clean_name(name), data, wanted, actor.person)
    return _store(Stored(file.name, file.kind, file.data, sm3(file.data).hex()), actor, material, stream)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was found good: its name, kind, bytes and their SM3 in hexadecimal."""

    name: str
    kind: str
    data: bytes
    digest: str


def copy_upload(upload: Upload, actor: Actor, material: str, stream: str) -> Upload:
    """Keep what was found good once for another draft, with the same SM3. The caller has checked the reader. Raises
    FileNotFoundError when the store lost it.
    """
    with open_file(upload) as file:
        return _store(Stored(upload.name, upload.type, file.read(), upload.digest), actor, material, stream)


def _store(file: Stored, actor: Actor, material: str, stream: str) -> Upload:
    id = uuid.uuid4()
    key = default_storage.save(f"{id.hex[:2]}/{id.hex}", ContentFile(file.data))
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                id=id,
                account=actor.person,
                stream=stream,
                material=material,
                name=file.name,
                type=file.kind,
                size=len(file.data),
                digest=file.digest,
                key=key,
            )
            body = {"upload": str(id), "material": material, "type": file.kind, "size": upload.size}
            record(f"upload/{actor.person}", "file_kept", {**body, "digest": upload.digest}, actor)
    except BaseException:
        default_storage.delete(key)  # bytes without a row would never be found again
        raise
    return upload


def drop(upload: Upload, actor: Actor, *, named: bool | None = None) -> None:
    """Delete a file that was not filed yet. Raises Refused(stale) for one that a command has given to a life.

    `named` says whether a command has; without a word a file that lies with a life counts as given.
    """
    if (not upload.free) if named is None else named:
        message = "已经随申请提交的文件不能删去。"
        raise Refused(
            "filed-already", message, next="需要更换的，请等补正告知，或者撤回申请后重新提交。", kind=Kind.STALE
        )
    with transaction.atomic():
        record(f"upload/{actor.person}", "file_dropped", {"upload": str(upload.id)}, actor)
        upload.delete()
        transaction.on_commit(lambda: default_storage.delete(upload.key))


def file_to(uploads: Iterable[uuid.UUID], account: str, stream: str) -> None:
    """The files a command named belong to the life from now on: they leave the draft and can't be deleted."""
    Upload.objects.filter(FREE, id__in=list(uploads), account=account).update(stream=stream)


def staged(stream: str, account: str, named: Iterable[uuid.UUID]) -> list[Upload]:
    """The account's files that lie with a life and that no command has given to it yet, the oldest first."""
    mine = Upload.objects.filter(stream=stream, account=account).exclude(id__in=list(named))
    return list(mine.order_by("created_at"))


def find_upload(id: uuid.UUID) -> Upload | None:
    """The caller has checked the reader."""
    return Upload.objects.filter(pk=id).first()


def load_uploads(ids: Iterable[uuid.UUID | str]) -> dict[str, Upload]:
    """Files by id. One statement, none without ids. The caller has checked the reader."""
    wanted = list(ids)
    return {str(upload.id): upload for upload in Upload.objects.filter(pk__in=wanted)} if wanted else {}


def list_uploads(stream: str) -> list[Upload]:
    """The files of a draft or a life, the oldest first. One statement. The caller has checked the reader."""
    return list(Upload.objects.filter(stream=stream).order_by("created_at"))


def list_uploads_of(streams: Iterable[str]) -> list[Upload]:
    """The files of several lives, the oldest first. One statement. The caller has checked the reader."""
    return list(Upload.objects.filter(stream__in=list(streams)).order_by("created_at"))


def own_uploads(ids: Iterable[uuid.UUID], actor: Actor, stream: str) -> dict[uuid.UUID, str]:
    """Of these files the actor's own that belong to nothing yet, or to this life: id → material. One statement."""
    return {upload.id: upload.material for upload in _own(ids, actor, stream)}


def own_digests(ids: Iterable[uuid.UUID], actor: Actor, stream: str, kinds: Iterable[str]) -> dict[str, str]:
    """The same by SM3 of their bytes, of these kinds of file alone. One statement."""
    return {str(upload.id): upload.digest for upload in _own(ids, actor, stream).filter(type__in=list(kinds))}


def demand_own(ids: Iterable[str], actor: Actor, stream: str, kinds: Iterable[str]) -> dict[str, str]:
    """SM3 by id of files that the actor has sent for this life. Up to one statement. Raises Refused(input)."""
    wanted = set(ids)
    own = own_digests(map(uuid.UUID, wanted), actor, stream, kinds) if wanted else {}
    if len(own) != len(wanted):
        raise _refused("unknown-file", "没有这个文件，或者已用于别的办理。", "请重新上传文件后再提交。")
    return own


def _own(ids: Iterable[uuid.UUID], actor: Actor, stream: str) -> QuerySet[Upload]:
    return Upload.objects.filter(id__in=list(ids), account=actor.person, stream__in=["", stream])


# Kinds of stream that are no lives: whether the actor may still read a file of theirs that they sent
READERS: dict[str, Callable[[Actor, uuid.UUID], bool]] = {}


def find_readable(upload_id: uuid.UUID, actor: Actor) -> tuple[Upload, Any] | None:
    """The file and the life it lies with, as its lists show it, for anybody for whom that exists; a file of none is its
    sender's, while what it was sent for is still theirs to write. None for everybody else.
    """
    upload = find_upload(upload_id)
    if upload is None:
        return None
    if not upload.free:
        row = find_life(actor, upload.stream)
        return (upload, row) if row and AGGREGATES[upload.kind].may_open(actor, row, upload) else None
    own = upload.account == actor.person and (not upload.stream or READERS[upload.kind](actor, upload.life))
    return (upload, None) if own else None


def open_file(upload: Upload) -> File[bytes]:
    """The bytes. The caller has checked the reader. Raises FileNotFoundError when the store lost them."""
    return default_storage.open(upload.key)
