"""The result of an examination, and the words that several kinds of file share."""

from __future__ import annotations

from dataclasses import dataclass

OTHER = "内容不是{}"
BROKEN = "文件不完整或已损坏"
BOMB = "解开后过大，疑似压缩炸弹"


@dataclass(frozen=True, slots=True)
class Examined:
    """The result for a file. `fault` is empty for a good one; `converted` are bytes to store instead of those sent."""

    fault: str = ""
    cure: str = ""
    converted: bytes = b""


GOOD = Examined()
