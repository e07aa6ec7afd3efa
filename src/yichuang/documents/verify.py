"""Examining a PDF that anyone hands in: is it signed, whole, and signed by whom (3.5c: anyone can verify).

The file is hostile until proven otherwise. It is parsed in a child process with a bound on memory and a deadline,
which is killed and replaced when it misbehaves; the web process never parses it, and does not import pyhanko.
What never enters: the database, the network, private keys.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import resource
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature

MAX_BYTES = 20 * 1024 * 1024
DEADLINE_SECONDS = 10.0
_QUEUE_SECONDS = 30.0  # how long one examination waits for those before it
_MEMORY_BYTES = 512 * 1024 * 1024  # the child itself takes about 70 MB of address space
_MAX_SIGNATURES = 8
_MAX_NAME = 120  # characters
_HEADER = struct.Struct(">II")
_DIGEST = re.compile(r"SM3:([0-9a-f]{64})")


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


def examine(pdf: bytes, authority: Authority, deadline: float = DEADLINE_SECONDS) -> Examination:
    """Examine a file of unknown origin. Never raises for what the file contains; takes `deadline` seconds at most,
    besides the wait for examinations before it."""
    if not pdf:
        return Examination(messages=("文件是空的，请重新选择文件。",))
    if len(pdf) > MAX_BYTES:
        return Examination(messages=(f"文件超过{MAX_BYTES // 1024 // 1024}MB，不是本系统出具的文书。",))
    if b"%PDF-" not in pdf[:1024]:
        return Examination(messages=("不是PDF文件，请选择本系统出具的文书原件。",))
    return _child.examine(pdf, authority.root, deadline)


class _Child:
    """The process that parses, started when first needed; one examination at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # a forked copy of this object must not talk to its parent's child

    def examine(self, pdf: bytes, root: bytes, deadline: float) -> Examination:
        if not self._lock.acquire(timeout=_QUEUE_SECONDS):
            return Examination(messages=("正在核验的文件较多，请稍后再试。",))
        try:
            answer = self._ask(pdf, root, deadline)
        finally:
            self._lock.release()
        if answer is None:
            return Examination(messages=("文件无法在限定的时间和内存内检查完毕，不能认定为本系统出具的文书。",))
        when = answer.pop("signed_at")
        messages = tuple(answer.pop("messages"))
        return Examination(**answer, messages=messages, signed_at=datetime.fromisoformat(when) if when else None)

    def _ask(self, pdf: bytes, root: bytes, deadline: float) -> dict[str, Any] | None:
        """Send the file and read the answer; None when the child died or was killed at the deadline."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        alarm = threading.Timer(deadline, process.kill)
        alarm.start()
        answer = b""
        with contextlib.suppress(OSError):
            process.stdin.write(_HEADER.pack(len(pdf), len(root)) + pdf + root)
            process.stdin.flush()
            answer = process.stdout.readline()
        alarm.cancel()
        if not answer.endswith(b"\n"):
            self._drop(process)
            return None
        found: dict[str, Any] = json.loads(answer)
        return found

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is None or self._owner != os.getpid() or process.poll() is not None:
            process = self._process = _start()
            self._owner = os.getpid()
        return process

    def _drop(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process = None


_child = _Child()


def _start() -> subprocess.Popen[bytes]:
    """Start the child and wait until it has imported what it needs, so that the deadline is for the file alone."""
    source = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", "from yichuang.documents.verify import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": source, "LC_ALL": "C.UTF-8"},  # nothing of ours: no secret is within a hostile file's reach
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


# Below here runs in the child.


def serve() -> None:
    """Answer examinations from standard input until it ends. Run by the child only."""
    import logging

    import pyhanko.sign.validation  # noqa: F401  imported before the first question, see `_start`

    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    _answer(target, {})
    while header := source.read(_HEADER.size):
        size, root_size = _HEADER.unpack(header)
        pdf, root = source.read(size), source.read(root_size)
        try:
            found = inspect(pdf, root)
        except MemoryError:
            os._exit(1)  # a process that ran out of memory is not trusted with the next file
        _answer(target, {**vars(found), "signed_at": found.signed_at.isoformat() if found.signed_at else None})


def _answer(target: IO[bytes], found: dict[str, Any]) -> None:
    target.write(json.dumps(found).encode() + b"\n")
    target.flush()


def inspect(pdf: bytes, root: bytes) -> Examination:
    """Examine in this process, without its bounds: for the child, and for files we made ourselves."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        encrypted = reader.encrypted
        signatures = [] if encrypted else reader.embedded_signatures
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return Examination(messages=("文件已损坏或者结构不合规范，无法读取。",))
    if encrypted:
        return Examination(messages=("文件已加密，无法核验。本系统出具的文书不加密。",))
    found = Examination(readable=True, document_digest=_stated_digest(reader))
    if not signatures:
        return replace(found, messages=("文件没有电子签名。",))
    if len(signatures) > _MAX_SIGNATURES:
        return replace(found, signed=True, messages=(f"文件有{len(signatures)}个签名，不是本系统出具的文书。",))
    each = [_one_signature(signature, root) for signature in signatures]
    last = each[-1]  # embedded signatures come in the order of signing
    return replace(
        found,
        signed=True,
        intact=all(one.intact for one in each),
        trusted=all(one.trusted for one in each),
        signer=last.signer,
        signed_at=last.signed_at,
        covers_whole=last.covers_whole,
        messages=tuple(message for one in each for message in one.messages),
    )


