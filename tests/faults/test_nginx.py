"""The shipped configuration of a reverse proxy, started, before a real server: redirect, address, limits."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from collections.abc import Iterator

import pytest

from tests.faults.site import Site
from tests.ops.nginx import NAME, Nginx, program
from tests.waiting import HANGS
from yichuang.ops.web import free_port

pytestmark = pytest.mark.skipif(program() is None, reason="nginx is not installed")
MB = 1024 * 1024
FIRST = 19000 + os.getpid() % 400 * 20  # port


@pytest.fixture(scope="module")
def proxied() -> Iterator[tuple[Site, Nginx]]:
    """A site that stands behind the proxy, and the proxy."""
    site = Site()
    site.more = {
        "YICHUANG_HTTPS": "1",
        "YICHUANG_HOSTS": f"{NAME},localhost,127.0.0.1",
        "YICHUANG_ORIGINS": f"https://{NAME}",
        "YICHUANG_PUBLIC_URL": f"https://{NAME}",
        "YICHUANG_TRUSTED_PROXIES": "127.0.0.1",
    }
    try:
        site.start()
        http_port = free_port("127.0.0.1", FIRST)
        proxy = Nginx(f"127.0.0.1:{site.port}", http_port, free_port("127.0.0.1", http_port + 1))
        try:
            proxy.start()
            yield site, proxy
        finally:
            proxy.remove()
    finally:
        site.remove()


def ask(
    proxy: Nginx, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> http.client.HTTPResponse:
    """Over TLS, as a browser does; the certificate is the test's own and is checked."""
    trust = ssl.create_default_context(cafile=str(proxy.folder / "certificate.pem"))
    plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=HANGS)
    connection = http.client.HTTPConnection(NAME)
    connection.sock = trust.wrap_socket(plain, server_hostname=NAME)
    connection.request(method, path, body, headers or {})
    return connection.getresponse()


def test_a_page_comes_over_tls_and_plain_http_leads_there(proxied: tuple[Site, Nginx]) -> None:
    _, proxy = proxied
    response = ask(proxy, "GET", "/items/")
    assert response.status == 200 and "一窗" in response.read().decode()
    assert "max-age" in (response.getheader("Strict-Transport-Security") or "")
    plain = http.client.HTTPConnection("127.0.0.1", proxy.http, timeout=HANGS)
    plain.request("GET", "/items/?q=1", headers={"Host": NAME})
    answer = plain.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/items/?q=1")
    plain.close()


def test_cookies_are_secure_and_a_strangers_scheme_is_not_believed(proxied: tuple[Site, Nginx]) -> None:
    site, proxy = proxied
    response = ask(proxy, "GET", "/accounts/login/", {"X-Forwarded-Proto": "http"})
    assert response.status == 200, "the proxy overwrites what a client says of the scheme"
    assert "secure" in (response.getheader("Set-Cookie") or "").lower()
    # past the proxy, without TLS, the server only leads back
    direct = http.client.HTTPConnection("127.0.0.1", site.port, timeout=HANGS)
    direct.request("GET", "/items/", headers={"Host": NAME})
    assert direct.getresponse().status == 301
    direct.close()


def test_the_address_is_the_clients_and_what_it_claims_is_dropped() -> None:
    """Before a server that only writes down what the proxy passes on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        http_port = free_port("127.0.0.1", FIRST + 10)
        upstream = f"127.0.0.1:{listener.getsockname()[1]}"
        proxy = Nginx(upstream, http_port, free_port("127.0.0.1", http_port + 1))
        try:
            proxy.start()
            head = heard(listener, proxy)
        finally:
            proxy.remove()
    assert "\r\nx-forwarded-for: 127.0.0.1\r\n" in head and "\r\nx-forwarded-proto: https\r\n" in head
    assert f"\r\nhost: {NAME}\r\n" in head
    assert "6.6.6.6" not in head and "forged" not in head


def heard(listener: socket.socket, proxy: Nginx) -> str:
    """The head of the request that reached the server, in small letters."""
    trust = ssl.create_default_context(cafile=str(proxy.folder / "certificate.pem"))
    forged = "".join(
        f"{name}: {value}\r\n"
        for name, value in (
            ("X-Forwarded-For", "6.6.6.6"),
            ("X-Real-IP", "6.6.6.6"),
            ("Forwarded", "for=6.6.6.6"),
            ("X-Forwarded-Host", "forged"),
            ("X-Forwarded-Proto", "forged"),
        )
    )
    plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=HANGS)
    with trust.wrap_socket(plain, server_hostname=NAME) as client:
        client.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\n{forged}\r\n".encode())
        listener.settimeout(HANGS)
        server, _ = listener.accept()
        with server:
            server.settimeout(HANGS)
            head = b""
            while b"\r\n\r\n" not in head:
                head += server.recv(65536)
    return head.decode().lower()


def test_a_body_above_the_limit_is_refused_by_the_proxy(proxied: tuple[Site, Nginx]) -> None:
    _, proxy = proxied
    assert ask(proxy, "POST", "/verify", {"Content-Length": str(200 * MB)}).status == 413
    # what the proxy lets through meets the server's own limit
    response = ask(proxy, "POST", "/accounts/login/", body=b"x" * 3 * MB)
    assert response.status == 413 and "内容太大" in response.read().decode()


def test_health_is_for_machines_inside(proxied: tuple[Site, Nginx]) -> None:
    _, proxy = proxied
    assert ask(proxy, "GET", "/healthz").status == 200
    assert "deny all" in proxy.configuration.read_text()
