"""Compiled rules, kept between runs: making SQL of all rules takes longer than judging a small history.

The file belongs to the user who judges (`$XDG_CACHE_HOME/yichuang`). Its name is a digest of everything that the SQL
follows from, so that another version of a rule never meets the SQL of this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from yichuang import supervision

_SOURCES = (
    (Path(supervision.__path__[0]), "contract*.py"),
    (Path(supervision.__path__[0]) / "rules", "*.py"),
)
_PACKAGES = ("ibis-framework", "sqlglot")


class CompiledRules:
    """SQL by rule, parameters and dialect; read from the file once, and written when something new was compiled."""

    def __init__(self) -> None:
        self.known: dict[str, str] | None = None
        self.added = False
        self.kept = True  # whether the file is read and written
        self.seconds = 0.0  # spent on compiling in this process

    def find(self, key: str, compile: Callable[[], str]) -> str:
        """The SQL under this key, compiled if nobody did before."""
        if self.known is None:
            self.known = _read() if self.kept else {}
        if key not in self.known:
            started = time.perf_counter()
            self.known[key] = compile()
            self.seconds += time.perf_counter() - started
            self.added = True
        return self.known[key]

    def save(self) -> None:
        """Write the file where something is new. A cache that cannot be written is none: nothing is raised."""
        if self.known is None or not self.added or not self.kept:
            return
        self.added = False
        path = find_cache()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = path.with_name(f".{path.name}.{os.getpid()}")
            partial.write_text(json.dumps(_read() | self.known), encoding="utf-8")
            partial.replace(path)

    def forget(self) -> None:
        """Compile every rule again in this process, and leave the file alone: for rules that are changed in memory."""
        self.known, self.added, self.kept = None, False, False


def _read() -> dict[str, str]:
    try:
        content = json.loads(find_cache().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def find_cache_folder() -> Path:
    """Where this user keeps what was compiled."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yichuang"


def find_cache() -> Path:
    """Where the compiled rules of this version are."""
    return find_cache_folder() / f"rules-{_digest()}.json"


@cache
def _digest() -> str:
    digest = hashlib.sha256(" ".join(version(package) for package in _PACKAGES).encode())
    for folder, pattern in _SOURCES:
        for source in sorted(folder.glob(pattern)):
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
