"""Addresses computed once: they hang on the patterns in force and on the script prefix, and on nothing else."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, clear_script_prefix, path, reverse, set_script_prefix

from tests.unit.faces.urls import nothing
from yichuang.faces.addresses import link, url


class Other:
    """Patterns of their own, where the same name lies elsewhere."""

    urlpatterns = [path("elsewhere/", nothing, name="place"), path("of/<int:id>", nothing, name="one")]


class Another:
    urlpatterns = [
        path("there/", nothing, name="place"),
        path("of/<uuid:case>/file/<uuid:file>", nothing, name="file"),
        path("of/<uuid:case>/<str:act>/<int:seq>", nothing, name="act"),
    ]


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


def test_an_address_holds_the_ids_it_is_asked_for() -> None:
    ids = (uuid4(), uuid4(), UUID(int=0))
    with override_settings(ROOT_URLCONF=Another):
        for case in ids:
            for file in ids:
                assert url("file", case, file) == reverse("file", args=[case, file]) == f"/of/{case}/file/{file}"
            assert url("act", case, "{0}", 3) == reverse("act", args=[case, "{0}", 3])
        with pytest.raises(NoReverseMatch):
            url("file", ids[0])
