"""Four eyes, order and deadlines by pm4py on the same Parquet: `python pm4py_rules.py <data set>`, last line JSON.

What pm4py cannot say is left out in its favour: its limits count seconds and know no calendar, no suspension and no
round, and its four eyes compare two activities at a time. With `--xes FILE` the log is read from XES instead.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
import pm4py  # noqa: E402
import pyarrow.dataset as pads  # noqa: E402
from pm4py.algo.filtering.pandas.ltl import ltl_checker as ltl  # noqa: E402

DATA = Path(sys.argv[1])
CASE, ACT = "case:concept:name", "concept:name"
DAY = 86_400 * 7 / 5  # seconds of a working day, on average


def read(table: str, *columns: str) -> pd.DataFrame:
    return pads.dataset(DATA / table, format="parquet").to_table(columns=list(columns)).to_pandas()


def log() -> pd.DataFrame:
    """The events as pm4py wants them: step acts are activities of their own."""
    if "--xes" in sys.argv:
        found = pm4py.read_xes(sys.argv[sys.argv.index("--xes") + 1])
        found[ACT] = found["kind"] + found["step"].fillna("")
        return found
    found = read("events", "case_id", "seq", "kind", "step", "person", "occurred_at").sort_values(["case_id", "seq"])
    found[ACT] = found["kind"] + found["step"]
    found = found.rename(columns={"case_id": CASE, "person": "org:resource", "occurred_at": "time:timestamp"})
    return pm4py.format_dataframe(found, case_id=CASE, activity_key=ACT, timestamp_key="time:timestamp")


def four_eyes(df: pd.DataFrame) -> int:
    """Cases in which who received or accepted also concluded a step or decided."""
    hit: set[str] = set()
    later = ["decided", *sorted(one for one in df[ACT].unique() if one.startswith("step_concluded"))]
    for first in ("received", "accepted"):
        for second in later:
            found = ltl.four_eyes_principle(df, first, second, {ltl.Parameters.POSITIVE: False})
            hit |= set(found[CASE].unique())
    return len(hit)


def order(df: pd.DataFrame) -> int:
    """Cases in which a step began without one it must come after having ended before."""
    hit: set[str] = set()
    for step, after in read("standard_order", "step", "after").drop_duplicates().itertuples(index=False):
        both = df[df[CASE].isin(df.loc[df[ACT] == f"step_opened{step}", CASE].unique())]
        found = ltl.eventually_follows(
            both, [f"step_concluded{after}", f"step_opened{step}"], {ltl.Parameters.POSITIVE: False}
        )
        hit |= set(found[CASE].unique())
    return len(hit)


def deadlines(df: pd.DataFrame) -> int:
    """Cases decided later after acceptance than promised, and than law allows."""
    case = read("cases", "case_id", "standard").merge(
        read("standards", "standard", "promised", "statutory"), on="standard"
    )
    hit: set[str] = set()
    for column in ("promised", "statutory"):
        for limit, cases in case.groupby(column)["case_id"]:
            if limit:
                beyond: dict[Any, Any] = {ltl.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [(limit * DAY, float("inf"))]}
                found = ltl.eventually_follows(df[df[CASE].isin(cases)], ["accepted", "decided"], beyond)
                hit |= set(found[CASE].unique())
    return len(hit)


def main() -> None:
    begun = time.perf_counter()
    df = log()
    told: dict[str, Any] = {"events": len(df), "load": round(time.perf_counter() - begun, 2)}
    for check in (four_eyes, order, deadlines):
        start = time.perf_counter()
        cases = check(df)
        told[check.__name__] = [round(time.perf_counter() - start, 2), cases]
    told["seconds"] = round(time.perf_counter() - begun, 2)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
