"""A small history of the demo city, exported: what is written is what was read, and every engine answers the same."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.db.conftest import newest
from yichuang.history import dataset, exporting
from yichuang.history.engines import ENGINES, Unavailable
from yichuang.history.judgement import Judgement, judge
from yichuang.history.report import write_report
from yichuang.supervision import compiled, tailing
from yichuang.supervision.compiled import CompiledRules
from yichuang.supervision.contract import OF_CASE, TABLES
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING, LIVE, RULES

pytestmark = pytest.mark.django_db
Hits = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def exported(history: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history, read by supervision and exported; not to be changed."""
    folder = tmp_path_factory.mktemp("exported") / "city"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tailing, "find_settled_position", newest)
        while tailing.tail().more:
            pass
    exporting.export_dataset(folder, tell=lambda line: None)
    return folder


@pytest.fixture
def data(exported: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(exported, tmp_path / "city")


@pytest.fixture
def spoilt(data: Path, tmp_path: Path) -> Path:
    """The same with every fifth case breaking most rules at once, which a believable history does not."""
    with connection.cursor() as cursor:
        for table, broken in (
            ("events", "device = 'd', recorded_on = recorded_on + 9"),
            ("steps", "concluded_at = opened_at + interval '5 seconds', officers = 1, opened_seq = 1"),
            ("cases", "accepted_by = decided_by, extension = 40"),
            ("notices", "reasoned = false, remedies = 0, unlisted = 2"),
            ("materials", "listed = false"),
            ("bases", "published = false"),
            ("fees", "charged_amount = due_amount + 100, paid_amount = 1"),
            ("surveys", "listed = false, notice = '', started_on = started_on - 90"),
        ):
            cursor.execute(f"update log_{table} set {broken} where ascii(case_id) % 5 = 0")
    exporting.export_dataset(tmp_path / "spoilt", tell=lambda line: None)
    return tmp_path / "spoilt"


@pytest.fixture
def everything(spoilt: Path, tmp_path: Path) -> Path:
    """The spoilt history and, beside it in the same data set, what an independent hand planted."""
    from tests.planter import plants
    from yichuang.history.importing import import_log

    plants.all(1).city.write(tmp_path / "csv")
    import_log(tmp_path / "csv", tmp_path / "planted")
    for table in TABLES:
        if table.name != "calendar":
            for file in dataset.list_files(tmp_path / "planted", table):
                (spoilt / table.name).mkdir(exist_ok=True)
                file.rename(spoilt / table.name / "planted.parquet")
    asof = dataset.Manifest.load(tmp_path / "planted").asof
    replace(dataset.Manifest.load(spoilt), asof=asof).dump(spoilt)
    return spoilt


def hits(judgement: Judgement) -> Hits:
    assert not [verdict.error for verdict in judgement.verdicts if verdict.error]
    return judgement.con.execute("select * from hits order by all").fetchall()


def judged(data: Path, engine: str) -> Hits:
    return hits(judge(data, JUDGING, engine=engine, address=os.environ["DATABASE_OWNER_URL"]))


def test_every_row_of_every_table_is_exported(data: Path) -> None:
    con = dataset.connect()
    manifest = dataset.attach(con, data)
    with connection.cursor() as cursor:
        for table in TABLES:
            names = ", ".join(f'"{c.name}"' for c in table.columns)
            statement = f"select {names} from {table.stored_as}"
            cursor.execute(statement)
            kept, read = Counter(con.execute(statement).fetchall()), Counter(cursor.fetchall())
            assert kept == read, table.name
            assert manifest.counts[table.name] == read.total()
    assert {file.parent.name for file in data.glob("*/2026-1*.parquet")} <= {table.name for table in OF_CASE}


def test_a_month_in_which_nothing_happened_is_not_written_again(data: Path) -> None:
    before = {file: file.stat().st_ino for file in data.glob("events/*.parquet")}
    newest = max(before)
    with connection.cursor() as cursor:
        cursor.execute("update log_events set recorded_at = recorded_at + interval '1 day' where case_id ="
                       " (select case_id from log_cases order by submitted_on desc limit 1)")  # fmt: skip
    told: list[str] = []
    exporting.export_dataset(data, tell=told.append)
    after = {file: file.stat().st_ino for file in data.glob("events/*.parquet")}
    assert after.keys() == before.keys() and len(before) > 1
    assert {file for file in after if after[file] != before[file]} == {newest}
    assert told == [f"动作：{newest.stem}"]
    assert not [path for path in data.parent.iterdir() if path.name.startswith(".")]


def test_csv_tells_nothing_from_the_empty_text(data: Path, tmp_path: Path) -> None:
    exporting.export_csv(tmp_path / "csv")
    text = (tmp_path / "csv" / "cases.csv").read_text(encoding="utf-8")
    with (tmp_path / "csv" / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == dataset.Manifest.load(data).counts["cases"]
    assert ',"",' in text and ",," in text
    with pytest.raises(FileExistsError):
        exporting.export_csv(tmp_path / "csv")


def test_history_is_judged_as_live_work_was(data: Path) -> None:
    """The findings that stand live, and those of the exported history: the same, rule by rule. What only the sweep
    judges is woken by no act.
    """
    woken = {rule.code for rule in LIVE}
    live = set(Finding.objects.filter(open=True, rule__in=woken).values_list("rule", "case_id", "at"))
    assert live and live == {row[:3] for row in judged(data, "duckdb") if row[0] in woken}


def test_postgresql_answers_as_duckdb_and_leaves_nothing(everything: Path) -> None:
    found = judged(everything, "duckdb")
    assert {row[0] for row in found} == {rule.code for rule in JUDGING}, "else they would agree on nothing much"
    assert judged(everything, "postgres") == found
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relname like 'log\\_%%' and relpersistence = 't'")
        assert cursor.fetchone() == (0,)


@pytest.mark.slow
def test_spark_answers_as_duckdb(everything: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Needs Java 17 or 21: without it this fails and says so, for what is not shown is not so."""
    # Java that does not compile for speed: for as little data as here, compiling is half of what it does
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    assert shutil.which("java"), (
        "没有 Java：Spark 没有检验。请安装 Java 17 或 21（Debian：apt-get install -y default-jre-headless）。"
    )
    assert judged(everything, "spark") == judged(everything, "duckdb")


def test_a_rule_that_raises_stops_no_other(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.supervision.rules import limits

    monkeypatch.setattr(limits, "law_broken", lambda parameters: 1 / 0)
    monkeypatch.setattr(compiled, "COMPILED", CompiledRules(kept=False))
    done = judge(data, [BY_CODE["R-T03"], BY_CODE["R-T02"]])
    assert [(v.rule.code, bool(v.error)) for v in done.verdicts] == [("R-T03", True), ("R-T02", False)]
    assert done.verdicts[1].hits > 0


def test_parameters_change_what_is_found(data: Path) -> None:
    rule = BY_CODE["R-P04"]
    few, many = (judge(data, [rule], parameters={rule.code: {"officers": n}}).hit_count for n in (2, 9))
    assert few < many


def test_a_folder_that_is_no_data_set_is_refused_in_words(data: Path, tmp_path: Path) -> None:
    with pytest.raises(dataset.Unfit, match="不是数据集"):
        judge(tmp_path, JUDGING)
    said = (data / dataset.MANIFEST).read_text(encoding="utf-8")
    strange = said.replace(f'"contract": {dataset.VERSION}', '"contract": 99')
    (data / dataset.MANIFEST).write_text(strange, encoding="utf-8")
    with pytest.raises(dataset.Unfit, match="第99版"):
        judge(data, JUDGING)
    (data / dataset.MANIFEST).write_text(said, encoding="utf-8")
    max((data / "events").glob("*.parquet")).write_bytes(b"PAR1 and nothing more")
    with pytest.raises(dataset.Unfit, match="不合日志契约"):
        judge(data, JUDGING)
    (data / dataset.MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(dataset.Unfit, match="读不懂"):
        judge(data, JUDGING)


def test_an_engine_that_is_not_there_says_what_to_install(data: Path) -> None:
    assert ENGINES == ("duckdb", "spark", "postgres")
    with pytest.raises(Unavailable, match="没有这种引擎"):
        judge(data, JUDGING, engine="oracle")


def test_the_report_needs_nothing_else_and_texts_stay_texts(data: Path, tmp_path: Path) -> None:
    con = dataset.connect()
    for file in (data / "cases").glob("*.parquet"):
        con.execute(
            f"create or replace table t as select * replace ('<script>alert(1)</script>' as number) from '{file}'"
        )
        con.execute(f"copy t to '{file}' (format parquet)")
    write_report(judge(data, JUDGING, parameters={"R-P02": {"least_seconds": 30}}), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page and "src=" not in page and "@import" not in page
    assert "环节最短用时：30秒" in page
    for rule in RULES:
        assert rule.code in page, "those that wait, too"
        assert not rule.find or rule.basis in page


def test_one_command_goes_from_a_data_set_to_findings(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from yichuang.ops import cli

    def supervise(*words: str) -> int:
        options = cli.make_parser().parse_args(
            ["supervise", "--data", str(data), "--out", str(tmp_path / "out"), *words]
        )
        return cli.run(cli.load_command("supervise"), options)

    assert supervise("--rules", "R-T02, R-P0*", "--set", "R-P02.least_seconds=30") == 0
    said = capsys.readouterr().out
    assert "R-T02" in said and "R-P03" in said and "R-T03" not in said
    assert "环节最短用时：30秒" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    found = dataset.connect().execute(f"select distinct rule from '{tmp_path}/out/findings.parquet'").fetchall()
    assert ("R-T02",) in found
    for wrong, told in (
        (("--rules", "R-X99"), "R-X99"),
        (("--set", "R-P02.least_seconds=99999"), "在1到3600秒之间"),
        (("--set", "R-P02.least_seconds=很多"), "在1到3600秒之间"),
        (("--set", "R-T02.nothing=1"), "没有规则参数"),
    ):
        with pytest.raises(RuntimeError, match=told):
            supervise(*wrong)


def test_copies_of_a_history_are_a_history(data: Path, tmp_path: Path) -> None:
    """What the bench judges: every copy whole, under keys of its own, some of them spoilt."""
    from yichuang.ops.bench.multiply import multiply

    known = dataset.Manifest.load(data).counts
    made = multiply(data, tmp_path / "many", known["cases"] * 10)
    for table in OF_CASE:
        assert made.counts[table.name] == known[table.name] * 10, table.name
    con = dataset.connect()
    dataset.attach(con, tmp_path / "many")
    assert con.execute("select count(distinct case_id) from log_cases").fetchone() == (known["cases"] * 10,)
    for table in OF_CASE:
        strays = f"select count(*) from {table.stored_as} t anti join log_cases c using (case_id) where t.case_id <> ''"
        alone = con.execute(strays).fetchone()
        assert alone == (0,), table.name
    weekday = "select distinct weekday(submitted_on) from log_cases where submitted_on is not null order by 1"
    source = dataset.connect()
    dataset.attach(source, data)
    assert con.execute(weekday).fetchall() == source.execute(weekday).fetchall()
    assert con.execute("select count(*) from log_events where device = 'd'").fetchone() != (0,)
