"""The pages' own code without a database: the few settings of Django it reads, when nothing else has set Django up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[3] / "src" / "yichuang" / "faces" / "templates"


@pytest.fixture(scope="session", autouse=True)
def few_settings() -> None:
    """With DJANGO_SETTINGS_MODULE the whole product's settings are there (tests/conftest.py) and serve as well."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        return
    import django
    from django.conf import settings

    settings.configure(
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        LANGUAGE_CODE="zh-hans",
        STATIC_URL="/static/",
        ROOT_URLCONF="tests.unit.faces.urls",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [TEMPLATES],
                "OPTIONS": {"environment": "yichuang.faces.web.environment"},
            }
        ],
    )
    django.setup()
