"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.desk import acts, case, lists

app_name = "desk"
urlpatterns = [
    path("", lists.home, name="home"),
    path("post", lists.switch, name="switch"),
    path("case/<uuid:case_id>", case.page, name="case"),
    path("case/<uuid:case_id>/unmask", case.unmask, name="unmask"),
    path("case/<uuid:case_id>/file/<uuid:upload_id>", case.file, name="file"),
    path("case/<uuid:case_id>/do/<slug:act>", acts.do, name="do"),
    path("case/<uuid:case_id>/do/<slug:act>/<slug:step>", acts.do, name="do"),
]