def _stated_digest(reader: PdfFileReader) -> str:
    """The content digest that `render` put among the keywords; empty when there is none."""
    try:
        keywords = str(reader.trailer["/Info"]["/Keywords"])
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return ""
    match = _DIGEST.search(keywords)
    return match.group(1) if match else ""


def _one_signature(signature: EmbeddedPdfSignature, root: bytes) -> Examination:
    """Judge one signature: the bytes it covers, the certificate's chain to our root, and what lies outside it."""
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        context = ValidationContext(trust_roots=list(load_certs_from_pemder_data(root)), allow_fetching=False)
        status = validate_pdf_signature(signature, context, skip_diff=True)
        intact = status.intact and status.valid
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _padding_is_empty(signature)
        signer, issuer = _name(status.signing_cert.subject), _name(status.signing_cert.issuer)
        when = signature.self_reported_timestamp
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return Examination(messages=("签名数据已损坏，无法核验，文件可能被改动。",))
    messages = [f"签名人：{signer}。"]
    if when:
        messages.append(f"签署时间（签名人声明，未加盖时间戳）：{when:%Y-%m-%d %H:%M:%S%z}。")
    if not intact:
        messages.append("签名与内容不符：文件在签名之后被改动。")
    elif not status.trusted:
        messages.append(f"签名证书由“{issuer}”签发，不在本系统信任的根证书之列，不能证明签名人身份。")
    else:
        messages.append("签名有效，签名覆盖的内容未被改动。")
    if not whole:
        messages.append("签名没有覆盖整个文件：签名之后又追加了内容。")
    return Examination(
        intact=intact,
        trusted=status.trusted,
        signer=signer,
        signed_at=when,
        covers_whole=whole,
        messages=tuple(messages),
    )


def _padding_is_empty(signature: EmbeddedPdfSignature) -> bool:
    """The room left in the signature's place is the one part no signature covers: nothing may hide there."""
    contents = bytes(signature.pkcs7_content)
    size = contents[1]
    end = 2 + size
    if size > 0x7F:  # DER, long form: the low bits count the octets of the length
        end = 2 + (size & 0x7F)
        end += int.from_bytes(contents[2:end], "big")
    return not contents[end:].strip(b"\0")


def _name(name: Any) -> str:
    """The organisation's or common name of a certificate's subject or issuer, cut to what a page can show."""
    native = name.native
    text = str(native.get("organization_name") or native.get("common_name") or name.human_friendly)
    return "".join(char if char.isprintable() else "\ufffd" for char in text)[:_MAX_NAME]
