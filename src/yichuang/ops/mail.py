"""Django's mail settings out of the environment. Nothing is connected here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}  # plain, STARTTLS, TLS from the first byte; their ports
TIMEOUT = 10  # seconds a mail server may take for one answer
FORM = "smtp://主机:端口、smtp+tls://用户:口令@主机:587 或 smtps://用户:口令@主机:465"


def mail_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Settings EMAIL_… from YICHUANG_EMAIL_URL, else from variables named like Django's; an empty EMAIL_HOST: no mail.

    Raises RuntimeError for a malformed URL, and for a password that would be sent unencrypted over a network.
    """
    url = environ.get("YICHUANG_EMAIL_URL", "")
    values = _from_url(url) if url else _from_names(environ)
    host = values["EMAIL_HOST"]
    secure = values["EMAIL_USE_TLS"] or values["EMAIL_USE_SSL"]
    if values["EMAIL_HOST_PASSWORD"] and not secure and host not in LOOPBACK:
        raise RuntimeError("发信口令不能明文传输：邮件服务器在别的机器上时，请用 smtp+tls:// 或 smtps://。")
    if values["EMAIL_USE_TLS"] and values["EMAIL_USE_SSL"]:
        raise RuntimeError("EMAIL_USE_TLS 与 EMAIL_USE_SSL 只能用一个。")
    return values | {"EMAIL_TIMEOUT": TIMEOUT}


def _from_url(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RuntimeError(f"YICHUANG_EMAIL_URL 的写法不对，应为 {FORM}。") from None
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise RuntimeError(f"YICHUANG_EMAIL_URL 的写法不对，应为 {FORM}。")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or SCHEMES[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _from_names(environ: Mapping[str, str]) -> dict[str, Any]:
    def is_set(name: str) -> bool:
        return environ.get(name, "").lower() not in {"", "0", "no", "false"}

    try:
        port = int(environ.get("EMAIL_PORT") or 25)
    except ValueError:
        raise RuntimeError("EMAIL_PORT 应为数字。") from None
    return {
        "EMAIL_HOST": environ.get("EMAIL_HOST", ""),
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": environ.get("EMAIL_HOST_USER", ""),
        "EMAIL_HOST_PASSWORD": environ.get("EMAIL_HOST_PASSWORD", ""),
        "EMAIL_USE_TLS": is_set("EMAIL_USE_TLS"),
        "EMAIL_USE_SSL": is_set("EMAIL_USE_SSL"),
    }
