"""What the database's owner can do to the ledger, and what `verify` says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

Tamper = Callable[..., None]


def faults(outside: Any) -> list[tuple[str, str]]:
    from yichuang.ledger.verify import verify

    return [(f.kind, f.where) for f in verify(outside).faults]


def rehash(stream: str, from_seq: int, body: str) -> list[str]:
    """Statements that rewrite one entry's body and every later hash of the stream: a careful forger's work."""
    from yichuang.ledger.envelope import Envelope

    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, command_id,"
            " occurred_at, recorded_at, prev_hash from ledger_entry where stream = %s and seq >= %s order by seq",
            [stream, from_seq],
        )
        rows = cursor.fetchall()
    head = bytes(rows[0][15])
    out = []
    for row in rows:
        text = body if row[0] == from_seq else row[3]
        new = Envelope(stream, row[0], row[1], row[2], text, *row[4:15]).hash(head)
        out.append(
            f"update ledger_entry set body = '{text}', prev_hash = decode('{head.hex()}', 'hex'),"
            f" hash = decode('{new.hex()}', 'hex') where stream = '{stream}' and seq = {row[0]}"
        )
        head = new
    return out


def test_an_untouched_ledger_is_green_and_says_what_it_cannot_prove(sealed: Any) -> None:
    from yichuang.ledger.verify import verify

    report = verify(sealed)
    assert report.green
    assert (report.entries, report.streams, report.seals, report.days, report.unsealed) == (20, 5, 2, 1, 5)
    assert any("自封存 2 号之后有 5 条尚未封存" in line for line in report.lines())


def test_an_edited_row_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper("update ledger_entry set body = '{\"text\":\"改\"}' where stream = 'test/2' and seq = 2")
    assert faults(sealed) == [("edited", "test/2 第2条")]


@pytest.mark.parametrize("column", ["actor", "post", "ip", "channel", "source", "command_id", "kind", "device"])
def test_every_column_is_under_the_hash(sealed: Any, tamper: Tamper, column: str) -> None:
    tamper(f"update ledger_entry set {column} = 'x' where stream = 'test/1' and seq = 1")
    assert faults(sealed) == [("edited", "test/1 第1条")]


@pytest.mark.parametrize("column", ["occurred_at", "recorded_at"])
def test_a_moved_time_is_named(sealed: Any, tamper: Tamper, column: str) -> None:
    tamper(
        f"update ledger_entry set {column} = {column} - interval '1 microsecond' where stream = 'test/1' and seq = 1"
    )
    assert faults(sealed) == [("edited", "test/1 第1条")]


def test_a_stream_rewritten_with_all_later_hashes_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper(*rehash("test/3", 2, '{"text":"改写"}'))
    found = faults(sealed)
    assert ("rewritten", "test/3 第3条") in found
    assert all(where.startswith("test/3") for _, where in found)


def test_a_rewriter_who_also_redoes_the_seals_in_the_database_meets_the_ones_outside(
    sealed: Any, tamper: Tamper
) -> None:
    from yichuang.kernel import merkle
    from yichuang.ledger.envelope import to_microseconds
    from yichuang.ledger.seals import chain_value, leaf_bytes

    statements = rehash("test/3", 2, '{"text":"改写"}')
    forged = statements[1].split("hash = decode('")[2].split("'")[0]
    with connection.cursor() as cursor:
        cursor.execute("select number, first, last, entries, leaves, prev, sealed_at from ledger_seal where number = 2")
        number, first, last, entries, leaves, prev, at = cursor.fetchone()
    new = [[s, q, forged if (s, q) == ("test/3", 3) else h] for s, q, h in json.loads(leaves)]
    root = merkle.compute_root([leaf_bytes((s, q, h)) for s, q, h in new])
    chain = chain_value(number, first, last, entries, root, bytes(prev), to_microseconds(at))
    text = json.dumps(new, separators=(",", ":"))
    tamper(
        *statements,
        f"update ledger_seal set leaves = '{text}', root = decode('{root.hex()}', 'hex'),"
        f" chain = decode('{chain.hex()}', 'hex') where number = 2",
    )
    found = faults(sealed)
    assert ("seal", "封存 2 号") in found
    assert ("rewritten", "test/3 第3条") in found


def test_a_stream_removed_whole_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper("delete from ledger_entry where stream = 'test/4'")
    assert ("removed", "test/4") in faults(sealed)


def test_a_row_cut_out_of_the_middle_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper("delete from ledger_entry where stream = 'test/4' and seq = 2")
    assert ("removed", "test/4 第3条") in faults(sealed)


def test_a_sealed_tail_that_is_cut_is_named(sealed: Any, tamper: Tamper) -> None:
    tamper("delete from ledger_entry where stream = 'test/0' and seq >= 3")
    assert ("cut", "test/0") in faults(sealed)


def test_a_cut_unsealed_tail_is_honestly_called_not_provable(sealed: Any, tamper: Tamper) -> None:
    from yichuang.ledger.verify import verify

    tamper("delete from ledger_entry where stream = 'test/0' and seq = 4")
    report = verify(sealed)
    assert report.green
    assert any("无法证明" in line for line in report.lines())


def test_a_stream_put_into_a_sealed_range_is_named(sealed: Any, tamper: Tamper) -> None:
    from datetime import UTC, datetime

    from yichuang.ledger.envelope import GENESIS, Envelope

    now = datetime(2018, 3, 1, tzinfo=UTC)
    forged = Envelope("test/9", 1, "written", 1, "{}", "system", "", "", "system", "self", "", "", "", "", now, now)
    tamper(
        "insert into ledger_entry (position, stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source,"
        " session, ip, device, command_id, occurred_at, recorded_at, prev_hash, hash)"
        " values (-1, 'test/9', 1, 'written', 1, '{}', 'system', '', '',"
        " 'system', 'self', '', '', '', '', '2018-03-01Z', '2018-03-01Z',"
        f" decode('{GENESIS.hex()}', 'hex'), decode('{forged.hash(GENESIS).hex()}', 'hex'))"
    )
    assert ("inserted", "封存 1 号") in faults(sealed)


def test_seals_removed_from_the_database_are_named(sealed: Any, tamper: Tamper) -> None:
    tamper("delete from ledger_seal where number = 2")
    assert ("seal", "封存 2 号") in faults(sealed)


def test_a_copy_without_its_last_entries_cannot_seal_over_what_was_sealed(sealed: Any, tamper: Tamper) -> None:
    """一份缺了末尾的旧库继续封存,用掉同样的编号:库外原来的封存仍然作证。"""
    from yichuang.ledger import seals
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    tamper(
        "delete from ledger_entry where position > (select last from ledger_seal where number = 1)",
        "delete from ledger_seal where number = 2",
    )
    for _ in range(2):
        for stream in range(3):
            record(f"test/{stream}", "written", {"text": "另一种经过"}, SYSTEM)
    assert seals.seal_now(sealed)
    assert set(faults(sealed)) >= {("seal", "封存 2 号"), ("cut", "test/3"), ("cut", "test/4")}


def test_a_seal_made_again_after_a_crash_is_no_fault(sealed: Any, tamper: Tamper) -> None:
    """封存写到库外以后、提交以前断电:重新封存的编号相同,先写的那份也都成立。"""
    from yichuang.ledger import seals

    tamper("delete from ledger_seal where number = 2")
    (day,) = sealed.folder.glob("????-??-??.json")
    day.unlink()
    assert seals.seal_now(sealed)
    assert [s["number"] for s in sealed.read_seals()] == [1, 2, 2]
    assert not faults(sealed)


def test_a_forged_day_root_is_named(sealed: Any) -> None:
    file = next(sealed.folder.glob("????-??-??.json"))
    wrapped = json.loads(file.read_text())
    wrapped["content"] = wrapped["content"].replace('"entries":15', '"entries":14')
    file.write_text(json.dumps(wrapped))
    assert ("root", f"日根 {file.name}") in faults(sealed)


def test_one_stream_can_be_verified_alone(sealed: Any, tamper: Tamper) -> None:
    from yichuang.ledger.verify import verify

    tamper("update ledger_entry set body = '{}' where stream = 'test/2' and seq = 2")
    assert verify(sealed, "test/1").green
    assert not verify(sealed, "test/2").green


def test_a_proof_holds_without_the_database_and_breaks_with_any_change(sealed: Any) -> None:
    from yichuang.ledger.proof import check_proof, prove_stream

    proof = prove_stream("test/2")
    assert proof is not None and proof["leaf"][:2] == ["test/2", 3]
    assert check_proof(json.loads(json.dumps(proof)))
    for broken in (
        proof | {"leaf": ["test/2", 2, proof["leaf"][2]]},
        proof | {"path": proof["path"][:-1]},
        proof | {"seal": proof["seal"] | {"entries": 1}},
        {},
    ):
        assert not check_proof(broken)
    assert prove_stream("test/none") is None


def test_an_open_transaction_holds_the_seal_back(sealed: Any) -> None:
    """An entry whose transaction is still open has a position already; a seal must not pass over it."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from yichuang.ledger import seals

    known = connection.settings_dict
    address = make_conninfo(dbname=known["NAME"], user=known["USER"], host=known["HOST"], port=known["PORT"] or None)
    with psycopg.connect(address) as other:
        other.execute("select ledger_now()")
        assert seals.seal_now(sealed, wait=0.2) is None
        other.rollback()
    made = seals.seal_now(sealed)
    assert made is not None and made.entries == 5
