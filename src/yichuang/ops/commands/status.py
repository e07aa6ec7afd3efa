"""`yichuang status`: what this installation still lacks until its first case can be filed, and what is only worth
knowing. Ends with 1 while something is missing.
"""

from __future__ import annotations

import argparse

HELP = "列出到能受理第一件还缺什么，和正式使用前应当知道的事"
DATABASE = "app"


def run(options: argparse.Namespace) -> int:
    from yichuang.ops.readiness import print_gaps

    return print_gaps()
