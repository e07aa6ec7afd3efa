"""No face asks the database: reads are named functions of the room that owns the model, writes are its acts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import yichuang

FACES = Path(yichuang.__file__).parent / "faces"
# How a query begins or goes on. `filter` and `exclude` have other meanings too; they follow one of these
VERBS = frozenset(
    {
        *("objects", "_base_manager", "_default_manager", "_meta", "cursor"),
        *("select_related", "prefetch_related", "values_list", "order_by", "annotate", "in_bulk"),
        *("select_for_update", "bulk_create", "get_or_create", "update_or_create", "refresh_from_db"),
    }
)
NAMES = frozenset({"connection", "connections", "get_object_or_404", "get_list_or_404"})


def queries(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in VERBS:
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.db.models"):
            yield node.lineno, node.module
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in NAMES)


# The engine that Django keeps sessions with: it reads who asks in one statement
MAY = {FACES / "sessions.py"}


@pytest.mark.parametrize(
    "path", sorted({*FACES.rglob("*.py")} - MAY), ids=lambda path: path.relative_to(FACES).as_posix()
)
def test_a_face_makes_no_query(path: Path) -> None:
    assert list(queries(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "Case.objects.filter(pk=1)",
        "case.entries.select_related('actor')",
        "from django.db import connection",
        "from django.db.models import Q",
        "from django.shortcuts import get_object_or_404, redirect",
    ],
)
def test_the_lint_sees_a_query(source: str) -> None:
    assert list(queries(source))
