"""Every URL and every operation of the API × every role × objects of others, held against one table (`routes.txt`).

The routes are enumerated, not listed: a route that nobody classified fails, and so does a line without a route.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.doors import matrix
from tests.db.doors.table import READERS, Rule, read, roles_of
from tests.db.doors.town import TOKENS, Town, build

# Where others than READERS are shown a mark, and why
SHOWN = {
    # a paper's code opens the public check, which names an organisation that holds it: who has the code has the paper
    "/v/<str:code>": roles_of("anonymous ACCOUNTS"),
    # a window takes in whoever comes with a document, from any division; `people.face` says which fields it sees
    "/desk/intake/for/<str:subject_id>": roles_of("county-window"),
    "/desk/intake/mandates/<str:subject_id>": roles_of("county-window"),
    "/desk/binding/<str:subject_id>": roles_of("county-window"),
    "/api/subjects/find": roles_of("county-window"),
    # who was an agent reads on their own page whose mandate ended, and when
    **dict.fromkeys(
        ("/account", "/account/binding", "/account/real-name", "/account/organisation"), roles_of("former")
    ),
    "/account/mandates": roles_of("former"),
    "/messages/": roles_of("former"),
}
FACES = ("accounts", "desk", "house", "watch", "portal")  # one test each: a busy machine takes minutes for all


def face_of(route: str) -> str:
    """The first word of the address; the portal has the root."""
    word = route.split("/")[1]
    return word if word in FACES else "portal"


@pytest.fixture
def whole(city: Any, settings: Any, tmp_path: Any) -> Town:
    settings.MEDIA_ROOT = settings.ROOTS_DIR = tmp_path
    (tmp_path / "2018-03-01.json").write_text("{}")
    return build(city)


def wrong(where: str, role: str, rule: Rule, answer: matrix.Answer) -> list[str]:
    """What is not as the table says, one line each."""
    told = f"{where} as {role}: "
    out = []
    if answer.kind != rule.kind_of(role):
        out.append(f"{told}{answer.kind} ({answer.status}), the table says {rule.kind_of(role)}")
    if answer.marks and role not in READERS | SHOWN.get(where.partition(" ")[2], frozenset()):
        out.append(f"{told}shows {', '.join(answer.marks)}")
    if answer.written and not rule.may_write(role):
        out.append(f"{told}wrote {', '.join(answer.written)}")
    if answer.empty and answer.status in (400, 401, 403, 404, 405, 429, 500):
        out.append(f"{told}an empty page for {answer.status}")
    return out


def test_every_route_is_in_the_table_and_no_other() -> None:
    known, there = set(read()), {*matrix.routes(), *matrix.operations()}
    assert not there - known, f"add to tests/db/doors/routes.txt: {sorted(there - known)}"
    assert not known - there, f"gone, remove from tests/db/doors/routes.txt: {sorted(known - there)}"


@pytest.mark.slow
@pytest.mark.parametrize("face", FACES)
def test_every_page_answers_every_role_as_the_table_says(whole: Town, face: str) -> None:
    table, faults = read(), []
    for route in matrix.routes():
        if face_of(route) != face:
            continue
        for role in matrix.roles_at(route):
            for method, rule in table[route].items():
                answer = matrix.visit(whole, role, method, route)
                faults += wrong(f"{method} {route}", role, rule, answer)
    assert not faults, f"{len(faults)} answers:\n" + "\n".join(faults[:40])


@pytest.mark.slow
def test_every_operation_answers_every_token_as_the_table_says(whole: Town) -> None:
    table, faults = read(), []
    for operation in matrix.operations():
        (rule,) = table[operation].values()
        for role in TOKENS:
            faults += wrong(operation, role, rule, matrix.call(whole, role, operation))
    assert not faults, f"{len(faults)} answers:\n" + "\n".join(faults[:40])


def test_a_session_opens_nothing_of_the_api(whole: Town) -> None:
    for operation in matrix.operations():
        method, route = operation.split(" ")
        where = matrix.address(route, whole)
        browser = whole.browsers["head"]
        answer = browser.get(where) if method == "GET" else browser.post(where, {}, content_type="application/json")
        assert answer.status_code == 401, operation
