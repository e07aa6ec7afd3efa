"""Addresses of the administrators' pages."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.house import (
    audit,
    calendar,
    clients,
    home,
    identities,
    importing,
    officers,
    outages,
    outbox,
    parameters,
    posts,
    rules,
    security,
    structure,
)

app_name = "house"
urlpatterns = [
    path("", home.home, name="home"),
    path("calendar", calendar.page, name="calendar"),
    path("outages", outages.page, name="outages"),
    path("outages/<int:outage_id>/cancel", outages.cancel, name="outage_cancel"),
    path("warnings", parameters.page, name="warnings"),
    path("warnings/<slug:family>", parameters.family, name="warning"),
    path("rules", rules.page, name="rules"),
    path("rules/<slug:code>/<slug:name>", rules.parameter, name="rule"),
    path("state", home.state, name="state"),
    path("outbox", outbox.page, name="outbox"),
    path("outbox/<int:mail_id>/retry", outbox.retry, name="outbox-retry"),
    path("departments", posts.departments, name="departments"),
    path("departments/<division>/<code>", posts.department, name="department"),
    path("post/<path:post_id>", posts.post, name="post"),
    path("post-risk/<path:post_id>", posts.rate, name="rate"),
    path("add/<slug:kind>", structure.add, name="add"),
    path("change/<slug:kind>/<path:ref>", structure.change, name="change"),
    path("close/<slug:kind>/<path:ref>", structure.close, name="close-down"),
    path("move/<path:ref>", structure.move, name="move"),
    path("import", importing.page, name="import"),
    path("import/<slug:kind>.csv", importing.template, name="import_template"),
    path("holding/<int:holding_id>/end", posts.end, name="end"),
    path("officer", officers.enrol, name="enrol"),
    path("officer/<int:officer_id>", officers.page, name="officer"),
    path("officer/<int:officer_id>/link", officers.link, name="link"),
    path("officer/<int:officer_id>/close", officers.close, name="close"),
    path("absence/<int:absence_id>/end", officers.back, name="back"),
    path("absence/<int:absence_id>/stand-in", officers.stand_in, name="stand-in"),
    path("identities", identities.page, name="identities"),
    path("identities/<int:question_id>", identities.question, name="identity"),
    path("clients", clients.page, name="clients"),
    path("clients/<int:client_id>/revoke", clients.revoke, name="revoke"),
    path("security", security.page, name="security"),
    path("security/<slug:name>", security.number, name="security-number"),
    path("audit", audit.page, name="audit"),
    path("audit/<int:position>", audit.entry, name="entry"),
    path("proof", audit.proof, name="proof"),
]
