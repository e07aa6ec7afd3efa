"""The identity service as a process, and people signing in through it over real HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.waiting import HANGS, until

LOGIN = "/accounts/oidc/tyrz/login/"


class Service:
    """`says(uid, …)` sets what it tells of somebody; `sign_in(uid)` walks the whole way and gives the last answer."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.claims: dict[str, dict[str, str]] = {}

    def says(self, uid: str, **claims: Any) -> None:
        self.claims[uid] = {"level": "L3", **claims}
        (self.folder / "claims.json").write_text(json.dumps(self.claims), encoding="utf-8")

    def sign_in(self, uid: str, browser: Any = None, process: str = "") -> tuple[Any, Any]:
        from django.test import Client

        browser = browser or Client()
        begun = browser.post(LOGIN + (f"?process={process}" if process else ""))
        assert begun.status_code == 302, begun.content.decode()[-2000:]
        back = httpx.get(begun["Location"], headers={"X-Person": uid})
        assert back.status_code == 302, back.text[-2000:]
        parts = urlsplit(back.headers["location"])
        return browser, browser.get(f"{parts.path}?{parts.query}")


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    from yichuang.ops.embedded import end_with_parent
    from yichuang.ops.web import free_port

    folder = tmp_path_factory.mktemp("provider")
    port = free_port("127.0.0.1", 18900 + os.getpid() % 500)
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, str(Path(__file__).with_name("provider.py")), str(folder), str(port)]
    callback = f"http://testserver{LOGIN}callback/"
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([*command, callback], env=kept, stdout=log, stderr=log, preexec_fn=end_with_parent)
    try:
        until(lambda: (folder / "ready").exists() or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield folder, port
    finally:
        process.terminate()
        process.wait(HANGS)


@pytest.fixture
def service(provider_process: tuple[Path, int], settings: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service, configured at a production store."""
    from yichuang.ledger.service import create_store
    from yichuang.people import mfa

    create_store("production")
    monkeypatch.setattr(mfa, "_kind", "")
    folder, port = provider_process
    app = {
        "provider_id": "tyrz",
        "name": "统一身份认证",
        "client_id": "yichuang",
        "secret": "a-secret-of-tests",
        "settings": {
            "server_url": f"http://127.0.0.1:{port}",
            "scope": ["openid", "profile"],
            "oauth_pkce_enabled": True,
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return Service(folder, port)
