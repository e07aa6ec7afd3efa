"""Who acts: the person, the post they act from and the way they came. Frozen; made by the faces at the start of a
request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

# How `Actor.device` begins: the random mark that a browser keeps, or the client of the API
BROWSER, CLIENT = "browser:", "client:"


@dataclass(frozen=True, slots=True)
class Actor:
    """The identity columns of an entry's envelope, and the rights of an actor that `may` checks.

    `person` is an opaque id (`a:<account>` for people, `system`, `client:<id>`), never a name.
    """

    person: str
    post: str = ""  # id of the post the officer acts from; empty for applicants
    post_kind: str = ""  # `catalog.standard.PostKind` value
    department: str = ""  # "410100/scjg"
    division: str = ""  # "410100"
    subjects: tuple[str, ...] = ()  # applicants this person may act for: own subjects and valid mandates
    own_subjects: tuple[str, ...] = ()  # of those, whom this person is or heads
    limited: tuple[tuple[str, str], ...] = ()  # (applicant, item): mandates for listed items alone
    on_behalf_of: str = ""  # subject the agent acts for, or the absent officer stood in for
    channel: str = "online"  # online | window | api | system
    source: str = "self"  # self | migrated | simulated
    session: str = ""
    ip: str = ""
    device: str = ""  # a mark as `device_mark` knows it; of a log-in, what the browser says of itself

    def with_channel(self, channel: str) -> Self:
        return replace(self, channel=channel)


def device_mark(device: str) -> str:
    """The device that acted, empty when it is unknown: entries of before there were marks hold what a browser says of
    itself, which thousands of browsers say alike.
    """
    return device if device.startswith((BROWSER, CLIENT)) else ""


SYSTEM = Actor(person="system", channel="system")
