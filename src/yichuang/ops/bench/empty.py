"""The floor of `bench http`: one operation that reads a body and answers, under the same server and framework.

No middleware, no database, nothing of ours.
"""

from __future__ import annotations

import django
from django.conf import settings

from yichuang.ops.embedded import end_with_parent
from yichuang.ops.front import Front

# ninja reads the settings when it is imported
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], SECRET_KEY="of nothing", USE_TZ=True)
end_with_parent()
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import NinjaAPI, Schema  # noqa: E402

api = NinjaAPI(docs_url=None, openapi_url=None)


class Body(Schema):
    """Of a small command's shape."""

    given: dict[str, str]


@api.post("/empty")
def empty(request: HttpRequest, body: Body) -> dict[str, str]:
    """Nothing."""
    return {"id": "", "stage": ""}


urlpatterns = [path("", api.urls)]
application = Front(WSGIHandler(), lambda path: (1 << 20, False), lambda status, program: ([], b""))
