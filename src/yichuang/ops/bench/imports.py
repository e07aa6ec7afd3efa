"""`bench supervision --xes`: a log as XES, from file to data set, against reading its bytes through the parser alone.

Logs of one and of ten million events are written from copies of a simulated history and kept from run to run. Every
import is a process of its own; its memory is that of all its processes together, looked at ten times a second.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from xml.parsers import expat

from yichuang.history import dataset
from yichuang.ops.bench import history, opponents
from yichuang.ops.bench.common import Bound, finish, folder
from yichuang.supervision.contract import CASES

EVENTS, QUICK = 1_000_000, 200_000
TIMES = 10  # the larger log
RATE, SPREAD, FASTER = 60_000, 0.10, 5.0  # events a second; of memory between the logs; times, than pm4py
MAPPING = """
events: {kind: kind, step: step}
case: {item: item, division: division, department: department}
limits: {accept: 5 workday, promised: 10 workday, statutory: 20 workday}
"""
_EVENT = """
'<event>' || chr(10) || '<string key="concept:name" value="' || (case step when '' then kind else step end) || '"/>'
|| chr(10) || '<string key="org:resource" value="' || person || '"/>' || chr(10)
|| '<string key="org:role" value="' || post || '"/>' || chr(10)
|| '<date key="time:timestamp" value="' || strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%f') || '+00:00"/>' || chr(10)
|| '<string key="kind" value="' || kind || '"/>' || chr(10) || '<string key="step" value="' || step || '"/>' || chr(10)
|| '</event>'
"""


def run(events: int, quick: bool) -> int:
    """Returns 0 when the bounds hold."""
    source = history.source_of(*(history.QUICK_SOURCE if quick else history.SOURCE))
    counts = dataset.Manifest.load(source).counts
    sizes = [events, events * (2 if quick else TIMES)]
    logs = [_log(source, size * counts["cases"] // counts["events"]) for size in sizes]
    floor = _parsed(logs[0][0])
    taken = [_imported(path) for path, _ in logs]
    rates = [number / seconds for (_, number), (seconds, _) in zip(logs, taken, strict=True)]
    (_, small), (_, large) = taken
    figures: dict[str, Any] = {
        "events": [number for _, number in logs],
        "mb": [path.stat().st_size >> 20 for path, _ in logs],
        "seconds": [round(seconds, 2) for seconds, _ in taken],
        "events_per_second": [round(rate) for rate in rates],
        "floor_seconds": round(floor, 2),
        "times_floor": round(taken[0][0] / floor, 2),
        "peak_mb": [round(peak) for _, peak in taken],
        "load": os.getloadavg()[0],
    }
    bounds = []
    if not quick:  # in seconds most is the start of the programs
        bounds.append(Bound("events_per_second", rates[-1], least=RATE))
        bounds.append(Bound("memory_ten_times_larger", large / small, most=1 + SPREAD))
        bounds += _against(logs[0][0], source, figures)
    return finish("supervision-xes", figures, bounds, cases=events, full=events >= EVENTS)


def _log(source: Path, cases: int) -> tuple[Path, int]:
    """The log of so many cases as XES, and how many events it has."""
    data = history.sized(source, cases)
    path = folder("history") / f"{data.name}.xes"
    con = dataset.connect("2GB")
    dataset.attach(con, data)
    found = con.execute("select count(*) from log_events").fetchone()
    assert found is not None
    if not path.exists():
        partial = path.with_suffix(".partial")
        with partial.open("wb") as out:
            out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
            for month in dataset.list_files(data, CASES):
                out.write(_traces(con, data, month.name))
            out.write(b"</log>\n")
        partial.rename(path)
    return path, int(found[0])


def _traces(con: Any, data: Path, name: str) -> bytes:
    """The cases of a file of the data set as traces."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "traces"
        con.execute(
            f"""
            copy (
              select '<trace>' || chr(10) || '<string key="concept:name" value="' || case_id || '"/>' || chr(10)
                || '<string key="item" value="' || any_value(c.item) || '"/>' || chr(10)
                || '<string key="division" value="' || any_value(c.division) || '"/>' || chr(10)
                || '<string key="department" value="' || any_value(c.department) || '"/>' || chr(10)
                || string_agg({_EVENT}, chr(10) order by seq) || chr(10) || '</trace>'
              from read_parquet('{dataset.escape_path(data / "events" / name)}') e
              join read_parquet('{dataset.escape_path(data / "cases" / name)}') c using (case_id)
              group by case_id
            ) to '{dataset.escape_path(out)}' (format csv, header false, quote '', escape '', delimiter '\\x01')
            """
        )
        return out.read_bytes()


def _parsed(path: Path) -> float:
    """Seconds that the parser alone takes, without a handler: the floor of one process."""
    parser = expat.ParserCreate()
    begun = time.perf_counter()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            parser.Parse(block, False)
    parser.Parse(b"", True)
    return time.perf_counter() - begun


def _imported(path: Path) -> tuple[float, float]:
    """Seconds from file to data set, start of the program included, and the peak of memory in MB."""
    with tempfile.TemporaryDirectory(dir=folder("history")) as scratch:
        mapping = Path(scratch) / "mapping.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        words = ["logs", "import", "--from", str(path), "--mapping", str(mapping), "--out", str(Path(scratch) / "data")]
        return _watched([sys.executable, "-m", "yichuang", *words])


def _watched(words: list[str]) -> tuple[float, float]:
    """Seconds of a program and the most memory that it and its children had together, in MB."""
    begun, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, sum(map(_resident, _tree(process.pid))))
        time.sleep(0.1)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[2:4])} 没有成功，退出码 {process.returncode}")
    return time.perf_counter() - begun, peak


def _tree(pid: int) -> list[int]:
    """The process and all below it."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in below for one in _tree(int(child)))]


def _resident(pid: int) -> float:
    """MB of a process that it shares with no other, and its part of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _against(path: Path, source: Path, figures: dict[str, Any]) -> list[Bound]:
    """From the same XES to findings: ours with its import, and pm4py with its own."""
    if (opponent := opponents.python()) is None:
        figures["opponents"] = "not installed"
        return []
    scratch = Path(tempfile.mkdtemp(dir=folder("history")))
    try:
        mapping = scratch / "mapping.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        words = ["--data", str(path), "--mapping", str(mapping), "--out", str(scratch / "out")]
        rules = ["--rules", ",".join(opponents.SAME)]
        ours, _ = _watched([sys.executable, "-m", "yichuang", "supervise", *words, *rules])
        theirs = opponents.run([opponent, opponents.PROGRAMS / "pm4py_rules.py", path.with_suffix(""), "--xes", path])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    figures |= {"from_xes_seconds": round(ours, 2), "pm4py_from_xes": theirs}
    return [Bound("times_pm4py_from_xes", theirs["seconds"] / ours, least=FASTER)]
