"""The process map of a history, held against brute force in pandas on small random logs, and its picture."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as Xml

import duckdb
import pandas as pd
import pytest

from yichuang.history import dataset
from yichuang.history.importing import import_log
from yichuang.history.judgement import judge
from yichuang.history.process import CASE_VARIANTS, EDGES, VARIANTS, find_map
from yichuang.history.report import write_report
from yichuang.supervision.process_drawing import Words, draw_map
from yichuang.supervision.process_layout import BOX, LABEL, lay_out
from yichuang.supervision.process_map import STATEMENT, Edge, ProcessMap, name_span, pick_edges, read_map

LOGS = 100  # seen to hold on a thousand
COLUMNS = ["case_id", "seq", "activity", "occurred_at"]
WORDS = Words(str, name_span)
Pair = tuple[str | None, str | None]


def draw_log(seed: int) -> pd.DataFrame:
    """A few random cases of up to six activities; some at the same moment, some names with odd letters."""
    random = Random(seed)
    rows = []
    for case in range(random.randint(1, 12)):
        moment = pd.Timestamp("2018-02-01 08:00", tz="UTC") + pd.Timedelta(minutes=random.randrange(90000))
        for seq in range(1, random.randint(1, 6) + 1):
            moment += pd.Timedelta(seconds=random.choice([0, 1, 59, 3600, 86400, random.randrange(10**6)]))
            rows.append((f"c{case}", seq, random.choice(["受理", "审查", "A B", "a,b\x1f", "'"]), moment))
    random.shuffle(rows)
    return pd.DataFrame(rows, columns=COLUMNS)


def reckon(log: pd.DataFrame) -> tuple[dict[Pair, tuple[int, int, float | None]], Counter[tuple[str, ...]]]:
    """Edges with number, cases and median; how many cases went each way: by walking through each case."""
    spans: dict[Pair, list[float]] = {}
    cases: dict[Pair, set[str]] = {}
    variants: Counter[tuple[str, ...]] = Counter()
    for case, rows in log.sort_values("seq").groupby("case_id"):
        names = [None, *rows.activity, None]
        times = list(rows.occurred_at)
        variants[tuple(rows.activity)] += 1
        for number, pair in enumerate(pairwise(names)):
            inner = None not in pair
            spans.setdefault(pair, []).append((times[number] - times[number - 1]).total_seconds() if inner else 0.0)
            cases.setdefault(pair, set()).add(str(case))
    edges = {
        pair: (len(all_), len(cases[pair]), float(pd.Series(all_).median()) if None not in pair else None)
        for pair, all_ in spans.items()
    }
    return edges, variants


@pytest.fixture(scope="module")
def maps() -> list[tuple[pd.DataFrame, ProcessMap]]:
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'; set threads = 1")
    out = []
    for seed in range(LOGS):
        log = draw_log(seed)
        con.register("log", log)
        rows = con.execute(STATEMENT.format(acts="select * from log", most=1000)).fetchall()
        out.append((log, read_map(rows)))
    return out


def test_edges_and_variants_are_those_of_a_walk_through_each_case(maps: list[tuple[pd.DataFrame, ProcessMap]]) -> None:
    for log, process in maps:
        edges, variants = reckon(log)
        assert {(e.source, e.target): (e.number, e.cases, e.median) for e in process.edges} == edges
        assert {v.path: v.number for v in process.variants} == variants
        assert process.variant_count == len(variants) and process.cases == variants.total()
        acts = log.groupby("activity").case_id.agg(["size", "nunique"])
        assert {a.name: (a.number, a.cases) for a in process.activities} == {
            name: tuple(row) for name, row in zip(acts.index, acts.values.tolist(), strict=True)
        }
        spans = log.groupby("case_id").occurred_at.agg(lambda t: (t.max() - t.min()).total_seconds())
        paths = log.sort_values("seq").groupby("case_id").activity.agg(tuple)
        for variant in process.variants:
            assert variant.median == pytest.approx(spans[paths == variant.path].median())
            assert paths[variant.example] == variant.path


def test_rare_edges_go_but_every_activity_that_is_drawn_is_reached_and_left(
    maps: list[tuple[pd.DataFrame, ProcessMap]],
) -> None:
    fewer = 0
    for _, process in maps:
        picked = pick_edges(process.edges, 3)
        assert set(process.edges[:3]) <= set(picked)
        fewer += len(picked) < len(process.edges)
        plain = [edge for edge in picked if edge.source != edge.target]
        for name in {end for edge in picked for end in (edge.source, edge.target)} - {None}:
            assert any(edge.target == name for edge in plain) and any(edge.source == name for edge in plain)
    assert fewer > LOGS / 2


def boxes(process: ProcessMap) -> Iterator[tuple[float, float, float, float]]:
    pairs = {(e.source or "<", e.target or ">"): e.number for e in process.edges}
    layout = lay_out(pairs, "<", ">")
    assert set(layout.labels) == set(pairs)
    assert set(layout.ways) == {pair for pair in pairs if pair[0] != pair[1]}
    for (source, target), way in layout.ways.items():
        for end, name in ((way[0], source), (way[-1], target)):
            place = layout.places[name]
            assert abs(end.x - place.x) <= BOX[0] / 2 and abs(end.y - place.y) == BOX[1] / 2
    for places, size in ((layout.places, BOX), (layout.labels, LABEL)):
        for place in places.values():
            left, top = place.x - size[0] / 2, place.y - size[1] / 2
            assert left >= 0 and top >= 0 and left + size[0] <= layout.width and top + size[1] <= layout.height
            yield left, top, left + size[0], top + size[1]


def test_nothing_in_the_picture_lies_on_anything_else(maps: list[tuple[pd.DataFrame, ProcessMap]]) -> None:
    for _, process in maps:
        placed = list(boxes(process))
        for number, one in enumerate(placed):
            for other in placed[:number]:
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (one, other)


def test_the_picture_says_each_figure_once_and_is_well_formed(maps: list[tuple[pd.DataFrame, ProcessMap]]) -> None:
    for log, process in maps[:50]:
        if log.activity.str.contains("\x1f").any():
            continue  # no letter of XML: the import takes it out
        picture = Xml.fromstring(draw_map(process.activities, process.edges, WORDS))
        figures = [text.text for text in picture.iter("text") if text.get("class") == "yc-map__figures"]
        wanted = [f"{e.number:,}" for e in process.edges]
        wanted += [name_span(e.median) for e in process.edges if e.median is not None]
        assert sorted(map(str, figures)) == sorted(wanted)


def test_a_picture_of_many_rare_edges_is_drawn_whole() -> None:
    random = Random(7)
    names: list[Any] = [None, *(f"动作{n}" for n in range(40))]
    edges = [
        Edge(a, b, random.randint(1, 99), 1, 60.0) for a in names for b in names if random.random() < 0.2 and (a or b)
    ]
    pairs = {(e.source or "<", e.target or ">"): e.number for e in edges}
    layout = lay_out(pairs, "<", ">")
    assert len(layout.labels) == len(pairs) > 200


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "—"),
        (0, "0秒"),
        (119, "119秒"),
        (120, "2.0分钟"),
        (7199, "120.0分钟"),
        (9000, "2.5小时"),
        (172800, "2.0天"),
    ],
)
def test_lengths_of_time_are_said_in_words(seconds: float | None, words: str) -> None:
    assert name_span(seconds) == words


LOG = """编号,动作,时间,人
甲,受理,2024-03-01 09:00,张
甲,审查,2024-03-02 09:00,李
甲,审查,2024-03-02 09:00,李
甲,决定,2024-03-05 09:00,王
乙,受理,2024-03-01 09:00,张
乙,审查,2024-03-04 09:00,李
乙,决定,2024-03-04 12:00,王
丙,受理,2024-03-01 09:00,张
丁,=受理,2024-03-01 09:00,张
"""
MAPPING = "events: {case: 编号, activity: 动作, at: 时间, person: 人}\nkinds: {受理: accepted, 决定: decided}\n"


def test_a_log_has_a_map_in_its_report_and_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    done = judge(tmp_path / "made", [])
    process = find_map(done)
    assert {(e.source, e.target): (e.number, e.median) for e in process.edges if e.source and e.target} == {
        ("受理", "审查"): (2, 172800.0), ("审查", "决定"): (2, 135000.0),
    }  # fmt: skip
    write_report(done, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "流程图谱" in text and text.count("<svg") == 1 and "2.0天" in text
    assert ">受理 → 审查 → 决定</td>" in text and "50.0%" in text and "共 3 种" in text
    rows = list(csv.DictReader((tmp_path / EDGES).open(encoding="utf-8-sig")))
    assert [row for row in rows if row["from"] == "受理" and row["to"] == "审查"] == [
        {"from": "受理", "to": "审查", "number": "2", "cases": "2", "median_seconds": "172800.0"}
    ]
    assert "'=受理" in (tmp_path / EDGES).read_text(encoding="utf-8-sig")
    variants = list(csv.DictReader((tmp_path / VARIANTS).open(encoding="utf-8-sig")))
    assert [row["cases"] for row in variants] == ["2", "1", "1"] and variants[0]["path"] == "受理 → 审查 → 决定"
    of_cases = dataset.connect().execute("from read_parquet(?)", [str(tmp_path / CASE_VARIANTS)]).fetchall()
    assert Counter(variant for *_, variant in of_cases) == {1: 2, 2: 1, 3: 1}
