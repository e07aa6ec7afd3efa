"""Files that people send: what is taken, what is refused and in which words, and who reads them back."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.samples import HEIC, JPG, PDF, PNG, pdf, picture, png_bomb, shared_pages
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.ledger.actor import Actor

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


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def locked_pdf(user: str = "secret") -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(out, encryption=pikepdf.Encryption(user=user, owner="owner"))
    return out.getvalue()


def packed(data: bytes) -> bytes:
    """The same document with its objects compressed together, as most programs write it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
    return out.getvalue()


DOCX = container("word/document.xml")
XLSX = container("xl/workbook.xml")
OFD = container("OFD.xml")


@pytest.fixture
def store(db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    yield tmp_path


def keep(name: str, data: bytes, wanted: tuple[str, ...] = ALL, actor: Actor = OWNER, **more: Any) -> Any:
    from yichuang.aggregates import uploads

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
        ("补零.pdf", pdf(padding=b"\0" * 5000), "pdf"),
        ("补杂.pdf", pdf(padding=bytes(range(256)) * 99), "pdf"),
        ("压缩.pdf", packed(PDF), "pdf"),
        ("限打印.pdf", locked_pdf(""), "pdf"),
        ("动态照片.jpg", JPG + b"\0\0\0\x18ftypmp42" + b"\0" * 999, "jpg"),
    ],
)
def test_what_a_file_says_it_is_and_is_is_taken(store: Path, name: str, data: bytes, kind: str) -> None:
    from yichuang.aggregates import uploads
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
        ("没传完.pdf", PDF[:-200], "file-content", "不完整"),
        ("续写没传完.pdf", PDF + b"4 0 obj\n<</Length 99999>>\nstream\n" + b"x" * 5000, "file-content", "不完整"),
        ("没有页.pdf", PDF.replace(b"Kids[3 0 R]/Count 1", b"Kids[]/Count 0     "), "file-content", "已损坏"),
        ("密码.pdf", locked_pdf(), "file-content", "去掉密码"),
        ("脚本.pdf", pdf(root=b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), "file-content", "脚本"),
        ("藏的脚本.pdf", pdf(b"<</S/#4aavaScript/JS(x)>>", root=b"/Names 4 0 R"), "file-content", "脚本"),
        ("包里的脚本.pdf", packed(pdf(b"<</S/JavaScript/JS(x)>>", root=b"/A 4 0 R")), "file-content", "脚本"),
        ("启动.pdf", pdf(root=b"/OpenAction<</S/Launch/F(calc.exe)>>"), "file-content", "启动其他程序"),
        ("附件.pdf", pdf(b"<</Type/Filespec/F(a)/EF<<>>>>", root=b"/A 4 0 R"), "file-content", "附件"),
        ("页套页.pdf", shared_pages(), "file-content", "另存为"),
        ("密码.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "file-content", "去掉密码"),
        ("旧版.docx", OLE + b"\0" * 99, "file-content", "旧版"),
        ("截断.jpg", JPG[:-1], "file-content", "不完整"),
        ("半张.jpg", picture("JPEG", exif=b"Exif\0\0" + JPG)[:-900], "file-content", "不完整"),
        ("半张.jpeg", picture("JPEG", progressive=True)[:-900], "file-content", "不完整"),
        ("截断.png", PNG[:-1], "file-content", "不完整"),
        ("半张.png", PNG[: len(PNG) // 2], "file-content", "不完整"),
        ("炸弹.png", png_bomb(), "file-content", "炸弹"),
        ("坏照片.heic", HEIC[:-150], "file-content", "兼容性最佳"),
        ("假照片.heic", PDF, "file-content", "JPG"),
        ("截断.docx", DOCX[:-30], "file-content", "不完整"),
        ("宏.docx", container("word/document.xml", **{"word__vbaProject.bin": b"x"}), "file-content", "宏"),
        ("网页.pdf.html", b"<script>", "file-type", "格式不在可收之列"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(store: Path, name: str, data: bytes, code: str, words: str) -> None:
    from yichuang.aggregates.models import Upload

    with pytest.raises(Refused) as caught:
        keep(name, data)
    refused = caught.value
    assert (refused.code, refused.kind) == (code, Kind.INPUT)
    assert words in refused.message + refused.next and refused.next
    assert not Upload.objects.exists() and not list(store.rglob("*.*"))


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.heif", "IMG_0001.jpg"])
def test_a_phones_photo_is_kept_as_jpeg(store: Path, name: str) -> None:
    from PIL import Image

    from yichuang.aggregates import uploads

    upload = keep(name, HEIC)
    data = uploads.open_file(upload).read()
    assert (upload.name, upload.type, upload.size) == ("IMG_0001.jpg", "jpg", len(data))
    with Image.open(io.BytesIO(data)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (96, 64))
        red, _, blue = photo.getpixel((30, 30))
        assert blue > 150 > red and not photo.getexif()
    with pytest.raises(Refused, match="格式"):
        keep(name, HEIC, wanted=("pdf", "png"))


def test_the_file_dialogue_offers_what_is_taken() -> None:
    from yichuang.aggregates.uploads import accepted

    assert accepted(("pdf", "jpg", "zip")) == ".pdf,.jpg,.jpeg,.heic,.heif"
    assert accepted(("png", "docx")) == ".png,.docx"


def test_a_file_above_the_limit_is_refused(store: Path) -> None:
    with pytest.raises(Refused, match="20 MB") as caught:
        keep("大.pdf", b"%PDF-1.7" + b"0" * (20 * 1024 * 1024) + b"%%EOF")
    assert caught.value.code == "file-too-big"


def test_the_limit_itself_is_taken(store: Path) -> None:
    data = pdf(padding=b"\0" * (20 * 1024 * 1024 - len(PDF)))
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
    from yichuang.aggregates.uploads import clean_name

    assert clean_name(raw) == kept


def test_no_more_than_twenty_files_of_one_material(store: Path) -> None:
    for n in range(20):
        keep(f"{n}.pdf", PDF)
    with pytest.raises(Refused, match="20 个文件"):
        keep("21.pdf", PDF)


def test_the_sender_and_those_who_see_the_case_read_it(store: Path, city: Any) -> None:
    from yichuang.aggregates import uploads

    sender = Actor(person="a:90", subjects=("s:1",))
    case = city.submit(actor=sender).state
    upload = keep("a.pdf", PDF, actor=sender, stream=f"case/{case.id}")
    loose = keep("b.pdf", PDF, actor=sender)
    stranger = Actor(person="a:99", subjects=("s:99",))
    partner = Actor(person="a:98", subjects=("s:1",))
    elsewhere = Actor(person="a:97", post="p", post_kind="window", division="410122", department="410122/zwb")
    for actor in (sender, partner, city.window, city.reviewer):
        found = uploads.find_readable(upload.id, actor)
        assert found and found[0] == upload and found[1] and str(found[1].id) == case.id
    for actor in (stranger, elsewhere):
        assert uploads.find_readable(upload.id, actor) is None
    for actor in (partner, city.window):
        assert uploads.find_readable(loose.id, actor) is None
    assert uploads.find_readable(loose.id, sender) == (loose, None)
    gone = Actor(person="a:90")  # the sender, who may speak for the applicant no longer
    assert uploads.find_readable(upload.id, gone) is None


@pytest.mark.django_db(transaction=True)
def test_a_dropped_file_leaves_nothing_and_a_filed_one_stays(settings: Any, tmp_path: Path) -> None:
    from yichuang.aggregates import uploads
    from yichuang.aggregates.models import Upload

    settings.MEDIA_ROOT = tmp_path
    upload = keep("a.pdf", PDF)
    uploads.drop(upload, OWNER)
    assert not Upload.objects.exists()
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    filed = keep("b.pdf", PDF, stream=f"case/{uuid.uuid4()}")
    with pytest.raises(Refused, match="不能删去"):
        uploads.drop(filed, OWNER)


def test_an_older_store_s_files_lie_with_their_case_or_draft(city: Any) -> None:
    """Where a case had it, there; else with its draft; else with nothing yet."""
    from importlib import import_module

    from django.db import connection

    from yichuang.aggregates.models import Upload

    case, draft = uuid.uuid4(), uuid.uuid4()
    streams = {f"case/{case}", f"draft/{draft}", ""}
    for number, stream in enumerate(sorted(streams)):
        keep(f"{number}.pdf", PDF, stream=stream)
    before = list(Upload.objects.order_by("id").values())
    with connection.cursor() as cursor:
        cursor.execute(
            "create table cases_upload as select id, account, material, name, type, size, digest, key, created_at,"
            " nullif(substring(stream from '^case/(.*)'), '')::uuid case_id,"
            " nullif(substring(stream from '^draft/(.*)'), '')::uuid draft_id from aggregates_upload"
        )
        cursor.execute("update cases_upload set draft_id = %s where case_id is not null", [draft])
        cursor.execute("delete from aggregates_upload")
        cursor.execute(import_module("yichuang.cases.migrations.0013_uploads_of_every_life").MOVE)
    assert list(Upload.objects.order_by("id").values()) == before and len(before) == 3
