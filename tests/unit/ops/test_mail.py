"""Mail settings out of the environment."""

from __future__ import annotations

import pytest

from yichuang.ops.mail import mail_settings


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, ("", 25, "", "", False, False)),
        ({"YICHUANG_EMAIL_URL": "smtp://mail.example.cn"}, ("mail.example.cn", 25, "", "", False, False)),
        (
            {"YICHUANG_EMAIL_URL": "smtp+tls://yi%40x.cn:p%2Fw@mail.example.cn"},
            ("mail.example.cn", 587, "yi@x.cn", "p/w", True, False),
        ),
        ({"YICHUANG_EMAIL_URL": "smtps://u:p@10.0.0.9:4650"}, ("10.0.0.9", 4650, "u", "p", False, True)),
        ({"YICHUANG_EMAIL_URL": "smtp://u:p@127.0.0.1:2525"}, ("127.0.0.1", 2525, "u", "p", False, False)),
        (
            {"EMAIL_HOST": "m", "EMAIL_PORT": "587", "EMAIL_USE_TLS": "1", "EMAIL_HOST_USER": "u"},
            ("m", 587, "u", "", True, False),
        ),
        # the address wins over the names
        ({"YICHUANG_EMAIL_URL": "smtp://a.cn", "EMAIL_HOST": "b.cn"}, ("a.cn", 25, "", "", False, False)),
    ],
)
def test_a_server_is_set_by_address_or_by_names(environ: dict[str, str], wanted: tuple[object, ...]) -> None:
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    made = mail_settings(environ)
    assert tuple(made[f"EMAIL_{name}"] for name in names) == wanted and made["EMAIL_TIMEOUT"] == 10


@pytest.mark.parametrize(
    "environ",
    [
        {"YICHUANG_EMAIL_URL": "mail.example.cn"},
        {"YICHUANG_EMAIL_URL": "http://mail.example.cn"},
        {"YICHUANG_EMAIL_URL": "smtp://mail.example.cn:port"},
        {"YICHUANG_EMAIL_URL": "smtp://u:p@mail.example.cn"},  # a password in the clear
        {"EMAIL_HOST": "m", "EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "p"},
        {"EMAIL_HOST": "m", "EMAIL_PORT": "x"},
        {"EMAIL_HOST": "m", "EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"},
    ],
)
def test_what_cannot_be_or_would_tell_the_password_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(RuntimeError):
        mail_settings(environ)
