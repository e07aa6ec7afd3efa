"""Checks the content of a file: it has the type of its name, is complete, has no password and no program in it.

Runs in the child only (`examining.process`), since files may be hostile; a web process never imports this. A result
names the fault, and what to do about it unless saving the file again is enough.
"""

from __future__ import annotations

import re
from typing import Any

from yichuang.examining import containers, images, pdf
from yichuang.examining.results import GOOD, OTHER, Examined


def examine_content(data: bytes, kind: bytes) -> tuple[dict[str, Any], bytes]:
    """Examine a file of the kind. Returns {fault, cure} and, when the file was converted, its new bytes."""
    result = TESTS[kind.decode()](data)
    return {"fault": result.fault, "cure": result.cure}, result.converted


def test_dwg(data: bytes) -> Examined:
    return GOOD if re.match(rb"AC10\d\d", data[:6]) else Examined(OTHER.format("DWG 图纸文件"))


TESTS = {
    "pdf": pdf.test_pdf,
    "jpg": images.test_jpg,
    "png": images.test_png,
    "docx": containers.make_container_test("word/document.xml", "Word 文档"),
    "xlsx": containers.make_container_test("xl/workbook.xml", "Excel 表格"),
    "ofd": containers.make_container_test("OFD.xml", "OFD 版式文件"),
    "dwg": test_dwg,
}
