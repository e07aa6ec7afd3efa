"""Tables of the catalogue. A published standard is one immutable document; columns beside it serve lists and search."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Published(models.Model):
    """A published version of a standard (3.2d). Never changed: a new version is a new row, an old one only ends."""

    key = models.TextField(primary_key=True)  # 410100/ZZ-001/1
    item = models.TextField()
    division = models.TextField()
    department = models.TextField()  # 410100/scjg
    version = models.IntegerField()
    name = models.TextField()
    item_code = models.TextField()
    initials = models.TextField()  # pinyin initials of the name: sp jy xk
    sort = models.TextField()  # pinyin of the name, for ordering
    document = models.TextField()  # canonical JSON of the Standard
    digest = models.TextField()  # SM3 of the document, hex
    published_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "item", "version"], name="catalog_published_version")
        ]
        indexes = [
            models.Index(fields=["division", "department", "sort"], name="catalog_published_list"),
            GinIndex(fields=["words"], name="catalog_published_words"),
        ]


class Listed(models.Model):
    """Which version of a standard is in force for new cases, and since when; one row an item and division."""

    division = models.TextField()
    item = models.TextField()
    current = models.ForeignKey(Published, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "item"], name="catalog_listed_once")]
