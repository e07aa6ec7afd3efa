"""Started by root, web and worker run as a user of their own. What they read and write is made theirs first.

Only folders of our own in the data folder change hands. Where that user cannot go, `obstacle` says why, and everything
goes on as root (docs/adr/0001-embedded-postgresql.md). No process is started for long here, no Django is used.
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
    """Why the program cannot run as that user; None when it can. Asked of the system, by trying."""
    least = int(PRIVILEGED.read_text()) if PRIVILEGED.exists() else 1024
    if port < least:
        return f"{least} 以下的端口只有 root 能监听"
    if not places.passes(data, uid):
        return f"那个用户不能进入数据文件夹 {data}"
    roots = os.environ.get("YICHUANG_ROOTS")
    if roots and not works(["/bin/sh", "-c", 'test -w "$0" -a -x "$0"', roots], uid):
        return f"那个用户不能写入封存目录 {roots}"
    if not works([sys.executable, "-B", "-c", "import django, granian, yichuang.settings"], uid, SECRET_KEY="-"):
        return "那个用户读不到程序或它的 Python 环境"
    return None


def works(command: list[str], uid: int, **environment: str) -> bool:
    """Whether that user can run the command, and it ends well."""
    try:
        done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, **places.run_as(uid))
    except PermissionError:  # not even the interpreter: it lies in a closed home
        return False
    return done.returncode == 0


def hand_over(data: Path, uid: int, former: int = 0) -> None:
    """Make root's files in our folders that user's, and those that earlier starts gave to the `former` one. Links are
    not followed, and a file with a second name stays as it is: whoever may write there could otherwise be given any
    file of the machine.
    """
    group = places.run_as(uid)["group"]
    for name, mode in WRITTEN.items():
        (data / name).mkdir(mode=mode, exist_ok=True)
        for _, _, files, here in os.fwalk(data / name):
            os.fchown(here, uid, group)
            for file in files:
                found = os.stat(file, dir_fd=here, follow_symlinks=False)
                if found.st_uid in {0, former} and found.st_nlink == 1:
                    os.chown(file, uid, group, dir_fd=here, follow_symlinks=False)
