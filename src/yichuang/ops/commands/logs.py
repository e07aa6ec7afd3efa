"""`yichuang logs`: the contract tables that supervision reads."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "日志契约：status 读到哪里；rebuild 清空后从账本重新装入；contract 生成 docs/log-contract.md"
DATABASE = "app"
PAGE = Path("docs") / "log-contract.md"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["status", "rebuild", "contract"], help="做什么")


def run(options: argparse.Namespace) -> int:
    return {"status": status, "rebuild": rebuild, "contract": contract}[options.act]()


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
