"""Reads XES (IEEE 1849) as a stream: one event at a time, whatever the size of the file.

Attributes of events and traces are read, a nested one under the path of its keys (`cost/currency`); lists, globals,
classifiers and extensions are passed over. A document type, an entity or a mark that never ends is refused. Of a key
that comes twice the first value counts, and the reader is told.
"""

from __future__ import annotations

import codecs
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


# line, attributes of the event, attributes of its trace; None for an event outside every trace
Take = Callable[[int, Mapping[str, str], Mapping[str, str] | None], Any]
Ended = Callable[[int, Mapping[str, str]], Any]  # line of the trace, its attributes
Remark = Callable[[int, str], Any]  # line, what is strange there, in Chinese


def cut_pieces(path: Path, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Cut the file between traces into pieces of about `size` bytes: (line on which it begins, bytes, whether last).

    Raises Broken, OSError.
    """
    opener: Any = gzip.open if path.suffix == ".gz" else open
    line, buffer, mark = 1, bytearray(), b"</trace>"
    try:
        with opener(path, "rb") as file:
            read = read_as_utf8(file, path.name)
            block = read(size)
            while block:
                buffer += block
                block = read(size)
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


_HEAD = 1024  # bytes in which the declaration stands
_ENCODING = re.compile(r'(<\?xml[^>]{0,200}?)\sencoding\s*=\s*["\']([A-Za-z0-9._:-]+)["\']')
_STARTS = (  # first bytes of a file and the encoding they prove (XML 1.0, appendix F)
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # programs write the wider one under the old name


def read_as_utf8(file: Any, name: str) -> Callable[[int], bytes]:
    """A function like `file.read` that gives UTF-8, whatever encoding the XML declaration names. Raises Broken."""
    encoding = _find_encoding(file.peek(_HEAD)[:_HEAD])
    if not encoding:
        read: Callable[[int], bytes] = file.read
        return read
    decoder: Any = codecs.getincrementaldecoder(encoding)()
    line, declared = 1, False

    def recode(size: int) -> bytes:
        nonlocal line, declared
        text = ""
        while not text:
            block = file.read(size)
            try:
                text = decoder.decode(block, not block)
            except UnicodeDecodeError as error:
                at = line + error.object[: error.start].count(b"\n")
                raise Broken(f"{name} 第{at}行起不是所声明的编码 {encoding}，请重新取得文件。") from error
            if not block:
                break
        if not declared:
            text, declared = _ENCODING.sub(r"\1", text, count=1), True
        line += text.count("\n")
        return text.encode("utf-8", "surrogatepass")

    return recode


def _find_encoding(head: bytes) -> str:
    """The encoding of a file by its first bytes and its declaration; empty for UTF-8. Raises Broken."""
    for start, encoding in _STARTS:
        if head.startswith(start):
            return encoding
    ebcdic = head.startswith(b"\x4c\x6f\xa7\x94")
    match = _ENCODING.search(head.decode("cp037" if ebcdic else "latin-1"))
    if not match:
        return ""
    try:
        info = codecs.lookup(match[2])
        "".encode(info.name)  # refuses codecs that are no encodings of text
    except LookupError as error:
        raise Broken(f"第1行声明的编码 {match[2][:40]} 不认识，请存成 UTF-8 再导入。") from error
    return "" if info.name in ("utf-8", "ascii") else _WIDER.get(info.name, info.name)


def read_piece(
    piece: bytes,
    line: int,
    take: Take,
    ended: Ended,
    remark: Remark = lambda line, text: None,
    *,
    first: bool,
    last: bool,
) -> None:
    """Call `take` for each event of a piece, `ended` after each trace, `remark` for a key that is repeated.

    Raises Broken.

    A piece that is not the first of its file begins inside the log, and one that is not the last ends there. Traces as
    most programs write them are read by one regular expression; all others by the XML parser.
    """
    if not _read_plain(piece, line, take, ended, remark, first=first, last=last):
        _parse(piece, line, take, ended, remark, first=first, last=last)


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


def _read_plain(piece: bytes, line: int, take: Take, ended: Ended, remark: Remark, *, first: bool, last: bool) -> bool:
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
        traces.append((text.index(_BEGIN, at), match.span(1), match.span(2)))
        at = match.end()
    if at != end:
        return False
    try:  # what stands around the traces is the parser's
        _parse((text[:begin] + text[end:]).encode(), line, _nobody, _nobody, _nobody, first=first, last=last)
    except Broken:
        return False  # which line it is, the parser will say
    pairs, counted_to = _PAIRS.findall, 0
    for start, (attributes_at, attributes_end), (at, until) in traces:
        line += text.count("\n", counted_to, start)
        began = line
        trace = _first_of_each(pairs(text, attributes_at, attributes_end), line, remark)
        line += text.count("\n", start, at)
        for event in text[at:until].split("</event>")[:-1]:
            tag = event.index("<event>")
            line += event.count("\n", 0, tag)
            take(line, _first_of_each(pairs(event), line, remark), trace)
            line += event.count("\n", tag)
        ended(began, trace)
        counted_to = until
    return True


def _first_of_each(found: list[tuple[str, str]], line: int, remark: Remark) -> dict[str, str]:
    """The attributes by key. Called for every event, so it does only what is necessary."""
    attributes = dict(found)
    if len(attributes) < len(found):
        attributes = {}
        for key, value in found:
            if key in attributes:
                remark(line, _repeated(key))
            else:
                attributes[key] = value
    return attributes


def _repeated(key: str) -> str:
    return f"属性 {key[:40]} 写了不止一次，取第一个"


def _nobody(*_: Any) -> None: ...


def _parse(piece: bytes, line: int, take: Take, ended: Ended, remark: Remark, *, first: bool, last: bool) -> None:
    """Read any piece with the XML parser. Raises Broken."""
    reader = _Reader(take, ended, remark, line)
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

    def __init__(self, take: Take, ended: Ended, remark: Remark, line: int) -> None:
        self.parser = expat.ParserCreate()
        self.root = False
        self._handle(take, ended, remark, line - 1)

    def feed(self, piece: bytes) -> None:
        self.parser.Parse(piece, False)

    def close(self, tail: bytes) -> None:
        self.parser.Parse(tail, True)

    def _handle(self, take: Take, ended: Ended, remark: Remark, before: int) -> None:
        parser = self.parser
        event: dict[str, str] | None = None
        trace: dict[str, str] | None = None
        path: list[str] = []  # keys of the attributes around
        passed = line = began = 0  # depth of elements that are passed over; lines of the event and of its trace

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal event, trace, passed, line, began
            if name in _ATTRIBUTES:
                path.append(attributes.get("key", ""))
                owner = trace if event is None else event
                if owner is not None and not passed:
                    key = path[0] if len(path) == 1 else "/".join(path)
                    if key in owner:
                        remark(began if event is None else line, _repeated(key))
                    else:
                        owner[key] = attributes.get("value", "")
                if len(path) > DEEPEST:
                    raise Broken(f"第{before + parser.CurrentLineNumber}行的属性嵌套超过{DEEPEST}层，请检查文件。")
            elif name == "event":
                event, line = {}, before + parser.CurrentLineNumber
            elif name == "trace":
                trace, began = {}, before + parser.CurrentLineNumber
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
            nonlocal event, trace, passed
            if name in _ATTRIBUTES:
                path.pop()
            elif name == "event":
                if event is not None:
                    take(line, event, trace)
                event = None
            elif name == "trace":
                ended(began, trace or {})
                trace = None
            elif name != "log":
                passed -= 1

        def doctype(*_: Any) -> None:
            raise Broken(
                f"第{before + parser.CurrentLineNumber}行声明了文档类型，可能夹带实体；请去掉 DOCTYPE 再导入。"
            )

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = doctype
