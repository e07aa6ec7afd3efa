"""Documents that are zip containers (Word, Excel, OFD): what is inside, what it unpacks to, no password, no macro."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable

from yichuang.examining.results import BOMB, BROKEN, GOOD, OTHER, Examined

# What an honest document needs stays far below these
MOST_MEMBERS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100  # unpacked : packed
_DIRECTORY = 1024 * 1024  # bytes of a container's table of contents that are looked at
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and the wrapping of an encrypted document
PASSWORD = Examined("文件加了密码", "请在原软件里去掉密码（文件—信息—保护文档），另存一份再上传。")


def make_container_test(member: str, word: str) -> Callable[[bytes], Examined]:
    """Make the test of a document format that is a zip container and must hold `member`; `word` names it in Chinese."""

    def test(data: bytes) -> Examined:
        if data[:8] == _OLE:
            encrypted = "EncryptedPackage".encode("utf-16-le") in data
            return PASSWORD if encrypted else Examined(OTHER.format(word), "旧版格式请在原软件里另存为新格式再上传。")
        if data[:4] != b"PK\x03\x04":
            return Examined(OTHER.format(word))
        if not _small_directory(data):
            return Examined("内部结构异常，疑似压缩炸弹")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return _inside(archive, len(data), member, word)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
            return Examined(BROKEN)

    return test


def _small_directory(data: bytes) -> bool:
    """Whether the zip directory at the end of the file has a plausible size, checked before anything reads it: a
    directory of a million lines costs more memory than the file. Zip64, which no file below 20 MB needs, is refused."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65557))
    if end < 0 or len(data) < end + 22:
        return True  # no end record: `ZipFile` says that it is broken
    members = int.from_bytes(data[end + 10 : end + 12], "little")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return members <= MOST_MEMBERS and size <= _DIRECTORY and data[max(0, end - 20) : end][:4] != b"PK\x06\x07"


def _inside(archive: zipfile.ZipFile, packed: int, member: str, word: str) -> Examined:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if member not in names:
        return Examined(OTHER.format(word))
    if any(info.flag_bits & 1 for info in infos):
        return PASSWORD
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return Examined("文件带有宏", "请另存为不带宏的格式再上传。")
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > packed * MOST_RATIO:
        return Examined(BOMB)
    return _unpacks(archive, infos)


def _unpacks(archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo]) -> Examined:
    """Whether everything unpacks within bounds. It is unpacked piece by piece: sizes in a container may lie."""
    room = MOST_UNPACKED
    for info in infos:
        with archive.open(info) as member:
            while piece := member.read(1 << 20):
                room -= len(piece)
                if room < 0:
                    return Examined(BOMB)
    return GOOD
