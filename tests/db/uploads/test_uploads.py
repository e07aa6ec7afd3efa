"""Files that people send: what is taken, what is refused and in which words, and who reads them back."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yichuang.cases.core.refusal import Kind, Refused
from yichuang.ledger.actor import Actor

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 64 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 40 + b"IEND\xaeB`\x82"
OWNER = Actor(person="a:1", subjects=("s:1",))
ALL = ("pdf", "jpg", "png", "docx", "xlsx", "ofd", "dwg", "zip")


def container(member: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<document/>")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


DOCX = container("word/document.xml")
XLSX = container("xl/workbook.xml")
OFD = container("OFD.xml")


@pytest.fixture
def store(db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    yield tmp_path


def keep(name: str, data: bytes, wanted: tuple[str, ...] = ALL, actor: Actor = OWNER, **more: Any) -> Any:
    from yichuang.cases import uploads

    return uploads.keep(name, data, actor=actor, material="M01", wanted=wanted, **more)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("申请书.pdf", PDF, "pdf"),
        ("照片.JPG", JPG, "jpg"),
        ("照片.jpeg", JPG, "jpg"),
        ("图.png", PNG, "png"),
        ("制度.docx", DOCX, "docx"),
        ("清单.xlsx", XLSX, "xlsx"),
        ("证照.ofd", OFD, "ofd"),
        ("总平面.dwg", b"AC1032" + b"\0" * 50, "dwg"),
    ],
)
def test_what_a_file_says_it_is_and_is_is_taken(store: Path, name: str, data: bytes, kind: str) -> None:
    from yichuang.cases import uploads
    from yichuang.kernel.sm3 import sm3
    from yichuang.ledger.models import Entry

    upload = keep(name, data)
    assert (upload.type, upload.size, upload.digest) == (kind, len(data), sm3(data).hex())
    assert uploads.open_file(upload).read() == data
    assert name.rpartition(".")[0] not in upload.key  # the key tells nothing
    entry = Entry.objects.get(stream="upload/a:1")
    assert entry.kind == "file_kept" and name not in entry.body  # names are personal, the ledger holds none


@pytest.mark.parametrize(
    ("name", "data", "code", "words"),
    [
        ("空.pdf", b"", "empty-file", "0 字节"),
        ("木马.exe", b"MZ", "file-type", "格式不在可收之列"),
        ("无扩展名", PDF, "file-type", "格式不在可收之列"),
        ("材料.zip", DOCX, "archive", "压缩包"),
        ("材料.rar", b"Rar!", "archive", "解压后"),
        ("改名.pdf", JPG, "file-content", "不是PDF"),
        ("改名.jpg", PDF, "file-content", "JPG"),
        ("改名.png", JPG, "file-content", "PNG"),
        ("改名.docx", PDF, "file-content", "Word"),
        ("改名.docx", XLSX, "file-content", "Word"),
        ("改名.xlsx", DOCX, "file-content", "Excel"),
        ("改名.ofd", DOCX, "file-content", "OFD"),
        ("截断.pdf", PDF[:20], "file-content", "不完整"),
        ("截断.docx", DOCX[:-30], "file-content", "不完整"),
        ("宏.docx", container("word/document.xml", **{"word__vbaProject.bin": b"x"}), "file-content", "宏"),
        ("网页.pdf.html", b"<script>", "file-type", "格式不在可收之列"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(store: Path, name: str, data: bytes, code: str, words: str) -> None:
    from yichuang.cases.models import Upload

    with pytest.raises(Refused) as caught:
        keep(name, data)
    refused = caught.value
    assert (refused.code, refused.kind) == (code, Kind.INPUT)
    assert words in refused.message + refused.next and refused.next
    assert not Upload.objects.exists() and not list(store.rglob("*.*"))


def test_a_file_above_the_limit_is_refused(store: Path) -> None:
    with pytest.raises(Refused, match="20 MB") as caught:
        keep("大.pdf", b"%PDF-1.7" + b"0" * (20 * 1024 * 1024) + b"%%EOF")
    assert caught.value.code == "file-too-big"


def test_the_limit_itself_is_taken(store: Path) -> None:
    data = PDF[:-6] + b"0" * (20 * 1024 * 1024 - len(PDF)) + PDF[-6:]
    assert keep("刚好.pdf", data).size == 20 * 1024 * 1024


def test_a_standard_says_which_kinds_it_wants(store: Path) -> None:
    with pytest.raises(Refused, match="格式") as caught:
        keep("制度.docx", DOCX, wanted=("pdf", "jpg"))
    assert "PDF、JPG" in caught.value.next


def bombs() -> dict[str, bytes]:
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
        for n in range(2100):
            archive.writestr(f"m{n}", "")
    encrypted = bytearray(DOCX)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = encrypted.find(sign)
        while place >= 0:
            encrypted[place + offset] |= 1
            place = encrypted.find(sign, place + 4)
    # the table of contents says 11 bytes where 30 MB unpack: what reads on trust is caught out
    lying = bytearray(container("word/document.xml", big=b"\0" * 30_000_000))
    real = (30_000_000).to_bytes(4, "little")
    while (place := lying.find(real)) >= 0:
        lying[place : place + 4] = (11).to_bytes(4, "little")
    return {
        "ratio": container("word/document.xml", big=b"\0" * 30_000_000),
        "members": many.getvalue(),
        "encrypted": bytes(encrypted),
        "lying": bytes(lying),
        "zip64": DOCX[:-22] + b"PK\x06\x07" + b"\0" * 16 + DOCX[-22:],
    }


@pytest.mark.parametrize("kind", ["ratio", "members", "encrypted", "lying", "zip64"])
def test_bombs_and_lying_containers_are_refused(store: Path, kind: str) -> None:
    with pytest.raises(Refused) as caught:
        keep("炸弹.docx", bombs()[kind])
    assert caught.value.code == "file-content"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\文件\\申请书.pdf", "申请书.pdf"),
        ("<script>alert(1)<／script>.pdf", "<script>alert(1)<／script>.pdf"),
        ("发票\u202efdp.exe.pdf", "发票fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("䶮𠮷𫘨.pdf", "䶮𠮷𫘨.pdf"),
        ("..pdf", "pdf"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
    ],
)
def test_names_are_made_harmless_and_stay_readable(raw: str, kept: str) -> None:
    from yichuang.cases.uploads import clean_name

    assert clean_name(raw) == kept


def test_no_more_than_twenty_files_of_one_material(store: Path) -> None:
    for n in range(20):
        keep(f"{n}.pdf", PDF)
    with pytest.raises(Refused, match="20 个文件"):
        keep("21.pdf", PDF)


def test_the_sender_and_those_who_see_the_case_read_it(store: Path, city: Any) -> None:
    from yichuang.cases import uploads

    sender = Actor(person="a:90", subjects=("s:1",))
    case = city.submit(actor=sender).case
    upload = keep("a.pdf", PDF, actor=sender, case_id=uuid.UUID(case.id))
    loose = keep("b.pdf", PDF, actor=sender)
    stranger = Actor(person="a:99", subjects=("s:99",))
    partner = Actor(person="a:98", subjects=("s:1",))
    elsewhere = Actor(person="a:97", post="p", post_kind="window", division="410122", department="410122/zwb")
    for actor in (sender, partner, city.window, city.reviewer):
        found = uploads.readable(upload.id, actor)
        assert found and found[0] == upload and found[1] and str(found[1].id) == case.id
    for actor in (stranger, elsewhere):
        assert uploads.readable(upload.id, actor) is None
    for actor in (partner, city.window):
        assert uploads.readable(loose.id, actor) is None
    assert uploads.readable(loose.id, sender) == (loose, None)
    gone = Actor(person="a:90")  # the sender, who may speak for the applicant no longer
    assert uploads.readable(upload.id, gone) is None


@pytest.mark.django_db(transaction=True)
def test_a_dropped_file_leaves_nothing_and_a_filed_one_stays(settings: Any, tmp_path: Path) -> None:
    from yichuang.cases import uploads
    from yichuang.cases.models import Upload

    settings.MEDIA_ROOT = tmp_path
    upload = keep("a.pdf", PDF)
    uploads.drop(upload, OWNER)
    assert not Upload.objects.exists()
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    filed = keep("b.pdf", PDF, case_id=uuid.uuid4())
    with pytest.raises(Refused, match="不能删去"):
        uploads.drop(filed, OWNER)
