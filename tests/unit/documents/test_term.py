"""The term of a licence, as printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.documents.samples import licence
from yichuang.documents.licence import open_term
from yichuang.documents.render import _licence


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
