"""What lies on disk against what was recorded: uploads that were altered, lost, dropped or planted."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.db.uploads.test_uploads import OWNER, PDF, keep, store

__all__ = ["store"]


@pytest.fixture
def kept(store: Path) -> Any:
    return keep("图纸.pdf", PDF)


def found() -> Any:
    from yichuang.aggregates.upload_check import check_uploads
    from yichuang.ledger.report import Report

    report = Report()
    check_uploads(report)
    return report


def test_a_file_as_it_was_sent_is_green(kept: Any) -> None:
    report = found()
    assert report.green and report.files == 1


def test_a_file_changed_on_disk_is_named_even_with_the_same_size(kept: Any, store: Path) -> None:
    (store / kept.key).write_bytes(PDF.replace(b"1 0 obj", b"2 0 obj"))
    (fault,) = found().faults
    assert str(kept.id) in fault.where and "上传文件" in fault.where and "被改动" in fault.text


def test_a_file_that_is_gone_is_named(kept: Any, store: Path) -> None:
    (store / kept.key).unlink()
    assert "不见了" in found().faults[0].text


def test_a_folder_in_its_place_is_named(kept: Any, store: Path) -> None:
    (store / kept.key).unlink()
    (store / kept.key).mkdir()
    assert "读不出来" in found().faults[0].text


def test_a_file_that_its_sender_dropped_is_green(kept: Any) -> None:
    from yichuang.aggregates import uploads

    uploads.drop(kept, OWNER)
    assert found().green


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": "0" * 64}, "登记被改动"),
        ({"account": "a:2"}, "登记被改动"),
        ({"key": ""}, "不见了"),
        ({"key": "../../etc/passwd"}, "读不出来"),
    ],
)
def test_a_row_that_was_changed_is_named(kept: Any, change: dict[str, Any], said: str) -> None:
    from yichuang.aggregates.models import Upload

    Upload.objects.filter(pk=kept.pk).update(**change)
    assert any(said in fault.text for fault in found().faults)


def test_a_row_that_is_gone_without_a_word_is_named(kept: Any) -> None:
    kept.delete()
    assert "没有删除记录" in found().faults[0].text


def test_a_file_put_in_past_the_program_is_named(kept: Any, store: Path) -> None:
    from yichuang.aggregates.models import Upload

    Upload.objects.create(
        id=uuid.uuid4(), account="a:1", material="M01", name="伪.pdf", type="pdf", size=1, digest="", key=kept.key
    )
    (fault,) = found().faults
    assert "没有入账" in fault.text
