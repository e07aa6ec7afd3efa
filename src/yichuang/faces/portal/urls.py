"""Addresses of the public portal, at the root. Each line is one page; templates and other faces use the names."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.portal import items, progress, words

app_name = "portal"
urlpatterns = [
    path("", items.home, name="home"),
    path("search", items.find, name="search"),
    path("items/", items.catalogue, name="catalogue"),
    path("items/<division>/<item>", items.item, name="item"),
    path("items/<division>/<item>/blank", items.blank, name="blank"),
    path("bases", items.bases, name="bases"),
    path("progress", progress.progress, name="progress"),
    *(path(name, words.words, {"name": name}, name=name) for name in words.TITLES),
]
