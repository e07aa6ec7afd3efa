"""Documents are kept by the stream and the entry that issued them: also those of older stores, and of other lives."""

from __future__ import annotations

import uuid
from importlib import import_module

import pytest
from django.db import connection

from tests.db.documents.lives import Lives, one
from yichuang.aggregates.models import Paper
from yichuang.documents import queries, service
from yichuang.documents.models import File, record_of, recorded_life

LIFE = str(uuid.UUID(int=7))


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_what_an_older_store_issued_still_checks(lives: Lives) -> None:
    case = lives.accepted()
    paper = one(case, "acceptance")
    file = service.make(paper.stream, paper.seq)
    before = queries.by_code(paper.code), list(Paper.objects.order_by("pk").values()), File.objects.values().get()
    run(
        "create table cases_paper as select split_part(stream, '/', 2)::uuid case_id, seq, kind, number, code, digest,"
        " issued_at from aggregates_paper",
        "delete from aggregates_paper",
        "alter table documents_file alter column stream type uuid using split_part(stream, '/', 2)::uuid",
        "alter table documents_file rename column stream to case_id",
    )
    run(import_module("yichuang.cases.migrations.0011_papers_by_stream").MOVE)
    run(*import_module("yichuang.documents.migrations.0002_files_by_stream").BY_STREAM)
    assert before == (
        queries.by_code(paper.code), list(Paper.objects.order_by("pk").values()), File.objects.values().get(),
    )  # fmt: skip
    assert before[0] and before[0].contents == (file.content,)
    assert service.make(paper.stream, paper.seq) == file


@pytest.mark.parametrize(("life", "record"), [(f"case/{LIFE}", f"paper/{LIFE}"), (f"a/{LIFE}", f"paper/a/{LIFE}")])
def test_files_of_every_life_are_on_record(life: str, record: str) -> None:
    assert record_of(life) == record and recorded_life(record) == life
