"""A calendar file (iCalendar, RFC 5545) of whole days. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MIME = "text/calendar; charset=utf-8"
_LONGEST = 74  # octets of a line: one less than allowed, for the space that folds it
_REMIND_BEFORE = "P1D"


@dataclass(frozen=True, slots=True)
class Day:
    """A day to keep in mind. `id` is the same whenever the same matter is written, so that a calendar replaces it."""

    id: str
    on: date
    title: str
    text: str
    link: str


def write_calendar(days: Iterable[Day], now: datetime, host: str) -> bytes:
    """The file: an event for each day, with an alarm on the day before."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yichuang//my dates//ZH", "CALSCALE:GREGORIAN"]
    for one in days:
        lines += _write_day(one, now, host)
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) for line in lines).encode()


def _write_day(one: Day, now: datetime, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{one.id}@{host}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(one.title)}",
        f"DESCRIPTION:{_escape(one.text)}",
        f"URL:{one.link}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escape(one.title)}",
        f"TRIGGER:-{_REMIND_BEFORE}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escape(text: str) -> str:
    """3.3.11: backslash, semicolon, comma and line ends."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return text


def _fold(line: str) -> str:
    """3.1: lines of at most 75 octets, cut between characters."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST:
            parts.append("")
            size = 0
        parts[-1] += character
        size += width
    return "\r\n ".join(parts) + "\r\n"
