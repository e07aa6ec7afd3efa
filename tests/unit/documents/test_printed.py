"""The term of a licence as printed, and what people copy from a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.documents.samples import document, licence
from yichuang.documents.granted import open_term
from yichuang.documents.render import _data, _licence


@pytest.mark.parametrize(
    ("valid_to", "term", "printed"),
    [
        (date(2023, 3, 15), "", "2018年3月16日至2023年3月15日"),
        (None, "", "自2018年3月16日起，长期有效"),
        (None, "按批准的工期", "自2018年3月16日起，按批准的工期"),
    ],
)
def test_the_last_line_says_how_long(valid_to: date | None, term: str, printed: str) -> None:
    shown: dict[str, Any] = _licence(replace(licence(), valid_to=valid_to, term=term))
    assert shown["fields"][-1] == {"label": "有效期限", "value": printed}


@pytest.mark.parametrize(
    ("note", "term"),
    [
        ("长期，配合定期检验", "长期有效"),
        ("按演出场次日期", "按演出场次日期"),
        ("各地常按3~5年", "期限依照法律、法规的规定"),
        ("", "期限依照法律、法规的规定"),
    ],
)
def test_a_working_remark_is_not_printed(note: str, term: str) -> None:
    context: Any = SimpleNamespace(standard=SimpleNamespace(result=SimpleNamespace(validity_note=note)))
    assert open_term(context) == term


def test_what_people_copy_has_no_invisible_characters() -> None:
    """The address, the case's number and the certificate's identifier are typed or pasted elsewhere."""
    number = "11410100Y00000235J34101990030002610280000"
    shown = _data(
        replace(document("receipt"), case_number=number, verify_url="https://yichuang.zhengzhou.example/verify")
    )
    assert shown["case_number"] == number
    assert shown["verify_url"] == "https://yichuang.zhengzhou.example/verify"
    assert _data(licence())["identifier"] == licence().identifier
    assert "\u200b" in _data(replace(document("receipt"), verify_url="https://x.example/" + "a" * 90))["verify_url"]
