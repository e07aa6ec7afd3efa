"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.watch import (
    durations,
    findings,
    hours,
    lights,
    order,
    order_new,
    orders,
    own_rules,
    people,
    process,
    rates,
    reconcile,
    risks,
    rules,
    signs,
    views,
    wall,
)

app_name = "watch"
urlpatterns = [
    path("", views.home, name="home"),
    path("wall", wall.page, name="wall"),
    path("lights", lights.page, name="lights"),
    path("durations", durations.page, name="durations"),
    path("process", process.page, name="process"),
    path("process/cases", process.cases, name="process_cases"),
    path("hours", hours.page, name="hours"),
    path("signs", signs.page, name="signs"),
    path("department/<division>/<code>", people.department, name="department"),
    path("officer/<int:account>", people.officer, name="officer"),
    path("findings", findings.page, name="findings"),
    path("finding/<uuid:finding_id>", findings.one, name="finding"),
    path("orders", orders.page, name="orders"),
    path("orders/new", order_new.new, name="order_new"),
    path("order/<uuid:order_id>", order.one, name="order"),
    path("order/<uuid:order_id>/<act>", order.do, name="order_do"),
    path("rates", rates.page, name="rates"),
    path("rates/exclude", rates.exclude, name="exclude"),
    path("rates/count/<int:exclusion_id>", rates.count, name="count"),
    path("reconcile", reconcile.page, name="reconcile"),
    path("risks", risks.page, name="risks"),
    path("risks/<division>/<code>", risks.department, name="risk"),
    path("rules", rules.page, name="rules"),
    path("rules/new", own_rules.choose, name="own_rule_choose"),
    path("rules/new/<slug:kind>", own_rules.write, name="own_rule_write"),
    path("rules/<uuid:rule_id>", own_rules.rewrite, name="own_rule_rewrite"),
    path("roots", views.roots, name="roots"),
    path("roots/<name>", views.root, name="root"),
]
