"""Applications by program are electronic: received the day they entered the system, and nobody's intake at a window."""

from __future__ import annotations

from datetime import date

from tests.unit.cases.bench import CITIZEN, WINDOW, Life
from yichuang.cases.core import commands as co

PROGRAM = CITIZEN.with_channel("api")


def test_an_application_by_program_is_received_the_day_it_came() -> None:
    """电子签名法11条: taken up two days later by the window, the five days of 32条 still run from the first."""
    case = Life().at("2018-03-12 22:30").submit(PROGRAM)
    assert case.case.channel == "api"
    case.at("2018-03-14 10:00").do(co.Receive(), WINDOW)
    assert case.case.received_on == date(2018, 3, 12)


def test_who_files_by_program_is_no_part_of_the_intake() -> None:
    case = Life().at("2018-03-12").submit(PROGRAM)
    assert case.case.intake == ()
