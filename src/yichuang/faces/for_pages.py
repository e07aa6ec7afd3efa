"""Middleware that only pages need. A program says with each request who asks (`faces.api.caller`): it has no session,
sends no form of ours and reads no messages, so that a cookie means nothing to the API and costs it nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

View = Callable[[HttpRequest], HttpResponseBase]
HOOKS = ("process_view", "process_exception", "process_template_response")  # what Django looks for beside the call


def is_program(path: str) -> bool:
    """Whether the address is one of the API's; its page for people is none."""
    return path.startswith("/api/") and path != "/api/docs"


def for_pages(name: str) -> Callable[[View], View]:
    """The middleware of this dotted name, passed by on the API's addresses."""
    middleware: Callable[[View], Any] = import_string(name)

    def factory(get_response: View) -> View:
        inner = middleware(get_response)

        def answer(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = (get_response if is_program(request.path_info) else inner)(request)
            return response

        def passed_by(hook: Callable[..., Any]) -> Callable[..., Any]:
            return lambda request, *words: None if is_program(request.path_info) else hook(request, *words)

        for hook in HOOKS:
            if hasattr(inner, hook):
                setattr(answer, hook, passed_by(getattr(inner, hook)))
        return answer

    return factory


static = for_pages("whitenoise.middleware.WhiteNoiseMiddleware")
sessions = for_pages("django.contrib.sessions.middleware.SessionMiddleware")
csrf = for_pages("django.middleware.csrf.CsrfViewMiddleware")
authentication = for_pages("yichuang.faces.sessions.Authentication")
messages = for_pages("django.contrib.messages.middleware.MessageMiddleware")
htmx = for_pages("django_htmx.middleware.HtmxMiddleware")
