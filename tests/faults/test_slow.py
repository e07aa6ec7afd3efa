"""Nobody without an account can stop the site: slow connections, greedy ones, and bodies that never end."""

from __future__ import annotations

import http.client
import os
import re
import select
import socket
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.faults.conftest import Installed
from tests.faults.site import Site, below
from tests.faults.slow import HEAD, HOST, ask_page, crowd, held, pour
from tests.samples import PDF, shared_fields
from tests.waiting import HANGS, until
from yichuang.documents.signing import ensure_authority

CROWD = 200
MB = 1024 * 1024
FORM = b"Content-Type: multipart/form-data; boundary=x\r\n"
SLOW = {
    "headers": (b"GET / HTTP/1.1\r\n" + HEAD, b"X: 1\r\n"),
    "silent": (b"", b""),
    "a form": (b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 1000\r\n\r\n", b"x"),
    "a file": (b"POST /verify HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (b"POST /api/cases HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


def warm(port: int) -> None:
    """Every web process has shown the page once: none shows it for the first time while others wait."""
    for _ in range(12):
        ask_page(port)


def ask_pages(port: int) -> None:
    """So many that both web processes have shown some."""
    for _ in range(5):
        ask_page(port)


@pytest.mark.parametrize("kind", SLOW)
def test_pages_come_while_200_connections_are_slow(well: Installed, kind: str) -> None:
    warm(well.site.port)
    first, drop = SLOW[kind]
    with crowd(well.site.port, CROWD, first, drop) as sockets:
        ask_pages(well.site.port)
        assert held(sockets) == CROWD, "no page waited until a slow one was ended"


def test_pages_come_while_200_connections_read_nothing(well: Installed) -> None:
    port = well.site.port
    warm(port)
    page = http.client.HTTPConnection(HOST, port)
    page.request("GET", "/")
    style = re.search(r'/static/built/app[^"]*\.css', page.getresponse().read().decode())
    page.close()
    assert style
    asked = (b"GET %s HTTP/1.1\r\n" % style.group().encode() + HEAD + b"\r\n") * 3
    with crowd(port, CROWD, asked, b"") as sockets:
        until(lambda: len(select.select(sockets, [], [], 0)[0]) == CROWD)  # each is being sent its answer
        ask_pages(port)
        assert held(sockets) == CROWD, "no page waited until one that reads nothing was ended"


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize(
    ("method", "path", "headers", "most"),
    [
        ("POST", "/accounts/login/", b"", 2 * MB),
        ("POST", "/api/cases", b"Content-Type: application/json\r\n", 2 * MB),
        ("PUT", "/no/such/address", b"", 2 * MB),
        ("GET", "/items/", b"", 2 * MB),
        ("POST", "/verify", FORM, 21 * MB),
        ("POST", "/api/files", FORM, 64 * MB),
        ("POST", "/my/5d9c68c6-c50e-4d3d-8a47-1d5d1d1d1d1d/supply", FORM, 64 * MB),
    ],
)
def test_200_mb_are_refused_at_the_limit(
    well: Installed, method: str, path: str, headers: bytes, most: int, chunked: bool
) -> None:
    told = pour(well.site.port, method, path, 200 * MB, chunked=chunked, headers=headers)
    assert told.status == 413
    assert told.sent <= (most if chunked else 0) + 40 * MB, "it was not read whole"  # what buffers and draining take
    assert "内容太大" in told.body
    assert told.headers["connection"] == "close" and "default-src 'none'" in told.headers["content-security-policy"]
    assert path.startswith("/api/") == ("problem+json" in told.headers["content-type"])


def test_pages_come_while_hostile_files_are_examined(well: Installed) -> None:
    """Six files of three kilobytes, each of which an examination would never come to the end of."""
    port = well.site.port
    warm(port)
    publish_authority(well.site.folder)
    for _ in range(4):
        check_file(port, PDF)
    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.append(check_file(port, shared_fields()))) for _ in range(6)]
    for thread in threads:
        thread.start()
    well.site.until(lambda: examinations(well.site))
    ask_pages(port)
    assert not told, "no page waited until an examination was over"
    for thread in threads:
        thread.join(HANGS)
    assert len(told) == 6 and all("无法核验" in page for page in told)
    assert any("限定的时间" in page for page in told), "one was looked at, up to its bounds"
    assert "没有电子签名" in check_file(port, PDF), "and the next file is looked at"


def examinations(site: Site) -> list[int]:
    """The processes in which a file is looked at now."""
    helpers = [pid for web in site.processes()["web process"] for pid, _ in below(web)]
    return [pid for helper in helpers for pid, _ in below(helper)]


def publish_authority(folder: Path) -> None:
    """A root to check signatures against, as the first document would make it."""
    ensure_authority(folder / "seals")
    owner = (folder / "roots").stat()
    for one in (folder / "seals", *(folder / "seals").rglob("*")):
        os.chown(one, owner.st_uid, owner.st_gid)


def check_file(port: int, data: bytes) -> str:
    """The page of the public check for a file."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://{HOST}:{port}/verify"
    with opener.open(address, timeout=HANGS) as response:
        mark = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.read().decode())
    assert mark
    parts = [
        b'name="csrfmiddlewaretoken"\r\n\r\n' + mark.group(1).encode(),
        b'name="file"; filename="a.pdf"\r\n\r\n' + data,
    ]
    body = b"".join(b"--x\r\nContent-Disposition: form-data; %s\r\n" % part for part in parts) + b"--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Referer": address}
    with opener.open(Request(address, body, headers), timeout=HANGS) as response:
        return str(response.read().decode())


def test_a_body_that_stops_is_ended_and_said(well: Installed) -> None:
    begun = time.monotonic()
    with socket.create_connection((HOST, well.site.port), timeout=HANGS) as one:
        one.sendall(b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 100\r\n\r\nhalf")
        answer = http.client.HTTPResponse(one)
        answer.begin()
        body = answer.read().decode()
    assert answer.status == 408 and "没有收完" in body
    assert time.monotonic() - begun > 15, "it was given its time"


def test_headers_that_never_end_are_ended(well: Installed) -> None:
    with crowd(well.site.port, 1, b"GET / HTTP/1.1\r\n" + HEAD, b"X: 1\r\n") as (one,):
        one.settimeout(HANGS)
        assert one.recv(1000) == b""


def test_a_header_that_could_pass_for_another_is_not_passed_on(well: Installed) -> None:
    connection = http.client.HTTPConnection(HOST, well.site.port)
    connection.request("GET", "/items/", headers={"Content_Length": "5", "X-Forwarded-Host": "other.example"})
    response = connection.getresponse()
    assert response.status == 200 and b"other.example" not in response.read()
    connection.close()
