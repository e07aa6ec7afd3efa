"""Judges a data set in a process of its own and prints what it took, as JSON: `python -m yichuang.ops.bench.judged
<data set>`. With `--rules R-T02,R-P01` by these alone; with `--read` it only reads every column once: the floor.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from yichuang.history import dataset
from yichuang.history.judgement import judge
from yichuang.supervision.compiled import COMPILED
from yichuang.supervision.contract import TABLES
from yichuang.supervision.rules.catalogue import JUDGING

MEMORY = "3GB"  # of DuckDB; the process needs some more


def judged(folder: Path) -> dict[str, Any]:
    """Seconds and hits of each rule, and of the whole; `compiling` is what a first run spends on
    SQL, and `parts` what several rules reckon alike, which is in the seconds of none."""
    wanted = sys.argv[sys.argv.index("--rules") + 1].split(",") if "--rules" in sys.argv else None
    rules = [rule for rule in JUDGING if wanted is None or rule.code in wanted]
    begun = time.perf_counter()
    done = judge(folder, rules, memory=MEMORY)
    seconds = time.perf_counter() - begun
    return {
        "seconds": round(seconds, 2),
        "compiling": round(COMPILED.seconds, 2),
        "parts": {name: round(spent, 2) for name, spent in done.parts.items()},
        "rules": {one.rule.code: [round(one.seconds, 2), one.hits] for one in done.verdicts},
        "raised": {one.rule.code: one.error for one in done.verdicts if one.error},
    }


def read(folder: Path) -> dict[str, Any]:
    """Seconds to read every column of every table once: a hash over each, so that none is answered from statistics."""
    con = dataset.connect(MEMORY)
    begun = time.perf_counter()
    dataset.attach(con, folder)
    for table in TABLES:
        columns = ", ".join(f'bit_xor(hash("{column.name}"))' for column in table.columns)
        con.execute(f"select {columns} from {table.stored_as}").fetchall()
    return {"seconds": round(time.perf_counter() - begun, 2)}


if __name__ == "__main__":
    found = (read if "--read" in sys.argv else judged)(Path(sys.argv[1]))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found))
