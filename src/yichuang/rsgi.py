"""The entry for the web server; every process of it imports this once."""

from __future__ import annotations

from yichuang.wsgi import application as pages  # Django is set up from here on

import yichuang.urls  # isort: skip  # noqa: F401  all pages now, not with the first request
from yichuang.faces.errors import answer_early  # isort: skip
from yichuang.faces.requests import body_limit  # isort: skip
from yichuang.ops.front import Answer, Front  # isort: skip


def answers(status: int, program: bool) -> Answer:
    response = answer_early(status, program)
    return list(response.items()), response.content


application = Front(pages, body_limit, answers)
