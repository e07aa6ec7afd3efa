"""Reads the cells of a workbook (.xlsx) as text. Runs in the child only (`examining.process`): a cell far out, or a
container that unpacks to gigabytes, ends the child and nothing else.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from yichuang.examining.results import OTHER

MOST_CELLS = 400_000  # of one sheet, blank ones within its corners counted


def read_cells(data: bytes) -> tuple[dict[str, Any], bytes]:
    """{fault, cure}, and of a workbook that can be read a list of (name, rows of texts) as JSON."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                return {"fault": f"工作表“{name}”的行列太多", "cure": "请删去用不到的行和列，再上传。"}, b""
            sheets.append((name, _texts(sheet.to_python(skip_empty_area=False))))
    except CalamineError:
        return {"fault": OTHER.format("可读的 Excel 工作簿"), "cure": "请另存为 .xlsx 后重新上传。"}, b""
    return {"fault": ""}, json.dumps(sheets, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _texts(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    """Cells as text: a whole number without `.0`, a day in ISO form."""
    return [[_text(value) for value in row] for row in rows]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)
