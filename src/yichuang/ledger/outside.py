"""The copy outside the database: every seal with its leaves as it is made, and the signed root of each day.

The folder is `ROOTS` of the settings (a write-once medium or another machine in production). The signing key is the
installation's Ed25519 key; the public key lies beside the roots. Who can change the database cannot change these.

Files of seals are only ever added to. A power cut may leave half a line at the end of one: the next sealing ends that
line, says so in a line of its own (`{"torn": …}`), and writes again the seal that it should have held.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3

PUBLIC = "public-key.pem"
SEALS = "*.seals.jsonl"
DAYS = "????-??-??.json"
TORN = "torn"  # the one key of a line that says what was mended
MOST = 2**53  # beyond it a number has no canonical form
log = logging.getLogger("yichuang.ledger")
Seal = dict[str, Any]


@dataclass
class FolderReading:
    """Collects problems of reading the folder, as (where, what is wrong), and notes for the reader."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, where: str, text: str) -> None:
        """Beyond the first thousand they are not kept: a file may hold a million lines of anything."""
        if len(self.problems) < 1000:
            self.problems.append((where, text))


@dataclass(frozen=True, slots=True)
class Outside:
    """The folder of roots and, for who signs, the private key's file."""

    folder: Path
    key: Path | None = None

    def append_seal(self, day: date, seal: Seal) -> None:
        """Add a seal, with its leaves, to the day's file; on disk before this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _append(self.folder / f"{day}.seals.jsonl", (canonical(seal) + "\n").encode())

    def mend_lines(self, inside: Callable[[int], Seal | None]) -> int:
        """End the lines that a power cut left half-written, and write again the seals they should have held, which
        `inside` reads from the database by number; how many lines. The torn text stays where it is.
        """
        torn = [file for file in sorted(self.folder.glob(SEALS))[-2:] if not _ends_well(file)]  # older ones were mended
        if not torn:
            return 0
        number = max((seal["number"] for seal in self.read_seals()), default=0)
        for file in torn:
            line = file.read_bytes().rpartition(b"\n")[2]
            if read_seal(line):  # only the end of the line is missing
                _append(file, b"\n")
                continue
            torn_line = {TORN: {"bytes": len(line), "sm3": sm3(line).hex()}}
            _append(file, f"\n{canonical(torn_line)}\n".encode())
            log.warning("%s: a half-written line of %d bytes was ended", file.name, len(line))
            while seal := inside(number + 1):
                _append(file, (canonical(seal) + "\n").encode())
                log.warning("%s: seal %d was written again from the database", file.name, number + 1)
                number += 1
        return len(torn)

    def read_seals(self, reading: FolderReading | None = None) -> Iterator[Seal]:
        """All complete seals of the folder, oldest first. Other lines are added to `reading`. Raises nothing."""
        reading = reading or FolderReading()
        for file in sorted(self.folder.glob(SEALS)):
            try:
                with open(file, "rb") as lines:
                    yield from _seals(file.name, lines, reading)
            except OSError as error:
                reading.add(file.name, f"读不出来（{error.strerror}）。")

    def write_day(self, day: date, content: dict[str, Any]) -> None:
        """Sign and write the root of a day. Does nothing when the day's file exists."""
        file = self.folder / f"{day}.json"
        if file.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        text = canonical(content)
        signature = self._private().sign(text.encode()).hex()
        temporary = file.with_suffix(f".{os.getpid()}")
        wrapped = json.dumps({"content": text, "signature": signature}, ensure_ascii=False)
        try:
            # on disk before it has its name: otherwise a crash could leave an empty root for ever
            with open(temporary, "w", encoding="utf-8") as out:
                out.write(wrapped)
                out.flush()
                os.fsync(out.fileno())
            with suppress(FileExistsError):
                os.link(temporary, file)
        finally:
            temporary.unlink(missing_ok=True)  # also when the disk is full

    def read_days(self, reading: FolderReading | None = None) -> Iterator[tuple[str, dict[str, Any], bool]]:
        """(file name, content, signature holds) of every signed day, oldest first; what is none is told to `reading`.
        Raises nothing.
        """
        reading = reading or FolderReading()
        files = sorted(self.folder.glob(DAYS))
        try:
            public = self.read_public_key() if files else None
        except (OSError, ValueError, TypeError):
            reading.add(PUBLIC, "公钥不见了或读不出来，日根的签名无从核对。")
            public = None
        for file in files:
            try:
                wrapped = json.loads(file.read_bytes())
                text, signature = wrapped["content"], wrapped["signature"]
                content = json.loads(text)
                if not (_number(content["last_seal"]) and _hash(content["chain"])):
                    raise ValueError
            except OSError as error:
                reading.add(f"日根 {file.name}", f"读不出来（{error.strerror}）。")
            except (ValueError, TypeError, KeyError, RecursionError):
                reading.add(f"日根 {file.name}", "不是完整的日根文件。")
            else:
                yield file.name, content, public is not None and _signed(public, text, signature)

    def read_public_key(self) -> Ed25519PublicKey:
        """The public key beside the roots. Raises FileNotFoundError before anything was ever signed."""
        key = serialization.load_pem_public_key((self.folder / PUBLIC).read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("the public key beside the roots is not Ed25519")
        return key

    def _private(self) -> Ed25519PrivateKey:
        assert self.key is not None, "a reader of roots does not sign"
        if not self.key.exists():
            self._make_key()
        key = serialization.load_pem_private_key(self.key.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the ledger's key is not Ed25519")
        if not (self.folder / PUBLIC).exists():
            pem = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            (self.folder / PUBLIC).write_bytes(pem)
        return key

    def _make_key(self) -> None:
        assert self.key is not None
        self.key.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        temporary = self.key.with_suffix(f".{os.getpid()}")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(pem)
        with suppress(FileExistsError):
            os.link(temporary, self.key)
        temporary.unlink()


def configured_outside() -> Outside:
    """The folder and key of this installation."""
    from django.conf import settings

    return Outside(Path(settings.ROOTS_DIR), Path(settings.SECRETS_DIR) / "ledger-key.pem")


# --- lines ------------------------------------------------------------------------------------------------------------


def read_seal(line: bytes) -> Seal | None:
    """The seal in a line; None when the line is incomplete or a value has the wrong type."""
    try:
        seal = json.loads(line)
        numbers = [seal[name] for name in ("number", "first", "last", "entries", "sealed_at")]
        hashes = [seal[name] for name in ("root", "prev", "chain")]
        well_formed = all(map(_number, numbers)) and all(map(_hash, hashes)) and all(map(_leaf, seal["leaves"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return seal if well_formed else None


def _seals(name: str, lines: Iterator[bytes], reading: FolderReading) -> Iterator[Seal]:
    torn, where = b"", ""  # a line that is no seal, until the next one says that it was mended
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\n")
        seal = read_seal(line)
        if torn and (seal or not _mends(line, torn)):
            reading.add(where, "不是完整的封存记录。")
        elif torn:
            reading.notes.append(f"{where}只写了一半（断电），{len(torn)} 字节留在原处；其后已补写。")
            torn = b""
            continue
        torn = b""
        if seal:
            yield seal
        elif line:
            torn, where = line, f"{name} 第{number}行"
    if torn:
        reading.add(where, "不是完整的封存记录；若是断电写了一半，下一次封存时会补正。")


def _mends(line: bytes, torn: bytes) -> bool:
    try:
        torn_line = json.loads(line)[TORN]
        return bool(torn_line["sm3"] == sm3(torn).hex())
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def _number(value: Any) -> bool:
    return type(value) is int and abs(value) < MOST


def _hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and all(c in "0123456789abcdef" for c in value)


def _leaf(leaf: Any) -> bool:
    stream, seq, hash = leaf
    return isinstance(stream, str) and "\0" not in stream and bool(stream.encode()) and _number(seq) and _hash(hash)


def _signed(public: Ed25519PublicKey, text: str, signature: Any) -> bool:
    try:
        public.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _ends_well(file: Path) -> bool:
    """Whether the file is empty or its last line is ended. Unreadable ones are left alone: verify names them."""
    try:
        with open(file, "rb") as opened:
            if opened.seek(0, os.SEEK_END) == 0:
                return True
            opened.seek(-1, os.SEEK_END)
            return opened.read(1) == b"\n"
    except OSError:
        return True


def _append(file: Path, data: bytes) -> None:
    try:
        with open(file, "ab") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        if file.exists() and not file.stat().st_size:
            file.unlink()  # a full disk takes the name of a file, and no byte of it
        raise
