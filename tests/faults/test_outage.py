"""The database is gone, before a command and in the middle of one: said in Chinese, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Installed
from tests.faults.load import check_unavailable
from tests.faults.site import Site
from tests.waiting import HANGS
from yichuang.ops.bench.programs import Answer, Client, Command, live


class Enough(Exception):
    """The life has come as far as the test needs."""


@pytest.fixture
def client(well: Installed) -> Iterator[Client]:
    one = Client(well.site.port)
    yield one
    one.close()


def post(client: Client, command: Command) -> Answer:
    return client.ask("POST", command.path, command.token, key=command.key, body=command.body)


def up_to(name: str, well: Installed, client: Client) -> Command:
    """A case brought to where the command `name` comes next; the command."""
    found: list[Command] = []

    def send(command: Command) -> dict[str, Any]:
        if command.name == name:
            found.append(command)
            raise Enough
        answer = post(client, command)
        assert answer.done, answer
        return dict(answer.body)

    with pytest.raises(Enough):
        live(well.people, well.tokens, send)
    return found[0]


def kill_database(site: Site) -> None:
    """The server and at once its children, which otherwise answer until they notice that it is gone."""
    (pid,) = site.processes()["database"]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


@contextmanager
def no_database(site: Site) -> Iterator[None]:
    """Nobody starts it again inside: the supervisor stands still."""
    assert site.supervisor
    site.supervisor.send_signal(signal.SIGSTOP)
    try:
        kill_database(site)
        yield
    finally:
        site.supervisor.send_signal(signal.SIGCONT)
        site.until(lambda: site.health() == 200)


def entries(site: Site, key: uuid.UUID) -> list[tuple[Any, ...]]:
    return site.rows(f"select stream, seq, kind from ledger_entry where command_id = '{key}' order by seq")


def everybody_is_back(site: Site) -> bool:
    """Every web process answers at the first asking: none still waits to try the database again."""
    clients = [Client(site.port) for _ in range(8)]
    try:
        return {client.ask("GET", "/items/").status for client in clients} == {200}
    finally:
        for client in clients:
            client.close()


@pytest.mark.parametrize("name", ["submit", "accept"])
def test_without_a_database_a_command_is_put_off_and_then_done_once(well: Installed, client: Client, name: str) -> None:
    command = up_to(name, well, client)
    with no_database(well.site):
        for _ in range(2):
            check_unavailable(post(client, command))  # while it stays away: the answer waits for no database
    assert entries(well.site, command.key) == [], "what was not acknowledged left no trace"
    assert everybody_is_back(well.site)
    done, again = post(client, command), post(client, command)
    assert done.done and not done.body["repeated"]
    assert again.body == {**done.body, "repeated": True}
    assert len(entries(well.site, command.key)) == done.body["last_seq"] - done.body["first_seq"] + 1


def test_a_database_lost_in_mid_command_leaves_nothing_half_done(well: Installed, client: Client) -> None:
    """The command waits for the case's lock when the server is killed."""
    command = up_to("accept", well, client)
    case = command.path.split("/")[3]
    told: list[Answer] = []
    with suppress(psycopg.OperationalError), psycopg.connect(well.site.database.url()) as holder:
        holder.execute("select 1 from cases_case where id = %s for update", [case])
        thread = threading.Thread(target=lambda: told.append(post(client, command)))
        thread.start()
        waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and usename = 'yichuang_app'"
        well.site.until(lambda: well.site.rows(waiting))
        kill_database(well.site)
        thread.join(HANGS)
    assert not thread.is_alive()
    check_unavailable(told[0])
    well.site.until(lambda: well.site.health() == 200)
    assert entries(well.site, command.key) == []
    done = post(client, command)
    assert done.done and not done.body["repeated"], done
    assert len(entries(well.site, command.key)) == done.body["last_seq"] - done.body["first_seq"] + 1


def test_a_page_says_calmly_what_to_do(well: Installed, client: Client) -> None:
    with no_database(well.site):
        answer = client.ask("GET", "/items/")
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "暂时连不上数据库" in answer.body and "同一份提交只办理一次" in answer.body
    assert client.ask("GET", "/items/").status == 200
