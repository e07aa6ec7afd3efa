"""Addresses of the watch."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.watch import findings, order, order_new, orders, rates, reconcile, risks, rules, views, wall

app_name = "watch"
urlpatterns = [
    path("", views.home, name="home"),
    path("wall", wall.page, name="wall"),
    path("findings", findings.page, name="findings"),
    path("finding/<uuid:finding_id>", findings.one, name="finding"),
    path("orders", orders.page, name="orders"),
    path("orders/send", orders.send, name="orders_send"),
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
    path("roots", views.roots, name="roots"),
    path("roots/<name>", views.root, name="root"),
]
