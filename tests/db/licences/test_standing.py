"""What anybody may learn of the paper of a licence."""

from __future__ import annotations

from datetime import date

from tests.unit.licences.bench import HEAD, Life
from yichuang.licences.core import commands as co
from yichuang.licences.queries import Standing


def test_an_older_paper_is_replaced_by_the_version_that_followed_it() -> None:
    life = Life().made().at("2018-06-01")
    life.apply("change")
    life.settle("change")
    life.at("2019-01-10").apply("reissue", "c2")
    life.do(co.Settle("c2", "reissue", "", "补字2号"), HEAD)
    first = Standing(life.licence, life.licence.versions[0])
    assert (first.since, first.reason) == (date(2018, 6, 1), "准予变更，文书郑市监许字")
