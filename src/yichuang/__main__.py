"""`python -m yichuang <命令>`."""

from __future__ import annotations

import sys

from yichuang.ops.cli import main

sys.exit(main())
