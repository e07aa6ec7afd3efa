"""A calendar file as RFC 5545 has it: whole days, folded lines, escaped texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from yichuang.faces.calendar_file import Day, write_calendar

NOW = datetime(2018, 2, 9, 2, 0, tzinfo=UTC)


def write(title: str = "补正截止：食品经营许可", text: str = "甲;乙,丙\\丁\n戊") -> bytes:
    day = Day("1-supply", date(2018, 2, 28), title, text, "https://one.example/my/1")
    return write_calendar([day], NOW, "one.example")


def test_a_day_is_an_event_of_a_whole_day_with_an_alarm_before_it() -> None:
    lines = write().decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "UID:1-supply@one.example",
        "DTSTAMP:20180209T020000Z",
        "DTSTART;VALUE=DATE:20180228",
        "DTEND;VALUE=DATE:20180301",
        "SUMMARY:补正截止：食品经营许可",
        "TRIGGER:-P1D",
    ):
        assert line in lines, line


def test_texts_are_escaped() -> None:
    assert "DESCRIPTION:甲\\;乙\\,丙\\\\丁\\n戊" in write().decode()
    assert b"\n" not in write(title="甲\r\nBEGIN:VEVENT").replace(b"\r\n", b"")
    assert write(title="甲\r\nBEGIN:VEVENT").count(b"\r\nBEGIN:VEVENT") == 1


def test_no_line_is_longer_than_allowed_and_none_loses_a_character() -> None:
    content = write(text="一二三四五" * 60)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert "一二三四五" * 60 in content.decode().replace("\r\n ", "")
