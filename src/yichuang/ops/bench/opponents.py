"""The same judging by others, where they are installed: hand-written pandas, and pm4py.

They live in an environment of their own (`requirements/opponents.in`) and run as programs (`benchmarks/opponents/`):
pm4py is under the AGPL and nothing of it enters this program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from yichuang.ops.bench.common import ROOT, Bound
from yichuang.ops.database import data_folder

PROGRAMS = ROOT / "benchmarks" / "opponents"
SAME = ("R-P03", "R-P01", "R-T02", "R-T03")  # four eyes, order, deadlines
FASTER = 20.0  # times, than pm4py with the same checks


def python() -> Path | None:
    """The Python of their environment; None without one."""
    found = Path(os.environ.get("YICHUANG_OPPONENTS") or data_folder() / "opponents" / "bin" / "python")
    return found if found.exists() else None


def compare(data: Path, whole: dict[str, Any]) -> tuple[dict[str, Any], list[Bound]]:
    """Figures and bounds of the opponents on this data set, beside what our rules took and found there (`judged`)."""
    if (opponent := python()) is None:
        print("  没有装对手，这次不比：请在另一个环境里装 requirements/opponents.txt，")
        print("  再用 YICHUANG_OPPONENTS 指明那里的 python。")
        return {"opponents": "not installed"}, []
    pandas = run([opponent, PROGRAMS / "pandas_rules.py", data])
    # side by side, so that both meet the same machine; from opening the data set to the last hit
    same = run([sys.executable, "-m", "yichuang.ops.bench.judged", data, "--rules", ",".join(SAME)], ours=True)[
        "seconds"
    ]
    pm4py = run([opponent, PROGRAMS / "pm4py_rules.py", data])
    ours = {code: whole["rules"][code] for code in pandas}
    print("  规则      秒  pandas      查出      pandas")
    for code, (seconds, hits) in ours.items():
        print(f"  {code}  {seconds:5.2f}  {pandas[code][0]:6.2f}  {hits:9,}  {pandas[code][1]:9,}")
    checks = sum(pm4py[name][0] for name in ("four_eyes", "order", "deadlines"))
    print(f"  四眼、次序、时限：{same:.2f} 秒；pm4py {pm4py['seconds']:.2f} 秒，其中读入 {pm4py['load']:.2f} 秒")
    figures = {
        "pandas": pandas,
        "pm4py": pm4py,
        "same_rules_seconds": round(same, 2),
        "pm4py_without_reading": round(checks / same, 1),  # times, though we read within the rules
    }
    return figures, [
        Bound("times_pm4py", pm4py["seconds"] / same, least=FASTER),
        Bound("slowest_against_pandas", max(ours[code][0] / pandas[code][0] for code in ours), most=1.0),
        Bound("rules_that_pandas_answers_otherwise", sum(ours[code][1] != pandas[code][1] for code in ours), most=0),
    ]


def run(asked: list[Any], *, ours: bool = False) -> dict[str, Any]:
    """What the program prints on its last line. Raises CalledProcessError."""
    environment = {key: value for key, value in os.environ.items() if ours or key != "PYTHONPATH"}
    done = subprocess.run(
        asked, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
