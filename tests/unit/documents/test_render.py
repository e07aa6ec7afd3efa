"""Documents as people get them: legible, complete, literal, and the same bytes each time."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from tests.unit.documents.samples import MATERIALS, document, every, licence
from yichuang.documents import fonts
from yichuang.documents.content import Document, Field, Licence, Table, content_digest
from yichuang.documents.kinds import KINDS
from yichuang.documents.render import qr_payload, render
from yichuang.documents.seals import seal_svg
from yichuang.people.realname import find_name_fault


def text_of(pdf: bytes) -> str:
    """The text of all pages, without the white space that depends on where lines break."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def xmp_of(pdf: bytes) -> str:
    """The document's XMP metadata."""
    stream = pypdf.PdfReader(io.BytesIO(pdf)).root_object["/Metadata"].get_object()
    assert isinstance(stream, pypdf.generic.StreamObject)
    return stream.get_data().decode()


def pages_of(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("content", every(), ids=lambda c: c.kind + ("-lying" if getattr(c, "landscape", 0) else ""))
def test_every_kind_says_what_it_carries_on_one_page_of_pdf_a(content: Document | Licence) -> None:
    pdf = render(content)
    text = text_of(pdf)
    wanted = [content.number, content.heading, content.organ, content.code, content_digest(content)]
    if isinstance(content, Document):
        wanted += [content.to, *content.paragraphs, *content.bases, *content.remedies, *content.sign_lines]
        wanted += [cell for table in content.tables for row in table.rows for cell in row]
        wanted += [part for field in content.fields for part in (field.label, field.value)]
    else:
        wanted += [content.holder, content.identifier, "2018年3月16日至2023年3月15日"]
        wanted += [part for field in content.fields for part in (field.label, field.value)]
    assert [part for part in wanted if "".join(part.split()) not in text] == []
    assert "不具有法律效力" in text
    assert pages_of(pdf) == 1
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in xmp_of(pdf)
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None and f"SM3:{content_digest(content)}" in str(metadata["/Keywords"])


def test_the_red_head_is_for_decisions() -> None:
    red = {code for code, kind in KINDS.items() if kind.red_head}
    of_cases = {"non_acceptance", "extension", "grant", "refusal", "change", "change_refusal", "renewal"}
    of_cases |= {"renewal_refusal", "reissue", "deregistration", "acceptance_revocation", "rights_notice"}
    of_licences = {"revocation_notice", "withdrawal_notice", "revocation", "licence_withdrawal", "revocation_dropped"}
    of_licences |= {"cancellation", "licence_suspension", "licence_correction", "deemed_renewal"}
    assert red == of_cases | of_licences


def test_a_real_document_carries_no_demo_line() -> None:
    assert "演示" not in text_of(render(replace(document("grant"), demo=False, seal_name="")))


def test_a_refusal_without_remedies_is_not_made() -> None:
    with pytest.raises(ValueError, match="第三十八条第二款"):
        replace(document("refusal"), remedies=())


def test_a_ragged_table_is_not_made() -> None:
    with pytest.raises(ValueError, match="one cell per heading"):
        Table(("甲", "乙"), (("一",),))


def test_the_digest_covers_the_content_and_not_the_address() -> None:
    base = document("grant")
    assert content_digest(replace(base, verify_url="https://other.example/")) == content_digest(base)
    changed = [
        replace(base, to="别人"),
        replace(base, paragraphs=(*base.paragraphs, "又")),
        replace(base, demo=False),
        replace(base, bases=base.bases[:1]),
        replace(base, seal_name=""),
        replace(base, tables=(MATERIALS,)),
    ]
    assert len({content_digest(one) for one in (base, *changed)}) == len(changed) + 1


def test_the_same_document_gives_the_same_bytes_and_another_does_not() -> None:
    assert render(document("grant")) == render(document("grant"))
    assert render(document("grant")) != render(replace(document("grant"), to="别人"))


def test_the_qr_code_leads_to_the_check_with_code_and_digest() -> None:
    content = licence()
    digest = content_digest(content)
    assert qr_payload(content) == f"https://yichuang.example/check?code=9LX2-T5WA&sm3={digest}"
    assert qr_payload(replace(content, verify_url="https://a.example/c?x=1")).startswith(
        "https://a.example/c?x=1&code="
    )


@pytest.mark.skipif(
    not (shutil.which("zbarimg") and shutil.which("pdftoppm")), reason="needs zbar-tools, poppler-utils"
)
@pytest.mark.parametrize("content", [document("grant"), licence()], ids=["document", "licence"])
def test_a_scanner_reads_the_printed_qr_code(content: Document | Licence, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(render(content))
    subprocess.run(["pdftoppm", "-r", "150", "-png", tmp_path / "a.pdf", tmp_path / "a"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "a-1.png"], check=True, capture_output=True, text=True)
    assert read.stdout.strip() == qr_payload(content)


HOSTILE = (
    '<script>alert("x")</script>',
    "#set page(fill: red) #sys.inputs $x^2$ *粗* _斜_ `码` @引用 <标签> = 标题 - 项 + 项 / 词: 义",
    r"\ \u{4e00} \n \" ' ~ -- --- ... // 注 /* 注 */ https://a.example/b",
    '#image("/etc/passwd") #read("common.typ") #eval("1+1")',
    "{{ 7*7 }} {% x %} ]] >> endstream %PDF",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_in_what_people_write_stays_literal(words: str) -> None:
    content = replace(
        document("refusal"), to=words, organ=words, paragraphs=(words,), bases=(words,), remedies=(words, words),
        title=words, number=words, case_number=words, sign_lines=(words,), code=words, verify_url=words,
        fields=(Field(words, words),), tables=(Table((words,), ((words,),), words),), seal_name=words,
    )  # fmt: skip
    text = text_of(render(content))
    assert text.count("".join(words.split())) >= 13
    lying = replace(licence(), holder=words, title=words, issuer=words, fields=(Field(words, words),))
    assert text_of(render(lying)).count("".join(words.split())) >= 5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("陈镕", "陈镕"),
        ("李𬭊", "李𬭊"),
        ("𠮷田", "𠮷田"),
        ("王\U0003134f", "王〔U+3134F〕"),
        ("张\ue000", "张〔U+E000〕"),
        ("甲\u202e乙", "甲〔U+202E〕乙"),
        ("甲\u200b乙\x00", "甲〔U+200B〕乙〔U+0000〕"),
        ("葛\U000e0100城", "葛〔U+E0100〕城"),
        ("笑😀", "笑〔U+1F600〕"),
    ],
)
def test_a_rare_character_is_shown_or_described_and_never_dropped(name: str, shown: str) -> None:
    for content in (replace(document("grant"), to=name, organ=name), replace(licence(), holder=name, issuer=name)):
        text = text_of(render(content))
        assert shown in text
        assert ("生僻字以编码表示" in text) is (shown != name)


RARE = {"B": 0x20021, "C": 0x2A740, "D": 0x2B740, "E": 0x2B825, "F": 0x2CEB5, "G": 0x30010, "H": 0x31360}


@pytest.mark.skipif(len(fonts.rare_families()) < len(fonts.RARE), reason="fonts-hanazono, fonts-babelstone-han")
@pytest.mark.parametrize("point", RARE.values(), ids=RARE)
def test_rare_han_is_printed_as_it_is_where_the_machine_has_the_fonts(point: int) -> None:
    name = f"王{chr(point)}"
    for content in (replace(document("grant"), to=name), replace(licence(), holder=name)):
        text = text_of(render(content))
        assert name in text and "生僻字" not in text


def test_without_these_fonts_rare_han_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "RARE", {})
    fonts.covered.cache_clear()
    try:
        assert fonts.printable(f"王{chr(RARE['D'])}") == ("王〔U+2B740〕", True)
    finally:
        fonts.covered.cache_clear()


