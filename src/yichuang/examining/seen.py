"""What an examination answers, and the words that several kinds of file share."""

from __future__ import annotations

from dataclasses import dataclass

OTHER = "内容不是{}"
BROKEN = "文件不完整或已损坏"
BOMB = "解开后过大，疑似压缩炸弹"


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. `fault` is empty for a good file; `made` are the bytes to keep instead of those sent."""

    fault: str = ""
    cure: str = ""
    made: bytes = b""


GOOD = Look()
