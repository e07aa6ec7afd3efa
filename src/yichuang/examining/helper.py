"""The helper process: it imports what examinations need, forks a child for each file, and reads no file itself."""

from __future__ import annotations

import importlib
import json
import mmap
import os
import resource
import signal
import socket
import sys
from typing import Any

from yichuang.examining.process import HEADER

MOST_ASKED = 4096  # bytes of a question; the file comes beside it, as a descriptor
NICENESS = 15  # pages go first


def serve() -> None:
    """Serve requests until the web process ends. Standard input is the channel to it."""
    os.nice(NICENESS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    channel = socket.socket(fileno=os.dup(0))
    while True:
        data, descriptors, _, _ = socket.recv_fds(channel, MOST_ASKED, 2)
        if not data:
            return
        content, answers = descriptors
        request = json.loads(data)
        module, _, name = request["function"].partition(":")
        function = getattr(importlib.import_module(module), name)  # here, so that the next child has it
        if os.fork() == 0:
            channel.close()
            os.close(0)
            _examine(function, content, answers, request)
        os.close(content)
        os.close(answers)


def _examine(function: Any, content: int, answers: int, request: dict[str, Any]) -> None:
    """Call the function within bounds, write the answer, and exit. Runs in the child and never returns."""
    try:
        _bind(**request["bounds"])
        answer, output = function(*_parts(content, request["sizes"]))
        text = json.dumps(answer).encode()
        with os.fdopen(answers, "wb") as out:
            out.write(HEADER.pack(len(text)) + text + output)
    except BaseException:  # whatever a hostile file makes it do: no answer is the answer
        os._exit(1)
    os._exit(0)


def _bind(cpu: int, wall: int, memory: int) -> None:
    """Set the limits at which the kernel ends this process. It can write no file."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(wall)
    for limit, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(limit, (most, most))
    sys.setrecursionlimit(1000)


def _parts(content: int, sizes: list[int]) -> list[bytes]:
    if not sum(sizes):
        return [b"" for _ in sizes]
    parts, start = [], 0
    with mmap.mmap(content, sum(sizes), prot=mmap.PROT_READ) as whole:
        for size in sizes:
            parts.append(whole[start : start + size])
            start += size
    return parts
