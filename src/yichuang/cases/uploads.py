"""Files people send: checked for name, size and content before they are kept, and read back only by who may.

A file's bytes never decide anything here beyond whether it is what its name says; the bytes lie in the file store under
a key that tells nothing. No address and no page enters.
"""

from __future__ import annotations

import io
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from yichuang.cases import queries
from yichuang.cases.core.refusal import Kind, Refused
from yichuang.cases.models import Draft, Upload
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20  # of one material
# A document that is a zip container: what an honest one needs stays far below these
MOST_MEMBERS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100  # unpacked : packed
_DIRECTORY = 1024 * 1024  # bytes of a container's table of contents that are looked at
_LONGEST_NAME = 100  # characters

ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "iso"})


@dataclass(frozen=True, slots=True)
class Type:
    """A type of file taken: its media type and the test of its content, which says what is wrong or nothing."""

    media: str
    fault: Callable[[bytes], str]


# --- what is in a file ------------------------------------------------------------------------------------------------

_OTHER = "内容不是{}文件"
_BROKEN = "文件不完整或已损坏"


def _pdf(data: bytes) -> str:
    if b"%PDF-" not in data[:1024]:
        return _OTHER.format("PDF ")
    return "" if b"%%EOF" in data[-4096:] else _BROKEN


def _jpg(data: bytes) -> str:
    return "" if data[:3] == b"\xff\xd8\xff" else _OTHER.format("JPG 图片")


def _png(data: bytes) -> str:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return _OTHER.format("PNG 图片")
    return "" if b"IEND" in data[-1024:] else _BROKEN


def _dwg(data: bytes) -> str:
    return "" if re.match(rb"AC10\d\d", data[:6]) else _OTHER.format("DWG 图纸")


def _container(member: str, word: str) -> Callable[[bytes], str]:
    """The test of a document that is a zip container and must hold `member`."""

    def fault(data: bytes) -> str:
        if data[:4] != b"PK\x03\x04":
            return _OTHER.format(word)
        if not _small_directory(data):
            return "内部结构异常，疑似压缩炸弹"
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return _inside(archive, len(data), member, word)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
            return _BROKEN

    return fault