def test_what_the_fonts_claim_to_cover_can_be_set() -> None:
    known = [chr(point) for point in sorted(fonts.covered()) if not chr(point).isspace()]
    words = "".join(known[::9])
    assert fonts.printable(words) == (words, False)
    render(replace(document("grant"), paragraphs=(words,)))  # a missing glyph would be an error


@pytest.mark.parametrize("name", ["Łukasz Kowalski", "İbrahim Öz", "Nguyễn Thị Hạnh", "Đặng Văn Ấn", "Ştefan Țepeș"])
def test_a_name_that_the_real_name_check_takes_is_printed_as_it_is(name: str) -> None:
    assert find_name_fault(name, "414") == ""
    for content in (replace(document("grant"), to=name), replace(licence(), holder=name)):
        text = text_of(render(content))
        assert name.replace(" ", "") in text and "生僻字" not in text


def test_every_latin_letter_of_a_name_can_be_set() -> None:
    """None is left to chance: a missing glyph is an error in PDF/A, and one put together of two reads as two."""
    letters = [chr(point) for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    assert all(fonts.printable(letter) == (letter, False) for letter in letters)
    text = text_of(render(replace(document("grant"), paragraphs=("".join(f"{letter}|" for letter in letters),))))
    assert [letter for letter in letters if f"{letter}|" not in text] == []


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError):
        render(replace(document("grant"), to="\ud83d"))


