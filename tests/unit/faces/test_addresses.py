"""Addresses computed once: they hang on the patterns in force and on the script prefix, and on nothing else."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, clear_script_prefix, path, set_script_prefix

from tests.unit.faces.urls import nothing
from yichuang.faces.addresses import link, url


class Other:
    """Patterns of their own, where the same name lies elsewhere."""

    urlpatterns = [path("elsewhere/", nothing, name="place"), path("of/<int:id>", nothing, name="one")]


class Another:
    urlpatterns = [path("there/", nothing, name="place")]


def test_an_address_hangs_on_the_patterns_in_force() -> None:
    for _ in range(2):  # the second time from memory
        with override_settings(ROOT_URLCONF=Other):
            assert url("place") == "/elsewhere/" and url("one", 3) == url("one", id=3) == "/of/3"
        with override_settings(ROOT_URLCONF=Another):
            assert url("place") == "/there/"
            assert link("one") == ""
            with pytest.raises(NoReverseMatch):
                url("one", 3)


def test_an_address_hangs_on_the_script_prefix() -> None:
    with override_settings(ROOT_URLCONF=Other):
        assert url("place") == "/elsewhere/"
        set_script_prefix("/city/")
        try:
            assert url("place") == "/city/elsewhere/"
        finally:
            clear_script_prefix()
        assert url("place") == "/elsewhere/"
