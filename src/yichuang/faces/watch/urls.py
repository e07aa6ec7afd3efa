"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.watch import findings, rules, views

app_name = "watch"
urlpatterns = [
    path("", views.home, name="home"),
    path("findings", findings.page, name="findings"),
    path("finding/<uuid:finding_id>", findings.one, name="finding"),
    path("rules", rules.page, name="rules"),
    path("roots", views.roots, name="roots"),
    path("roots/<name>", views.root, name="root"),
]
