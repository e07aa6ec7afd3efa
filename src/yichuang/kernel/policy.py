"""The policy that the platform carries out (郑政文〔2018〕46号), and how its clauses are cited. Pure.

In the code a clause is a short code (3.4c, `docs/policy.md`); people read its place in the document.
"""

from __future__ import annotations

import re

POLICY = "郑政文〔2018〕46号"
_DIGITS = "零一二三四五六七八九十"
_CLAUSE = re.compile(r"([34])\.([1-9])[a-z]?")


def cite_policy(clause: str) -> str:
    """A clause of the policy as the public reads it: 3.4d or 3.4 → 郑政文〔2018〕46号第三部分第（四）项."""
    part, _, item = clause.partition(".")
    number = "".join(letter for letter in item if letter.isdigit())
    return f"{POLICY}第{_DIGITS[int(part)]}部分" + (f"第（{_DIGITS[int(number)]}）项" if number else "")


def cite_ground(ground: str) -> str:
    """What a refusal or an act rests on, as people read it: a clause of the policy cited, an article as it stands."""
    return cite_policy(ground) if _CLAUSE.fullmatch(ground) else ground
