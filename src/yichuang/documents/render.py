"""From the content of a document, or of a blank form, to a PDF/A-2b file, the same bytes each time.

PDF/A-2b always, because a missing glyph is an error there and silent in a plain PDF (it would drop a character of a
person's name). What never enters: the clock, the network, fonts of the machine, and keys (see `signing`).
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import typst

from yichuang.documents import fonts
from yichuang.documents.content import Content, Document, Field, Licence, content_digest
from yichuang.documents.kinds import KINDS
from yichuang.documents.leaflets import POSTER, Leaflet
from yichuang.documents.seals import qr_svg, seal_svg
from yichuang.documents.sheets import SAMPLE, Part, Sheet
from yichuang.kernel.localtime import SHANGHAI, chinese_date

_TEMPLATES = Path(__file__).parent / "templates"
_NUMERALS = "〇一二三四五六七八九"
CASE_NUMBER = 42  # characters of a 办件编号; what a licence's documents belong to is the licence
_COPIED = {"verify_url": 72, "review_online": 60, "case_number": 60, "identifier": 90}  # characters that fit
_local = threading.local()


def render(content: Content) -> bytes:
    """Return the document as PDF/A-2b (ISO 19005-2), unsigned. The same content gives the same bytes.

    Raises ValueError when a text is not valid Unicode.
    """
    return _compiled(KINDS[content.kind].template, _data(content), content.date)


def render_sheet(sheet: Sheet) -> bytes:
    """Return a blank form or a sample as PDF/A-2b. The same content gives the same bytes; nobody signs it."""
    printable, _ = _printable(asdict(sheet) | {"mark": sheet.mark, "is_sample": sheet.kind == SAMPLE})
    for part, own in zip(printable["parts"], sheet.parts, strict=True):
        part["pairs"] = _pairs(part["cells"])
        part["widths"] = _widths(own)
    written = {"year": sheet.day.year, "month": sheet.day.month, "day": sheet.day.day}
    return _compiled("sheet.typ", printable | written, sheet.day)


def render_leaflet(leaflet: Leaflet) -> bytes:
    """Return a guide, a notice or a poster as PDF/A-2b. The same content gives the same bytes; nobody signs it."""
    printable, _ = _printable(asdict(leaflet) | {"mark": leaflet.mark, "is_poster": leaflet.kind == POSTER})
    written = {"year": leaflet.day.year, "month": leaflet.day.month, "day": leaflet.day.day}
    return _compiled("leaflet.typ", printable | written | {"qr": qr_svg(leaflet.address)}, leaflet.day)


def _pairs(cells: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The cells by line: two narrow neighbours share one."""
    lines: list[list[dict[str, Any]]] = []
    for cell in cells:
        if not cell["wide"] and lines and len(lines[-1]) == 1 and not lines[-1][0]["wide"]:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return lines


def _widths(part: Part) -> list[int]:
    """The columns of a list, as wide as what they hold asks for, within reason."""
    columns = zip(part.headings, *part.lines, strict=True)
    return [min(12, max(2, *(len(text) for text in column))) for column in columns]


def _compiled(template: str, data: dict[str, Any], day: date) -> bytes:
    pdf = _compiler().compile(
        input=_TEMPLATES / template,
        format="pdf",
        sys_inputs={"data": json.dumps(data | {"latin": fonts.latin_letters(), "rare_faces": fonts.rare_families()})},
        pdf_standards=["a-2b"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=SHANGHAI),
    )
    return cast(bytes, pdf)  # one PDF and no output path: never None, never a list


def qr_payload(content: Content) -> str:
    """Return what the QR code holds: the checking address with the code and the SM3 digest of the content."""
    join = "&" if "?" in content.verify_url else "?"
    return f"{content.verify_url}{join}{urlencode({'code': content.code, 'sm3': content_digest(content)})}"


