"""What `bin/test changed` runs: the tests that import, directly or through other modules, a module that was changed.

A dotted name in a string, an address in a test ("/desk/…") and a conftest beside it count as imports. Faults and
browser start the whole program and are left to the full run, but what a page looks like leads to browser.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
DOTTED = re.compile(r"yichuang(?:\.\w+)+")
FACES = {"desk": "desk", "watch": "watch", "house": "admin", "studio": "studio", "api": "api"}  # as in yichuang.urls
WHOLE = ("tests/faults/", "tests/browser/")
LOOKS = re.compile(r"src/yichuang/(faces|documents/templates)/.*(?<!\.py)$")


def narrow(every: dict[str, tuple[str, list[str]]]) -> dict[str, tuple[str, list[str]]]:
    """Of all stages those that the change can touch, with the test files it reaches. Says what is left out."""
    files, chosen = changed_files(), {}
    tests, unknown = affected(files)
    looks, code = any(map(LOOKS.match, files)), any(file.endswith(".py") for file in files)
    for name, (title, command) in every.items():
        folders = [word for word in command if word.startswith("tests/")]
        reached = [test for test in tests if test.startswith(tuple(f"{folder}/" for folder in folders))]
        if looks if name == "browser" else code and not folders:
            chosen[name] = (title, command)
        elif reached:
            chosen[name] = (f"{title} {len(reached)} 个文件", [*command[: command.index(folders[0])], *reached])
    left_out = " ".join(name for name in every if name not in chosen) or "无"
    print(f"  改动 {len(files)} 个文件，只运行它们所及的测试文件。不运行的阶段：{left_out}。")
    print(f"  ! 不知道哪些测试依赖：{' '.join(unknown) or '无'}。合格与否以完整的 bin/test 为准。", flush=True)
    return chosen


def changed_files() -> list[str]:
    """Files that differ from where this branch left `main`; on `main` what is not committed, else the last commit's."""

    def git(*words: str) -> list[str]:
        out = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout
        return [name for name in re.split(r"[\0\n]", out) if name]

    base = git("merge-base", "HEAD", "main")
    if not base or base == git("rev-parse", "HEAD"):
        base = ["HEAD" if git("status", "--porcelain") else "HEAD~"]
    return sorted({*git("diff", "--name-only", "-z", *base), *git("ls-files", "-z", "--others", "--exclude-standard")})


def affected(files: list[str]) -> tuple[list[str], list[str]]:
    """(test files to run, changed files of which nothing is known)."""
    graph, modules, unknown = import_graph(), set[str](), []
    for file in files:
        folder = module_of(str(Path(file).parent)).removesuffix(".data")
        if module_of(file) in graph.modules:
            modules.add(module_of(file))
        elif LOOKS.match(file):
            modules.add("yichuang.urls")
        elif file.startswith(("src/yichuang/", "tests/")) and not file.endswith(".py"):  # data of who stands beside it
            modules |= {one for one in graph.modules if one.startswith(f"{folder}.")}
        elif not file.endswith(".md"):
            unknown.append(file)
    reached = modules.union(*(graph.find_downstream_modules(module) for module in modules))
    tests = [f"{module.replace('.', '/')}.py" for module in reached if ".test_" in module]
    return sorted(test for test in tests if test in files or not test.startswith(WHOLE)), unknown


def module_of(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def import_graph() -> grimp.ImportGraph:
    """The program's imports with those of the tests, and what strings lead to."""
    graph = grimp.build_graph("yichuang", cache_dir=None)
    files = [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]
    paths = {module_of(str(file.relative_to(ROOT))): file for file in files}
    for module in paths:
        graph.add_module(module)
    for module in paths.keys() - {"tests.conftest"}:  # it names the settings, which the pure tests beside it never read
        for name in names_in(paths[module], module.startswith("tests.")):
            while name and name not in graph.modules:
                name = name.rpartition(".")[0]
            if name not in ("", module):
                graph.add_import(importer=module, imported=name)
    return graph


def names_in(path: Path, is_test: bool) -> set[str]:
    """Dotted names that a file may lead to: too many rather than too few."""
    beside = [up / "conftest.py" for up in path.parents if is_test and ROOT in up.parents]
    names = {module_of(str(file.relative_to(ROOT))) for file in beside}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if is_test and isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {*DOTTED.findall(node.value)}
            if is_test and node.value.startswith("/"):
                face = FACES.get(node.value.split("/")[1])
                pages = [face] if face else ["portal", "papers"]
                names |= {"yichuang.urls", "yichuang.settings", *(f"yichuang.faces.{name}.urls" for name in pages)}
    return names
