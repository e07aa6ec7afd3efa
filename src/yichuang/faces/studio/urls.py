"""Addresses of the studio. Published standards are public, so they need no account; manuscripts are for officers."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.studio import consistency, editing, files, views

app_name = "studio"
urlpatterns = [
    path("", views.index, name="index"),
    path("edit/<uuid:id>", editing.overview, name="edit"),
    path("edit/<uuid:id>/compare", editing.compare, name="edit-compare"),
    path("edit/<uuid:id>/preview", editing.preview, name="edit-preview"),
    path("edit/<uuid:id>/file/<slug:kind>", files.download, name="edit-file"),
    path("edit/<uuid:id>/upload", files.upload, name="edit-upload"),
    path("edit/<uuid:id>/save/<path:line>", editing.autosave, name="edit-save"),
    path("edit/<uuid:id>/checks/<path:line>", editing.checks, name="edit-checks"),
    path("edit/<uuid:id>/<path:line>", editing.part, name="edit-part"),
    path("consistency", consistency.report, name="consistency"),
    path("consistency/<division>/<item>", consistency.item, name="consistency-item"),
    path("<division>/<item>", views.standard, name="standard"),  # the version in force
    path("<division>/<item>/<int:version>", views.standard, name="standard"),
    path("<division>/<item>/<int:version>/flow.bpmn", views.flow, name="flow"),
    path("<division>/<item>/<int:version>/standard.json", views.document, name="document"),
]
