"""The table of who gets in where, `routes.txt`: read and asked here. How to write a line stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.db.doors.town import CITIZENS, POSTS, ROLES, TOKENS

FILE = Path(__file__).with_name("routes.txt")
WATCH = (
    "head", "office", "supervisor", "inspector", "police-head", "county-head", "county-office", "county-supervisor",
)  # fmt: skip
GROUPS: dict[str, tuple[str, ...]] = {
    "PARTY": ("owner", "agent"),
    "CITIZENS": CITIZENS,
    "ADMINS": ("sysadmin", "secadmin", "auditadmin"),
    # posts that may act on the case; a cashier may not: it has no fee
    "HANDS": ("window", "police-window", "reviewer", "surveyor", "head"),
    "WINDOWS": ("window", "police-window"),
    "OVERSEERS": ("office", "supervisor", "inspector"),  # of the city
    "WATCH": WATCH,  # who has a watch of their own: of a department, a county, the city
    "POSTS": tuple(POSTS),
    "ACCOUNTS": tuple(role for role in ROLES if role != "anonymous"),
}
# Who may ever be shown something of the applicant; all others never, whatever the address
READERS = frozenset((*GROUPS["PARTY"], *GROUPS["HANDS"], *GROUPS["OVERSEERS"]))


@dataclass(frozen=True, slots=True)
class Rule:
    """What each role gets at a route by one method."""

    spec: str

    def may_write(self, role: str) -> bool:
        """Whether the role's valid body may be carried out."""
        parts = [part.strip() for part in self.spec.split(";")]
        named = next((part.partition(":")[2] for part in parts if part.startswith("writes:")), None)
        return self.kind_of(role) == "in" if named is None else role in roles_of(named)

    def kind_of(self, role: str) -> str:
        """`in`, login, 401, 403, 404, 405 or 429."""
        rest = ""
        for part in (part.strip() for part in self.spec.split(";")):
            if part.startswith("all "):
                return part.removeprefix("all ")
            kind, colon, names = part.partition(":")
            if not colon:
                rest = kind
            elif kind != "writes" and role in roles_of(names):
                return kind
        if role == "anonymous":
            return "login"
        return "401" if role in ("none", "wrong") else rest


@cache
def roles_of(names: str) -> frozenset[str]:
    """The roles a list of names stands for. Raises AssertionError for a name that is none."""
    out: set[str] = set()
    for name in names.split():
        assert name in GROUPS or name in ROLES or name in TOKENS, f"no role: {name}"
        out.update(GROUPS.get(name, (name,)))
    return frozenset(out)


def read() -> dict[str, dict[str, Rule]]:
    """The rules by route and method; of an operation of the API by its own method alone."""
    out: dict[str, dict[str, Rule]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        route, *specs = re.split(r"\s{2,}", line.strip())
        methods = (route.split(" ")[0],) if " " in route else ("GET", "POST")
        assert len(specs) == len(methods) and route not in out, line
        out[route] = {method: Rule(spec) for method, spec in zip(methods, specs, strict=True)}
    return out
