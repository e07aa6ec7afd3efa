"""The Django app that carries the templates, styles and scripts common to all screens. It has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class FacesConfig(AppConfig):
    name = "yichuang.faces"
    label = "faces"
    verbose_name = "界面"
