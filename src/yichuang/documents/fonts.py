"""The fonts documents are set in, and which characters they can show.

The fonts of three wheels are used: `pylopdf-fonts-zh-cn`; for characters of names that it lacks (𠮷),
`pylopdf-fonts-jp`; for Latin letters that both lack (Ł, İ, ṣ), the serif that `typst` itself brings. Of the machine's
fonts only two are, for characters of names alone, where Debian's packages have put them (`RARE`): no wheel has
Extensions B to H of Han. So but for these characters a document looks the same on every machine. A character that all
lack (an emoji, an invisible control) is printed as its visible code 〔U+3134F〕: it never vanishes and never stops a
document. What never enters: changing the content; only its printed form is made here.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn

SERIF = "Noto Serif SC"  # the family name inside the file, as the templates name it too
_FILES = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_jp.serif_path())  # in the order of the templates' families
# Families of Debian's fonts for 生僻字, in the order of the templates, and their files: Extensions B to F, then G and H
RARE = {
    "HanaMinB": Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    "BabelStone Han": Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
}

# Letters of names in the serif inside the typst wheel, Libertinus Serif, which is no file to read: À to ɏ, and Latin
# Extended Additional, which Vietnamese is written with. A test compiles each of them.
_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
_RARE_HAN = range(0x20000, 0x40000)  # the planes of Han alone: a private-use character is another in every font
_SOFT_HYPHEN = 0xAD  # in the font, and invisible all the same
_BREAK_AFTER = 24  # a run of this many Latin characters without a space gets a place to break
_ZERO_WIDTH_SPACE = "\u200b"


def folders() -> list[Path]:
    """Return the folders of the fonts' files."""
    return [file.parent for file in (*_FILES, *_rare_files())]


def rare_families() -> tuple[str, ...]:
    """The families for 生僻字 that this machine has, as templates name them."""
    return tuple(family for family, file in RARE.items() if file.exists())


def _rare_files() -> tuple[Path, ...]:
    return tuple(RARE[family] for family in rare_families())


@cache
def covered() -> frozenset[int]:
    """Return the code points that the serif fonts, which all text is set in, have a glyph for."""
    rare = (point for file in _rare_files() for point in _points_of(file) if point in _RARE_HAN)
    return _in_files().union(*_LATIN, rare) - {_SOFT_HYPHEN}


@cache
def latin_letters() -> str:
    """The letters that only the third wheel has. Templates ask for it by name: else the first font would put them
    together from a letter and a mark that it places beside it (I̊ for İ).
    """
    return "".join(chr(point) for span in _LATIN for point in span if point not in _in_files())


@cache
def _in_files() -> frozenset[int]:
    return frozenset().union(*map(_points_of, _FILES))


def _points_of(file: Path) -> set[int]:
    return _code_points(_font_table(file.read_bytes(), b"cmap"))


def printable(text: str) -> tuple[str, bool]:
    """Return `text` with each character the fonts lack as 〔U+…〕, and whether there was one.

    Line breaks stay; a tab becomes a space, since both are layout and not text.
    """
    known = covered()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if all(ord(char) in known or char == "\n" for char in text):
        return text, False
    return "".join(c if ord(c) in known or c == "\n" else f"〔U+{ord(c):04X}〕" for c in text), True


def breakable(text: str) -> str:
    """Return `text` with zero-width spaces in long Latin runs, which would otherwise run off the page."""
    out: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if "!" <= char <= "\u024f" else 0
        out.append(char)
        if run == _BREAK_AFTER:
            out.append(_ZERO_WIDTH_SPACE)
            run = 0
    return "".join(out)


def _font_table(data: bytes, wanted: bytes) -> bytes:
    """Return one table of an OpenType file (ISO/IEC 14496-22, table directory)."""
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if tag == wanted:
            return data[offset : offset + length]
    raise ValueError(f"the font has no {wanted!r} table")


def _code_points(cmap: bytes) -> set[int]:
    """Return the code points of a cmap table's format 12 subtable (segmented coverage of all of Unicode)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * index)
        if struct.unpack_from(">H", cmap, offset)[0] == 12:
            (groups,) = struct.unpack_from(">I", cmap, offset + 12)
            points: set[int] = set()
            for first, last, _ in struct.iter_unpack(">III", cmap[offset + 16 : offset + 16 + 12 * groups]):
                points.update(range(first, last + 1))
            return points
    raise ValueError("the font has no format 12 character map")
