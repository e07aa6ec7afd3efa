"""`yichuang logs`: the contract tables that supervision reads, and the data sets made of them."""

from __future__ import annotations

import argparse
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yichuang.history.language import Language

HELP = (
    "日志契约：status 读到哪里；rebuild 从账本重新装入；contract 生成文档；export 导出、import 导入数据集；"
    "inspect 先看一眼日志，起草映射"
)
OCEL = {"ocel-json": "json", "ocel-sqlite": "sqlite"}  # format of an export → form of the file
PAGE = Path("docs") / "log-contract.md"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["status", "rebuild", "contract", "export", "import", "inspect"], help="做什么")
    parser.add_argument(
        "--out",
        type=Path,
        help="import：数据集的文件夹；inspect：映射的草稿写到哪里；"
        "export：写到哪个文件夹（xes、ocel 为文件）；已有的 Parquet 数据集只更新有变化的月份",
    )
    parser.add_argument(
        "--format",
        choices=["parquet", "csv", "xes", "ocel-json", "ocel-sqlite"],
        default="parquet",
        help="export：格式",
    )
    parser.add_argument("--division", default="", metavar="代码", help="export：只要这个区划的办件")
    parser.add_argument("--since", type=_day, metavar="日期", help="export：只要这一天起申请的办件，如 2026-01-01")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        help="import、inspect：XES、CSV、Parquet 日志，契约各表的文件夹；import：也可以是留下了日志的行的数据集；"
        "export 的 ocel：已有的数据集，不写则为本平台",
    )
    parser.add_argument(
        "--mapping", type=Path, help="import：映射文件（YAML），写法见 docs/log-import.md；inspect：时间按它的 timezone"
    )
    parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="import、inspect：输出的语言，默认中文")
    parser.add_argument("--strict", action="store_true", help="import：有一行不能导入就全部不导入")


def database(options: argparse.Namespace) -> str:
    """Importing, inspecting and the export of a data set work on files and need no database."""
    return "" if options.act in ("contract", "import", "inspect") or _is_file_export(options) else "app"


def _is_file_export(options: argparse.Namespace) -> bool:
    """Whether a data set is exported, no live table."""
    return options.act == "export" and options.source is not None


def run(options: argparse.Namespace) -> int:
    if _is_file_export(options):
        return export_file(options)
    if options.act == "export":
        return export_data_set(options)
    if options.act == "import":
        return import_data_set(options)
    if options.act == "inspect":
        return inspect(options)
    return {"status": status, "rebuild": rebuild, "contract": contract}[options.act]()


def export_data_set(options: argparse.Namespace) -> int:
    """Write the live tables as a data set, as CSV, as XES or as OCEL."""
    from yichuang.history import exporting
    from yichuang.history.dataset import Unfit
    from yichuang.history.exporting_ocel import export_ocel
    from yichuang.history.exporting_xes import export_xes

    if options.out is None:
        raise RuntimeError("请用 --out 指明导出到哪个文件夹。")
    scope = exporting.ExportScope(options.division, options.since)
    try:
        if options.format == "csv":
            exporting.export_csv(options.out, say, scope)
        elif options.format == "xes":
            export_xes(options.out, say, scope)
        elif options.format in OCEL:
            export_ocel(options.out, OCEL[options.format], lambda folder: exporting.export_dataset(folder, say, scope))
        else:
            manifest = exporting.export_dataset(options.out, say, scope)
            print(f"  共 {manifest.counts['cases']:,} 件、{manifest.counts['events']:,} 个动作，截至 {manifest.asof}")
    except FileExistsError as error:
        raise RuntimeError(f"{options.out} 已经存在，没有改动。请另指一处。") from error
    except Unfit as error:
        raise RuntimeError(str(error)) from error
    print(f"  已导出到 {options.out}")
    return 0


def export_file(options: argparse.Namespace) -> int:
    """Write a data set as OCEL."""
    from yichuang.history.dataset import Unfit
    from yichuang.history.exporting_ocel import write_ocel

    if options.format not in OCEL or options.division or options.since:
        raise RuntimeError(f"数据集可以整个导出成 {'、'.join(OCEL)}；请用 --format 指明，不要 --division、--since。")
    if options.out is None:
        raise RuntimeError("请用 --out 指明写到哪个文件。")
    try:
        write_ocel(options.source, options.out, OCEL[options.format])
    except FileExistsError as error:
        raise RuntimeError(f"{options.out} 已经存在，没有改动。请另指一处。") from error
    except Unfit as error:
        raise RuntimeError(str(error)) from error
    print(f"  已导出到 {options.out}")
    return 0


