"""Addresses of the studio. Standards are public, so no account is needed."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.studio import views

app_name = "studio"
urlpatterns = [
    path("", views.index, name="index"),
    path("<division>/<item>", views.standard, name="standard"),  # the version in force
    path("<division>/<item>/<int:version>", views.standard, name="standard"),
    path("<division>/<item>/<int:version>/flow.bpmn", views.flow, name="flow"),
    path("<division>/<item>/<int:version>/standard.json", views.document, name="document"),
]
