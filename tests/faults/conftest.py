"""One installation for all tests of faults; each test leaves it well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # this file is read before Django is set up
    from tests.faults.site import Site
    from yichuang.ops.bench.life import Cast


@dataclass(frozen=True)
class Installed:
    site: Site
    people: Cast
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def installed() -> Iterator[Installed]:
    if sys.platform != "linux":
        pytest.skip("finds processes through /proc")
    from tests.faults.site import Site

    site = Site()
    try:
        site.start()
        yield Installed(site, *site.introduce())
    finally:
        site.remove()


@pytest.fixture
def well(installed: Installed) -> Installed:
    """The installation, with everything up."""
    installed.site.until(lambda: installed.site.health() == 200)
    return installed
