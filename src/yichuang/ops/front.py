"""The front of the web server: no web thread is taken before a request has arrived whole and within its limits.

The server's event loop receives bodies here, bounded in size and time, on every route. Then Django runs in one of few
threads and gives back a finished answer, so that neither a slow sender nor a slow reader holds a thread
(docs/adr/0017-front-and-examiner.md). No rule, no database and no page of a face enters.
"""

from __future__ import annotations

import asyncio
import errno
import io
import logging
import os
import resource
import socket
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any
from urllib.parse import quote

log = logging.getLogger(__name__)

THREADS = 2  # for pages, in each process: they are bound by the processor, more only lengthen the tail
FILE_THREADS = 2  # for routes that take files, which wait for the examination of a file
WAITING = 256  # requests that may wait for a thread; with more the answer is "busy" at once
SECONDS = 20.0  # for the first bytes of a body, and for the whole of a small one
SLOWEST = 16 * 1024  # bytes a second that a longer body must come with
SMALL = 64 * 1024  # bytes of a body that is received in one piece
IN_MEMORY = 512 * 1024  # bytes of a body beyond which it lies in a temporary file
HELD = 512 * 1024 * 1024  # bytes of unfinished and waiting bodies in one process
HELD_BY_ONE = HELD // 2  # the same, of one address
DRAINED = 8 * 1024 * 1024  # bytes read and thrown away after a refusal, so that the sender sees the answer
DRAIN_SECONDS = 3.0
UNREAD_SECONDS = 30  # after which the system closes a connection whose client reads nothing
FILES = 65536  # open files, of which connections are most

Limit = Callable[[str], tuple[int, bool]]  # path → the most bytes of a body, and whether the route takes files
Answer = tuple[list[tuple[str, str]], bytes]  # headers and body
Answers = Callable[[int, bool], Answer]  # status, and whether a program asks → what is said


class Front:
    """The application the server calls (RSGI). `limit` says how large a body a path takes, `answers` what a refusal
    says.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], limit: Limit, answers: Answers) -> None:
        self.application = application
        self.limit = limit
        self.answers = cache(answers)
        self.pages = Lane(THREADS, "page")
        self.files = Lane(FILE_THREADS, "file")
        self.waiting = 0
        self.held = 0
        self.held_by: Counter[str] = Counter()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        allow_connections()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        headers = list(scope.headers.items())
        names = dict(headers)
        address = scope.client.rpartition(":")[0]
        held = Held(self, address)
        try:
            body, lane = None, self.pages
            if "content-length" in names or "transfer-encoding" in names:
                length = length_of(names)
                if 0 <= length <= SMALL and "multipart" not in names.get("content-type", ""):
                    body = await receive_small(proto, length, held)  # within every limit: nobody is asked for it
                else:
                    most, takes_files = self.limit(scope.path)
                    lane = self.files if takes_files else self.pages
                    body = await receive(proto, length, most, held)
            if self.waiting >= WAITING:
                raise Refused(503)
            self.waiting += 1
            try:
                environ = environment(scope, headers, address, body, held.size)
                await lane.run(lambda: self.handle(environ, proto))
            finally:
                self.waiting -= 1
        except Refused as refused:
            await self.refuse(refused.status, scope, proto)
        except OSError as error:
            log.error("a body could not be kept: %s", os.strerror(error.errno or errno.EIO))
            await self.refuse(507, scope, proto)
        finally:
            held.release()

    def handle(self, environ: dict[str, Any], proto: Any) -> None:
        """Run Django and hand the finished answer to the server. Runs in a thread."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started[:] = [int(status[:3]), headers]

        with environ["wsgi.input"]:
            answer = self.application(environ, start_response)
            try:
                path = answer.path() if isinstance(answer, Sent) else ""
                if path:
                    proto.response_file(*started, path)
                else:
                    proto.response_bytes(*started, b"".join(answer))
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    async def refuse(self, status: int, scope: Any, proto: Any) -> None:
        """Answer at once, then read on for a moment: a client that is still sending would miss the answer."""
        loop = asyncio.get_running_loop()
        headers, body = await loop.run_in_executor(None, self.answers, status, scope.path.startswith("/api/"))
        proto.response_bytes(status, [*headers, ("connection", "close")], b"" if scope.method == "HEAD" else body)
        with suppress(Exception):  # what was read in one piece cannot be read again
            proto.__aiter__()
        drained = 0
        with suppress(Exception):  # the client is gone, or there is nothing more
            async with asyncio.timeout(DRAIN_SECONDS):
                while drained < DRAINED and (chunk := await proto.__anext__()):
                    drained += len(chunk)


