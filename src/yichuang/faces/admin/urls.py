"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.admin import calendar, home, parameters

app_name = "house"
urlpatterns = [
    path("", home.home, name="home"),
    path("calendar", calendar.page, name="calendar"),
    path("warnings", parameters.page, name="warnings"),
    path("warnings/<slug:family>", parameters.family, name="warning"),
    path("state", home.state, name="state"),
]