def _small_directory(data: bytes) -> bool:
    """Whether the table of contents at the end is of an honest size, before anything reads it: a table of a million
    lines costs more memory than the file. Zip64, which no file below 20 MB needs, is refused."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65557))
    if end < 0 or len(data) < end + 22:
        return True  # no end record: `ZipFile` says that it is broken
    members = int.from_bytes(data[end + 10 : end + 12], "little")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return members <= MOST_MEMBERS and size <= _DIRECTORY and data[max(0, end - 20) : end][:4] != b"PK\x06\x07"


def _inside(archive: zipfile.ZipFile, packed: int, member: str, word: str) -> str:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if member not in names:
        return _OTHER.format(word)
    if any(info.flag_bits & 1 for info in infos):
        return "文件加了密码，请去掉密码"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "文件带有宏，请另存为不带宏的格式"
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > packed * MOST_RATIO:
        return "解开后过大，疑似压缩炸弹"
    return _unpacks(archive, infos)


def _unpacks(archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo]) -> str:
    """Unpack everything once, piece by piece: sizes in a container may lie."""
    room = MOST_UNPACKED
    for info in infos:
        with archive.open(info) as member:
            while piece := member.read(1 << 20):
                room -= len(piece)
                if room < 0:
                    return "解开后过大，疑似压缩炸弹"
    return ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, Type] = {
    "pdf": Type("application/pdf", _pdf),
    "jpg": Type("image/jpeg", _jpg),
    "png": Type("image/png", _png),
    "docx": Type(_OFFICE + "wordprocessingml.document", _container("word/document.xml", "Word 文档")),
    "xlsx": Type(_OFFICE + "spreadsheetml.sheet", _container("xl/workbook.xml", "Excel 表格")),
    "ofd": Type("application/ofd", _container("OFD.xml", "OFD 版式")),
    "dwg": Type("image/vnd.dwg", _dwg),
}


def taken(wanted: Iterable[str]) -> tuple[str, ...]:
    """Of the kinds of file a standard names, those this system takes; archives and films never."""
    return tuple(kind for kind in wanted if kind in TYPES)


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


# --- acts -------------------------------------------------------------------------------------------------------------


def check(name: str, data: bytes, wanted: Iterable[str]) -> str:
    """The type of the file, one of `wanted`. Raises Refused(input), saying what is wrong and what to do."""
    kinds = taken(wanted)
    offer = "、".join(kind.upper() for kind in kinds)
    extension = extension_of(name)
    said = f"“{name}”"
    if len(data) > MOST_BYTES:
        raise too_big(name)
    if not data:
        raise _refused("empty-file", f"{said}是空文件（0 字节），没有内容。", "请检查原文件能否打开，再重新选择。")
    if extension in ARCHIVES:
        raise _refused("archive", f"{said}是压缩包，不能接收。", f"请解压后把里面的文件逐个上传（{offer}）。")
    if extension not in kinds:
        raise _refused("file-type", f"{said}的格式不在可收之列。", f"这份材料可以上传 {offer}。")
    if fault := TYPES[extension].fault(data):
        raise _refused("file-content", f"{said}不能接收：{fault}。", f"请用原软件另存为 {offer} 后重新上传。")
    return extension


def too_big(name: str) -> Refused:
    """The refusal of a file above the limit, for a face that stopped reading it."""
    most = MOST_BYTES // 1024 // 1024
    return _refused(
        "file-too-big", f"“{clean_name(name)}”超过 {most} MB，不能接收。", "请缩小照片或者分成几个文件上传。"
    )


def _refused(code: str, message: str, next: str) -> Refused:
    return Refused(code, message, next=next, kind=Kind.INPUT)


def keep(
    name: str,
    data: bytes,
    *,
    actor: Actor,
    material: str,
    wanted: Iterable[str],
    draft: Draft | None = None,
    case_id: uuid.UUID | None = None,
) -> Upload:
    """Check a file and keep it for a material of a draft or of a case. Raises Refused(input).

    Whether the case is the actor's to supply is for the door to say: a file that no command names is given to nobody.
    """
    name = clean_name(name)
    kind = check(name, data, wanted)
    beside = Upload.objects.filter(draft=draft, case_id=case_id, account=actor.person, material=material)
    if beside.count() >= MOST_FILES:
        message = f"这份材料已有 {MOST_FILES} 个文件，不能再加。"
        raise _refused("too-many-files", message, "请把几页合成一个 PDF，或者先删去不用的。")
    id = uuid.uuid4()
    key = default_storage.save(f"{id.hex[:2]}/{id.hex}", ContentFile(data))
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                id=id,
                account=actor.person,
                draft=draft,
                case_id=case_id,
                material=material,
                name=name,
                type=kind,
                size=len(data),
                digest=sm3(data).hex(),
                key=key,
            )
            body = {"upload": str(id), "material": material, "type": kind, "size": len(data), "digest": upload.digest}
            record(f"upload/{actor.person}", "file_kept", body, actor)
    except BaseException:
        default_storage.delete(key)  # bytes without a row would never be found again
        raise
    return upload


def drop(upload: Upload, actor: Actor, *, named: bool | None = None) -> None:
    """Delete a file that was not filed yet. Raises Refused(stale) for one that a command has given to a case.

    `named` says whether a command has; without a word a file that lies with a case counts as given.
    """
    if (upload.case_id is not None) if named is None else named:
        message = "已经随申请提交的文件不能删去。"
        raise Refused(
            "filed-already", message, next="需要更换的，请等补正告知，或者撤回申请后重新提交。", kind=Kind.STALE
        )
    with transaction.atomic():
        record(f"upload/{actor.person}", "file_dropped", {"upload": str(upload.id)}, actor)
        upload.delete()
        transaction.on_commit(lambda: default_storage.delete(upload.key))


def file_to(uploads: Iterable[uuid.UUID], account: str, case_id: uuid.UUID | str) -> None:
    """The files a command named belong to the case from now on: they leave the draft and can't be deleted."""
    Upload.objects.filter(id__in=list(uploads), account=account, case_id=None).update(case_id=case_id)


def staged(case_id: uuid.UUID, account: str, named: Iterable[uuid.UUID]) -> list[Upload]:
    """The account's files that lie with a case and that no command has given to it yet, the oldest first."""
    mine = Upload.objects.filter(case_id=case_id, account=account).exclude(id__in=list(named))
    return list(mine.order_by("created_at"))


def readable(upload_id: uuid.UUID, actor: Actor) -> tuple[Upload, queries.Row | None] | None:
    """The file and its case, for anybody for whom the case exists; a file of no case is its sender's, while they may
    still speak for whom the draft is. None for everybody else.
    """
    upload = Upload.objects.filter(pk=upload_id).select_related("draft").first()
    if upload is None:
        return None
    if upload.case_id:
        row = queries.visible(actor, upload.case_id)
        return (upload, row) if row else None
    own = upload.account == actor.person and (upload.draft is None or may_draft(actor, upload.draft))
    return (upload, None) if own else None


def may_draft(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may still write this draft of theirs: a window for anybody, an agent while their mandate
    holds.
    """
    item = draft.standard.split("/")[1]
    return bool(actor.post_kind) or draft.subject in actor.subjects or (draft.subject, item) in actor.limited


def open_file(upload: Upload) -> File[bytes]:
    """The bytes. The caller has checked the reader. Raises FileNotFoundError when the store lost them."""
    return default_storage.open(upload.key)
