"""A virus scanner, when one is set: what it finds is refused, and its silence too. A small clamd answers here."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.samples import PDF, pdf
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.ledger.actor import Actor

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ILL = pdf(b"<</Length %d>>\nstream\n%s\nendstream" % (len(EICAR), EICAR), root=b"/A 4 0 R")


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd answers it: pieces with their length before them, ended by a zero."""

    def handle(self) -> None:
        command = b""
        while not command.endswith((b"\n", b"\0")):
            command += self.rfile.read(1)
        end = command[-1:]
        data = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        assert b"INSTREAM" in command
        self.wfile.write((b"stream: Eicar-Signature FOUND" if EICAR in data else b"stream: OK") + end)


@pytest.fixture(params=["unix", "tcp"])
def clamd(request: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    server: socketserver.BaseServer
    if request.param == "unix":
        settings.CLAMD = str(tmp_path / "clamd.sock")
        server = socketserver.ThreadingUnixStreamServer(settings.CLAMD, Clamd)
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


def keep(data: bytes) -> Any:
    from yichuang.aggregates import uploads

    return uploads.keep("a.pdf", data, actor=Actor(person="a:1", subjects=("s:1",)), material="M01", wanted=("pdf",))


def test_a_virus_is_refused_and_a_clean_file_kept(store: Path, clamd: None) -> None:
    assert keep(PDF).size == len(PDF)
    with pytest.raises(Refused, match="发现病毒（Eicar-Signature）") as caught:
        keep(ILL)
    assert (caught.value.code, caught.value.kind) == ("virus", Kind.INPUT) and "杀毒" in caught.value.next
    assert len([one for one in store.rglob("*") if one.is_file()]) == 1


def test_a_scanner_that_is_set_and_silent_lets_nothing_in(store: Path, settings: Any, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for address in (str(tmp_path / "nobody.sock"), f"127.0.0.1:{closed.getsockname()[1]}", "nonsense"):
            settings.CLAMD = address
            with pytest.raises(Refused) as caught:
                keep(PDF)
            assert caught.value.code == "scanner-down" and "过几分钟" in caught.value.next
    assert not store.exists()


def test_without_the_setting_nobody_is_asked(store: Path, settings: Any) -> None:
    assert settings.CLAMD == ""
    assert keep(ILL).size == len(ILL)
