"""The door of every life: `perform` carries out one command in one transaction, or refuses it.

Lock the row, gather facts, decide, draw numbers, append to the ledger, bring the tables up to date. Idempotent by
`command_id`. A life kept as a snapshot takes three statements besides begin and commit, whatever the command; one that
is replayed takes one more. Lock order: the rows of one kind by id, then numbers. Judging moves cards several times in a
transaction and may cross it: whoever the database ends for that tries once more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from pydantic_core import to_json

from yichuang.aggregates.acts import Dated, Happened, Tick
from yichuang.aggregates.aggregate import Aggregate, Entailed, Locked
from yichuang.aggregates.numbers import draw_numbers
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.aggregates.refusals import record_refusal
from yichuang.aggregates.replay import happened, read_streams, replay
from yichuang.aggregates.tables import Entry, changes_of
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.envelope import GENESIS, Envelope
from yichuang.ledger.fast import run
from yichuang.ledger.service import as_rows, chain_entries, make_envelope
from yichuang.ledger.vault import VaultRow

DRIFT = timedelta(seconds=5)  # what the ledger's own guard allows between an entry's time and its clock
REUSED = "command-id-reused"
DEADLOCK = "40P01"  # SQLSTATE
_NOBODY = uuid.UUID(int=0)
RECEIPT = "select 1 from aggregates_receipt where command_id = %(command)s"
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S]):
    """What a command did. `repeated`: it was carried out before, and this is its answer."""

    id: uuid.UUID
    state: S
    first_seq: int
    last_seq: int
    repeated: bool = False
    events: tuple[Dated, ...] = ()


@dataclass(slots=True)
class _Move(Generic[S]):
    """What a command does to one life, before it is written."""

    stream: str
    locked: Locked[S]
    state: S
    dated: list[Dated]
    facts: Any
    chained: list[tuple[Envelope, bytes, bytes]] = field(default_factory=list)


def perform(
    aggregate: Aggregate[S, Any], id: uuid.UUID | str, prepared: Prepared, actor: Actor, *, command_id: uuid.UUID
) -> Outcome[S]:
    """Carry out a command on a life, or begin one. The caller has seen that it exists for the actor.

    Raises Refused, also when there is no such life.
    """
    return _perform(aggregate, uuid.UUID(str(id)), prepared, actor, command_id)


def tick(aggregate: Aggregate[S, Any], id: uuid.UUID | str, actor: Actor = SYSTEM) -> Outcome[S]:
    """Let time pass on one life: what the sweep does. Appends nothing when nothing has lapsed."""
    return _perform(aggregate, uuid.UUID(str(id)), Prepared(Tick()), actor, None)


def move(
    aggregate: Aggregate[S, Any], commands: Mapping[uuid.UUID, Any], known: Mapping[str, Any], actor: Actor = SYSTEM
) -> list[Outcome[S]]:
    """Carry out commands on many lives of one kind, in the caller's transaction: what another life's move entails.

    `known` are facts that the caller has gathered for all of them. No receipts; a handful of statements whatever the
    number. Raises Refused.
    """
    if not commands:
        return []
    try:
        return _move(aggregate, commands, known, actor)
    except (IntegrityError, OperationalError) as error:
        if not _worth_again(error):
            raise
        return _move(aggregate, commands, known, actor, again=True)


def _move(
    aggregate: Aggregate[S, Any],
    commands: Mapping[uuid.UUID, Any],
    known: Mapping[str, Any],
    actor: Actor,
    *,
    again: bool = False,
) -> list[Outcome[S]]:
    with transaction.atomic():
        _, locked = _lock(aggregate, sorted(commands), aggregate.statements.lock_many, {"ids": sorted(commands)})
        return _carry_out(aggregate, commands, locked, known, actor, again=again)


def _carry_out(
    aggregate: Aggregate[S, Any],
    commands: Mapping[uuid.UUID, Any],
    locked: Mapping[uuid.UUID, Locked[S]],
    known: Mapping[str, Any],
    actor: Actor,
    *,
    again: bool,
) -> list[Outcome[S]]:
    """Decide and write commands on lives that are locked. Raises Refused."""
    moves = []
    for id, command in commands.items():
        life = locked[id]
        _may_begin(aggregate, life, command)
        facts = _facts(aggregate, life, command, actor, known, again=again)
        moves.append(_Move(aggregate.stream(id), life, *aggregate.life.decide(life.state, command, facts), facts))
    return _write(aggregate, moves, None, None, redate=True)


def read_lives(aggregate: Aggregate[S, Any], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Locked[S]]:
    """Lives as they stand, without a lock. One statement for snapshots, two where streams are replayed."""
    with run(aggregate.statements.read_many, {"ids": list(ids), "command": None}) as cursor:
        rows = cursor.fetchall()
    return _loaded(aggregate, rows)


def blank_life(aggregate: Aggregate[S, Any]) -> Locked[S]:
    """A life that has not begun, for a page that asks what begins one. One statement."""
    _, lives = _lock(aggregate, [_NOBODY], aggregate.statements.read_many, {"ids": [_NOBODY]})
    return lives[_NOBODY]


def facts_of(aggregate: Aggregate[S, Any], life: Locked[S], actor: Actor, needs: Iterable[str] = ()) -> Any:
    """The facts with which a page asks what is open to its reader, and those of `needs` that ask for no command."""
    facts = aggregate.facts(life, Tick(), actor)
    more = {name: aggregate.needs[name](life.state, None, facts) for name in needs}
    return replace(facts, **more) if more else facts


def _perform(
    aggregate: Aggregate[S, Any], id: uuid.UUID, prepared: Prepared, actor: Actor, command_id: uuid.UUID | None
) -> Outcome[S]:
    try:
        return _attempt(aggregate, id, prepared, actor, command_id)
    except (IntegrityError, OperationalError) as error:
        if not _worth_again(error):
            raise
        return _attempt(aggregate, id, prepared, actor, command_id, again=True)


def _worth_again(error: Exception) -> bool:
    """Whether another try may do: a twin won while we waited for the lock, and its receipt answers now; we waited for
    a number until our time was past; or the database ended us to free two that waited for each other.
    """
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == DEADLOCK


def _attempt(
    aggregate: Aggregate[S, Any],
    id: uuid.UUID,
    prepared: Prepared,
    actor: Actor,
    command_id: uuid.UUID | None,
    *,
    again: bool = False,
) -> Outcome[S]:
    refused: Refused | None = None
    command = prepared.command
    try:
        with transaction.atomic():
            receipt, locked = _lock(aggregate, [id], aggregate.statements.lock_one, {"id": id, "command": command_id})
            if receipt:
                return _answered(aggregate, receipt, locked[id], prepared, actor)
            life = replace(locked[id], given=prepared.given) if prepared.given else locked[id]
            _may_begin(aggregate, life, command)
            life = _at_its_time(aggregate, life)
            facts = _facts(aggregate, life, command, actor, {}, again=again)
            try:
                state, dated = aggregate.life.decide(life.state, command, facts)
            except Refused as error:
                refused = error
                # what time did stands, whatever becomes of the command
                state, dated = error.details.pop("lapsed", (life.state, []))
            move = _Move(aggregate.stream(id), life, state, dated, facts)
            done, done_id = (None, None) if refused else (prepared, command_id)
            entailed = _find_entailed(aggregate, move)
            others = _lock_entailed(entailed)
            (outcome,) = _write(aggregate, [move], done, done_id, redate=isinstance(command, Tick))
            _move_entailed(move, entailed, others, actor, again=again)
    except Refused as error:
        refused = error
    if refused is not None:
        if refused.code != REUSED and command_id and _carried_out(command_id):
            # a twin won while we waited: we saw the life it left, but not yet its receipt
            return _attempt(aggregate, id, prepared, actor, command_id, again=again)
        record_refusal(refused, actor, id, command_id, type(command).__name__, of=aggregate.kind)
        raise refused
    return outcome


def _carried_out(command_id: uuid.UUID) -> bool:
    with run(RECEIPT, {"command": command_id}) as cursor:
        return cursor.fetchone() is not None


# --- what an event entails for another life ---------------------------------------------------------------------------


def _find_entailed(aggregate: Aggregate[Any, Any], move: _Move[Any]) -> list[tuple[int, Entailed]]:
    """What the events of a life entail, by their place among them."""
    found = ((n, aggregate.entails(dated.event, move.state, move.facts)) for n, dated in enumerate(move.dated))
    return [(n, other) for n, other in found if other]


def _lock_entailed(entailed: Sequence[tuple[int, Entailed]]) -> dict[tuple[str, uuid.UUID], Locked[Any]]:
    """The lives that are moved too, by kind and id. They are locked before any number is drawn, in this order."""
    others = {(other.aggregate.kind, other.id): other.aggregate for _, other in entailed}
    return {key: _lock_other(others[key], key[1]) for key in sorted(others)}


def _lock_other(aggregate: Aggregate[S, Any], id: uuid.UUID) -> Locked[S]:
    _, lives = _lock(aggregate, [id], aggregate.statements.lock_one, {"id": id})
    return lives[id]


def _move_entailed(
    move: _Move[Any],
    entailed: Sequence[tuple[int, Entailed]],
    locked: dict[tuple[str, uuid.UUID], Locked[Any]],
    actor: Actor,
    *,
    again: bool,
) -> None:
    """Carry out what was entailed, in order. What time did to one life is the system's act on the other. Raises
    Refused: then nothing of the command holds.
    """
    for n, other in entailed:
        dated = move.dated[n]
        command = other.command(dated.event, move.locked.seq + n + 1)
        # a life that is moved twice is read again
        life = locked.pop((other.aggregate.kind, other.id), None) or _lock_other(other.aggregate, other.id)
        by = SYSTEM if dated.at else actor
        _carry_out(other.aggregate, {other.id: command}, {other.id: life}, {}, by, again=again)


# --- under the lock ---------------------------------------------------------------------------------------------------


def _lock(
    aggregate: Aggregate[S, Any], ids: Sequence[uuid.UUID], statement: str, parameters: dict[str, Any]
) -> tuple[tuple[Any, ...] | None, dict[uuid.UUID, Locked[S]]]:
    """Lock the rows. Answers the command's receipt (digest, actor, stream, first and last seq), and the lives by id,
    blank ones for those that are not there.
    """
    with run(statement, {"command": None, **parameters}) as cursor:
        rows = cursor.fetchall()
    n = len(aggregate.reads) + len(aggregate.beside) + 1
    receipt = rows[0][n : n + 5]
    lives, (reads, beside) = _loaded(aggregate, rows), aggregate.split_reads(rows[0][1:n])
    for id in ids:
        lives.setdefault(id, Locked(id, aggregate.blank(str(id)), 0, GENESIS, rows[0][0], reads, {}, beside=beside))
    return (receipt if receipt[0] is not None else None), lives


def _loaded(aggregate: Aggregate[S, Any], rows: Sequence[tuple[Any, ...]]) -> dict[uuid.UUID, Locked[S]]:
    """The lives of the rows that `Statements.lock` answers with."""
    n = len(aggregate.reads) + len(aggregate.beside) + 1
    there = [row for row in rows if row[n + 5] is not None]
    if not there:
        return {}
    kept = [dict(zip(aggregate.statements.kept, row[n + 6 :], strict=True)) for row in there]
    ids = [row[n + 5] for row in there]
    snapshots = [row.get("state_v") for row in kept]
    stale = [id for id, v in zip(ids, snapshots, strict=True) if aggregate.snapshot is None or v != aggregate.snapshot]
    # a second statement, since the first one's view of the streams is older than its lock
    streams = read_streams(aggregate, stale) if stale else {}
    out = {}
    for row, values, id in zip(there, kept, ids, strict=True):
        entries = streams.get(id)
        state = aggregate.codec.load_state(values["state"]) if entries is None else replay(aggregate, id, entries)
        head = bytes(values["head"]) if "head" in values else entries[-1].hash if entries else GENESIS
        reads, beside = aggregate.split_reads(row[1:n])
        out[id] = Locked(id, state, values["seq"], head, row[0], reads, values, beside=beside, entries=entries or ())
    return out


def _may_begin(aggregate: Aggregate[Any, Any], life: Locked[Any], command: Any) -> None:
    """Refuse a command on a life that is not there, unless it begins one. Raises Refused."""
    act = aggregate.life.acts.get(type(command))
    if not life.seq and not (act and act.creates):
        raise aggregate.refuse_absent()


def _answered(
    aggregate: Aggregate[S, Any],
    receipt: tuple[Any, ...],
    life: Locked[S],
    prepared: Prepared,
    actor: Actor,
) -> Outcome[S]:
    """The answer to a command that was carried out before. Raises Refused for another one under its id."""
    digest, by, stream, first, last = receipt
    if (digest, by, stream) != (prepared.digest, actor.person, aggregate.stream(life.id)):
        message = "同一个操作编号已用于另一次不同的操作。"
        raise Refused(REUSED, message, next="在网页上办的，请刷新后再办；程序请换一个新的操作编号。", kind=Kind.STALE)
    return Outcome(life.id, life.state, first, last, repeated=True)


def _facts(
    aggregate: Aggregate[S, Any], life: Locked[S], command: Any, actor: Actor, known: Mapping[str, Any], *, again: bool
) -> Any:
    """What the command is decided on: what every command of this life knows, and what its act needs besides; `again`,
    after a unique index has refused it, also what may say why.
    """
    facts = aggregate.facts(life, command, actor)
    act = aggregate.life.acts.get(type(command))
    needs = (*act.needs, *(act.contested if again else ())) if act else ()
    more = {name: known[name] if name in known else aggregate.needs[name](life.state, command, facts) for name in needs}
    return replace(facts, **more) if more else facts


def _at_its_time(aggregate: Aggregate[S, Any], life: Locked[S]) -> Locked[S]:
    """The life with a time that never runs backwards for it. A clock set back further than the ledger takes is refused
    until it has caught up, rather than recorded wrongly.
    """
    last = aggregate.last_moment(life.state)
    if last is None or last <= life.now:
        return life
    if last - life.now > DRIFT:
        message = "系统时钟比最近一次记录的时间还早，暂时不能办理。"
        raise Refused("clock-behind", message, next="请稍后再试；如持续出现，请联系管理员校准时钟。", kind=Kind.STALE)
    return replace(life, now=last)


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(
    aggregate: Aggregate[S, Any],
    moves: Sequence[_Move[S]],
    prepared: Prepared | None,
    command_id: uuid.UUID | None,
    *,
    redate: bool,
) -> list[Outcome[S]]:
    """Number, append, project. A life that nothing happened to has only its dates and its timer set anew, when
    `redate`: the sweep came, or another life's move.
    """
    moved = [move for move in moves if move.dated]
    if moved:
        _number(aggregate, moved)
        for move in moved:
            move.chained = chain_entries(_entries(aggregate, move, command_id), move.locked.head)
        written = _rows(aggregate, moved, prepared, command_id)
        single = len(moved) == 1
        run(aggregate.statements.write_one if single else aggregate.statements.write_many, written).close()
        _correct(aggregate, [move for move in moved if move.locked.seq and move.locked.given])
        for move in moved:
            for dated in move.dated:
                aggregate.effect(dated.event, move.state, move.facts)
    if redate:
        _redate(aggregate, [move for move in moves if not move.dated and move.locked.seq])
    return [
        Outcome(m.locked.id, m.state, m.locked.seq + 1, m.locked.seq + len(m.dated), events=tuple(m.dated))
        for m in moves
    ]


def _number(aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]]) -> None:
    """Fill in the numbers that events draw; a state that holds one evolves again."""
    places = [(move, n) for move in moves for n in range(len(move.dated))]
    wanted = [aggregate.number(move.dated[n].event, move.state, move.facts) for move, n in places]
    kept = set()
    for (move, n), number, event in zip(places, wanted, draw_numbers(wanted), strict=True):
        if number:
            move.dated[n] = Dated(event, move.dated[n].at)
            if number.kept:
                kept.add(move.stream)
    for move in moves:
        if move.stream in kept:
            move.state = _evolved(aggregate, move)


def _evolved(aggregate: Aggregate[S, Any], move: _Move[S]) -> S:
    state, facts = move.locked.state, move.facts
    for dated in move.dated:
        who = SYSTEM if dated.at else facts.actor
        at = dated.at or facts.now
        happened = Happened(dated.event, who.person, at, facts.now, who.channel, who.on_behalf_of)
        state = aggregate.life.evolve(state, happened)
    return state


def _entries(aggregate: Aggregate[S, Any], move: _Move[S], command_id: uuid.UUID | None) -> list[Envelope]:
    """What time did is the system's act, with the legal moment; the rest is the actor's, now."""
    out, facts, stream = [], move.facts, move.stream
    for seq, dated in enumerate(move.dated, move.locked.seq + 1):
        kind, v, body = aggregate.codec.dump_event(dated.event)
        who, at, command = (SYSTEM, dated.at, "") if dated.at else (facts.actor, facts.now, str(command_id or ""))
        if facts.actor.source == "simulated":
            who = replace(who, source="simulated")
        out.append(make_envelope(stream, seq, kind, v, body, who, command, at, facts.now))
    return out


def _rows(
    aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]], prepared: Prepared | None, command_id: uuid.UUID | None
) -> dict[str, Any]:
    """Everything to write, as the parameters of `Statements.write_one` or `write_many`."""
    arrays: dict[str, list[dict[str, Any]]] = {
        "entries": [row for move in moves for row in as_rows(move.chained)],
        "vault": [_vault_row(row) for row in prepared.rows] if prepared else [],
        "receipts": [],
        **_timers(aggregate, moves),
    }
    if prepared and command_id:
        arrays["receipts"] = [
            {
                "command_id": command_id,
                "stream": move.stream,
                "actor": move.facts.actor.person,
                "digest": prepared.digest,
                "first_seq": move.locked.seq + 1,
                "last_seq": move.locked.seq + len(move.dated),
            }
            for move in moves
        ]
    for move in moves:
        last, _, head = move.chained[-1]
        row = row_of(aggregate, move.locked, move.state, move.facts, last.seq, head)
        if move.locked.seq:
            arrays.setdefault("changed", []).append(row)
        else:
            born = Happened(move.dated[0].event, move.facts.actor.person, move.facts.now, move.facts.now)
            first = row | aggregate.row.first(move.state, move.facts, born, move.locked.given)
            texts = {name: first.pop(name) for name in aggregate.row.derived}
            arrays.setdefault("made", []).append(first | {"derived": texts})
        _put_owned(aggregate, move, row, arrays)
        _put_appended(aggregate, move, arrays)
    return _parameters(aggregate, moves, arrays, single=len(moves) == 1)


def _parameters(
    aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]], arrays: dict[str, list[dict[str, Any]]], single: bool
) -> dict[str, Any]:
    armed = {timer["stream"] for timer in arrays["timers"]}
    rows = _as_json(arrays)
    known = {"rows": rows, "idle": [move.stream for move in moves if move.stream not in armed]}
    if single:
        return known | {"id": moves[0].locked.id, "stream": moves[0].stream}
    return known | {"ids": [move.locked.id for move in moves], "streams": [move.stream for move in moves]}


def row_of(
    aggregate: Aggregate[S, Any], locked: Locked[S], state: S, facts: Any, seq: int, head: bytes
) -> dict[str, Any]:
    """The columns of a life's row that follow from its stream, without those fixed at birth."""
    row = {"id": str(locked.id), "seq": seq, "reckoning": locked.reckoning, **aggregate.row.values(state, facts)}
    if aggregate.snapshot is not None:
        row |= {"head": f"\\x{head.hex()}", "state": aggregate.codec.dump_state(state), "state_v": aggregate.snapshot}
    return row


