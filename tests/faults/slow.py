"""Clients that are slow or greedy on purpose, over plain sockets to a running site."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.waiting import HANGS

HOST = "127.0.0.1"
HEAD = b"Host: localhost\r\n"
ESTABLISHED = 1  # as Linux numbers the states of a connection


@contextmanager
def crowd(port: int, many: int, first: bytes, drop: bytes) -> Iterator[list[socket.socket]]:
    """So many open connections that sent `first`, and then `drop` again and again; they read nothing."""
    sockets, stop = [], threading.Event()

    def drip() -> None:
        while not stop.wait(0.5):
            for one in sockets:
                with suppress(OSError):
                    one.send(drop)

    thread = threading.Thread(target=drip, daemon=True)
    try:
        for _ in range(many):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(HANGS)
            one.connect((HOST, port))
            one.sendall(first)
            one.setblocking(False)
            sockets.append(one)
        if drop:
            thread.start()
        yield sockets
    finally:
        stop.set()
        if drop:
            thread.join()
        for one in sockets:
            one.close()


def held(sockets: list[socket.socket]) -> int:
    """How many of the connections the server has not ended."""
    return sum(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED for one in sockets)


def ask_page(port: int, path: str = "/items/") -> None:
    """Wait for a page as another client. Fails when it is not a page."""
    connection = http.client.HTTPConnection(HOST, port, timeout=HANGS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status
    finally:
        connection.close()


@dataclass(frozen=True)
class Told:
    """What a client was told, and how many bytes it had sent until then."""

    status: int
    sent: int
    headers: dict[str, str]
    body: str


def pour(port: int, method: str, path: str, size: int, *, chunked: bool = False, headers: bytes = b"") -> Told:
    """Send a body of `size` bytes and stop when the server answers or hangs up."""
    piece = b"x" * 65536
    length = b"Transfer-Encoding: chunked\r\n" if chunked else b"Content-Length: %d\r\n" % size
    sent = 0
    with socket.create_connection((HOST, port), timeout=HANGS) as one:
        one.sendall(b"%s %s HTTP/1.1\r\n" % (method.encode(), path.encode()) + HEAD + headers + length + b"\r\n")
        one.settimeout(0.02)
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < size:
                part = piece[: size - sent]
                framed = b"%x\r\n%s\r\n" % (len(part), part) if chunked else part
                one.settimeout(HANGS)
                one.sendall(framed)
                sent += len(part)
                if _readable(one):
                    break
        one.settimeout(HANGS)
        answer = http.client.HTTPResponse(one)
        answer.begin()
        return Told(answer.status, sent, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())


def _readable(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return bool(one.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