class Lane:
    """A few threads that take work in turn. An executor does the same for twice the price: it locks every future."""

    def __init__(self, threads: int, name: str) -> None:
        self.work: SimpleQueue[tuple[Callable[[], None], asyncio.Future[None]]] = SimpleQueue()
        for number in range(threads):
            Thread(target=self.serve, name=f"{name}-{number}", daemon=True).start()

    def run(self, work: Callable[[], None]) -> asyncio.Future[None]:
        """Done when a thread has done the work; raises what the work raised."""
        done = asyncio.get_running_loop().create_future()
        self.work.put((work, done))
        return done

    def serve(self) -> None:
        while True:
            work, done = self.work.get()
            fault: BaseException | None = None
            try:
                work()
            except BaseException as error:  # the thread lives on
                fault = error
            with suppress(RuntimeError):  # the loop has ended with its process
                done.get_loop().call_soon_threadsafe(settle, done, fault)
            del work, done  # until the next one comes, nothing is held


def settle(done: asyncio.Future[None], fault: BaseException | None) -> None:
    if done.done():  # given up
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)


class Refused(Exception):
    """The request is not given to Django; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Held:
    """What one request holds of the room for bodies, and its body's size in bytes."""

    def __init__(self, front: Front, address: str) -> None:
        self.front, self.address, self.size = front, address, 0

    def add(self, size: int) -> None:
        """Raises Refused(503) when there is no room: for everybody, or for this address."""
        self.size += size
        self.front.held += size
        self.front.held_by[self.address] += size
        if self.front.held > HELD or self.front.held_by[self.address] > HELD_BY_ONE:
            raise Refused(503)

    def release(self) -> None:
        if self.size:
            self.front.held -= self.size
            self.front.held_by[self.address] -= self.size
            if not self.front.held_by[self.address]:
                del self.front.held_by[self.address]


def length_of(names: dict[str, str]) -> int:
    """The stated length of the body in bytes; -1 for one that comes in pieces and states none."""
    length = names.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 16 else -1


async def receive(proto: Any, length: int, most: int, held: Held) -> IO[bytes]:
    """The whole body. Raises Refused: 413 above `most` bytes, 408 when it comes too slowly, 400 when it breaks off."""
    if length > most:
        raise Refused(413)
    if 0 <= length <= SMALL:
        return await receive_small(proto, length, held)
    body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 the thread that reads it closes it
    try:
        await receive_large(proto, body, most, held)
        if length not in (-1, held.size):
            raise Refused(400)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def receive_small(proto: Any, length: int, held: Held) -> IO[bytes]:
    try:
        async with asyncio.timeout(SECONDS):
            data = await proto() if length else b""
    except TimeoutError:
        raise Refused(408) from None
    except Exception:  # the server's own error, when the client is gone
        raise Refused(400) from None
    held.add(len(data))
    return io.BytesIO(data)


async def receive_large(proto: Any, body: IO[bytes], most: int, held: Held) -> None:
    begun = asyncio.get_running_loop().time()
    ended = False
    try:
        async with asyncio.timeout(SECONDS) as patience:
            async for chunk in proto:
                if ended:  # the server ends a whole body with one empty piece, one that broke off with two
                    raise Refused(400)
                ended = not chunk
                held.add(len(chunk))
                if held.size > most:
                    raise Refused(413)
                body.write(chunk)
                patience.reschedule(begun + SECONDS + held.size / SLOWEST)
    except TimeoutError:
        raise Refused(408) from None


def environment(
    scope: Any, headers: list[tuple[str, str]], address: str, body: IO[bytes] | None, size: int
) -> dict[str, Any]:
    """The WSGI environment. A header with an underscore is left out: it could pass for another one."""
    name, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        # what a client sent unescaped, as WSGI wants it
        "QUERY_STRING": quote(scope.query_string, safe=string.punctuation),
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address.strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body or io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": Sent,
    }
    for header, value in headers:
        if "_" in header:
            continue
        key = f"HTTP_{header.upper().replace('-', '_')}"
        if key in environ:
            value = f"{environ[key]}{'; ' if header == 'cookie' else ','}{value}"
        environ[key] = value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    if environ.pop("HTTP_TRANSFER_ENCODING", None) or body is not None:
        environ["CONTENT_LENGTH"] = str(size)  # of what was received: Django reads no body that has no length
    return environ


class Sent:
    """The file an answer sends. One that lies in a folder goes out by its path, without a thread of ours."""

    def __init__(self, file: Any, size: int = 65536) -> None:
        self.file, self.size = file, size
        self.close = file.close

    def path(self) -> str:
        name = getattr(self.file, "name", "")
        whole = isinstance(name, str) and os.path.isabs(name) and self.file.tell() == 0
        return name if whole and os.path.isfile(name) else ""

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(self.size):
            yield piece


def allow_connections() -> None:
    """Let a process hold many slow connections, and let the system end those whose client never reads."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if sys.platform != "linux":
        return
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                with socket.socket(fileno=os.dup(int(name))) as listener:
                    if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        # accepted connections inherit it
                        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