def _put_owned(
    aggregate: Aggregate[S, Any], move: _Move[S], row: Mapping[str, Any], arrays: dict[str, list[dict[str, Any]]]
) -> None:
    for n, owned in enumerate(aggregate.holds):
        locked, mine = move.locked, aggregate.owner(owned.owner, move.locked.id)
        before = owned.rows(locked.state, move.facts, locked.row) if locked.seq else []
        changes = changes_of(owned, mine, before, owned.rows(move.state, move.facts, row))
        for name, rows in changes.items():
            arrays.setdefault(f"{name}{n}", []).extend(rows)


def _put_appended(aggregate: Aggregate[S, Any], move: _Move[S], arrays: dict[str, list[dict[str, Any]]]) -> None:
    for n, appended in enumerate(aggregate.added):
        rows = arrays.setdefault(f"added{n}", [])
        for dated, (entry, _, hash) in zip(move.dated, move.chained, strict=True):
            row = appended.row(Entry(dated.event, entry.seq, hash, entry.recorded_at), move.state, move.facts)
            if row is not None:
                rows.append({appended.owner: aggregate.owner(appended.owner, move.locked.id), **row})


def _timers(aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]]) -> dict[str, list[dict[str, Any]]]:
    wakes = [(move, aggregate.next_moment(move.state, move.facts)) for move in moves]
    return {"timers": [{"stream": move.stream, "wake_at": wake} for move, wake in wakes if wake]}


