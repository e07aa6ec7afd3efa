"""An orderly stop: at once, the database last, nothing left behind; what a job had not finished is taken up again."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

from tests.faults.conftest import Installed
from tests.waiting import HANGS

DOING = "select id from procrastinate_jobs where status = 'doing'"
LOST = "select count(*) from procrastinate_jobs where status in ('failed', 'aborted')"


def test_a_stop_ends_all_in_order_and_loses_no_job(well: Installed) -> None:
    site = well.site
    site.until(lambda: site.rows(DOING))  # the ledger is being read for supervision, for ten seconds at a time
    running = {pid: kind for kind, pids in site.processes().items() for pid in pids}
    lost = site.rows(LOST)
    under_way = {id for (id,) in site.rows(DOING)}
    assert site.supervisor
    site.supervisor.send_signal(signal.SIGTERM)
    ended: list[str] = []
    while running:
        for pid in [pid for pid in running if not lives(pid)]:
            ended.append(running.pop(pid))
        time.sleep(0.01)
    assert site.supervisor.wait(HANGS) == 0
    assert set(ended) == {"web process", "web server", "worker", "database", "database connection"}
    assert set(ended[ended.index("database") :]) <= {"database", "database connection"}
    assert "已停止" in site.last_words()
    site.start()
    site.until(lambda: not under_way & {id for (id,) in site.rows(DOING)})
    assert site.rows(LOST) == lost


def lives(pid: int) -> bool:
    """Whether the process is there and has not ended unseen."""
    with suppress(OSError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(") ")[2][0] != "Z"
    return False
