"""Every kind of document, from cases that went through the door: made, signed, and found genuine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from tests.db.documents.lives import Lives, papers
from yichuang.cases.papers import PAPERS
from yichuang.documents import service
from yichuang.documents.inspecting import inspect
from yichuang.documents.models import File
from yichuang.documents.verify import read_authority
from yichuang.ledger.models import Entry


def pdf(file: File) -> bytes:
    with default_storage.open(file.key) as stored:
        data: bytes = stored.read()
        return data


@pytest.mark.clause("3.5c.4")
@pytest.mark.door
def test_every_kind_is_made_from_real_cases_and_verifies(lives: Lives, seals: Path) -> None:
    """YICHUANG_PAPERS=folder keeps the files, for people to look at."""
    kept = os.environ.get("YICHUANG_PAPERS")
    kinds = set()
    for number, case in enumerate(lives.all()):
        for paper in papers(case):
            file = service.make(f"case/{case}", paper.seq)
            data = pdf(file)
            found = inspect(data, read_authority(seals / "seals").root)
            assert found.genuine, (paper.kind, found.messages)
            assert found.document_digest == file.content
            assert found.signer == lives.city.standard.department_name
            entry = Entry.objects.filter(stream=f"paper/{case}", kind="rendered").latest("seq")
            assert file.digest in entry.body
            kinds.add(paper.kind)
            if kept:
                Path(kept, f"{number}-{paper.seq}-{paper.kind}.pdf").write_bytes(data)
    assert kinds == {*PAPERS.values(), "grant", "refusal"}  # others are of licences: tests/db/licences
