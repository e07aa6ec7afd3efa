"""Registers the room with Django; nothing else."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yichuang.people"
    label = "people"
    verbose_name = "用户与申请人"
    default_auto_field = "django.db.models.BigAutoField"
