"""An installation on a PostgreSQL of the distribution (15 to 17) under DATABASE_URL: tables, city, door, sweep, seals,
verification, and what the program's own login may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ops.lives import environment, live, yichuang
from tests.ops.outside import Outside, installed

MISSING = "没有试验外部 PostgreSQL：本机没有 15–17 版的程序。请安装后重跑：apt-get install -y postgresql-15"


SERVERS: list[Path | None] = [*installed()] or [None]


@pytest.fixture(params=SERVERS, ids=lambda found: found.parent.parent.name if found else "missing")
def outside(request: pytest.FixtureRequest) -> Iterator[Outside]:
    if request.param is None:
        pytest.skip(MISSING)
    server = Outside(request.param)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.mark.slow
def test_a_whole_life_on_an_outside_server(outside: Outside, tmp_path: Path) -> None:
    here = environment(tmp_path / "var", outside.app, outside.owner)
    yichuang(here, "migrate")
    yichuang(here, "demo")
    number = live(here)

    said = yichuang(here, "verify", "--rebuild")
    assert "账本完好。" in said and "各表与账本一致。" in said and "已按库外保存的封存与日根核对" in said

    with psycopg.connect(outside.app, autocommit=True) as program:
        found = program.execute("select outcome, stage from cases_case where number = %s", [number]).fetchall()
        assert found == [("granted", "closed")]
        assert program.info.server_version // 10000 == int(outside.programs.parent.name)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            program.execute("update ledger_entry set actor = 'somebody'")
    with (
        psycopg.connect(outside.owner, autocommit=True) as owner,
        pytest.raises(psycopg.errors.RestrictViolation, match="append-only"),
    ):
        owner.execute("delete from ledger_entry")

    yichuang(here, "migrate")  # a second time, with all in place
