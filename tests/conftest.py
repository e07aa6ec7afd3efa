"""What all tests share: a throw-away server per process, clause tags, and flushing past the ledger's triggers."""

from __future__ import annotations

import gc
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.waiting import HANGS
from yichuang.ops.embedded import Embedded
from yichuang.ops.roles import create_role

# A test process keeps what it imported to its end: searching that for garbage is a tenth of what it does
gc.set_threshold(20_000, 20, 50)
pytest_plugins = ["tests.plugins.policy_results", "tests.plugins.by_time"]
# On a busy machine a random example may take long, and drawing it too
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")
CLAUSE = re.compile(r"\d+(\.\d+)*[a-z]?(\.\d+)?$")
server: Embedded | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clause", help="run only what proves this clause or duty, such as 3.6 or 4.1c.3")


def is_pure(config: pytest.Config) -> bool:
    """Runs of tests/unit alone need neither a server nor Django: pure rules take seconds."""
    unit = Path(__file__).parent / "unit"
    return all(Path(arg.split("::")[0]).resolve().is_relative_to(unit) for arg in config.args)


def runs_tests(config: pytest.Config) -> bool:
    """Not so for xdist's controller, which only hands them out."""
    return hasattr(config, "workerinput") or not config.getoption("numprocesses", None)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Each process that runs tests has a server of its own: an open transaction of one holds back the seals of another.

    Only then Django reads its settings: pytest-django does that in its own `pytest_configure`, which runs after this.
    """
    global server
    if config.option.help or is_pure(config) or not runs_tests(config):
        return
    # An outside server is taken only when it is meant for tests: never the one the program runs on
    address = os.environ.get("YICHUANG_TEST_DATABASE_URL")
    if not address:
        server = Embedded(Path(tempfile.mkdtemp(prefix="yichuang-test-")), durable=False).start(HANGS)
        address = server.url("postgres")
    create_role(address)
    os.environ |= {
        "YICHUANG_TESTING": "1",
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": address,
        "DJANGO_SETTINGS_MODULE": "yichuang.settings",
    }
    from django.conf import settings

    assert settings.DATABASES, "pytest-django sets Django up once the settings are read"
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1000  # a million cost half a second a log-in, and nobody guesses these


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """What this process compiled of the rules the next one finds, as two runs of the program do."""
    compiled = sys.modules.get("yichuang.supervision.compiled")
    if compiled:
        compiled.COMPILED.save()


def pytest_unconfigure() -> None:
    if server:
        server.remove()


def pytest_bdd_apply_tag(tag: str, function: Callable[..., Any]) -> bool | None:
    """@3.6g names a clause, not a marker: it becomes the marker `clause` with the code as its argument."""
    if CLAUSE.match(tag):
        pytest.mark.clause(tag)(function)
        return True
    return None


def proves(item: pytest.Item, wanted: str) -> bool:
    """Whether a clause marker is the wanted one or a part of it; 3.1 is not a part of 3.10."""
    codes = [code for mark in item.iter_markers("clause") for code in mark.args]
    return any(code.startswith(wanted) and not code[len(wanted) : len(wanted) + 1].isdigit() for code in codes)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--clause")
    if wanted:
        config.hook.pytest_deselected(items=[item for item in items if not proves(item, wanted)])
        items[:] = [item for item in items if proves(item, wanted)]


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """Transactional tests flush all tables, which the ledger refuses. Only tests, being superuser, step round it.

    Rows are deleted: of the few that a test leaves that is done at once, where TRUNCATE makes all tables' files anew.
    """
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        yield
        return
    from django.db.backends.postgresql.operations import DatabaseOperations

    def flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        # the cache's table is no model's: Django's flush leaves it, and with it the rate limits of the test before
        names = sorted({*tables, "ops_cache"}) if tables else []
        return ["set local session_replication_role = replica", *(f'delete from "{name}"' for name in names)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_judging() -> Iterator[None]:
    """A rule that takes longer than the database gives it counts as raised. On a busy machine any rule may: only a rule
    that never ends is given up, as the tests of that ask.
    """
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        yield
        return
    from yichuang.supervision import judging
    from yichuang.supervision.own import trying

    with pytest.MonkeyPatch.context() as patch:
        for room, name in ((judging, "PATIENCE"), (judging, "SWEEPING"), (trying, "PATIENCE")):
            patch.setattr(room, name, HANGS)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_examining() -> Iterator[None]:
    """A file whose examination takes long by the clock is refused; on a busy machine any may. The bounds of processor
    and memory stay, which do not ask how busy the machine is.
    """
    from yichuang.documents import verify
    from yichuang.examining import process

    with pytest.MonkeyPatch.context() as patch:
        for name in ("QUEUE_SECONDS", "VISITOR_SECONDS", "STARTING"):
            patch.setattr(process, name, HANGS)
        for room in (process, verify):
            patch.setattr(room, "BOUNDS", replace(room.BOUNDS, wall=HANGS))
        yield


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """What a process remembers between tests: departments, published standards, loaded calendars, parameters and what
    the store is, which never change in a real store but are made anew by tests. Rate limits are rows, which go with
    each test's transaction.
    """
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        from yichuang.aggregates.settings import settings_upto
        from yichuang.cases.parameters import parameters_upto
        from yichuang.catalog.consistency.queries import read_report_at
        from yichuang.catalog.laws.queries import _count_citing, lawful_standard, register_upto
        from yichuang.catalog.queries import get_published, standard
        from yichuang.catalog.search import _entries, _lexicon
        from yichuang.catalog.search_words import vocabulary_upto
        from yichuang.orders.parameters import limits_upto
        from yichuang.org.door import calendar_upto
        from yichuang.org.queries import _calendars, clear_caches
        from yichuang.people import mfa
        from yichuang.supervision.own import known

        upto = (calendar_upto, settings_upto, parameters_upto, limits_upto, register_upto, read_report_at)
        words = (_lexicon, vocabulary_upto)
        for remembered in (standard, get_published, lawful_standard, _count_citing, *upto, *words):
            remembered.cache_clear()
        _calendars.clear()
        _entries.clear()
        clear_caches()
        known.forget()
        mfa._kind = ""
