"""CSV that people open in a spreadsheet. Files that programs read back are written elsewhere, without these changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

BOM = "\ufeff"  # without it spreadsheets on Chinese Windows take UTF-8 for GB 18030
# With these a spreadsheet begins a formula; it takes the full-width forms for the same
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: Any) -> str:
    """The text of a cell. Text that a spreadsheet would take for a formula gets a quotation mark before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def people_csv(rows: Iterable[Sequence[Any]]) -> str:
    """The rows as the text of a file, mark of byte order first."""
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def write_people_csv(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows into a file, however many. Raises OSError."""
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
