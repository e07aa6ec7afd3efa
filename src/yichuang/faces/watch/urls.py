"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.watch import views

app_name = "watch"
urlpatterns = [
    path("", views.home, name="home"),
    path("roots", views.roots, name="roots"),
    path("roots/<name>", views.root, name="root"),
]