def _compiler() -> typst.Compiler:
    """The compiler of this thread: one compiler in two threads fails with "Already borrowed"."""
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
        _local.compiler = compiler
    return compiler


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=fonts.folders())


def _data(content: Content) -> dict[str, Any]:
    """Everything the template prints, each text with a visible code for what the fonts cannot show."""
    digest = content_digest(content)
    data = _licence(content) if isinstance(content, Licence) else _document(content)
    data |= {
        "heading": content.heading,
        "number": content.number,
        "organ": content.organ,
        "seal_alt": f"{content.organ}{content.seal_name}",
        "date_text": chinese_date(content.date),
        "code": content.code,
        "verify_url": content.verify_url,
    }
    online = data.get("review_online", "")
    shown: dict[str, Any]
    shown, rare = _printable(data)
    # people copy these out of the file: no invisible place to break in them, as long as they fit their line
    copied = {key: data[key] for key, most in _COPIED.items() if 0 < len(data.get(key, "")) <= most}
    shown |= {key: fonts.printable(text)[0] for key, text in copied.items()}
    return shown | {
        "digest": digest,
        "digest_lines": [" ".join(re.findall(".{8}", half)) for half in (digest[:32], digest[32:])],
        "year": content.date.year,
        "month": content.date.month,
        "day": content.date.day,
        "demo": content.demo,
        "rare": rare,
        "qr": qr_svg(qr_payload(content)),
        "review_qr": qr_svg(online) if online else "",
        "seal": seal_svg(content.organ, content.seal_name) if content.seal_name else None,
    }


def _name_reference(content: Document) -> str:
    """What the number of the life is called that a document belongs to."""
    if content.kind == "guidance_notice":
        return "辅导编号"
    return "办件编号" if len(content.case_number) == CASE_NUMBER else "证照编号"


def _document(content: Document) -> dict[str, Any]:
    return {
        "red": KINDS[content.kind].red_head,
        "to": content.to,
        "case_number": content.case_number,
        "numbered": _name_reference(content),
        "paragraphs": [line for text in content.paragraphs for line in text.splitlines() if line.strip()],
        "fields": _fields(content.fields),
        "tables": [
            {
                "caption": table.caption,
                "headings": table.headings,
                "rows": table.rows,
                "widths": table.widths or (1,) * len(table.headings),
            }
            for table in content.tables
        ],
        "bases": _points(content.bases),
        "remedies": _points(content.remedies),
        "review_online": content.review_online,
        "sign_lines": content.sign_lines,
    }


def _licence(content: Licence) -> dict[str, Any]:
    begin = chinese_date(content.valid_from)
    term = f"自{begin}起，{content.term or '长期有效'}"
    validity = Field("有效期限", f"{begin}至{chinese_date(content.valid_to)}" if content.valid_to else term)
    return {
        "landscape": content.landscape,
        "identifier": content.identifier,
        "fields": _fields((Field("持证主体", content.holder), *content.fields, validity)),
    }


def _fields(fields: tuple[Field, ...]) -> list[dict[str, str]]:
    return [{"label": field.label, "value": field.value} for field in fields]


def _points(lines: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"mark": f"{_numeral(index)}、", "text": line} for index, line in enumerate(lines, 1)]


def _numeral(number: int) -> str:
    """Chinese numerals to 99, which number the points of a document (GB/T 9704 7.3.3)."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def _printable(value: Any) -> tuple[Any, bool]:
    """Apply `fonts.printable` and break points to every text inside; tell whether a character was described."""
    if isinstance(value, str):
        text, rare = fonts.printable(value)
        return fonts.breakable(text), rare
    if isinstance(value, dict):
        shown = {key: _printable(inner) for key, inner in value.items()}
        return {key: text for key, (text, _) in shown.items()}, any(rare for _, rare in shown.values())
    if isinstance(value, list | tuple):
        parts = [_printable(inner) for inner in value]
        return [text for text, _ in parts], any(rare for _, rare in parts)
    return value, False
