"""A sealed ledger to tamper with: some streams, two seals, roots in a folder outside the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def app_role(django_db_setup: None) -> None:
    """The rights of the running program's role on the test database, as `bin/serve` gives them after migrating."""
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    from yichuang.ops.roles import grant_rights

    known = connection.settings_dict
    grant_rights(
        make_conninfo(dbname=known["NAME"], user=known["USER"], host=known["HOST"], port=known["PORT"] or None)
    )


@pytest.fixture
def outside(tmp_path: Path) -> Any:
    from yichuang.ledger.outside import Outside

    return Outside(tmp_path / "roots", tmp_path / "key.pem")


@pytest.fixture
def sealed(transactional_db: None, outside: Any) -> Iterator[Any]:
    """Streams test/0 … test/4 of four entries: three sealed in two seals and a closed day, the fourth not sealed."""
    from yichuang.ledger import seals
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    def write() -> None:
        for stream in range(5):
            record(f"test/{stream}", "written", {"text": f"第{stream}流"}, SYSTEM)

    write()
    assert seals.seal_now(outside)
    write()
    write()
    assert seals.seal_now(outside)
    assert seals.close_days(date(2100, 1, 1), outside)
    write()
    yield outside


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Run SQL as the owner of the database with the triggers switched off: what an administrator gone bad could do."""
    from django.db import connection, transaction

    def run(*statements: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)

    return run
