"""Every kind of document is declared once, in its own file, and lacks nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from yichuang import documents
from yichuang.aggregates.words import WORDS
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.cases.papers import DECISIONS, PAPERS, issued_by
from yichuang.documents.content import Document, Licence
from yichuang.documents.declaring import declare
from yichuang.documents.kinds import KINDS
from yichuang.licences import papers as licences

HERE = Path(documents.__file__).parent


def receipt(event: Any, context: Any) -> Any: ...


def new(event: Any, context: Any) -> Any: ...


def test_a_file_declares_one_kind_under_its_own_name() -> None:
    files = {path.stem for path in (HERE / "kinds").glob("*.py")} - {"__init__"}
    assert set(KINDS) == set(WORDS) == files
    for code, kind in KINDS.items():
        assert kind.code == code and kind.says.__module__ == f"yichuang.documents.kinds.{code}"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_a_kind_lacks_nothing(code: str) -> None:
    kind = KINDS[code]
    assert kind.name and kind.title and WORDS[code] == kind.word
    assert (HERE / "templates" / kind.template).is_file()
    assert get_type_hints(kind.says)["return"] in (Document, Licence)


@pytest.mark.parametrize(("says", "word"), [(receipt, "新"), (new, "收"), (new, "")])
def test_a_code_or_a_word_that_is_taken_is_refused(says: Any, word: str) -> None:
    before = dict(KINDS), dict(WORDS)
    with pytest.raises(ValueError, match="declared twice"):
        declare("新文书", word=word)(says)
    assert before == (KINDS, WORDS)


def test_every_kind_is_issued_by_an_event_of_a_life() -> None:
    decisions = {code for pair in DECISIONS.values() for code in pair} | {"grant", "refusal"}
    by_kind = {code for kinds in licences.BY_KIND.values() for code in kinds.values()}
    ended = {"deemed_renewal", "cancellation", "revocation_dropped", "guidance_notice"}
    assert {*PAPERS.values(), *licences.PAPERS.values()} | decisions | by_kind | ended == set(KINDS)


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("situation", ["new", *DECISIONS])
def test_a_decision_is_named_after_what_was_asked(situation: str, granted: bool) -> None:
    decided = ev.Decided(granted, date(2018, 3, 12), (), "", (), ())
    case = Case("one", situation=situation, licence="" if situation == "new" else "l")
    expected = DECISIONS.get(situation, ("grant", "refusal"))
    assert issued_by(decided, case) == expected[not granted]
