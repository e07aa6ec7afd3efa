"""`yichuang logs`: the contract tables that supervision reads, and the data sets made of them."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "日志契约：status 读到哪里；rebuild 从账本重新装入；contract 生成文档；export 导出数据集"
DATABASE = "app"
PAGE = Path("docs") / "log-contract.md"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["status", "rebuild", "contract", "export"], help="做什么")
    parser.add_argument("--out", type=Path, help="export：写到哪个文件夹；已有的 Parquet 数据集只更新有变化的月份")
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet", help="export：格式")


def run(options: argparse.Namespace) -> int:
    if options.act == "export":
        return export(options)
    return {"status": status, "rebuild": rebuild, "contract": contract}[options.act]()


def export(options: argparse.Namespace) -> int:
    """Write the live tables as a data set, or as CSV."""
    from yichuang.supervision.history import exporting
    from yichuang.supervision.history.dataset import Unfit

    if options.out is None:
        raise RuntimeError("请用 --out 指明导出到哪个文件夹。")
    try:
        if options.format == "csv":
            exporting.export_csv(options.out)
        else:
            manifest = exporting.export(options.out, tell=lambda line: print(f"  {line}"))
            print(f"  共 {manifest.counts['cases']:,} 件、{manifest.counts['events']:,} 个动作，截至 {manifest.asof}")
    except FileExistsError as error:
        raise RuntimeError(f"{options.out} 已经存在，请换一个文件夹。") from error
    except Unfit as error:
        raise RuntimeError(str(error)) from error
    print(f"  已导出到 {options.out}")
    return 0


def status() -> int:
    """How far supervision has read; 1 when it is behind."""
    from yichuang.supervision.queries import reading

    found = reading()
    looked = "还没有读过账本" if found.looked is None else f"上次读账本在 {found.looked:.0f} 秒前"
    unread = f"{found.unread:,} 条未读" if found.exact else f"至少 {found.unread:,} 条未读"
    print(f"{looked}，{unread}{'，正在首次装入' if found.filling else ''}")
    return 1 if found.late else 0


def rebuild() -> int:
    """Empty the tables and fill them again, here and now."""
    from yichuang.supervision import tailing

    tailing.rebuild()
    cases = 0
    while (taken := tailing.tail()).more or taken.entries:
        cases += len(taken.cases)
        print(f"\r  已装入 {cases:,} 件", end="", flush=True)
    print(f"\r  已装入 {cases:,} 件，直到账本最新一条")
    return 0


def contract() -> int:
    from yichuang.supervision.contract_doc import render

    PAGE.write_text(render(), encoding="utf-8")
    print(f"已写入 {PAGE}")
    return 0
