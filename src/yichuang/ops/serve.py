"""`yichuang serve`: database, web and worker under one parent. Whatever dies is started again; all stop in order.

It holds no data and answers no request, so killing it (even -9) loses nothing: the kernel ends the children, and the
next start finds the data as the last commit left it.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from yichuang.ops import database, places, prepared, roles, stepdown
from yichuang.ops.database import Addresses
from yichuang.ops.embedded import end_with_parent
from yichuang.ops.web import free_port, web_command

TICK = 0.2  # seconds between two looks at the children
STEADY = 30  # seconds of life after which a fall counts as the first again
SHORTEST, LONGEST = 0.5, 10.0  # seconds between two attempts
GRACE = 15  # seconds the web processes get to finish the requests they have
# Seconds the worker gets: reading the ledger for supervision, always under way, ends within one when it is told. What
# another job has not committed by then is rolled back with its connection, and the job is taken up again
# (`ops.tasks.rescue`), as after a kill
JOB_GRACE = 2.0
WEB_FIRST = 20  # seconds the worker waits at most for the web processes to come up: all at once take longer
WORKER = "后台任务"
PROGRAM = [sys.executable, "-m", "yichuang"]


def say(text: str) -> None:
    print(f"  {text}", flush=True)


@dataclass
class Child:
    """One process that must always be there."""

    name: str
    command: list[str]
    environment: dict[str, str]
    uid: int | None = None  # whom root steps down to
    grace: float = GRACE
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    pause: float = SHORTEST
    due: float = 0.0

    def start(self) -> None:
        self.since = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches only us; we stop the children in order
            preexec_fn=end_with_parent,
            **places.run_as(self.uid),
        )

    def look(self, now: float) -> None:
        """Start it when it is time to; note a death and when to try again."""
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.end_group()
        if code == -signal.SIGKILL:
            self.pause = 0  # killed from outside, it did not fail by itself: waiting would mend nothing
        elif now - self.since > STEADY:
            self.pause = SHORTEST
        else:
            self.pause = min(max(self.pause, SHORTEST) * 2, LONGEST)
        self.due = now + self.pause
        self.process = None
        say(f"! {self.name}意外退出（代码 {code}），{f'{self.pause:g} 秒后' if self.pause else '立即'}重新启动")

    def end_group(self) -> None:
        """What a killed master leaves behind would go on holding the port."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self, asked: float) -> None:
        """Wait for an orderly end after SIGTERM, sent at the time `asked`, then end it."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.1, asked + self.grace - time.monotonic()))
            self.end_group()
            self.process.wait()
            self.process = None


@dataclass
class Supervisor:
    """Looks after the children until asked to stop."""

    found: Addresses
    uid: int | None = None  # as whom everything but the database runs; None for ourselves
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    database_due: float = 0.0

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def step(self, label: str, words: list[str], *, as_owner: bool = False, tells: bool = False) -> str:
        """Run one command of ours to its end, with the seconds shown unless it `tells` itself; its standard output.

        Raises RuntimeError when it fails, KeyboardInterrupt when we are asked to stop meanwhile.
        """
        begun = time.monotonic()
        process: subprocess.Popen[str] = subprocess.Popen(
            [*PROGRAM, *words],
            env=self.found.environment(as_owner=as_owner, knows_owner=as_owner),
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=end_with_parent,
            text=True,
            **places.run_as(None if as_owner and self.apart else self.uid),
        )
        while True:
            try:
                out, _ = process.communicate(timeout=TICK)
                break
            except subprocess.TimeoutExpired:
                if not tells:
                    tell_progress(label, time.monotonic() - begun)
                if self.stopping:
                    process.terminate()
        if self.stopping:
            raise KeyboardInterrupt
        if process.returncode:
            raise RuntimeError(f"{label}没有完成（代码 {process.returncode}），原因见上")
        done(label, time.monotonic() - begun)
        return out

    def step_down(self, port: int) -> None:
        """Let all that is started from now on run as a user who can't become the database's owner, when root started us
        and there is such a user; else say that they are not apart.
        """
        server = self.found.embedded
        if server is None:
            if os.geteuid() == 0:
                say("! 正以 root 身份运行。请用普通用户启动，或在 systemd 单元里写 User=（见 docs/operations.md）。")
            return
        if server.user is None:
            say("! 数据库、网页和后台同属一个系统用户，它能以数据库所有者登录，分不开（见 docs/operations.md）。")
            return
        user = server.user if server.program is None else server.program
        if why := stepdown.obstacle(server.folder, user, port):
            say(f"! 网页服务与后台任务仍以 root 身份运行：{why}。")
            say("  因此它们能以数据库所有者登录，分不开（见 docs/operations.md）。")
            return
        if server.program is None:
            say("! 网页和后台与数据库同属一个系统用户，它能以数据库所有者登录，分不开（见 docs/operations.md）。")
        stepdown.hand_over(server.folder, user, server.user)
        self.uid = user

    @property
    def apart(self) -> bool:
        """Whether web and worker run as a user who can't become the owner; what the owner does, root does then."""
        server = self.found.embedded
        return server is not None and server.program is not None and server.program == self.uid

    def hand_over(self) -> None:
        """What root made since, as the owner of the database, becomes theirs too."""
        if self.apart and self.found.embedded and self.uid is not None:
            stepdown.hand_over(self.found.embedded.folder, self.uid)

    def look_after_database(self, now: float) -> None:
        server = self.found.embedded
        if server is None or now < self.database_due or server.alive():
            return
        say("! 数据库意外退出，正在重新启动")
        try:
            server.start()
            say("✓ 数据库已恢复")
            self.restart_worker()
        except RuntimeError as error:
            say(f"! {error}")
            self.database_due = time.monotonic() + LONGEST

    def restart_worker(self) -> None:
        """A worker that lost the database ends by itself only after half a minute; nothing it held is left to save."""
        for child in self.children:
            if child.name == WORKER:
                child.end_group()

    def look(self) -> None:
        now = time.monotonic()
        self.look_after_database(now)
        for child in self.children:
            child.look(now)

    def stop(self) -> None:
        """Web and worker first, the database last."""
        asked = time.monotonic()
        for child in self.children:
            if child.process:
                child.process.terminate()
        for child in self.children:
            child.stop(asked)
        if self.found.embedded:
            self.found.embedded.stop()


