"""How busy a hall was: its tickets by hour, class and window, how long they waited and took. Names nobody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from yichuang.ledger.fast import run

DAYS = 28  # that a page looks back


@dataclass(frozen=True, slots=True)
class LoadLine:
    """Tickets of an hour of the day (08), a class or a window. `wait` and `took`: minutes on average, None without any;
    `lost` missed their call for good, left or were not served on their day.
    """

    key: str
    tickets: int
    served: int
    lost: int
    wait: float | None
    took: float | None


@dataclass(frozen=True, slots=True)
class HallLoad:
    """The same tickets three times: by the hour at which they were taken, by class, by window."""

    hours: tuple[LoadLine, ...]
    classes: tuple[LoadLine, ...]
    windows: tuple[LoadLine, ...]


_LOAD = """
with t as (
  select to_char(taken_at at time zone 'Asia/Shanghai', 'HH24') as hour, code, at_window, stage,
    extract(epoch from called_at - taken_at) / 60 as wait, extract(epoch from ended_at - begun_at) / 60 as took
  from hall_ticket where arrangement = %(hall)s and day between %(first)s and %(last)s
)
select hour, code, at_window, count(*), count(*) filter (where stage = 'served'),
  count(*) filter (where stage in ('missed', 'left', 'ended')),
  avg(wait)::float, avg(took) filter (where stage = 'served')::float
from t group by grouping sets ((hour), (code), (at_window))"""


def read_load(hall: uuid.UUID, first: date, last: date) -> HallLoad:
    """The tickets of a hall from `first` to `last`, both included. One statement."""
    by: tuple[list[LoadLine], ...] = ([], [], [])
    for *keys, tickets, served, lost, wait, took in run(_LOAD, {"hall": hall, "first": first, "last": last}).fetchall():
        place = next(n for n, key in enumerate(keys) if key is not None)
        if keys[place]:  # a ticket that no window has called is of none
            by[place].append(LoadLine(keys[place], tickets, served, lost, wait, took))
    hours, classes, windows = by
    return HallLoad(
        tuple(sorted(hours, key=lambda line: line.key)),
        tuple(sorted(classes, key=lambda line: line.key)),
        tuple(sorted(windows, key=lambda line: int(line.key))),
    )
