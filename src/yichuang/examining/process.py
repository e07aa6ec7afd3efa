"""Runs the examination of a file in a process of its own, within bounds.

Each web process keeps one helper (`examining.helper`), which has imported what examinations need and forks a child for
each file. The kernel ends the child at its bounds; the helper itself never reads a file. A child cannot see our
environment, and nothing it answers is trusted beyond its shape.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

AT_ONCE = 1  # examinations in one web process
QUEUE_SECONDS = 20.0  # how long one waits for those before it
VISITOR_SECONDS = 5.0  # how long one waits for another of the same visitor
STARTING = 30.0  # seconds the helper may take to import what an examination needs, once
MOST_ANSWER = 32 * 1024 * 1024
HEADER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one examination: seconds of processor and of wall time, bytes of address space."""

    cpu: int = 8
    wall: int = 15
    memory: int = 1024 * 1024 * 1024  # the helper itself takes about a third


BOUNDS = Bounds()  # where the caller sets none


class Killed(Exception):
    """The examination ended without an answer: it reached a bound or crashed."""


class Busy(Exception):
    """No examination was started: too many are running, or another file of the same visitor is examined."""


def examine(
    function: str, *parts: bytes, visitor: str, locks: Path, bounds: Bounds | None = None
) -> tuple[dict[str, Any], bytes]:
    """Call `function` (`module:name`) with the parts in a process of its own. Returns its answer and output.

    At most one examination a visitor at a time, on this machine; `locks` is the folder of locks. Raises Killed, Busy.
    """
    with _one_a_visitor(visitor, locks):
        if not _slots.acquire(timeout=QUEUE_SECONDS):
            raise Busy
        try:
            return _helper.request(function, parts, bounds or BOUNDS)
        finally:
            _slots.release()


_slots = threading.BoundedSemaphore(AT_ONCE)


@contextlib.contextmanager
def _one_a_visitor(visitor: str, locks: Path) -> Iterator[None]:
    """Hold a file lock for the visitor, valid across all web processes; it ends with the process. Raises Busy."""
    locks.mkdir(mode=0o700, parents=True, exist_ok=True)
    bucket = hashlib.sha256(visitor.encode()).hexdigest()[:2]  # 256 files at most, ever
    with open(locks / bucket, "a") as lock:
        end = time.monotonic() + VISITOR_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise Busy from None
                time.sleep(0.02)
        yield


class _Helper:
    """The helper of this process, started when first needed and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._owner = 0  # a forked copy of this object must not talk to its parent's helper

    def request(self, function: str, parts: tuple[bytes, ...], bounds: Bounds) -> tuple[dict[str, Any], bytes]:
        """Have the helper run the function on the parts and return its answer and output. Raises Killed."""
        request = {"function": function, "sizes": [len(part) for part in parts], "bounds": asdict(bounds)}
        content = os.memfd_create("file")
        answers, write_end = os.pipe()
        try:
            for part in parts:
                _write_all(content, part)
            try:
                with self._lock:
                    socket.send_fds(self._ready(), [json.dumps(request).encode()], [content, write_end])
            except OSError as error:
                self._drop()
                raise Killed from error
            finally:
                os.close(write_end)
            return self._read(answers, time.monotonic() + bounds.wall + STARTING)
        finally:
            os.close(content)
            os.close(answers)

    def _read(self, answers: int, end: float) -> tuple[dict[str, Any], bytes]:
        """Read the child's answer to its end. The kernel ends a child in time; this ends a helper that hangs."""
        answer = bytearray()
        while True:
            if not select.select([answers], [], [], max(0.0, end - time.monotonic()))[0]:
                self._drop()
                raise Killed
            piece = os.read(answers, 1 << 20)
            if not piece:
                break
            answer += piece
            if len(answer) > MOST_ANSWER:
                self._drop()
                raise Killed
        return _parse(bytes(answer))

    def _ready(self) -> socket.socket:
        process = self._process
        if process is None or self._channel is None or self._owner != os.getpid() or process.poll() is not None:
            self._start()
        assert self._channel is not None
        return self._channel

    def _start(self) -> None:
        self._channel, helper_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with helper_end:
            source = str(Path(__file__).parents[2])
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from yichuang.examining.helper import serve; serve()"],
                stdin=helper_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # nothing of ours: no secret is within a hostile file's reach
                env={"PYTHONPATH": source, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            )
        self._owner = os.getpid()

    def _drop(self) -> None:
        with self._lock:
            if self._process is not None and self._owner == os.getpid():
                self._process.kill()
                self._process.wait()
            if self._channel is not None:
                self._channel.close()
            self._process = self._channel = None


_helper = _Helper()


def _write_all(target: int, data: bytes) -> None:
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(target, remaining) :]


def _parse(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Split an answer into its JSON and output. It is the length of the JSON, the JSON, and bytes. Raises Killed."""
    try:
        (length,) = HEADER.unpack_from(data)
        answer = json.loads(data[HEADER.size : HEADER.size + length])
    except (struct.error, ValueError) as error:
        raise Killed from error
    if not isinstance(answer, dict):
        raise Killed
    return answer, data[HEADER.size + length :]
