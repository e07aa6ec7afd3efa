"""Pairing of starts and ends, held against a plain loop over a pandas table on a thousand random logs."""

from __future__ import annotations

from collections import defaultdict, deque
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from yichuang.history import dataset
from yichuang.history.importing import import_log

COLUMNS = ["case", "activity", "at", "person", "move", "instance"]
MAPPING = "events: {case: case, activity: activity, at: at, person: person, transition: move, instance: instance}"
FEW = 1000  # logs: each is some cases of one table, so that they are read at once


def draw_case(case: str, random: Random) -> pd.DataFrame:
    """The moves of one case: starts, ends and withdrawals in any order, with an instance for all, some or none."""
    named = random.choice(["all", "some", "none"])
    rows = []
    for n in range(random.randint(1, 9)):
        instance = str(random.randint(1, 3)) if named == "all" or (named == "some" and random.random() < 0.5) else ""
        move = random.choice(["start", "start", "complete", "complete", "withdraw", "suspend"])
        at = f"2024-03-{n // 2 + 1:02} 10:{n:02}:00"
        rows.append((case, random.choice("AB"), at, random.choice("甲乙丙"), move, instance))
    return pd.DataFrame(rows, columns=COLUMNS)


def pair_by_hand(log: pd.DataFrame) -> set[tuple[Any, ...]]:
    """Rounds as (case, step, start or none, end or none, how it ended, unclear), by walking down the log."""
    out = set()
    log = log.assign(seq=log.groupby("case").cumcount() + 1)
    log = log[log.move.isin(["start", "complete", "withdraw"])]
    for (case, step), moves in log.groupby(["case", "activity"]):
        threads = moves.instance if (moves.instance != "").all() else pd.Series("", index=moves.index)
        for _, thread in moves.groupby(threads):
            open_ones: deque[int] = deque()
            rounds: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
            busy, most = 0, defaultdict(int)
            for move in thread.itertuples():
                if move.move == "start":
                    open_ones.append(move.seq)
                elif open_ones:
                    rounds[busy].append((open_ones.popleft(), move.seq, move.move))
                elif move.move == "complete":
                    out.add((case, step, None, move.seq, "complete", False))
                most[busy] = max(most[busy], len(open_ones))
                busy += not open_ones
            rounds[busy] += [(seq, None, "") for seq in open_ones]
            for span, pairs in rounds.items():
                out |= {(case, step, *pair, most[span] > 1) for pair in pairs}
    return out


@pytest.mark.parametrize("seed", range(4))
def test_rounds_are_those_of_a_walk_down_the_log(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    log = pd.concat([draw_case(f"{seed}-{n}", random) for n in range(FEW // 4)])
    log.to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    con = dataset.connect("200MB", 1)
    dataset.attach(con, tmp_path / "made")
    rounds = con.execute(
        "select s.case_id, s.step, case when opened_seq = coalesce(concluded_seq, 0) then null else opened_seq end,"
        " concluded_seq, sent_back_by <> '' from log_steps s"
    ).fetchall()
    wanted = pair_by_hand(log)
    assert sorted(rounds, key=str) == sorted(
        (
            # what is unclear begins as it ends; what was withdrawn has no end among the conclusions
            (case, step, None if unclear and how == "complete" else start, end if how == "complete" else None,
             how == "withdraw")
            for case, step, start, end, how, unclear in wanted
        ),
        key=str,
    )  # fmt: skip
    assert len({how for *_, how, _ in wanted}) == 3 and {unclear for *_, unclear in wanted} == {True, False}