def tell_progress(label: str, seconds: float) -> None:
    if sys.stdout.isatty() and seconds > 1:
        print(f"\r  … {label} {seconds:.0f} 秒", end="", flush=True)


def done(label: str, seconds: float) -> None:
    start = "\r" if sys.stdout.isatty() else ""
    print(f"{start}  ✓ {label}（{seconds:.1f} 秒）", flush=True)


def answers(host: str, port: int) -> bool:
    """Whether the web server answers at all; 503 while the worker is coming up is an answer."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(there, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status in {200, 503}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def claim(file: Path) -> IO[str]:
    """The right to be the one that serves this data folder. Raises RuntimeError when another one does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = open(file, "a+")  # noqa: SIM115 held as long as the process lives
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise RuntimeError(f"这个数据文件夹已有一窗在运行：{lock.read().strip() or '正在启动'}") from None
    return lock


def choose_port(options: argparse.Namespace, lock: IO[str]) -> int:
    """The wanted port or the next free one. After a kill -9 the old web process may need seconds to leave it."""
    lock.seek(0)
    unclean = lock.read().strip().endswith(f":{options.port}/")
    end = time.monotonic() + (GRACE if unclean else 0)
    while (port := free_port(options.host, options.port)) != options.port and time.monotonic() < end:
        time.sleep(TICK)
    if port != options.port:
        say(f"! 端口 {options.port} 已被占用，改用 {port}")
    return port


def note(lock: IO[str], text: str) -> None:
    lock.truncate(0)
    lock.write(text)
    lock.flush()


def greet(address: str, accounts: prepared.Accounts) -> None:
    print(f"\n  一窗已就绪：{address}\n", flush=True)
    if accounts:
        print("  演示账户（身份 · 用户名 · 密码）：")
        for who, name, password in accounts:
            print(f"    {who} · {name} · {password}")
        print()
    print("  按 Ctrl-C 停止。", flush=True)


def kind_if_empty(options: argparse.Namespace, addresses: Addresses) -> str:
    """What an empty database becomes. The embedded one is for trying things out; on a server of its own a city asks for
    the demo explicitly. Of a database that is not empty this says nothing.
    """
    asked = os.environ.get("YICHUANG_DEMO")
    if options.no_demo or asked == "0":
        return "production"
    return "demo" if addresses.embedded is not None or asked == "1" else "production"


def bring_up(supervisor: Supervisor, options: argparse.Namespace) -> prepared.Accounts:
    """Database, tables, demo city; the demo accounts."""
    begun = time.monotonic()
    supervisor.found = database.start(supervisor.found)
    done(
        "数据库" + ("（内置 PostgreSQL）" if supervisor.found.embedded else "（外部 PostgreSQL）"),
        time.monotonic() - begun,
    )
    owner = roles.owns(supervisor.found.owner)
    if supervisor.found.one_role and owner:
        say("! DATABASE_URL 与 DATABASE_OWNER_URL 是同一个角色：程序将以数据库所有者身份运行，账本只受触发器保护。")
        say("  建议为程序另设登录角色 yichuang_app，并把所有者地址写入 DATABASE_OWNER_URL。")
    supervisor.step_down(options.port)
    state = prepared.state()
    accounts = prepared.known(supervisor.found, state)
    if accounts is None:
        declare = ["--new-store", kind_if_empty(options, supervisor.found)]
        output = supervisor.step("数据表、权限与静态文件", ["migrate", *declare], as_owner=True)
        demo = output.split()[-1] == "demo"
        supervisor.hand_over()
        loaded = supervisor.step("示范市数据", ["demo", "--json"], tells=True) if demo else "[]"
        accounts = json.loads(loaded.splitlines()[-1])
        if owner:  # the mark is a comment on a table
            prepared.remember(supervisor.found, state, accounts)
    return accounts


def serve(options: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM. Returns 0 after an orderly stop."""
    lock = claim(database.data_folder() / "serve.lock")
    supervisor = Supervisor(database.addresses())
    supervisor.listen()
    try:
        accounts = bring_up(supervisor, options)
        port = choose_port(options, lock)
        address = f"http://{'localhost' if options.host in {'127.0.0.1', '0.0.0.0'} else options.host}:{port}/"
        # where the codes on documents lead, unless the installation has a public name
        environment = {"YICHUANG_PUBLIC_URL": address, **supervisor.found.environment(knows_owner=False)}
        web = Child("网页服务", web_command(options.host, port, options.workers), environment, supervisor.uid)
        worker = Child(WORKER, [*PROGRAM, "worker"], environment, supervisor.uid, JOB_GRACE)
        worker.due = time.monotonic() + WEB_FIRST
        supervisor.children = [web, worker]
        note(lock, address)
        greeted = False
        while not supervisor.stopping:
            supervisor.look()
            if not greeted and answers(options.host, port):
                greet(address, accounts)
                greeted, worker.due = True, 0
            time.sleep(TICK)
    except KeyboardInterrupt:
        pass
    finally:
        say("正在停止……")
        supervisor.stop()
        note(lock, "")
    say("已停止。")
    return 0
