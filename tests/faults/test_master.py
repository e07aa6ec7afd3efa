"""The master of the web server is killed, and the site answers again soon."""

from __future__ import annotations

import os
import signal

from tests.faults.conftest import Installed


def test_a_killed_web_master_is_back_by_itself(well: Installed) -> None:
    (master,) = well.site.processes()["web server"]
    os.kill(master, signal.SIGKILL)
    well.site.until(lambda: well.site.health() == 0)
    well.site.until(lambda: well.site.health() == 200)
    assert well.site.processes()["web server"] != [master]


def test_hup_renews_the_web_processes_under_the_same_master(well: Installed) -> None:
    before = well.site.processes()
    os.kill(before["web server"][0], signal.SIGHUP)

    def renewed() -> bool:
        running = well.site.processes()["web process"]
        return len(running) == 2 and not set(running) & set(before["web process"])

    well.site.until(renewed)
    well.site.until(lambda: well.site.health() == 200)
    assert well.site.processes()["web server"] == before["web server"]