def _redate(aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]]) -> None:
    """Nothing happened though time was asked: a calendar or a parameter moved the dates, so set them anew."""
    if not moves:
        return
    arrays = _timers(aggregate, moves)
    dates = ("reckoning", *aggregate.row.dates)
    changed = []
    for move in moves:
        row = {"reckoning": move.locked.reckoning, **aggregate.row.values(move.state, move.facts)}
        changed.append({"id": move.locked.id, **{name: row[name] for name in dates}})
    run(aggregate.statements.redate, _parameters(aggregate, moves, arrays | {"changed": changed}, single=False)).close()


def _correct(aggregate: Aggregate[S, Any], moves: Sequence[_Move[S]]) -> None:
    """Write again what was fixed at birth, for lives whose command corrects it. Two statements each."""
    for move in moves:
        id, row = move.locked.id, aggregate.row
        born = happened(aggregate, read_streams(aggregate, [id])[id][0])
        first = {"id": str(id), **row.first(move.state, move.facts, born, move.locked.given)}
        first["derived"] = {name: first.pop(name) for name in row.derived}
        rows = _as_json({"corrected": [first]})
        run(aggregate.statements.correct, {"rows": rows, "id": id}).close()


def _vault_row(row: VaultRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "subject": row.subject,
        "bytes": f"\\x{row.data.hex()}",
        "salt": f"\\x{row.salt.hex()}",
        "retain_until": row.retain_until,
    }


def _as_json(rows: Mapping[str, Any]) -> str:
    """Rows by table, each value as its column's type reads it from JSON."""
    return to_json(rows, fallback=str).decode()
