"""Django settings. What differs between installations comes from the environment; nothing is started here."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from yichuang.kernel.visitor import read_networks
from yichuang.ops.embedded import Embedded
from yichuang.ops.mail import LOOPBACK, mail_settings
from yichuang.ops.pooled import Pooled
from yichuang.ops.secret import secret


def flag(name: str) -> bool:
    return os.environ.get(name, "") not in {"", "0", "no", "false"}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secure_url(url: str) -> str:
    """An address that tells who people are: https, or this machine. Raises RuntimeError."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise RuntimeError("YICHUANG_OIDC_URL 应以 https:// 开头：它的回答决定谁是谁。")
    return url


BASE = Path(__file__).resolve().parents[2]
ROOM = Path(__file__).resolve().parent
DATA = Path(os.environ.get("YICHUANG_DATA") or BASE / "var").resolve()
TESTING = flag("YICHUANG_TESTING")  # set by tests/conftest.py only
DEBUG = flag("YICHUANG_DEBUG")

SECRETS_DIR = DATA / "secrets"
SECRET_KEY = secret("SECRET_KEY", SECRETS_DIR)
# Seals and signed day roots of the ledger: in production a write-once medium or another machine
ROOTS_DIR = Path(os.environ.get("YICHUANG_ROOTS") or DATA / "roots")

# --- who may ask, and over what -------------------------------------------------------------------------------------
HTTPS = flag("YICHUANG_HTTPS")  # set behind a TLS proxy that overwrites X-Forwarded-Proto
ALLOWED_HOSTS = words("YICHUANG_HOSTS", f"localhost,127.0.0.1,[::1],{socket.gethostname()}")
CSRF_TRUSTED_ORIGINS = words("YICHUANG_ORIGINS")
TRUSTED_PROXIES = read_networks(words("YICHUANG_TRUSTED_PROXIES"))  # whose X-Forwarded-For counts (`faces.visitor`)
PUBLIC_URL = os.environ.get("YICHUANG_PUBLIC_URL", "http://localhost:8000").rstrip("/")  # printed on documents
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_NAME = os.environ.get("YICHUANG_COOKIE", "yichuang")  # two installations on one host need two names
SESSION_ENGINE = "yichuang.faces.sessions"  # an officer's ends sooner when idle (`people.security`)
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day; not extended by use
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_csrf"
DEVICE_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_device"  # which accounts have logged in from this browser (`faces.known`)
MARK_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_browser"  # the random mark of this browser
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- what the house is made of --------------------------------------------------------------------------------------
ROOMS = [
    "yichuang.ledger",
    "yichuang.aggregates",
    "yichuang.org",
    "yichuang.people",
    "yichuang.catalog",
    "yichuang.licences",
    "yichuang.cases",
    "yichuang.guidance",
    "yichuang.documents",
    "yichuang.feedback",
    "yichuang.hall",
    "yichuang.supervision",
    "yichuang.orders",
    "yichuang.exchange",
    "yichuang.faces",
    "yichuang.ops",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "yichuang.faces.visitor.name_visitor",  # first: all others read the visitor's own address
    "django.middleware.security.SecurityMiddleware",
    "yichuang.faces.for_pages.static",
    "yichuang.faces.compressing.compress",
    "yichuang.faces.web.csp",
    "yichuang.faces.errors.Outage",  # a lost database is a calm page that says what to do
    "yichuang.faces.for_pages.sessions",
    "django.middleware.common.CommonMiddleware",
    "yichuang.faces.for_pages.csrf",
    "yichuang.faces.for_pages.authentication",
    "allauth.account.middleware.AccountMiddleware",
    "yichuang.faces.for_pages.messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yichuang.faces.for_pages.htmx",
]
CSRF_FAILURE_VIEW = "yichuang.faces.errors.csrf_failure"
ROOT_URLCONF = "yichuang.urls"
WSGI_APPLICATION = "yichuang.wsgi.application"
CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOM / "faces" / "templates"],
        "OPTIONS": {"environment": "yichuang.faces.web.environment", "context_processors": CONTEXT[1:]},
    },
    {  # pages of allauth that we do not write ourselves fall through to its own templates
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT},
    },
]

# --- storage --------------------------------------------------------------------------------------------------------
WAIT = 10  # seconds a request waits for a connection to the database


