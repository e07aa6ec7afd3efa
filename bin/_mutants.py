"""Mutation runs over the pure cores (bin/mutants): which small change of the code does no unit test notice?

Works on a copy, so that an interrupted run leaves nothing behind. When there are more mutants than time, it tries a
sample drawn with a fixed seed and says how many were left.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis as hypothesis  # with pytest, loaded once for every mutant
import pytest
import pytest_bdd as pytest_bdd
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parent.parent
CORES = ["kernel/clock.py", "kernel/calendar.py", "cases/core", "orders/core"]
# The unit tests that speak of a core; the first path that fits
TESTS = {
    "kernel/": ["tests/unit/kernel/test_calendar.py", "tests/unit/kernel/test_clock.py"],
    "cases/core/": ["tests/unit/cases"],
    "orders/core/": ["tests/unit/orders/test_orders.py"],
}
# The neighbour and the contrary of each comparison, one other operation for each calculation. The rest says the same
# again, or changes nothing: `==` for `is`, and `|`, which stands in annotations.
WANTED = re.compile(
    r"core/(ReplaceComparisonOperator_(Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt|Eq_NotEq|NotEq_Eq"
    r"|Is_IsNot|IsNot_Is)|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Add|Div_Mul|FloorDiv_Mul|Mod_Mul|BitAnd_BitOr)"
    r"|ReplaceAndWithOr|ReplaceOrWithAnd|AddNot|ReplaceUnaryOperator_Delete_Not|ReplaceUnaryOperator_USub_UAdd"
    r"|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceBreakWithContinue|ReplaceContinueWithBreak|NumberReplacer"
    r"|ZeroIterationForLoop)$"
)
LONGEST = 120  # seconds: a mutant whose tests run longer goes round for ever and is ended, which notices it too


@dataclass(frozen=True, slots=True)
class Mutant:
    module: Path  # below src/yichuang
    line: int
    operator: str
    occurrence: int

    def code(self, source: str) -> str:
        return mutate_code(source, get_operator(self.operator)(), self.occurrence) or source


def mutants(module: Path, source: str) -> Iterator[Mutant]:
    """Every wanted change of a module."""
    nodes, lines = list(ast_nodes(get_ast(source))), source.splitlines()
    for name in filter(WANTED.match, operator_names()):
        places = (place for node in nodes for place in get_operator(name)().mutation_positions(node))
        for occurrence, ((line, _), _) in enumerate(places):
            if not lines[line - 1].startswith("@dataclass"):  # frozen and slots change nothing that a test could see
                yield Mutant(module, line, name, occurrence)


def modules(words: list[str]) -> list[Path]:
    """The modules named, each below src/yichuang; a folder stands for its modules."""
    source = ROOT / "src" / "yichuang"
    found = []
    for word in words:
        path = source / word
        if not path.exists() or not any(word == core or word.startswith(f"{core}/") for core in CORES):
            raise SystemExit(f"不在纯核心之内：{word}。有：{' '.join(CORES)}")
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path.relative_to(source) for path in found if path.name != "__init__.py"]


def passes(copy: Path, module: Path) -> bool:
    """Whether the tests of a module pass in the copy, in a process of their own that has pytest loaded already."""
    tests = next(tests for core, tests in TESTS.items() if module.as_posix().startswith(core))
    if child := os.fork():
        return os.waitpid(child, 0)[1] == 0
    signal.alarm(LONGEST)
    os.chdir(copy)
    sys.path[:0] = [str(copy / "src"), str(copy)]
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    code = pytest.main(["-x", "-q", "-o", "addopts=", "--import-mode=importlib", "-p", "pytest_bdd.plugin", *tests])
    os._exit(code)


def changed_line(before: str, after: str, line: int) -> str:
    """How the line reads in the mutant."""
    pairs = zip(before.splitlines()[line - 1 :], after.splitlines()[line - 1 :], strict=False)
    return next((new.strip() for old, new in pairs if old != new), "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", default=CORES, help="below src/yichuang, such as kernel/clock.py")
    parser.add_argument("--minutes", type=float, default=10, help="stop after so many minutes (10)")
    asked = parser.parse_args()
    os.nice(15)
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    end = time.monotonic() + asked.minutes * 60
    chosen = modules(asked.modules)
    sources = {module: (ROOT / "src" / "yichuang" / module).read_text() for module in chosen}
    every = [mutant for module, source in sources.items() for mutant in mutants(module, source)]
    random.Random(1).shuffle(every)
    survivors: list[Mutant] = []
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        skip = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / "src", copy / "src", ignore=skip)
        shutil.copytree(ROOT / "tests", copy / "tests", ignore=skip)
        (copy / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
        for module in chosen:
            if not passes(copy, module):
                print(f"  ✗ {module}：未改动时检验就没有通过", file=sys.stderr)
                return 2
        for mutant in every:
            if time.monotonic() > end:
                break
            file = copy / "src" / "yichuang" / mutant.module
            file.write_text(mutant.code(sources[mutant.module]))
            if passes(copy, mutant.module):
                survivors.append(mutant)
            file.write_text(sources[mutant.module])
            tried += 1
    for one in sorted(survivors, key=lambda one: (one.module, one.line)):
        source = sources[one.module]
        print(f"  {one.module}:{one.line} {one.operator.removeprefix('core/')}")
        print(f"    {changed_line(source, one.code(source), one.line)}")
    print(f"  试了 {tried} 处改动（共 {len(every)} 处），{len(survivors)} 处没有检验发觉")
    return 0


if __name__ == "__main__":
    sys.exit(main())
