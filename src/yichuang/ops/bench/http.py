"""`bench http`: the life over the API, web server with two workers, database and clients on the same machine.

Clients are processes that only send and wait. What a command costs is compared with the door alone, on which this
process drives the same life in the same run. An empty operation of a NinjaAPI of its own under the same server tells
what HTTP, server and framework cost before anything of ours.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from yichuang.ops.bench.common import Bound, finish, p95, spread, store
from yichuang.ops.web import free_port, web_command

HOST, PORT, WORKERS = "127.0.0.1", 8700, 2
CLIENTS = 4
ROUNDS = 5  # floor, door and lives take turns, so that the machine's moods meet all
WARM = 32  # lives before anything is measured: every worker knows standards, every connection its statements' plans
FLOOR = "yichuang.ops.bench.empty:application"
STARTING = 60  # seconds until the server must answer

Work = Callable[[], "list[float]"]


@dataclass
class Measured:
    """Of one way of asking: by round the wall time in seconds and each request's milliseconds."""

    seconds: list[float] = field(default_factory=list)
    lives: int = 0
    times: list[list[float]] = field(default_factory=list)

    def add(self, lives: int, seconds: float, times: list[float]) -> None:
        self.seconds.append(seconds)
        self.lives += lives
        self.times.append(times)

    @property
    def all(self) -> list[float]:
        return [t for some in self.times for t in some]

    @property
    def per_second(self) -> float:
        """Requests a second: the median of the rounds."""
        return statistics.median(len(t) / s for t, s in zip(self.times, self.seconds, strict=True))

    @property
    def p50(self) -> float:
        """The median of the rounds' medians."""
        return statistics.median(statistics.median(t) for t in self.times)


