"""The stages of bin/test: one line each with its seconds, details only of what failed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("YICHUANG_DATA") or ROOT / "var")
BIN = Path(sys.executable).parent
NAMED = ("unit", "clauses", "properties", "faults", "browser")
NOTHING_COLLECTED = 5
# Without compiled files each of the hundreds of processes that tests start would compile the whole program anew
NOT_PASSED_ON = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "DATABASE_OWNER_URL", "PYTHONDONTWRITEBYTECODE"}
# Run beside the others, in one process each: faults mostly waits, and for states, however busy the machine is;
# properties is one long test
BESIDE = ("faults", "properties")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = ["chromium", "fonts-noto-cjk"]
RARE_HAN = ["fonts-hanazono", "fonts-babelstone-han"]  # 生僻字 on documents
OUTSIDE = ["postgresql-15"]
PROXY = ["nginx-light"]
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")


def other_folders() -> list[str]:
    """Every folder of tests that no stage names: nothing is left out because it is new."""
    skip = {*NAMED, "plugins", "__pycache__"}
    return sorted(
        f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name not in skip
    )


def pytest(*folders: str, spread: str = "") -> list[str]:
    """`spread` over the processors: `loadfile` where tests of a file share what they begin with, else `worksteal`."""
    one_server = "YICHUANG_TEST_DATABASE_URL" in os.environ  # on which an open transaction holds back others' seals
    # tests/plugins/by_time.py says in which order the files come
    spreading = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", spread, "--no-loadscope-reorder"]
    spreading += ["--max-worker-restart", "0"]
    workers = spreading if spread and not one_server else []
    return [sys.executable, "-m", "pytest", *workers, *folders]


def stages() -> dict[str, tuple[str, list[str]]]:
    tool = {name: str(BIN / name) for name in ("ruff", "mypy", "lint-imports")}
    return {
        "format": ("排版", [tool["ruff"], "format", "--check", "."]),
        "lint": ("代码检查", [tool["ruff"], "check", "."]),
        "types": ("类型", [tool["mypy"]]),
        "floors": ("楼层（导入方向）", [tool["lint-imports"]]),
        "unit": ("规则", pytest("tests/unit", spread="loadfile")),
        "db": ("数据库与各部分", pytest(*other_folders(), spread="loadfile")),
        "clauses": ("政策条款", pytest("tests/clauses", spread="worksteal")),
        "properties": ("随机性质", pytest("tests/properties")),
        "faults": ("故障", pytest("tests/faults")),
        "browser": ("浏览器", pytest("tests/browser", spread="loadfile")),
    }


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def has_chinese_font() -> bool:
    listing = shutil.which("fc-list")
    return listing is None or bool(subprocess.run([listing, ":lang=zh"], capture_output=True).stdout.strip())


def may_install() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and Path("/etc/debian_version").exists()


def install(title: str, packages: list[str]) -> str | None:
    """Debian's packages; else the line that says what went wrong."""
    print(f"  … 安装{title}", flush=True)
    for words in (["update", "-q"], ["install", "-y", "-q", *packages]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1", "RUNLEVEL": "1"}
        done = subprocess.run(["apt-get", *words], capture_output=True, text=True, env=environment)
        if done.returncode:
            return f"apt-get {' '.join(words)} 失败：{done.stderr.strip()[-300:]}"
    return None


def ready_browser() -> str | None:
    """Chromium and a Chinese font, installed when we may; else the one line that says what to install."""
    if chromium() and has_chinese_font():
        return None
    if may_install():
        problem = install(" Chromium 与中文字体", BROWSER)
        if problem or (chromium() and has_chinese_font()):
            return problem
    return f"浏览器测试需要 Chromium 与中文字体，请先安装：apt-get install -y {' '.join(BROWSER)}"


def outside() -> bool:
    """Whether the programs of a PostgreSQL that an installation may have under DATABASE_URL are here."""
    return any(Path("/usr/lib/postgresql").glob("1[5-7]/bin/postgres"))


def ready_outside() -> str | None:
    """PostgreSQL 15 for the tests of an outside server, installed when we may. Without it they are skipped, aloud."""
    if outside():
        return None
    problem = None
    if may_install():
        if not CLUSTERS.exists():  # Debian would start a server of its own on the usual port
            CLUSTERS.parent.mkdir(parents=True, exist_ok=True)
            CLUSTERS.write_text("create_main_cluster = off\n")
        problem = install(" PostgreSQL 15", OUTSIDE)
    if not outside():
        print(f"  ! 没有 PostgreSQL 15–17，外部数据库的检验将跳过。{problem or ''}", flush=True)
        print(f"    请安装后重跑：apt-get install -y {' '.join(OUTSIDE)}", flush=True)
    return None


def proxy() -> bool:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None


def ready_proxy() -> str | None:
    """nginx for the test of the proxy configuration."""
    return install_or_skip(" nginx", PROXY, proxy, "没有 nginx，反向代理配置的检验将跳过。")


def has_rare_han() -> bool:
    return all(Path("/usr/share/doc", package).exists() for package in RARE_HAN)


def ready_rare_han() -> str | None:
    """Fonts for 生僻字, which documents print with where the machine has them."""
    return install_or_skip("生僻字字体", RARE_HAN, has_rare_han, "没有生僻字字体，这些字印在文书上的检验将跳过。")


def install_or_skip(title: str, packages: list[str], there: Callable[[], bool], lost: str) -> None:
    """What some tests need, installed when we may. Without it they are skipped, aloud."""
    if there():
        return
    problem = install(title, packages) if may_install() else None
    if not there():
        print(f"  ! {lost}{problem or ''}", flush=True)
        print(f"    请安装后重跑：apt-get install -y {' '.join(packages)}", flush=True)


READY: dict[str, Callable[[], str | None]] = {
    "browser": ready_browser,
    "db": ready_outside,
    "faults": ready_proxy,
    "unit": ready_rare_han,
}


def environment() -> dict[str, str]:
    """The tests' own settings must come from tests/conftest.py and not from the shell of who runs them."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "CHROMIUM": chromium() or ""}


def run(name: str, title: str, command: list[str], extra: list[str], problem: str | None = None) -> bool:
    """Run a stage and say how it went. With a `problem` it is not run and has not passed."""
    begun = time.monotonic()
    code, out = 1, problem or ""
    if problem is None:
        done = subprocess.run(
            [*command, *extra], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        code, out = done.returncode, done.stdout
    is_pytest = "pytest" in command
    if is_pytest and code == NOTHING_COLLECTED and extra:
        code = 0  # a filter may leave a stage with nothing
    summary = next((line for line in reversed(out.splitlines()) if line.strip()), "") if is_pytest else ""
    print(f"  {'✗' if code else '✓'} {title} {name}（{time.monotonic() - begun:.1f} 秒）{summary}", flush=True)
    if code and problem is None:
        print(out.rstrip(), flush=True)
    return code == 0


def main(words: list[str]) -> int:
    """`[stage …] [arguments for pytest]`; without a stage all of them, of `changed` those that the change can touch.
    Returns 0 only when every stage passed.
    """
    every, wanted = stages(), []
    if words[:1] == ["changed"]:
        from _changed import narrow

        every = narrow(every)
        wanted, words = [*every], words[1:]
    while words and words[0] in every:
        wanted.append(words.pop(0))
    if words and not words[0].startswith("-"):
        print(f"没有这一阶段：{words[0]}。有：{' '.join(every)}", file=sys.stderr)
        return 2
    if not wanted and not words:  # a full run: what it records stands for this state of the code alone
        (DATA / "policy" / "results.json").unlink(missing_ok=True)
    chosen = wanted or [name for name in every if not words or "pytest" in every[name][1]]
    begun = time.monotonic()
    problems = {name: READY[name]() for name in chosen if name in READY}  # one after another, as apt-get wants it

    def passes(name: str) -> bool:
        return run(name, *every[name], words if "pytest" in every[name][1] else [], problems.get(name))

    beside = [name for name in chosen if name in BESIDE]
    with ThreadPoolExecutor() as threads:
        waiting = [threads.submit(passes, name) for name in beside]
        passed = {name: passes(name) for name in chosen if name not in beside}
        passed |= {name: one.result() for name, one in zip(beside, waiting, strict=True)}
    failed = [name for name in chosen if not passed[name]]
    print(f"  {'✗ 未通过：' + ' '.join(failed) if failed else '✓ 全部通过'}（{time.monotonic() - begun:.0f} 秒）")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
