"""The divisions of Zhengzhou."""

from __future__ import annotations

from yichuang.kernel.codes import division


def test_zhengzhou() -> None:
    assert division.CITY.name == "郑州市"
    assert len(division.DISTRICTS) == 12
    assert len({one.code for one in division.DISTRICTS}) == 12
    assert all(one.code.startswith("4101") and not one.statistical for one in division.DISTRICTS)
    assert [one.code for one in division.ZONES if one.statistical] == ["410171", "410172", "410173"]


def test_finding_a_division() -> None:
    found = division.find("410105")
    assert found is not None and found.name == "金水区" and not found.statistical
    assert division.find("410107") is None
