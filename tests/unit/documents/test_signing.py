"""Signatures hold what they promise, and a hostile file gets an answer and nothing else."""

from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pypdf
import pytest

from tests.unit.documents.samples import ORGAN, document
from tests.unit.documents.test_render import xmp_of
from yichuang.documents import verify
from yichuang.documents.content import content_digest
from yichuang.documents.render import render
from yichuang.documents.signing import ROOT_NAME, LocalSealService, SealService, ensure_authority, sign
from yichuang.documents.verify import Authority, Examination, read_authority
from yichuang.examining.process import Bounds

WHEN = datetime(2018, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=8)))


LOCKS = Path(tempfile.gettempdir()) / f"yichuang-locks-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def locks() -> Iterator[None]:
    yield
    shutil.rmtree(LOCKS, ignore_errors=True)


def examine(data: bytes, authority: Authority) -> Examination:
    return verify.examine(data, authority, visitor="somebody", locks=LOCKS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seals") / "authority"


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return ensure_authority(folder)


@pytest.fixture(scope="module")
def signed(folder: Path) -> bytes:
    service: SealService = LocalSealService(folder)
    return service.seal(render(document("grant")), ORGAN, "准予行政许可", WHEN)


def test_a_signed_document_is_genuine(signed: bytes, authority: Authority) -> None:
    found = examine(signed, authority)
    assert found.genuine
    assert (found.signer, found.signed_at) == (ORGAN, WHEN)
    assert found.document_digest == content_digest(document("grant"))
    assert "签名有效" in "".join(found.messages)


def test_signing_keeps_the_archival_form(signed: bytes) -> None:
    unsigned = render(document("grant"))
    assert signed.startswith(unsigned)
    assert xmp_of(signed) == xmp_of(unsigned)
    before, after = (pypdf.PdfReader(io.BytesIO(pdf)) for pdf in (unsigned, signed))
    assert "/Version" not in after.root_object
    assert before.metadata == after.metadata


def test_any_flipped_byte_is_noticed(signed: bytes, authority: Authority) -> None:
    start = signed.rindex(b"/Contents <")
    places = [*range(700, start - 200, 4001), len(signed) - 300]
    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 1
        found = examine(bytes(changed), authority)
        assert not found.intact and not found.genuine, place
        assert found.messages


def test_something_added_after_the_signature_is_noticed(signed: bytes, authority: Authority) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_metadata({"/Title": "另一份"})
    out = io.BytesIO()
    writer.write(out)
    found = examine(out.getvalue(), authority)
    assert found.signed and not found.covers_whole and not found.genuine
    assert "追加" in "".join(found.messages)


def test_something_hidden_in_the_room_of_the_signature_is_noticed(signed: bytes, authority: Authority) -> None:
    place = signed.rindex(b"0000>") + 1
    found = examine(signed[:place] + b"f" + signed[place + 1 :], authority)
    assert found.intact and not found.covers_whole and not found.genuine


def test_a_second_signature_of_a_stranger_is_not_ours(signed: bytes, authority: Authority, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    from yichuang.documents.signing import _signer

    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    signers.PdfSigner(signers.PdfSignatureMetadata(field_name="Other"), _signer(tmp_path, ORGAN)).sign_pdf(
        writer, output=out
    )
    found = examine(out.getvalue(), authority)
    assert found.signed and found.intact and not found.trusted and not found.genuine


def test_an_unknown_root_is_named(signed: bytes, tmp_path: Path) -> None:
    found = examine(signed, ensure_authority(tmp_path))
    assert found.intact and not found.trusted and not found.genuine
    assert any(ROOT_NAME in message and "不在本系统信任" in message for message in found.messages)


def test_an_unsigned_document_says_so(authority: Authority) -> None:
    found = examine(render(document("grant")), authority)
    assert found.readable and not found.signed and not found.genuine
    assert found.messages == ("文件没有电子签名。",)


def test_the_root_is_published_without_its_key(folder: Path, authority: Authority) -> None:
    assert read_authority(folder) == authority
    assert b"PRIVATE" not in (folder / "root.cer").read_bytes()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_many_first_users_agree_on_one_authority(tmp_path: Path) -> None:
    source = str(Path(verify.__file__).parents[2])
    code = (
        f"import sys; sys.path.insert(0, {source!r})\n"
        "from pathlib import Path\n"
        "from yichuang.documents.signing import ensure_authority\n"
        f"print(ensure_authority(Path({str(tmp_path / 'a')!r})).root.hex())\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    roots: set[str] = set()
    threads = [
        threading.Thread(target=lambda: roots.add(ensure_authority(tmp_path / "a").root.hex())) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roots |= {other.communicate()[0].strip() for other in others}
    assert len(roots) == 1
    assert not list((tmp_path / "a").glob(".new-*"))


@pytest.mark.parametrize("organ", ["局" * 100, "../../etc/passwd", "甲\n乙"])
def test_an_organ_may_be_called_anything(organ: str, folder: Path, authority: Authority) -> None:
    found = examine(sign(render(document("receipt")), organ, "收件", folder, WHEN), authority)
    assert found.genuine
    assert found.signer == organ.replace("\n", "\ufffd")


def test_signing_refuses_what_it_cannot_state(folder: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(b"%PDF-", ORGAN, "", folder, WHEN.replace(tzinfo=None))
    with pytest.raises(ValueError, match="organ"):
        sign(b"%PDF-", " ", "", folder, WHEN)


def _bomb(layers: int) -> bytes:
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 << 24)) for _ in range(40)) + packer.flush()
    for _ in range(layers - 1):
        body = zlib.compress(body)
    filters = b"[" + b"/FlateDecode " * layers + b"]"
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 90000000/Index[0 90000000]/W[1 4 2]/Root 1 0 R/Filter" + filters
        + b"/Length %d>>\nstream\n" % len(body) + body + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"
    )  # fmt: skip


def _long_table() -> bytes:
    count = 400_000
    rows = b"0000000009 00000 n \n" * count
    return (
        b"%%PDF-1.7\nxref\n0 %d\n" % count + rows + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n9\n%%%%EOF" % count
    )


def _loop() -> bytes:
    return b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"


def _deep() -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + b"[" * 3_000_000 + b"\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n"
    return body + table + b"%d\n%%%%EOF" % len(body)


def _encrypted() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(render(document("grant"))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: b"", "空"),
        (lambda: b"MZ\x90\x00" * 100, "不是PDF"),
        (lambda: b"%PDF-1.7", "损坏"),
        (lambda: render(document("grant"))[:9000], "损坏"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, "损坏"),
        (lambda: b"%PDF-1.7" + bytes(verify.MAX_BYTES), "超过20MB"),
        (lambda: _bomb(1), "限定"),
        (lambda: _bomb(2), "损坏"),
        (_long_table, ""),
        (_loop, "损坏"),
        (_deep, "损坏"),
        (_encrypted, "加密"),
    ],
    ids=["empty", "other", "head", "cut", "noise", "large", "bomb", "bombs", "table", "loop", "deep", "encrypted"],
)
def test_a_hostile_file_gets_an_answer(make: object, word: str, authority: Authority) -> None:
    found = examine(make(), authority)  # type: ignore[operator]
    assert not found.genuine and not found.signed
    assert found.messages and word in found.messages[0]


def test_past_its_bounds_the_child_is_gone_and_the_next_file_is_looked_at(
    signed: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(verify, "BOUNDS", Bounds(memory=1024 * 1024))
        found = examine(signed, authority)
    assert not found.genuine and "限定的时间" in found.messages[0]
    assert examine(signed, authority).genuine


def test_two_threads_examine_at_once(signed: bytes, authority: Authority) -> None:
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(examine(signed, authority).genuine)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
