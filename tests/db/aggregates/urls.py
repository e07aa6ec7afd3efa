"""The addresses of the product, with the operations of the toy life in the API."""

from __future__ import annotations

from django.urls import include, path

from tests.db.aggregates.toy import SHOWN
from yichuang.faces.api.api import addresses, build
from yichuang.faces.api.lives import router_of
from yichuang.urls import urlpatterns as product

toy = addresses(build([router_of(SHOWN)], namespace="toy"))
urlpatterns = [path("api/", include((toy, "toy"))), *product]
