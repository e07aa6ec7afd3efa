"""Drawing numbers for what events issue. One statement, locked last, no gaps after a rollback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.ledger.fast import run

COUNT = """
insert into aggregates_counter as c (name, value)
select name, n from unnest(%(names)s::text[], %(amounts)s::int[]) as wanted(name, n) order by name
on conflict (name) do update set value = c.value + excluded.value
returning name, value
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event that wants a number: the counter it draws from, and the event with the number drawn. `kept`: the state
    holds the number too, so that it has to evolve again.
    """

    counter: str
    fill: Callable[[int], Any]
    kept: bool = True


def draw_numbers(wanted: Sequence[Numbered | None]) -> list[Any | None]:
    """The numbered events, in the order given; None where nothing was wanted. Those that draw from one counter get
    consecutive numbers.
    """
    amounts = Counter(number.counter for number in wanted if number)
    if not amounts:
        return [None] * len(wanted)
    names = sorted(amounts)
    with run(COUNT, {"names": names, "amounts": [amounts[name] for name in names]}) as cursor:
        last = dict(cursor.fetchall())
    following = {name: last[name] - amounts[name] for name in names}
    out: list[Any | None] = []
    for number in wanted:
        if number is None:
            out.append(None)
            continue
        following[number.counter] += 1
        out.append(number.fill(following[number.counter]))
    return out
