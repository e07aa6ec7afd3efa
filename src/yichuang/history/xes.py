"""Reads XES (IEEE 1849) as a stream: one event at a time, whatever the size of the file.

Attributes of events and traces at their first level are read; lists, nested attributes, globals, classifiers and
extensions are passed over. A document type, an entity or a mark that never ends is refused.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

LONGEST = 64 << 20  # bytes of one trace beyond a piece
DEEPEST = 64
_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})


class Broken(ValueError):
    """A file that is no well-formed XES. Carries a Chinese sentence with the line."""


# line, attributes of the event, attributes of its trace
Take = Callable[[int, Mapping[str, str], Mapping[str, str]], Any]


def cut_pieces(path: Path, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Cut the file between traces into pieces of about `size` bytes: (line on which it begins, bytes, whether last).

    Raises Broken, OSError.
    """
    opener: Any = gzip.open if path.suffix == ".gz" else open
    line, buffer, mark = 1, bytearray(), b"</trace>"
    try:
        with opener(path, "rb") as file:
            block = file.read(size)
            while block:
                buffer += block
                block = file.read(size)
                cut = buffer.rfind(mark) + len(mark)
                if block and cut >= len(mark):
                    piece = bytes(memoryview(buffer)[:cut])
                    del buffer[:cut]
                    yield line, piece, False
                    line += piece.count(b"\n")
                elif len(buffer) > size + LONGEST:
                    raise Broken(f"{path.name} 第{line}行起的一件超过{LONGEST >> 20}MB，请检查文件。")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Broken(f"{path.name} 的压缩不完整，请重新取得完整的文件。") from error
    yield line, bytes(buffer), True


def read_piece(piece: bytes, line: int, take: Take, ended: Callable[[], Any], *, first: bool, last: bool) -> None:
    """Call `take` for each event of a piece, and `ended` after each trace. Raises Broken.

    A piece that is not the first of its file begins inside the log, and one that is not the last ends there. Traces as
    most programs write them are read by one regular expression; all others by the XML parser.
    """
    if not _read_plain(piece, line, take, ended, first=first, last=last):
        _parse(piece, line, take, ended, first=first, last=last)


# A trace with nothing in it but attributes and events with attributes, each on its own, in double quotes and without an
# entity. No quantifier gives back what it took: a file cannot make it slow.
_QUOTED = r'"[^"<&\x00-\x1f\ufffe\uffff]*+"'
_PLAIN = rf"[ \t\n]*+<(?:string|date|int|float|boolean|id) key={_QUOTED} value={_QUOTED} ?+/>"
_EVENT = rf"[ \t\n]*+<event>(?:{_PLAIN})*+[ \t\n]*+</event>"
_TRACE = re.compile(rf"[ \t\n]*+<trace>((?:{_PLAIN})*+)((?:{_EVENT})*+)[ \t\n]*+</trace>")
_DECLARED = re.compile(r'\ufeff?<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="(?:yes|no)")? ?\?>')
_STRANGE = ("<trace", "<event", "<!", "<?")  # around the traces: one written otherwise, or hidden in a comment
_PAIRS = re.compile(r'key="([^"]*)" value="([^"]*)"')
_BEGIN, _END = "<trace>", "</trace>"


def _read_plain(piece: bytes, line: int, take: Take, ended: Callable[[], Any], *, first: bool, last: bool) -> bool:
    """Read a piece whose traces are all plain and return True; return False, without any call, for other pieces."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return False
    begin, end = text.find(_BEGIN), text.rfind(_END) + len(_END)
    if begin < 0 or end < begin:
        return False
    around = _DECLARED.sub("", text[:begin], 1) + text[end:]
    if any(mark in around for mark in _STRANGE):
        return False
    traces, at = [], begin
    while at < end and (match := _TRACE.match(text, at)):
        traces.append((match.span(1), match.span(2)))
        at = match.end()
    if at != end:
        return False
    try:  # what stands around the traces is the parser's
        _parse((text[:begin] + text[end:]).encode(), line, _nobody, _nobody, first=first, last=last)
    except Broken:
        return False  # which line it is, the parser will say
    pairs, counted_to = _PAIRS.findall, 0
    for (attributes_at, attributes_end), (at, until) in traces:
        trace = dict(pairs(text, attributes_at, attributes_end))
        line += text.count("\n", counted_to, at)
        for event in text[at:until].split("</event>")[:-1]:
            tag = event.index("<event>")
            line += event.count("\n", 0, tag)
            take(line, dict(pairs(event)), trace)
            line += event.count("\n", tag)
        ended()
        counted_to = until
    return True


def _nobody(*_: Any) -> None: ...


def _parse(piece: bytes, line: int, take: Take, ended: Callable[[], Any], *, first: bool, last: bool) -> None:
    """Read any piece with the XML parser. Raises Broken."""
    reader = _Reader(take, ended, line)
    try:
        if not first:
            reader.feed(b"<log>")
        reader.feed(piece)
        reader.close(b"" if last else b"</log>")
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        at = line + error.lineno - 1
        raise Broken(f"第{at}行起不是完整的 XES（{message}），请重新取得完整的文件。") from error
    if not reader.root:
        raise Broken("文件里没有 log 元素，不是 XES。")


class _Reader:
    """The handlers of the parser. They run millions of times: attributes of self are locals where it matters."""

    def __init__(self, take: Take, ended: Callable[[], Any], line: int) -> None:
        self.parser = expat.ParserCreate()
        self.root = False
        self._handle(take, ended, line - 1)

    def feed(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)

    def close(self, tail: bytes) -> None:
        self.parser.Parse(tail, True)

    def _handle(self, take: Take, ended: Callable[[], Any], before: int) -> None:
        parser = self.parser
        event: dict[str, str] | None = None
        trace: dict[str, str] | None = None
        depth = passed = line = 0  # depth of attributes; of elements that are passed over

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal event, trace, depth, passed, line
            if name in _ATTRIBUTES:
                depth += 1
                if depth == 1 and not passed:
                    if event is not None:
                        event[attributes.get("key", "")] = attributes.get("value", "")
                    elif trace is not None:
                        trace[attributes.get("key", "")] = attributes.get("value", "")
                elif depth > DEEPEST:
                    raise Broken(f"第{before + parser.CurrentLineNumber}行的属性嵌套超过{DEEPEST}层，请检查文件。")
            elif name == "event":
                event, line = {}, before + parser.CurrentLineNumber
            elif name == "trace":
                trace = {}
            elif name == "log":
                self.root = True
            elif not self.root:
                raise Broken(f"第{before + parser.CurrentLineNumber}行：根元素是 {name[:40]} 而不是 log，不是 XES。")
            elif ":" in name:
                raise Broken(
                    f"第{before + parser.CurrentLineNumber}行的元素 {name[:40]} 带前缀；请存成缺省命名空间的 XES。"
                )
            else:  # extension, global, classifier and what others invent
                passed += 1

        def end(name: str) -> None:
            nonlocal event, trace, depth, passed
            if name in _ATTRIBUTES:
                depth -= 1
            elif name == "event":
                if event is not None:
                    take(line, event, trace or {})
                event = None
            elif name == "trace":
                trace = None
                ended()
            elif name != "log":
                passed -= 1

        def doctype(*_: Any) -> None:
            raise Broken(
                f"第{before + parser.CurrentLineNumber}行声明了文档类型，可能夹带实体；请去掉 DOCTYPE 再导入。"
            )

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = doctype
