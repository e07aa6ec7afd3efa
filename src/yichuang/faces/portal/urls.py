"""Addresses of the public portal, at the root. Each line is one page; templates and other faces use the names."""

from __future__ import annotations

from django.urls import path

from yichuang.faces.portal import (
    account,
    acts,
    apply,
    devices,
    files,
    items,
    looked,
    materials,
    mine,
    progress,
    sheets,
    words,
)

app_name = "portal"
urlpatterns = [
    path("", items.home, name="home"),
    path("search", items.find, name="search"),
    path("items/", items.catalogue, name="catalogue"),
    path("items/<division>/<item>", items.item, name="item"),
    path("items/<division>/<item>/blank", items.blank, name="blank"),
    path("items/<division>/<item>/sheets/<code>/<kind>", sheets.sheet, name="sheet"),
    path("items/<division>/<item>/sheets/<code>/<kind>/state", sheets.state, name="sheet-state"),
    path("bases", items.bases, name="bases"),
    path("progress", progress.progress, name="progress"),
    *(path(name, words.words, {"name": name}, name=name) for name in words.TITLES),
    path("items/<division>/<item>/apply", apply.start, name="start"),
    path("drafts/<uuid:id>/form", apply.form, name="form"),
    path("drafts/<uuid:id>/autosave", apply.autosave, name="autosave"),
    path("drafts/<uuid:id>/materials", materials.materials, name="materials"),
    path("drafts/<uuid:id>/review", apply.review, name="review"),
    path("drafts/<uuid:id>/submit", apply.submit, name="submit"),
    path("drafts/<uuid:id>/delete", apply.delete, name="delete"),
    path("files/<uuid:id>", files.download, name="file"),
    path("my/", mine.mine, name="mine"),
    path("my/<uuid:id>", mine.case, name="case"),
    path("my/<uuid:id>/filed", mine.filed, name="filed"),
    path("my/<uuid:id>/supply", acts.supply, name="supply"),
    path("my/<uuid:id>/withdraw", acts.withdraw, name="withdraw"),
    path("my/<uuid:id>/deliver", acts.deliver, name="deliver"),
    path("my/<uuid:id>/pay/<fee>", acts.pay, name="pay"),
    path("cashier", acts.cashier, name="cashier"),
    path("messages/", account.inbox, name="messages"),
    path("messages/read", account.read_all, name="read-all"),
    path("messages/<int:id>", account.open_message, name="message"),
    path("account", account.account, name="account"),
    path("account/real-name", account.real_name, name="real-name"),
    path("account/binding", account.binding_code, name="binding-code"),
    path("account/organisation", account.organisation, name="organisation"),
    path("account/mandates", account.grant, name="grant"),
    path("account/mandates/<int:id>/revoke", account.revoke, name="revoke"),
    path("account/looked", looked.looked, name="looked"),
    path("account/devices", devices.devices, name="devices"),
    path("account/devices/end", devices.end, name="end-device"),
    path("outbox", account.outbox, name="outbox"),
]
