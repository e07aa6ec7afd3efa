"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.desk import (
    acts,
    binding,
    case,
    check,
    entering,
    handover,
    intake,
    laws,
    licences,
    listing,
    lists,
    looking,
    mandates,
    reports,
    revising,
    slip,
    supply,
    withhold,
)

app_name = "desk"
urlpatterns = [
    path("", lists.home, name="home"),
    path("post", lists.switch, name="switch"),
    path("case/<uuid:case_id>", case.page, name="case"),
    path("case/<uuid:case_id>/supply/keep", supply.keep, name="keep-correction"),
    path("case/<uuid:case_id>/unmask", looking.unmask, name="unmask"),
    path("case/<uuid:case_id>/file/<uuid:upload_id>", looking.file, name="file"),
    path("case/<uuid:case_id>/open/<slug:part>", looking.open_part, name="open"),
    path("case/<uuid:case_id>/reports", reports.page, name="reports"),
    path("case/<uuid:case_id>/withhold", withhold.page, name="withhold"),
    path("case/<uuid:case_id>/check", check.page, name="check"),
    path("case/<uuid:case_id>/slip", slip.page, name="slip"),
    path("case/<uuid:case_id>/add", supply.page, name="add"),
    path("case/<uuid:case_id>/supply", supply.page, name="supply"),
    path("case/<uuid:case_id>/do/<slug:act>", acts.do, name="do"),
    path("case/<uuid:case_id>/do/<slug:act>/<slug:step>", acts.do, name="do"),
    path("licences", licences.home, name="licences"),
    path("list", listing.home, name="list"),
    path("revisions", revising.home, name="revisions"),
    path("laws", laws.home, name="laws"),
    path("intake", intake.find, name="intake"),
    path("binding/<str:subject_id>", binding.issue, name="binding"),
    path("intake/for/<str:subject_id>", intake.choose, name="intake-item"),
    path("intake/mandates/<str:subject_id>", mandates.page, name="intake-mandates"),
    path("intake/for/<str:subject_id>/<str:item>", intake.start, name="intake-start"),
    path("intake/form/<uuid:draft_id>", intake.fill, name="intake-form"),
    path("intake/form/<uuid:draft_id>/autosave", intake.autosave, name="intake-autosave"),
    path("intake/form/<uuid:draft_id>/discard", intake.discard, name="intake-discard"),
    path("intake/done/<uuid:case_id>", intake.receipt, name="intake-receipt"),
    path("licences/enter", entering.choose, name="enter"),
    path("licences/enter/<str:item>", entering.enter, name="enter-paper"),
    path("handover", handover.page, name="handover"),
    path("handover/absence", handover.absent, name="absence"),
    path("handover/absence/<int:absence_id>/end", handover.back, name="back"),
    path("handover/delegate/<int:absence_id>", handover.stand_in, name="delegate"),
]
