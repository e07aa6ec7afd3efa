"""XES read by one expression where it is plain, and by the parser where it is not: the same, or the same refusal."""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random
from typing import Any

import pytest

from yichuang.history import xes
from yichuang.history.own_xes import write_tables

Told = list[tuple[Any, ...]]


def told(how: Any, piece: bytes, **ends: bool) -> Told | str:
    """Every event with its line and its trace's attributes, and where traces end; or why it was refused."""
    out: Told = []

    def take(line: int, event: Any, trace: Any) -> None:
        out.append((line, dict(event), trace if trace is None else dict(trace)))

    def ended(line: int, trace: Any) -> None:
        out.append(("end", line, dict(trace)))

    try:
        how(piece, 5, take, ended, lambda *remark: out.append(remark), **{"first": True, "last": True, **ends})
    except xes.Broken as broken:
        return str(broken)
    return out


def both(piece: bytes, **ends: bool) -> Told | str:
    """What is read, after holding it against the parser alone."""
    read = told(xes.read_piece, piece, **ends)
    assert read == told(xes._parse, piece, **ends), piece[:400]
    return read


def quick(piece: bytes, **ends: bool) -> bool:
    nothing = xes._nobody
    return xes._read_plain(piece, 5, nothing, nothing, nothing, **{"first": True, "last": True, **ends})


def drawn(random: Random, events: int = 4) -> str:
    """A log in one of the ways that programs write it."""
    gap = random.choice(["", "\n", "\n  ", "\t"])

    def attribute(key: str) -> str:
        kind = random.choice(["string", "date", "int", "boolean", "id", "float"])
        value = random.choice(["受理", "a b", "", "2018-03-01T10:00:00+08:00", ">", "'", "\u3000", "a/b"])
        return f'{gap}<{kind} key="{key}" value="{value}"{random.choice(["", " "])}/>'

    def event() -> str:
        keys = random.sample(["concept:name", "time:timestamp", "org:resource", "键"], random.randint(0, 4))
        keys += random.sample(keys, min(len(keys), random.choice([0, 0, 0, 1])))  # once in a while a key comes twice
        return f"{gap}<event>{''.join(map(attribute, keys))}{gap}</event>"

    def trace() -> str:
        inside = "".join(event() for _ in range(random.randint(0, events)))
        return f"{gap}<trace>{attribute('concept:name')}{inside}{gap}</trace>"

    traces = "".join(trace() for _ in range(random.randint(1, 4)))
    head = random.choice(["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"])
    extra = random.choice(["", '\n<extension name="c" prefix="c" uri="u"/>\n<global scope="event"></global>'])
    return f'{head}<log xes.version="1.0">{extra}{traces}\n</log>\n'


@pytest.mark.parametrize("seed", range(60))
def test_plain_logs_are_read_alike(seed: int) -> None:
    text = drawn(Random(seed))
    assert isinstance(both(text.encode()), list) and quick(text.encode())


ODD = (
    ("<event>", "<event><!-- x -->"),
    ("<event>", '<event id="1">'),
    ("<event>", "<x:event>"),
    ("<event>", "<event/><event>"),
    ("</event>", "</event>\r\n"),
    ("</event>", "</evnt>"),
    ('key="', 'key = "'),
    ('value="', 'extra="1" value="'),
    ("受理", "&lt;"),
    ("受理", "&none;"),
    ("受理", "\x01"),
    ("受理", "\ufffe"),
    ("a b", "a\nb"),
    ('"/>', '" />'),
    ("/>", "></string>"),
    (">", " >"),
    ("<string", "<container"),
    ("<trace>", "<trace><list key='l'><values/></list>"),
    ("<trace>", '<trace id="1">'),
    ("<trace>", "<trace/><trace>"),
    ("</trace>", "x</trace>"),
    ("</trace>", "</trace><event></event>"),
    ("</trace>", '<string key="late" value="1"/></trace>'),
    ("</log>", ""),
    ("\n</log>", "<?x <trace></trace>?></log>"),
    ("\n</log>", "<!-- <trace><event></event></trace> --></log>"),
    ("<log", "<!DOCTYPE log><log"),
    ("<log", '<?xml version="1.0"?><log'),
    ("<log", "<list"),
    ("UTF-8", "ISO-8859-1"),
)


@pytest.mark.parametrize("old, new", ODD)
@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_written_otherwise_is_read_or_refused_alike(old: str, new: str, seed: int) -> None:
    random = Random(seed)
    text = drawn(random)
    places = text.count(old)
    both(text.replace(old, new, random.randint(1, places) if places else 0).encode())
    both(text.replace(old, new).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("seed", range(40))
def test_broken_anywhere_it_is_refused_alike(seed: int) -> None:
    random = Random(seed)
    piece = bytearray(drawn(random).encode())
    at = random.randrange(len(piece))
    match seed % 3:
        case 0:
            del piece[at:]
        case 1:
            piece[at] = random.choice(b'<>"&/\xff\x00 x')
        case _:
            del piece[at : at + random.randint(1, 4)]
    both(bytes(piece))


def test_pieces_of_one_file_give_what_the_file_gives() -> None:
    text = drawn(Random(3), events=30).encode()
    cut = text.rindex(b"<trace>")
    former = both(text[:cut], last=False)
    latter = both(text[cut:], first=False)
    assert isinstance(former, list) and isinstance(latter, list) and quick(text[cut:], first=False)
    whole = both(text)
    assert isinstance(whole, list)

    def without_lines(told: Told) -> Told:
        return [tuple(part for part in one if not isinstance(part, int)) for one in told]

    assert without_lines(whole) == without_lines([*former, *latter])


def test_rows_are_the_same_whoever_reads_them_and_a_trace_without_a_name_is_one_case() -> None:
    from io import StringIO

    from yichuang.history.mapping import Mapping
    from yichuang.history.raw_rows import APART, Rows

    def rows(how: Any) -> list[list[str]]:
        out = StringIO()
        row = Rows(Mapping(case={"item": "item", "department": "部门"}), out)
        how(text.encode(), 1, row.take, row.trace_ended, row.remark, first=True, last=True)
        return [line.split(APART) for line in out.getvalue().splitlines()]

    own = '<string key="item" value="甲"/>'
    text = "\n".join(
        (
            "<log>",
            f"<trace><event>{own}</event>\n<event></event></trace>",  # without a name, and without an attribute
            f"<trace>{own}<event></event>\n<event></event></trace>",
            '<trace><string key="concept:name" value="乙"/>\n<event></event>\n<event></event></trace>',
            "</log>",
        )
    )
    plain = rows(xes.read_piece)
    assert quick(text.encode()) and plain == rows(xes._parse)
    assert [row[2] for row in plain] == ["line-2", "line-2", "line-4", "line-4", "乙", "乙"]
    assert ["甲" in row for row in plain] == [True, False, True, True, False, False]


def test_what_is_not_whole_of_our_own_log_is_refused_in_words(tmp_path: Path) -> None:
    whole = gzip.compress(b'<log><trace><string key="case_id" value="1"/><event/></trace></log>' * 50)
    (tmp_path / "cut.xes.gz").write_bytes(whole[:-12])
    with pytest.raises(xes.Broken, match="压缩的文件不完整"):
        write_tables(tmp_path / "cut.xes.gz", tmp_path / "a")
    (tmp_path / "nameless.xes").write_bytes(b"<log><trace>\n<event/></trace></log>")
    with pytest.raises(xes.Broken, match="第2行的轨迹没有 case_id"):
        write_tables(tmp_path / "nameless.xes", tmp_path / "b")