def test_ten_thousand_characters_run_over_pages_with_the_signature_after_text() -> None:
    words = "".join(f"第{index}句说明事实和理由。" for index in range(1, 840))
    assert len(words) > 10_000
    pdf = render(replace(document("refusal"), paragraphs=(words,)))
    text = text_of(pdf)
    assert pages_of(pdf) > 15
    assert all(f"第{index}句" in text for index in (1, 420, 839))
    last = "".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[-1].extract_text().split())
    assert "2018年3月2日" in last and "提起行政诉讼" in last


@pytest.mark.parametrize("length", range(150, 560, 24))
def test_no_page_holds_a_signature_alone(length: int) -> None:
    content = replace(
        document("grant"), paragraphs=tuple(f"第{i:02d}段" + "文" * 24 for i in range(length // 28)), bases=()
    )
    pages = pypdf.PdfReader(io.BytesIO(render(content))).pages
    assert "段文" in pages[-1].extract_text()


def test_a_long_latin_run_breaks_inside_the_page() -> None:
    pdf = render(replace(document("grant"), paragraphs=("W" * 600,)))
    right = 0.0

    def visitor(text: str, _cm: object, matrix: list[float], _font: object, _size: float) -> None:
        nonlocal right
        if text.strip("W \n\u200b") == "" and "W" in text:
            right = max(right, len(text.strip()))

    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visitor)
    assert 0 < right <= 48  # 156 mm hold about 29 letters of 16 pt, two break points at most
    assert text_of(pdf).count("W") == 600


def test_two_threads_render_at_once() -> None:
    wanted = {kind: render(document(kind)) for kind in ("grant", "receipt")}
    found: dict[str, set[bytes]] = {"grant": set(), "receipt": set()}

    def work(kind: str) -> None:
        for _ in range(5):
            found[kind].add(render(document(kind)))

    threads = [threading.Thread(target=work, args=(kind,)) for kind in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {kind: {pdf} for kind, pdf in wanted.items()}


@pytest.mark.parametrize("organ", ["", "局", "郑州市" * 30, "A" * 200])
def test_any_name_of_an_organ_fits_its_head_and_seal(organ: str) -> None:
    content = replace(document("grant"), organ=organ)
    assert pages_of(render(content)) <= 2
    assert seal_svg(organ).count("<text") == len(organ) + 1