def database() -> dict[str, Any]:
    """The database of this process. Migrations run as the owner, everything else as the role `yichuang_app`."""
    url = os.environ.get("DATABASE_URL") or Embedded(DATA).url(role="yichuang_app")
    if flag("YICHUANG_AS_OWNER"):
        url = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or Embedded(DATA).url()
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    named = {key.upper(): parts.pop(key, "") for key in ("user", "password", "host", "port")}
    # Django forbids prepared statements; this allows those that ask for it (`ledger.fast`), and counts up to no other
    parts["prepare_threshold"] = sys.maxsize
    if not TESTING and not flag("YICHUANG_AS_OWNER"):
        # trying again in vain ends with the request that waits, so a long outage never makes the pool wait long
        parts["pool"] = {
            "min_size": 1,
            "max_size": 4,
            "timeout": WAIT,
            "reconnect_timeout": WAIT,
            "connection_class": Pooled,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "yichuang"),
        **named,
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs no second failing request
        "OPTIONS": parts,
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits must hold over all web processes, so the cache is the database; tests run on the same. Django's own bound
# of 300 entries would let a flood of new keys drop the counters of others.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "ops_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "uploads"  # served by views that check who asks, never by URL
STORAGES = {
    "default": {"BACKEND": "yichuang.ops.storing.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
EXAMINING_DIR = DATA / "examining"  # which visitor's file is being looked at (`yichuang.examining`)
# A virus scanner for uploads (clamd): "host:port" or the path of its socket. Empty: uploads are scanned by none
CLAMD = os.environ.get("YICHUANG_CLAMD", "")
# Whether the worker guesses by meaning at searches that were not understood; wants requirements/meaning.txt
MEANING = os.environ.get("YICHUANG_MEANING", "") == "on"
# Mails wait in the outbox; the worker sends them by these settings, in a demo store without them into the folder
EMAIL_BACKEND = "yichuang.people.mailing.QueueBackend"
MAIL = mail_settings(os.environ)
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"], MAIL["EMAIL_TIMEOUT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["EMAIL_USE_TLS"], MAIL["EMAIL_USE_SSL"]
MAIL_FILES_BACKEND = "yichuang.ops.storing.Outbox"  # writes mails into this folder
EMAIL_FILE_PATH = DATA / "outbox"
DEFAULT_FROM_EMAIL = os.environ.get("YICHUANG_EMAIL_FROM") or f"no-reply@{urlsplit(PUBLIC_URL).hostname or 'localhost'}"
SMS_PROVIDER = os.environ.get("YICHUANG_SMS_PROVIDER", "")  # path of a class like people.sms.LocalProvider

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- accounts -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": f"yichuang.people.passwords.{name}"} for name in ("Length", "Kinds", "Habits", "NotUsedBefore")]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
DEMO_LOGIN = os.environ.get("YICHUANG_DEMO_LOGIN", "1") != "0"  # a demo store's login page offers its people
ACCOUNT_ADAPTER = "yichuang.faces.login.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "yichuang.people.forms.RealNameForm"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # a public terminal forgets when the browser closes
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds for which a password just given counts for changes to the account
# Wrong passwords and sign-ups are counted by `people.tries`; here what allauth counts itself: the codes of a second
# factor after a right password (`login_failed`), and all log-ins from one address
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key", "login": "60/m/ip", "signup": None}
REALNAME_PROVIDER = os.environ.get("YICHUANG_REALNAME_PROVIDER", "")  # path of a class like people.realname.Provider
BINDING_CODE_DAYS = int(os.environ.get("YICHUANG_BINDING_CODE_DAYS", "7"))  # days a code from a window works
FIRST_LINK_DAYS = int(os.environ.get("YICHUANG_FIRST_LINK_DAYS", "7"))  # days a one-time link to a first password works
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "一窗"
SOCIALACCOUNT_ADAPTER = "yichuang.faces.oidc.SocialAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
# What the identity service says of a person: the names of its claims, the levels of checking that prove who it is, and
# its codes of documents where they are not those of GA/T 2000.156
OIDC_CLAIM_NAME = os.environ.get("YICHUANG_OIDC_CLAIM_NAME", "name")
OIDC_CLAIM_TYPE = os.environ.get("YICHUANG_OIDC_CLAIM_TYPE", "id_type")
OIDC_CLAIM_NUMBER = os.environ.get("YICHUANG_OIDC_CLAIM_NUMBER", "id_number")
OIDC_CLAIM_LEVEL = os.environ.get("YICHUANG_OIDC_CLAIM_LEVEL", "level")
OIDC_LEVELS = words("YICHUANG_OIDC_LEVELS", "L3,L4")
OIDC_ID_TYPES = {theirs: ours for pair in words("YICHUANG_OIDC_ID_TYPES") for theirs, _, ours in [pair.partition("=")]}
if os.environ.get("YICHUANG_OIDC_URL"):  # the unified identity of the province (统一身份认证), when there is one
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "tyrz",
                "name": os.environ.get("YICHUANG_OIDC_NAME", "统一身份认证"),
                "client_id": os.environ["YICHUANG_OIDC_ID"],
                "secret": os.environ["YICHUANG_OIDC_SECRET"],
                "settings": {
                    "server_url": secure_url(os.environ["YICHUANG_OIDC_URL"]),
                    "scope": words("YICHUANG_OIDC_SCOPES", "openid,profile"),
                    "oauth_pkce_enabled": True,
                },
            }
        ]
    }

# --- words of the program -------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "yichuang.ops.logs.LogFormatter"}},
    "filters": {"not_health": {"()": "yichuang.ops.logs.NotHealth"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["not_health"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Not found and forbidden are answers, not faults; and an address may name a case
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.db.backends": {"level": "ERROR"},
        "yichuang": {"level": "INFO"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # it tries again and again, and says so each time
        "pyhanko": {"level": "CRITICAL"},  # logs a traceback for every signature it does not trust
    },
}
