"""`bench cases`: the whole life of a case in one process against the floor of `floor.py`, in turns in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from yichuang.ops.bench import floor
from yichuang.ops.bench.common import Bound, finish, spread, store

ROUND = 10  # lives per turn: door and floor take turns, so that the machine's moods meet both


def run(cases: int, quick: bool) -> int:
    """Measure so many lives. Returns 0 when the bounds hold.

    In a store of its own each time: the page images after a checkpoint are most of the WAL, and grow with the store.
    """
    with store("cases", fresh=True) as found:
        from django.db import connection

        from yichuang.ops.bench import life

        people = life.cast()
        life.through_the_door(people, lambda name, act: act())  # what a process reads once, it has read
        recorder = floor.Recorder()
        with connection.execute_wrapper(recorder):
            life.through_the_door(people, lambda name, act: act())
        statements = recorder.statements / len(recorder.commands)
        door: list[float] = []
        bare: list[float] = []
        by_command: dict[str, list[float]] = {}

        def timed(name: str, act: Callable[[], Any]) -> Any:
            begun = time.perf_counter()
            outcome = act()
            by_command.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
            return outcome

        with psycopg.connect(found.app, autocommit=True) as raw:
            _floor_life(raw, recorder.commands, 0)  # prepares both statements
            wal = [0, 0]
            for turn in range(0, cases, ROUND):
                mark = _wal(raw)
                for _ in range(ROUND):
                    begun = time.perf_counter()
                    life.through_the_door(people, timed)
                    door.append((time.perf_counter() - begun) * 1000)
                middle = _wal(raw)
                for number in range(ROUND):
                    bare.append(_floor_life(raw, recorder.commands, turn + number + 1) * 1000)
                wal[0] += middle - mark
                wal[1] += _wal(raw) - middle
        commands = len(recorder.commands)
        ratios = [b / d for d, b in zip(door, bare, strict=True)]
        figures = {
            "commands_per_case": commands,
            "door_ms_per_case": spread(door),
            "floor_ms_per_case": spread(bare),
            "ms_per_command": {name: spread(values) for name, values in by_command.items()},
            "wal_kb_per_case": round(wal[0] / len(door) / 1024, 1),
            "floor_wal_kb_per_case": round(wal[1] / len(door) / 1024, 1),
            "rows_per_command": [_rows(w) for w in recorder.commands],
            "statements_per_command": round(statements, 1),
            "ratio": spread(ratios),
        }
        bounds = [
            Bound("ratio_to_floor", sum(bare) / sum(door), least=0.65),
            Bound("statements_per_command", statements + 2, most=5),  # begin and commit too
        ]
        return finish("cases", figures, bounds, cases=len(door), full=not quick)


def _floor_life(raw: psycopg.Connection[Any], commands: list[floor.Written], turn: int) -> float:
    """Seconds of a recorded life written again; making the parameters is not counted."""
    spent = 0.0
    for statement, given in floor.again(commands, turn):
        given["now"] = int(time.time() * 1_000_000)
        begun = time.perf_counter()
        floor.write(raw, statement, given)
        spent += time.perf_counter() - begun
    return spent


def _wal(raw: psycopg.Connection[Any]) -> int:
    row = raw.execute("select (pg_current_wal_insert_lsn() - '0/0')::bigint").fetchone()
    assert row
    return int(row[0])


def _rows(written: floor.Written) -> int:
    """Rows one command writes: entries, vault, receipt, access put and gone, papers, counters, the case, and those of
    the licence it makes.
    """
    of_case, of_licence = written.rows, written.licence_rows
    made = sum(len(of_licence.get(table, ())) for table in floor.OF_LICENCE)
    return len(written.counters) + 1 + sum(len(of_case[table]) for table in floor.TABLES) + made
