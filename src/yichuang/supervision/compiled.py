"""Compiled rules, kept between runs: making SQL of all rules takes longer than judging a small history, and takes a
process that judges live work half a minute.

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
from typing import Any

from yichuang import supervision
from yichuang.supervision.rules.questions import AskedRule
from yichuang.supervision.rules.rule import Rule

_ROOMS = Path(supervision.__path__[0]).parent
# The rules, the contract they read, and what either imports from elsewhere
SOURCES = (
    (_ROOMS / "supervision", "contract*.py"),
    (_ROOMS / "supervision", "reported.py"),
    (_ROOMS / "supervision" / "rules", "*.py"),
    (_ROOMS / "aggregates", "flattening.py"),
    (_ROOMS / "aggregates", "parameters.py"),
    (_ROOMS / "cases" / "core", "events.py"),
    (_ROOMS / "catalog", "standard.py"),
    (_ROOMS / "kernel", "clock.py"),
    (_ROOMS / "kernel", "localtime.py"),
    (_ROOMS / "kernel", "phrases.py"),
    (_ROOMS / "kernel", "policy.py"),
    (_ROOMS / "ledger", "envelope.py"),
    (_ROOMS / "licences" / "core", "events.py"),
)
_PACKAGES = ("ibis-framework", "sqlglot")


class CompiledRules:
    """SQL by rule, parameters and dialect; the file is read when one is missing, and written when one was compiled."""

    def __init__(self, *, kept: bool = True) -> None:
        self.known: dict[str, str] = {}
        self.added = False
        self.kept = kept  # whether the file is read and written; not for rules that are changed in memory
        self.seconds = 0.0  # spent on compiling in this process

    def find(self, key: str, compile: Callable[[], str]) -> str:
        """The SQL under this key, compiled if nobody did before."""
        if key not in self.known and self.kept:
            self.known |= _read()  # another process may have compiled it meanwhile
        if key not in self.known:
            started = time.perf_counter()
            self.known[key] = compile()
            self.seconds += time.perf_counter() - started
            self.added = True
        return self.known[key]

    def save(self) -> None:
        """Write the file where something is new. A cache that cannot be written is none: nothing is raised."""
        if not self.added or not self.kept:
            return
        self.added = False
        path = find_cache()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = path.with_name(f".{path.name}.{os.getpid()}")
            partial.write_text(json.dumps(_read() | self.known), encoding="utf-8")
            partial.replace(path)


COMPILED = CompiledRules()


def compile_rule(rule: Rule, parameters: tuple[tuple[str, int], ...], dialect: str, *, share: bool = False) -> str:
    """The rule as SQL of an engine; with `share` reading by its name what other rules reckon too."""
    asked = rule.question if isinstance(rule, AskedRule) else ""
    key = f"{rule.code} {parameters} {dialect} {asked} {'shared' if share else ''}"
    return COMPILED.find(
        key, lambda: compile_table(_share(rule, parameters) if share else rule.hits(dict(parameters)), dialect)
    )


def compile_part(name: str, dialect: str) -> str:
    """What several rules reckon alike as SQL of an engine."""
    from yichuang.supervision.rules.parts import make_part

    return COMPILED.find(f"{name} {dialect}", lambda: compile_table(make_part(name), dialect))


def compile_table(expression: Any, dialect: str) -> str:
    """An Ibis table as SQL of an engine; kept nowhere."""
    import ibis  # only who compiles loads it

    return str(ibis.to_sql(expression, dialect=dialect))


def _share(rule: Rule, parameters: tuple[tuple[str, int], ...]) -> Any:
    from yichuang.supervision.rules.parts import share_parts

    return share_parts(rule.find_hits({**rule.defaults(), **dict(parameters)}))


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
    for folder, pattern in SOURCES:
        for source in sorted(folder.glob(pattern)):
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
