"""`yichuang supervise`: judges a history, this platform's or any other system's, by the rules of live supervision."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yichuang.history.dataset import Manifest
    from yichuang.history.judgement import Judgement
    from yichuang.history.language import Language
    from yichuang.supervision.rules.questions import Question
    from yichuang.supervision.rules.rule import Parameters

HELP = "用监察规则评判一段历史：数据集，或 XES、CSV、Parquet 日志（先按映射导入）"
DATABASE = ""
FINDINGS, REPORT, ASIDE = "findings.parquet", "report.html", "aside.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="数据集，或要先导入的日志")
    parser.add_argument("--mapping", type=Path, help="日志的映射文件（YAML），写法见 docs/log-import.md")
    parser.add_argument("--engine", choices=["duckdb", "spark", "postgres"], default="duckdb", help="引擎，默认 duckdb")
    parser.add_argument("--rules", default="*", help="规则，逗号分隔，可用 * ：R-T03,R-P*；默认全部")
    parser.add_argument(
        "--set", action="append", default=[], metavar="规则.参数=值", help="改一个规则参数，如 R-P02.least_seconds=30"
    )
    parser.add_argument("--out", type=Path, required=True, help="结果的文件夹：findings.parquet 和 report.html")
    parser.add_argument(
        "--group-by",
        default="",
        metavar="列或属性",
        help="报告另按办件的这一列分组：division、item、applicant、channel，或映射 keep 的 case 里的名称",
    )
    parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="报告和输出的语言，默认中文")
    parser.add_argument("--memory", default="3GB", help="DuckDB 可用的内存，默认 3GB")


def run(options: argparse.Namespace) -> int:
    """0 when every rule judged; 1 when one raised, or nothing could be judged."""
    from yichuang.history.dataset import Unfit
    from yichuang.history.engines import Unavailable
    from yichuang.history.judgement import judge
    from yichuang.history.language import LANGUAGES
    from yichuang.history.report import list_groups, write_report
    from yichuang.ops import database
    from yichuang.supervision.rules.catalogue import JUDGING
    from yichuang.supervision.rules.questions import make_rules

    patterns = [word.strip() for word in options.rules.split(",") if word.strip()]
    rules = [rule for rule in JUDGING if any(fnmatchcase(rule.code, word) for word in patterns)]
    if unknown := [word for word in patterns if not any(fnmatchcase(rule.code, word) for rule in JUDGING)]:
        raise RuntimeError(f"没有这样的规则，或规则还在等数据：{'、'.join(unknown)}。规则见监察页的规则目录。")
    parameters, language = _parameters(options.set), LANGUAGES[options.lang]
    with ExitStack() as stack:
        options.out.mkdir(parents=True, exist_ok=True)
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="yichuang-data-")))
        data, notes = _data_set(options, scratch, language)
        address = ""
        if options.engine == "postgres":
            address = stack.enter_context(database.keep_running()).owner  # the program's own login makes no tables
        asked = make_rules(_questions(options, data))
        try:
            judgement = judge(
                data,
                [*rules, *asked],
                engine=options.engine,
                parameters=parameters,
                memory=options.memory,
                address=address,
                tell=_progress,
            )
        except (Unfit, Unavailable) as error:
            raise RuntimeError(str(error)) from error
        if options.group_by and options.group_by not in (names := list_groups(judgement)):
            raise RuntimeError(f"不能按“{options.group_by}”分组。这段历史可以按：{'、'.join(names)}。")
        judgement.save(options.out / FINDINGS)
        aside = judgement.save_aside(options.out / ASIDE)
        write_report(judgement, options.out / REPORT, notes, options.group_by, language)
    _print_result(judgement, options.out, language, aside=aside)
    return 1 if any(verdict.error for verdict in judgement.verdicts) else 0


def _print_result(judgement: Judgement, out: Path, language: Language, *, aside: bool) -> None:
    """A line a rule, and where the findings are."""
    for verdict in judgement.verdicts:
        sign, coverage = "✓", judgement.coverage[verdict.rule.code]
        parts = [f"{verdict.hits:,} 条", f"{verdict.seconds:.2f} 秒", coverage.describe(), judgement.share(verdict)]
        if verdict.error:
            sign, parts = "✗", [f"没有判成：{verdict.error}"]
        elif coverage.missing:
            sign, parts = "－", [coverage.describe()]
        first, *more = (language.say(part) for part in parts if part)
        summary = "  ".join([f"{first:>11}" if more else first, *more])
        print(f"  {sign} {verdict.rule.code}  {summary}  {language.name_rule(verdict.rule)}")
    if aside:
        print(f"  ! {language.say(f'有些办件的动作没有读到，需要它们的规则搁置了这些办件，逐件见 {out / ASIDE}')}")
    followed = judgement.hit_count - judgement.leading_count
    same = f"（另有 {followed:,} 条出于同一原因，归在它们之下）" if followed else ""
    total = f"共 {judgement.leading_count:,} 条发现{same}：{out / FINDINGS}；报告：{out / REPORT}"
    print(f"  {language.say(total)}")


def _questions(options: argparse.Namespace, data: Path) -> Sequence[Question]:
    """The questions of the mapping that is given; of a data set without one, those it was imported with."""
    from yichuang.history.dataset import Manifest
    from yichuang.history.mapping import Mapping, Unclear
    from yichuang.history.questions import load_questions

    try:
        return Mapping.load(options.mapping).questions if options.mapping else load_questions(Manifest.load(data))
    except Unclear as error:
        raise RuntimeError(str(error)) from error


def _parameters(assignments: list[str]) -> dict[str, Parameters]:
    """Rule parameters set on the command line. Raises RuntimeError for unknown ones and beyond the usual bounds."""
    from yichuang.supervision.rules.catalogue import BY_CODE

    changed: dict[str, Parameters] = {}
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        code, _, parameter_name = name.partition(".")
        parameter = BY_CODE[code].parameters.get(parameter_name) if code in BY_CODE else None
        if parameter is None:
            raise RuntimeError(f"没有规则参数“{name}”。写法如 R-P02.least_seconds=30。")
        if not value.isdecimal() or not parameter.least <= int(value) <= parameter.most:
            raise RuntimeError(
                f"“{parameter.label}”在{parameter.least}到{parameter.most}{parameter.unit}之间，不能是“{value}”。"
            )
        changed.setdefault(code, {})[parameter_name] = int(value)
    return changed


def _data_set(options: argparse.Namespace, scratch: Path, language: Language) -> tuple[Path, list[str]]:
    """The data set to judge and notes for its reader; a log is imported first. Raises RuntimeError."""
    from yichuang.history import dataset
    from yichuang.history.importing import REFUSED, REJECTED, REMARKS, import_log
    from yichuang.ops.commands import logs

    try:
        if (options.data / dataset.MANIFEST).exists():
            manifest = dataset.Manifest.load(options.data)
            if not options.mapping or _holds(manifest, options.mapping, language):
                return options.data, manifest.notes
            logs.say("映射改了：照数据集留下的行重新整理，不再读日志", language)
        data_set = scratch / (options.data.name.partition(".")[0] or "log")
        report = import_log(
            options.data, data_set, options.mapping, keep_rows=False, tell=partial(logs.say, language=language)
        )
    except (*REFUSED, dataset.Unfit) as error:
        raise RuntimeError(str(error)) from error
    logs.print_report(report, language)
    for name in (REJECTED, REMARKS):
        if (data_set / name).exists():
            copy(data_set / name, options.out / name)
    return data_set, report.notes


def _holds(manifest: Manifest, mapping: Path, language: Language) -> bool:
    """Whether the data set is what this mapping makes of its log, but for the questions. Says what it cannot change.

    Raises mapping.Unclear.
    """
    from yichuang.history.mapping import Mapping

    digest = Mapping.load(mapping).digest()
    if not manifest.reading and digest != Mapping().digest():
        print(f"  ! {language.say('这个数据集没有留下日志的行，映射里只有 questions 和 groups 起作用')}")
    return not manifest.reading or digest == manifest.mapped


def _progress(judged: int, all: int, next: str) -> None:
    if sys.stderr.isatty():
        filled = 30 * judged // max(all, 1)
        end = "\n" if judged == all else ""
        print(
            f"\r  [{'█' * filled}{'·' * (30 - filled)}] {judged}/{all} {next:<40}", end=end, file=sys.stderr, flush=True
        )
