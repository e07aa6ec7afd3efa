"""The content security policy of every page. No exception is made per page here: a page that needs one is wrong. One
file alone has another, `FRAMED`: a PDF that a page of ours shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The one inline script of GOV.UK's page template (it marks that scripts run); with a hash it needs no nonce.
_TEMPLATE_SCRIPT = "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"


# Of a PDF in a frame: nothing is loaded or run, besides what a browser's own viewer of PDF asks for
FRAMED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def policy(identity: Iterable[str] = ()) -> str:
    """The header's text. `identity`: origins that signing in is sent on to; form-action holds for redirects too."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {_TEMPLATE_SCRIPT}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            " ".join(("form-action 'self'", *identity)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def identity_origins() -> list[str]:
    """Where the configured providers of identity (统一身份认证) live, as scheme://host:port."""
    apps = [app for provider in settings.SOCIALACCOUNT_PROVIDERS.values() for app in provider.get("APPS", ())]
    parts = [urlsplit(app["settings"]["server_url"]) for app in apps if "server_url" in app.get("settings", {})]
    return [f"{part.scheme}://{part.netloc}" for part in parts]


def csp(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: send the policy with every answer."""
    text = policy(identity_origins())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # a view can only add a policy of its own, such as a sandbox: browsers hold to every policy of the list
        own = response.get("Content-Security-Policy")
        if own != FRAMED:
            response["Content-Security-Policy"] = f"{own}, {text}" if own else text
        return response

    return middleware