def run(cases: int, quick: bool) -> int:
    """About so many lives with four clients, a quarter of them with one. Returns 0 when the bounds hold."""
    with (
        store() as found,
        _server(found.environment(), FLOOR) as (empty, _),
        _server(found.environment()) as (port, web),
    ):
        from yichuang.ops.bench import life, programs

        people = life.cast()
        tokens = programs.tokens(people)

        def lives(count: int) -> Work:
            return lambda: _lives(programs, people, tokens, port, count)

        def asks(count: int) -> Work:
            return lambda: _asks(programs, empty, count)

        database = found.embedded.process if found.embedded else None
        roots = {"web": web.pid, **({"database": database.pid} if database else {})}
        per_client = max(1, cases // (ROUNDS * CLIENTS))
        _together(CLIENTS, lives(WARM // CLIENTS))
        _through_the_door(life, people, WARM // WORKERS)
        floor_one, floor_four, door, one, four = (Measured() for _ in range(5))
        spent = dict.fromkeys(roots, 0.0)  # seconds of the processor, over HTTP
        door_spent = {"process": 0.0} | ({"database": 0.0} if database else {})
        for _ in range(ROUNDS):
            before, own = _spent(roots), time.process_time()
            door.add(per_client, *_through_the_door(life, people, per_client))
            door_spent["process"] += time.process_time() - own
            if database:
                door_spent["database"] += _spent(roots)["database"] - before["database"]
            for clients, measured, floor in ((1, one, floor_one), (CLIENTS, four, floor_four)):
                # a client is a fork of this process and asks no database
                floor.add(0, *_together(clients, asks(per_client * 12)))
                before = _spent(roots)
                measured.add(clients * per_client, *_together(clients, lives(per_client)))
                spent = {name: spent[name] + seconds - before[name] for name, seconds in _spent(roots).items()}
        commands = len(one.all) / one.lives
        cpu = _per_command(spent, len(one.all) + len(four.all))
        door_cpu = _per_command(door_spent, len(door.all))
        figures = {
            "commands_per_case": commands,
            # milliseconds of the processor, whatever else the machine does
            "cpu_ms_per_command": cpu,
            "door_cpu_ms_per_command": door_cpu,
            "door_ms": spread(door.all),
            "one_client": _figures(one, floor_one),
            "four_clients": _figures(four, floor_four),
            "load": [round(x, 1) for x in os.getloadavg()],
            "cores": os.cpu_count(),
        }
        bounds = [
            Bound("cpu_to_door", sum(cpu.values()) / sum(door_cpu.values()), most=1.7),
            Bound("p50_to_door_1_client", one.p50 / door.p50, most=1.6),
        ]
        return finish("http", figures, bounds, cases=one.lives + four.lives, full=not quick)


def _figures(of: Measured, floor: Measured) -> dict[str, Any]:
    return {
        "commands_per_second": round(of.per_second, 1),
        "commands_per_second_by_round": [round(len(t) / s, 1) for t, s in zip(of.times, of.seconds, strict=True)],
        "ms": spread(of.all),
        "p95_ms": round(p95(of.all), 2),
        "floor_requests_per_second": round(floor.per_second, 1),
        "floor_ms": spread(floor.all),
        "ratio": round(of.per_second / floor.per_second, 3),
        "p50_to_floor": round(of.p50 / floor.p50, 2),
    }


def _per_command(spent: dict[str, float], commands: int) -> dict[str, float]:
    return {name: round(seconds * 1000 / commands, 2) for name, seconds in spent.items()}


def _through_the_door(life: Any, people: Any, count: int) -> tuple[float, list[float]]:
    """So many lives in this process: seconds, and milliseconds of each command."""
    times: list[float] = []

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        outcome = act()
        times.append((time.perf_counter() - begun) * 1000)
        return outcome

    begun = time.perf_counter()
    for _ in range(count):
        life.through_the_door(people, timed)
    return time.perf_counter() - begun, times


def _lives(programs: Any, people: Any, tokens: dict[str, str], port: int, count: int) -> list[float]:
    """So many lives on one connection; milliseconds of each command."""
    client, times = programs.Client(port), []

    def send(command: Any) -> dict[str, Any]:
        begun = time.perf_counter()
        answer = client.ask("POST", command.path, command.token, key=command.key, body=command.body)
        times.append((time.perf_counter() - begun) * 1000)
        if not answer.done:
            raise RuntimeError(f"{command.name}: {answer.status} {answer.body}")
        return dict(answer.body)

    for _ in range(count):
        programs.live(people, tokens, send)
    client.close()
    return times


def _asks(programs: Any, port: int, count: int) -> list[float]:
    """So many requests that do nothing, of a command's shape."""
    client, times = programs.Client(port), []
    for _ in range(count):
        begun = time.perf_counter()
        answer = client.ask("POST", "/empty", "token", body={"given": {}})
        times.append((time.perf_counter() - begun) * 1000)
        if not answer.done:
            raise RuntimeError(f"floor: {answer.status}")
    client.close()
    return times


def _together(clients: int, work: Work) -> tuple[float, list[float]]:
    """Let so many processes work at once; seconds from their common start to the last end, and all times."""
    context = multiprocessing.get_context("fork")  # what they work on is here already
    barrier, results = context.Barrier(clients + 1), context.Queue()

    def body() -> None:
        barrier.wait()
        try:
            results.put(work())
        except BaseException as error:
            results.put(error)

    processes = [context.Process(target=body, daemon=True) for _ in range(clients)]
    for process in processes:
        process.start()
    barrier.wait()
    begun = time.perf_counter()
    found = [results.get() for _ in processes]
    seconds = time.perf_counter() - begun
    for process in processes:
        process.join()
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return seconds, [t for times in found for t in times]


def _spent(roots: dict[str, int]) -> dict[str, float]:
    """Seconds of the processor that each root with its children has used so far. Linux only; elsewhere zeros."""
    used: dict[int, float] = {}
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            words = stat.read_text().rpartition(") ")[2].split()
            parents[int(stat.parent.name)] = int(words[1])
            used[int(stat.parent.name)] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return {
        name: sum(seconds for pid, seconds in used.items() if root in (pid, parents[pid]))
        for name, root in roots.items()
    }


@contextmanager
def _server(environment: dict[str, str], application: str = "") -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The web server as `serve` starts it, two workers; its port and master process."""
    from yichuang.ops.bench.programs import Client

    port = free_port(HOST, PORT)
    command = web_command(HOST, port, WORKERS)
    if application:
        command[-1] = application
    quiet = subprocess.DEVNULL  # the last line is ours
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        end, client = time.monotonic() + STARTING, Client(port)
        while True:
            try:
                client.ask("GET", "/healthz")
                break
            except (OSError, HTTPException):
                if time.monotonic() > end or process.poll() is not None:
                    raise RuntimeError("网页服务没有启动成功") from None
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
