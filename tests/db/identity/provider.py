"""A provincial identity service for tests: allauth's OpenID provider in a process and with a database of its own.

`python provider.py FOLDER PORT CALLBACK`. Who is logged in there is the header X-Person; what it says of them stands in
FOLDER/claims.json, which a test may rewrite.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

FOLDER, PORT, CALLBACK = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
CLIENT, SECRET = "yichuang", "a-secret-of-tests"


def configure() -> None:
    key = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="provider_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "provider.sqlite")}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "provider_urls.Person",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.RemoteUserBackend"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        SESSION_COOKIE_NAME="provider",
        CSRF_COOKIE_NAME="provider_csrf",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        IDP_OIDC_PRIVATE_KEY=key.decode(),
        IDP_OIDC_ADAPTER="provider_urls.Adapter",
    )


def module() -> None:
    """What the settings name, as a module: this file runs as a program."""
    from types import ModuleType

    from allauth.idp.oidc.adapter import DefaultOIDCAdapter
    from django.contrib.auth.middleware import RemoteUserMiddleware
    from django.urls import include, path

    class Person(RemoteUserMiddleware):
        header = "HTTP_X_PERSON"
        force_logout_if_no_header = False

    class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
        def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, **more: Any) -> dict[str, Any]:
            told = json.loads((FOLDER / "claims.json").read_text(encoding="utf-8"))
            return {"sub": user.username, **told[user.username]}

    made = ModuleType("provider_urls")
    made.__dict__.update(Adapter=Adapter, Person=Person, urlpatterns=[path("", include("allauth.idp.urls"))])
    sys.modules["provider_urls"] = made


def register_client() -> None:
    from allauth.idp.oidc.models import Client

    client = Client(id=CLIENT, name="一窗", skip_consent=True)
    client.set_secret(SECRET)
    client.set_redirect_uris([CALLBACK])
    client.set_scopes(["openid", "profile"])
    client.save()


class Quiet(WSGIRequestHandler):
    def log_message(self, *words: Any) -> None:
        pass


def main() -> None:
    configure()
    django.setup()
    module()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    register_client()
    with make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Quiet) as server:
        (FOLDER / "ready").touch()
        server.serve_forever()


if __name__ == "__main__":
    main()
