"""What lies on disk against what was recorded: documents whose files were altered, lost, or planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tests.db.documents.lives import Lives, one
from yichuang.documents import service
from yichuang.documents.file_check import check_files
from yichuang.documents.models import File, record_of
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.report import Report


@pytest.fixture
def made(lives: Lives) -> File:
    case = lives.accepted()
    return service.make(f"case/{case}", one(case, "acceptance").seq)


def found() -> Report:
    report = Report()
    check_files(report)
    return report


def test_a_file_as_it_was_rendered_is_green(made: File) -> None:
    report = found()
    assert report.green and report.files == 1


def test_one_changed_byte_is_named(made: File) -> None:
    file = Path(default_storage.path(made.key))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    (fault,) = found().faults
    assert f"{record_of(made.stream)} 第1条" in fault.where and "被改动" in fault.text


def test_a_file_that_is_gone_is_named_until_it_is_made_anew_on_record(made: File) -> None:
    default_storage.delete(made.key)
    assert "不见了" in found().faults[0].text
    service.make(made.stream, made.seq)
    assert found().green


def test_a_file_that_quotes_what_was_destroyed_may_be_gone(made: File) -> None:
    with transaction.atomic():
        vault.destroy_row(made.sources[0], "郑档销〔2018〕1号", SYSTEM)
    assert service.drop_destroyed() == 1
    assert found().green


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": "0" * 64}, "登记被改动"),
        ({"content": "0" * 64}, "登记被改动"),
        ({"key": ""}, "不见了"),
        ({"key": "../../etc/passwd"}, "读不出来"),
    ],
)
def test_a_row_that_was_changed_is_named(made: File, change: dict[str, Any], said: str) -> None:
    File.objects.filter(pk=made.pk).update(**change)
    assert any(said in fault.text for fault in found().faults)


def test_a_row_that_is_gone_and_a_row_that_nobody_recorded_are_named(made: File) -> None:
    File.objects.filter(pk=made.pk).update(generation=7)
    assert "登记不见了" in found().faults[0].text
    key = default_storage.save("papers/planted.pdf", ContentFile(b"planted"))
    File.objects.filter(pk=made.pk).update(generation=1)
    File.objects.create(
        stream=made.stream, seq=made.seq, generation=2, digest="1" * 64, content="", size=7, key=key, calendar=0,
        made_at=made.made_at,
    )  # fmt: skip
    (fault,) = found().faults
    assert "没有入账" in fault.text
