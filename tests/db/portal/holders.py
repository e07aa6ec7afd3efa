"""A firm of the town with a food licence, made by its case, for tests of what holders do."""

from __future__ import annotations

import re
import uuid
from typing import Any

from tests.db.licences.lives import Licences

ADDRESS = "河南省郑州市金水区花园路39号1号楼附12号"


def licences_of(town: Any) -> Licences:
    return Licences(town.city)


def granted(town: Any, at: str = "2018-03-12 09:30", **values: Any) -> uuid.UUID:
    """A licence of the firm, newly made on that day."""
    return licences_of(town).granted(at, subject=town.firm.pk, **values)


def plain(answer: Any) -> str:
    """What a person reads of a page: without tags, and without blanks between words."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


def limited_agent(town: Any, item: str = "ZZ-001", name: str = "赵专办", number: str = "410105198505059977") -> Any:
    """An account with a mandate of the firm for one item alone."""
    from datetime import date

    from yichuang.people.models import Account, Mandate, Membership, Subject

    account = Account.objects.create_user(
        "zhuanban", "a-long-password", real_name=name, verified_at="2018-01-01T00:00Z"
    )
    person = Subject.objects.create(kind="person", name=name, id_type="111", id_number=number)
    Membership.objects.create(account=account, subject=person, role="self")
    Mandate.objects.create(
        principal=town.firm, agent=person, all_items=False, items=[item], first_day=date(2017, 1, 1),
        last_day=date(2040, 1, 1), granted_by=town.owner.person,
    )  # fmt: skip
    return account
