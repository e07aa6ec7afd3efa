"""When root starts the installation, web and worker run as another user, who gets ownership of their files first.

Only our own folders in the data folder change owner. When that user cannot run the program, `obstacle` says why, and
everything runs as root (docs/adr/0001-embedded-postgresql.md). No long-running process is started here; no Django.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from yichuang.ops import places

# What the program writes in the data folder, and with which mode a folder is made
WRITTEN = {
    "secrets": 0o700,
    "seals": 0o700,
    "uploads": 0o700,
    "outbox": 0o700,
    "examining": 0o700,
    "roots": 0o755,
    "static": 0o755,
}
PRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def obstacle(data: Path, uid: int, port: int) -> str | None:
    """Why the program cannot run as that user, in Chinese; None when it can. Tested by trying."""
    least = int(PRIVILEGED.read_text()) if PRIVILEGED.exists() else 1024
    if port < least:
        return f"{least} 以下的端口只有 root 能监听"
    if not places.can_enter(data, uid):
        return f"那个用户不能进入数据文件夹 {data}"
    roots = os.environ.get("YICHUANG_ROOTS")
    if roots and not can_run(["/bin/sh", "-c", 'test -w "$0" -a -x "$0"', roots], uid):
        return f"那个用户不能写入封存目录 {roots}"
    if not can_run([sys.executable, "-B", "-c", "import django, granian, yichuang.settings"], uid, SECRET_KEY="-"):
        return "那个用户读不到程序或它的 Python 环境"
    return None


def can_run(command: list[str], uid: int, **environment: str) -> bool:
    """Whether that user can run the command and it exits with 0."""
    try:
        result = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, **places.run_as(uid))
    except PermissionError:  # not even the interpreter: it lies in a closed home
        return False
    return result.returncode == 0


def hand_over(data: Path, uid: int, former: int = 0) -> None:
    """Give our files to that user: those of root, and those that earlier starts gave to the `former` user. Links are
    not followed and files with a second hard link are skipped: otherwise a user who may write there could get any file
    of the machine.
    """
    group = places.run_as(uid)["group"]
    for name, mode in WRITTEN.items():
        (data / name).mkdir(mode=mode, exist_ok=True)
        for _, _, files, directory in os.fwalk(data / name):
            os.fchown(directory, uid, group)
            for file in files:
                status = os.stat(file, dir_fd=directory, follow_symlinks=False)
                if status.st_uid in {0, former} and status.st_nlink == 1:
                    os.chown(file, uid, group, dir_fd=directory, follow_symlinks=False)
