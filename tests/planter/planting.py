"""What every plant needs: the planting with what is expected of it, and the lives that most begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.planter.city import City, Life, at

Found = tuple[str, str]  # rule and place
MINUTE = timedelta(minutes=1)


@dataclass
class Planting:
    """The cases planted so far: what is expected of each, and for which rule it stands as hit, near miss or legal."""

    city: City
    expected: dict[str, set[Found]] = field(default_factory=dict)
    stands_for: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # rule and kind → cases

    def note(self, case: str, *found: Found) -> None:
        """`case` is named `<rule>.<kind>.<more>`."""
        rule, kind, _ = case.split(".", 2)
        assert kind in ("hit", "near", "legal") and (kind == "hit") == any(r == rule for r, _ in found), case
        assert case not in self.expected
        self.expected[case] = set(found)
        self.stands_for.setdefault((rule, kind), []).append(case)

    def note_at(self, case: str, name: str, *found: Found) -> None:
        """What is expected of a case under a name that says what it stands for."""
        self.note(name, *found)
        self.expected[case] = self.expected.pop(name)

    def everywhere(self, rule: str, kind: str, place: str) -> None:
        """What is expected of all cases together."""
        self.expected.setdefault("", set()).add((rule, place))
        self.stands_for.setdefault((rule, kind), []).append(place)


def plain(city: City, case: str, received: date, **said: object) -> Life:
    """Received and accepted the same day, a review the next working day."""
    life = Life(city, case, received, **said).accept(received)
    return reviewed(life, received)


def reviewed(life: Life, day: date, **said: object) -> Life:
    after = life.city.days.after(day, 1)
    return life.step("S1", at(day, 10, 5), at(after, 9), **said)


def finished(life: Life, day: date) -> None:
    """Granted, delivered and closed on the day."""
    life.decide(day).end(day)
    life.done()


MONDAY = date(2018, 3, 5)  # an ordinary week begins
NEW_YEAR = date(2018, 2, 9)  # Friday; the next five working days are 02-11 (Sunday), 12, 13, 14 and 22
