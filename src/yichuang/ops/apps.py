"""Tells Django that this room exists; it has tasks and no tables of its own."""

from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "yichuang.ops"
    verbose_name = "运行"
