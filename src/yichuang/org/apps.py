"""Registers the room with Django; nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "yichuang.org"
    label = "org"
    verbose_name = "机构与岗位"
    default_auto_field = "django.db.models.BigAutoField"