def import_data_set(options: argparse.Namespace) -> int:
    """Import a log as a data set."""
    from yichuang.history.importing import REFUSED, ImportReport, import_log
    from yichuang.history.language import LANGUAGES

    language = LANGUAGES[options.lang]
    if options.source is None or options.out is None:
        raise RuntimeError("请用 --from 指明日志，用 --out 指明数据集的文件夹。")
    try:
        report: ImportReport = import_log(
            options.source, options.out, options.mapping, strict=options.strict, tell=partial(say, language=language)
        )
    except FileExistsError as error:
        raise RuntimeError(f"{options.out} 已经存在，没有改动。请另指一处。") from error
    except REFUSED as error:
        raise RuntimeError(str(error)) from error
    print_report(report, language)
    say(f"已导入到 {options.out}，可以评判：yichuang supervise --data {options.out} --out 报告", language)
    return 0


def inspect(options: argparse.Namespace) -> int:
    """Print what a log holds, and write a draft of its mapping, or print it, too."""
    from yichuang.history.importing import REFUSED
    from yichuang.history.inspecting import describe, draft_mapping, inspect_log
    from yichuang.history.language import LANGUAGES
    from yichuang.history.mapping import Mapping

    language = LANGUAGES[options.lang]
    if options.source is None:
        raise RuntimeError("请用 --from 指明日志。")
    try:
        look = inspect_log(options.source, *([Mapping.load(options.mapping).timezone] if options.mapping else []))
    except REFUSED as error:
        raise RuntimeError(str(error)) from error
    for line in describe(look):
        say(line, language)
    draft = "\n".join(map(language.say, draft_mapping(look).split("\n")))
    if options.out is None:
        print(f"\n{draft}", end="")
    elif options.out.exists():
        raise RuntimeError(f"{options.out} 已经存在，没有改动。请另指一处。")
    else:
        options.out.write_text(draft, encoding="utf-8")
        say(f"映射的草稿写在 {options.out}，请逐行核对", language)
    return 0


def print_report(report: Any, language: Language) -> None:
    """Print the result of an import: counts, notes, the first rejected rows and the first remarks."""
    counts = report.manifest.counts
    say(f"{counts['cases']:,} 件、{counts['events']:,} 个动作，截至 {report.manifest.asof}", language)
    for note in report.notes:
        print(f"  ! {language.say(note)}")
    for sign, lines in (("✗", report.first), ("?", report.first_remarks)):
        for file, line, reason in lines:
            print(f"  {sign} {language.say(f'{file} 第{line}行：{reason}')}")


def say(line: str, language: Language | None = None) -> None:
    """Print a line for who waits, in their language."""
    print(f"  {language.say(line) if language else line}", flush=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，写法如 2026-01-01") from None


def status() -> int:
    """Print how far supervision has read the ledger. Returns 1 when it is late."""
    from yichuang.supervision.queries import reading

    state = reading()
    last_read = "还没有读过账本" if state.looked is None else f"上次读账本在 {state.looked:.0f} 秒前"
    unread = f"{state.unread:,} 条未读" if state.exact else f"至少 {state.unread:,} 条未读"
    print(f"{last_read}，{unread}{'，正在首次装入' if state.filling else ''}")
    return 1 if state.late else 0


def rebuild() -> int:
    """Empty the tables and fill them again, here and now."""
    from yichuang.supervision import tailing

    tailing.rebuild()
    cases = 0
    while (batch := tailing.tail()).more or batch.entries:
        cases += len(batch.cases)
        print(f"\r  已装入 {cases:,} 件", end="", flush=True)
    print(f"\r  已装入 {cases:,} 件，直到账本最新一条")
    return 0


def contract() -> int:
    from yichuang.supervision.contract_doc import render

    PAGE.write_text(render(), encoding="utf-8")
    print(f"已写入 {PAGE}")
    return 0
