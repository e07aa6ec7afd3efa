"""`yichuang status`: lists what this installation still lacks for its first case, and other notes. Exit code 1 while
something is missing.
"""

from __future__ import annotations

import argparse

HELP = "列出到能受理第一件还缺什么，和正式使用前应当知道的事"
DATABASE = "app"


def run(options: argparse.Namespace) -> int:
    return print_gaps()


def print_gaps() -> int:
    """Print what is missing. Returns 1 when some of it prevents handling a first case, else 0."""
    from yichuang.cases.readiness import list_gaps

    gaps = list_gaps()
    for title, rows in (
        ("受理第一件之前还缺：", [gap for gap in gaps if gap.blocks]),
        ("另外请知道：", [gap for gap in gaps if not gap.blocks]),
    ):
        if rows:
            print(title)
            for gap in rows:
                print(f"  · {gap.text}。{gap.next}。")
    if any(gap.blocks for gap in gaps):
        return 1
    print("可以受理办件。")
    return 0
