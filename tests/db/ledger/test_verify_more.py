"""Times that do not fit, seals that are missing or torn, and folders and tables that hold anything at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

Tamper = Callable[..., None]
JUNE = datetime(2018, 6, 1, 1, 0, tzinfo=UTC)


def faults(outside: Any) -> list[tuple[str, str]]:
    from yichuang.ledger.verify import verify

    return [(f.kind, f.where) for f in verify(outside).faults]


def forged(stream: str, at: datetime, position: str = "nextval('ledger_entry_position_seq')") -> str:
    """A statement that puts in an entry whose hash is right and whose time is `at`."""
    from yichuang.ledger.envelope import GENESIS, Envelope

    entry = Envelope(stream, 1, "written", 1, "{}", "system", "", "", "system", "self", "", "", "", "", at, at)
    return (
        "insert into ledger_entry (position, stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source,"
        " session, ip, device, command_id, occurred_at, recorded_at, prev_hash, hash)"
        f" values ({position}, '{stream}', 1, 'written', 1, '{{}}', 'system', '', '',"
        f" 'system', 'self', '', '', '', '', '{at.isoformat()}', '{at.isoformat()}',"
        f" decode('{GENESIS.hex()}', 'hex'), decode('{entry.hash(GENESIS).hex()}', 'hex'))"
    )


# --- times ------------------------------------------------------------------------------------------------------------


def test_an_entry_put_in_today_and_dated_june_is_named_before_and_after_it_is_sealed(
    sealed: Any, tamper: Tamper
) -> None:
    from yichuang.ledger import seals

    tamper(forged("case/june", JUNE))
    assert faults(sealed) == [("time", "case/june 第1条")]
    assert seals.seal_now(sealed)
    assert faults(sealed) == [("time", "case/june 第1条")]


def test_an_entry_dated_tomorrow_is_named_and_does_not_accuse_those_after_it(sealed: Any, tamper: Tamper) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    tamper(forged("case/tomorrow", datetime.now(UTC) + timedelta(days=1)))
    record("test/0", "written", {}, SYSTEM)
    assert faults(sealed) == [("time", "case/tomorrow 第1条")]


def test_an_entry_that_waited_two_days_for_its_seal_is_told(sealed: Any, tamper: Tamper) -> None:
    """周五的日期、周日补入、其间没有别的条目:时刻前后都合,只有封存过迟看得出来。"""
    from yichuang.ledger import seals
    from yichuang.ledger.verify import verify

    seals.seal_now(sealed)
    tamper(
        "update ledger_entry set recorded_at = recorded_at - interval '3 days'",
        forged("case/friday", datetime.now(UTC) - timedelta(days=2)),
    )
    seals.seal_now(sealed)
    report = verify(sealed)
    assert not [fault for fault in report.faults if fault.kind == "time"]
    assert any("封存 4 号里有 1 条" in note and "48 小时" in note for note in report.notes)


def test_a_clock_put_right_by_seconds_is_no_fault(sealed: Any, tamper: Tamper) -> None:
    tamper(forged("case/near", datetime.now(UTC) - timedelta(seconds=30)))
    assert faults(sealed) == []


def test_a_played_history_of_a_demo_store_is_no_fault_and_what_comes_after_it_is(sealed: Any, tamper: Tamper) -> None:
    from dataclasses import replace

    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record, shift_clock

    tamper("insert into ledger_store (\"only\", kind, created_at) values (true, 'demo', now())")
    with shift_clock(timedelta(days=-90)):
        record("simulation/1", "played", {}, replace(SYSTEM, source="simulated"))
    assert faults(sealed) == []
    tamper(forged("case/june", JUNE))
    record("test/0", "written", {}, SYSTEM)
    tamper(forged("case/july", JUNE + timedelta(days=30)))
    assert faults(sealed) == [("time", "case/july 第1条")], "the first entry after a history has none before it"


def test_a_time_that_is_none_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper("update ledger_entry set recorded_at = 'infinity' where stream = 'test/1' and seq = 1")
    assert ("edited", "test/1 第1条") in faults(sealed)


# --- seals outside ----------------------------------------------------------------------------------------------------


def last_file(outside: Any) -> Any:
    return max(outside.folder.glob("*.seals.jsonl"))


def test_fewer_seals_outside_than_inside_is_named(sealed: Any) -> None:
    file = last_file(sealed)
    first, _ = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first)
    assert faults(sealed) == [("seal", "库外封存")]
    file.unlink()
    assert ("seal", "库外封存") in faults(sealed)


def test_a_folder_of_seals_that_is_not_there_is_named(sealed: Any) -> None:
    from yichuang.ledger.outside import Outside
    from yichuang.ledger.verify import verify

    (fault,) = verify(Outside(sealed.folder / "none")).faults
    assert "不存在" in fault.text and "2 次封存" in fault.text


def test_a_store_older_than_the_seals_outside_is_named(sealed: Any, tamper: Tamper) -> None:
    from yichuang.ledger.verify import verify

    tamper(
        "delete from ledger_entry where position > (select last from ledger_seal where number = 1)",
        "delete from ledger_seal where number = 2",
    )
    (older,) = [f for f in verify(sealed).faults if f.kind == "older"]
    assert "库内封存到 1 号，库外到 2 号" in older.text and "旧的备份" in older.text


def test_a_seal_being_made_at_this_moment_is_no_fault(sealed: Any) -> None:
    """库外先写,库内后提交:核验遇上正在进行的封存,等它提交以后再看。"""
    from yichuang.ledger import verify_seals

    assert verify_seals._still_lacking([1, 2, 3]) == [3]


# --- half a line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", [b"", b"\0\0\0\0"], ids=["cut", "zeros"])
def test_a_half_written_line_is_ended_and_its_seal_written_again(sealed: Any, tail: bytes) -> None:
    """断电时最后一行只写了一半,那次封存在库内:补行、补写、留下原文、报告,然后才写下一次。"""
    from yichuang.ledger import seals
    from yichuang.ledger.verify import verify

    file = last_file(sealed)
    whole = file.read_bytes().splitlines(keepends=True)
    torn = whole[1][:100] + tail
    file.write_bytes(whole[0] + torn)
    assert not verify(sealed).green, "until the next sealing mends it"
    assert seals.seal_now(sealed)
    lines = file.read_bytes().splitlines(keepends=True)
    assert lines[1] == torn + b"\n", "the torn text stays"
    assert json.loads(lines[2])["torn"]["bytes"] == len(torn)
    assert lines[3] == whole[1]
    assert [seal["number"] for seal in sealed.read_seals()] == [1, 2, 3]
    report = verify(sealed)
    assert report.green
    assert any("只写了一半" in note and "第2行" in note for note in report.notes)


def test_a_half_written_line_of_a_seal_that_was_never_committed_is_ended(sealed: Any) -> None:
    from yichuang.ledger import seals
    from yichuang.ledger.verify import verify

    with open(last_file(sealed), "ab") as out:
        out.write(b'{"chain":"ab')
    assert seals.seal_now(sealed)
    assert [seal["number"] for seal in sealed.read_seals()] == [1, 2, 3]
    assert verify(sealed).green


def test_a_line_that_lacks_only_its_end_is_a_seal(sealed: Any) -> None:
    from yichuang.ledger import seals

    file = last_file(sealed)
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    assert seals.seal_now(sealed)
    assert [seal["number"] for seal in sealed.read_seals()] == [1, 2, 3]
    assert faults(sealed) == []


def test_a_sealing_that_fails_half_way_leaves_a_line_that_is_mended(
    sealed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """磁盘写满:封存没有成,账本不动;腾出空间以后接着封。"""
    from yichuang.ledger import outside, seals

    def full(file: Any, data: bytes) -> None:
        with open(file, "ab") as out:
            out.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(outside.Outside, "append_seal", lambda self, day, seal: full(last_file(self), b'{"chain":"abcd'))
        with pytest.raises(OSError, match="No space"):
            seals.seal_now(sealed)
    assert seals.seal_now(sealed)
    assert faults(sealed) == []


# --- anything at all --------------------------------------------------------------------------------------------------

HASH = "0" * 64
GOOD = {"number": 3, "first": 1, "last": 9, "entries": 1, "sealed_at": 1, "root": HASH, "prev": HASH, "chain": HASH}
ODD: dict[str, bytes] = {
    "not JSON": b"{{{\n",
    "no text": b"\xff\xfe\x00\n",
    "an array": b"[1, 2]\n",
    "a number": b"7\n",
    "a key missing": b'{"number": 3}\n',
    "wrong types": json.dumps({**GOOD, "number": "3", "first": None, "leaves": []}).encode(),
    "leaves that are none": json.dumps({**GOOD, "leaves": [["a\0", 1]]}).encode(),
    "a number beyond all": json.dumps({**GOOD, "leaves": [["a", 10**30, HASH]]}).encode(),
    "half a character": json.dumps({**GOOD, "leaves": [["\ud800", 1, HASH]]}).encode(),
    "too deep": b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_whatever_lies_among_the_seals_is_named(sealed: Any, content: bytes) -> None:
    (sealed.folder / "2000-01-01.seals.jsonl").write_bytes(content)
    assert ("seal", "2000-01-01.seals.jsonl 第1行") in faults(sealed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"content": 1, "signature": 2}',
        b'{"content": "{}", "signature": "zz"}',
        b'{"content": "7"}',
    ],
)
def test_whatever_lies_among_the_day_roots_is_named(sealed: Any, content: bytes) -> None:
    (sealed.folder / "2000-01-01.json").write_bytes(content)
    assert ("root", "日根 2000-01-01.json") in faults(sealed)


def test_folders_and_closed_files_in_the_place_of_files_are_named(sealed: Any) -> None:
    (sealed.folder / "2000-01-01.seals.jsonl").mkdir()
    (sealed.folder / "2000-01-02.json").mkdir()
    (sealed.folder / "2000-01-03.seals.jsonl").symlink_to(sealed.folder / "nowhere")
    found = faults(sealed)
    for where in ("2000-01-01.seals.jsonl", "日根 2000-01-02.json", "2000-01-03.seals.jsonl"):
        assert where in [name for _, name in found]


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_public_key_that_is_gone_or_none_is_named(sealed: Any, content: bytes | None) -> None:
    key = sealed.folder / "public-key.pem"
    key.unlink()
    if content is not None:
        key.write_bytes(content)
    assert ("root", "public-key.pem") in faults(sealed)


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_seal set leaves = '{' where number = 1",
        "update ledger_seal set leaves = '[[1, 2]]' where number = 1",
        "update ledger_seal set leaves = '[]' where number = 1",
        "update ledger_seal set root = '', prev = '' where number = 1",
        "update ledger_seal set sealed_at = 'infinity' where number = 1",
        "update ledger_seal set number = -7 where number = 1",
        "update ledger_seal set last = 9223372036854775807 where number = 1",
    ],
)
def test_whatever_lies_in_the_table_of_seals_is_named(sealed: Any, tamper: Tamper, statement: str) -> None:
    tamper(statement)
    assert [kind for kind, _ in faults(sealed)].count("seal") >= 1


@pytest.mark.parametrize(
    "change",
    [
        "body = 'vault:x:y:z'",
        "body = ''",
        "hash = ''",
        "prev_hash = ''",
        "occurred_at = '-infinity'",
        "recorded_at = '294276-12-31 23:59:59Z'",
        "recorded_at = '4713-01-02 BC'",
        "seq = 2147483647",
    ],
)
def test_whatever_lies_in_an_entry_is_named(sealed: Any, tamper: Tamper, change: str) -> None:
    tamper(f"update ledger_entry set {change} where stream = 'test/1' and seq = 1")
    found = faults(sealed)
    assert any("test/1" in where for _, where in found)
    assert "unreadable" not in [kind for kind, _ in found]


def test_a_part_that_cannot_be_read_is_named_and_the_others_are_looked_at(
    sealed: Any, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yichuang.ledger import verify as verifying

    def broken(*given: Any) -> None:
        raise KeyError("leaves")

    tamper("update ledger_entry set body = '{}' where stream = 'test/2' and seq = 2")
    monkeypatch.setattr(verifying, "check_seals", broken)
    found = faults(sealed)
    assert ("unreadable", "封存") in found and ("edited", "test/2 第2条") in found


def test_a_million_faults_are_counted_and_not_all_listed(sealed: Any, tamper: Tamper) -> None:
    from yichuang.ledger import report
    from yichuang.ledger.verify import verify

    tamper("update ledger_entry set actor = 'x'")
    found = verify(sealed)
    assert found.kinds["edited"] == 20
    one = report.Report()
    for number in range(report.LISTED + 5):
        one.add("edited", str(number), "x")
    assert len(one.faults) == report.LISTED and "另有 5 处" in "\n".join(one.lines())


# --- private texts ----------------------------------------------------------------------------------------------------


@pytest.fixture
def noted(sealed: Any) -> Any:
    """A text in the vault, and an entry that refers to it."""
    from yichuang.ledger import vault
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    row = vault.lodge("s:1", {"reason": "原来的理由"})
    record("case/1", "declined", {"reason": row.ref("reason")}, SYSTEM)
    return row


def test_a_text_as_it_was_recorded_is_green(sealed: Any, noted: Any) -> None:
    from yichuang.ledger.verify import verify

    report = verify(sealed)
    assert report.green and report.texts == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update ledger_vault set bytes = convert_to('{\"reason\":\"改过的\"}', 'UTF8')", "被改动"),
        ("update ledger_vault set salt = 'x'", "被改动"),
        ("update ledger_vault set bytes = null, salt = null", "没有销毁记录"),
        ("update ledger_vault set bytes = null, salt = null, destroyed_at = now()", "没有销毁记录"),
        ("delete from ledger_vault", "不见了"),
    ],
)
def test_a_text_that_was_changed_or_taken_away_is_named(
    sealed: Any, noted: Any, tamper: Tamper, statement: str, said: str
) -> None:
    from yichuang.ledger.verify import verify

    tamper(statement)
    (fault,) = verify(sealed).faults
    assert (fault.kind, fault.where) == ("vault", "case/1 第1条") and said in fault.text
    assert verify(sealed, "test/1").green and not verify(sealed, "case/1").green


def test_a_text_destroyed_on_record_is_green_and_one_that_survived_its_destruction_is_not(
    sealed: Any, noted: Any, tamper: Tamper
) -> None:
    from django.db import transaction

    from yichuang.ledger import vault
    from yichuang.ledger.actor import SYSTEM

    with connection.cursor() as cursor:
        cursor.execute("select bytes, salt from ledger_vault")
        data, salt = cursor.fetchone()
    with transaction.atomic():
        vault.destroy_row(noted.id, "郑档销〔2018〕1号", SYSTEM)
    assert faults(sealed) == []
    tamper(
        f"update ledger_vault set bytes = decode('{bytes(data).hex()}', 'hex'),"
        f" salt = decode('{bytes(salt).hex()}', 'hex')"
    )
    assert faults(sealed) == [("vault", "case/1 第1条")]


def test_root_reads_what_is_closed_to_others(sealed: Any) -> None:
    """A file that this user may not read is named; root may read all."""
    file = last_file(sealed)
    file.chmod(0)
    assert bool(faults(sealed)) is (os.geteuid() != 0)
    file.chmod(0o644)
