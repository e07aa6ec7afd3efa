"""The disk for uploads is full: the page and the API say so, health is red, nothing half written stays."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.faults.site import Site
from tests.samples import PDF
from yichuang.ops.bench.life import Cast

ROOM = 65 * 1024 * 1024  # bytes of the small disk: a little more than counts as full
BOUNDARY = b"----boundary"


@pytest.fixture(scope="module")
def small() -> Iterator[tuple[Site, Path, Cast, dict[str, str]]]:
    """A site whose uploads lie on a disk of their own, which is small."""
    site = Site()
    uploads = site.folder / "uploads"
    uploads.mkdir(parents=True)
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0755", "tmpfs", str(uploads)], capture_output=True
        ).returncode
    )
    if not mounted:
        site.remove()
        pytest.skip("only root may mount a small disk")
    try:
        site.start()
        yield site, uploads, *site.introduce()
    finally:
        if site.supervisor and site.supervisor.poll() is None:
            site.stop()
        subprocess.run(["umount", str(uploads)], check=True)
        site.remove()


def fill(folder: Path) -> Path:
    """Leave no byte of room; the file that takes it."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while out.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return ballast


def form(fields: dict[str, str], data: bytes) -> bytes:
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (n.encode(), v.encode()) for n, v in fields.items()
    ]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + data)
    return b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY, part) for part in parts) + b"--%s--\r\n" % BOUNDARY


def open_page(opener: Any, address: str, body: bytes | None = None, media: str = "") -> tuple[int, str, str]:
    headers = {"Content-Type": media, "Referer": address} if body is not None else {}
    try:
        with opener.open(Request(address, body, headers)) as response:
            return response.status, response.read().decode(), response.url
    except HTTPError as error:
        return error.code, error.read().decode(), address


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file() and one.name != "ballast")


def test_a_full_disk_is_said_and_leaves_nothing(small: tuple[Site, Path, Cast, dict[str, str]]) -> None:
    site, uploads, people, tokens = small
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    base = f"http://127.0.0.1:{site.port}"
    media = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    materials = begin_application(opener, base)
    page = open_page(opener, materials)[1]
    code = material_on(page)
    sent = form({"csrfmiddlewaretoken": mark_on(page), "material": code}, PDF)
    about = {"item": "ZZ-001", "division": "410100", "material": code}
    token = tokens[people.citizen.person]
    ballast = fill(uploads)
    try:
        before = files(uploads)
        status, page, _ = open_page(opener, materials, sent, media)
        assert status == 507 and "磁盘" in page and "数据库正在重启" not in page
        told = Request(
            f"{base}/api/files", form(about, PDF), {"Content-Type": media, "Authorization": f"Bearer {token}"}
        )
        with pytest.raises(HTTPError) as caught:
            build_opener().open(told)
        assert caught.value.code == 507 and "磁盘" in caught.value.read().decode()
        assert files(uploads) == before == []
        status, health, _ = open_page(build_opener(), f"{base}/healthz")
        assert status == 503 and '"disk_problem": "uploads: full"' in health
    finally:
        ballast.unlink()
    status, _, _ = open_page(opener, materials, sent, media)
    assert status == 200, "the same form, sent again, is taken"
    assert len(files(uploads)) == 1 and site.rows("select count(*) from aggregates_upload") == [(1,)]
    assert site.health() == 200


def begin_application(opener: Any, base: str) -> str:
    """Log in as a demo applicant and come as far as the page for materials; its address."""
    mark = mark_on(open_page(opener, f"{base}/accounts/login/")[1])
    post(opener, f"{base}/accounts/demo/", csrfmiddlewaretoken=mark, account="lisi")
    start = f"{base}/items/410100/ZZ-001/apply"
    page = open_page(opener, start)[1]
    for subject in re.findall(r'name="subject" type="radio" value="([^"]+)"', page):
        status, _, address = post(opener, start, csrfmiddlewaretoken=mark_on(page), subject=subject, situation="new")
        if status == 200 and address.endswith("/form"):
            return address.removesuffix("/form") + "/materials"
    raise AssertionError(f"no application was begun: {page[:3000]}")


def post(opener: Any, address: str, **fields: str) -> tuple[int, str, str]:
    return open_page(opener, address, urlencode(fields).encode(), "application/x-www-form-urlencoded")


def mark_on(page: str) -> str:
    """The mark against forgery."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page[:2000]
    return found.group(1)


def material_on(page: str) -> str:
    """The first material that takes a file."""
    found = re.search(r'id="file-(M\d+)"', page)
    assert found, page[:2000]
    return found.group(1)
