"""What is in a file: whether it is what its name says, whole, open to everybody, and free of programs.

Runs in the child only (`examining.process`): files may be hostile. An answer names the cause, and the cure where it is
not simply saving the file anew. A web process never imports this.
"""

from __future__ import annotations

import re
from typing import Any

from yichuang.examining import containers, images, pdf
from yichuang.examining.seen import GOOD, OTHER, Look


def look(data: bytes, kind: bytes) -> tuple[dict[str, Any], bytes]:
    """Look at a file of the kind: {fault, cure} and, where the file was converted, its new bytes."""
    result = TESTS[kind.decode()](data)
    return {"fault": result.fault, "cure": result.cure}, result.made


def test_dwg(data: bytes) -> Look:
    return GOOD if re.match(rb"AC10\d\d", data[:6]) else Look(OTHER.format("DWG 图纸文件"))


TESTS = {
    "pdf": pdf.test,
    "jpg": images.test_jpg,
    "png": images.test_png,
    "docx": containers.test_of("word/document.xml", "Word 文档"),
    "xlsx": containers.test_of("xl/workbook.xml", "Excel 表格"),
    "ofd": containers.test_of("OFD.xml", "OFD 版式文件"),
    "dwg": test_dwg,
}
