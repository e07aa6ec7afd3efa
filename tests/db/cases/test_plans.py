"""How the database goes to the rows of one case, when some scopes hold nearly all cases and most hold a handful."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from yichuang.cases.declared import CASE

pytestmark = pytest.mark.django_db

CASES = 12_000


def test_a_command_goes_to_its_case_and_never_through_the_list_of_a_scope() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into cases_access (scope_kind, scope_id, case_id, open, due_on)
            select kind, id, md5(n::text)::uuid, n %% 30 = 0, date '2018-01-01' + n %% 900
            from generate_series(1, %s) n, lateral (values
              ('division', '410100'), ('department', '410100/d' || n %% 40), ('subject', 's:' || n / 5)
            ) scope(kind, id)
            """,
            [CASES],
        )
        # as after a restore: the list's index is the younger and the better packed
        cursor.execute("reindex index cases_access_list")
        cursor.execute("analyze cases_access")
        names: list[str] = []

        def placed(found: re.Match[str]) -> str:
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"

        cursor.execute("set local plan_cache_mode = force_generic_plan")
        cursor.cursor.execute("prepare change as " + re.sub(r"%\((\w+)\)s", placed, CASE.statements.write_one))
        cursor.execute(f"explain execute change ({', '.join(['null'] * len(names))})")
        used = {index for (line,) in cursor.fetchall() for index in re.findall(r"cases_access_\w+", line)}
    assert used == {"cases_access_pkey"}
