"""`yichuang acts`: writes docs/acts.md, the page of all acts."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "按登记的操作写 docs/acts.md：谁、何时、记入什么、出具什么"
PAGE = Path(__file__).resolve().parents[4] / "docs" / "acts.md"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from yichuang.ops.acts_doc import render_acts

    PAGE.write_text(render_acts(), encoding="utf-8")
    print(f"已写入 {PAGE}")
    return 0
