"""表样: every blank form and sample that the guide names is there, for every item, and a sample passes its own form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from yichuang.catalog import form
from yichuang.catalog.invented import Home
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.documents import sheets
from yichuang.documents.render import render_sheet
from yichuang.documents.sheets import BLANK, SAMPLE, Sheet
from yichuang.kernel.codes import division

CITY = {s.item: s for s in load_standards() if s.division == "410100"}
every = pytest.mark.parametrize("standard", CITY.values(), ids=CITY)
_BESIDE_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;!?()][\u4e00-\u9fff]")


def all_sheets(standard: Standard) -> Iterator[tuple[str, Sheet]]:
    for situation in standard.situations:
        for material in standard.materials:
            for kind in sheets.offered(material):
                yield material.code, sheets.sheet(standard, material.code, kind, situation.code)


def words(sheet: Sheet) -> Iterator[str]:
    yield from (sheet.title, sheet.matter, sheet.declares, *sheet.notes)
    for part in sheet.parts:
        yield from (part.title, part.note, *part.headings)
        yield from (text for line in part.lines for text in line)
        yield from (text for cell in part.cells for text in (cell.label, cell.value, cell.note))


@pytest.mark.clause("3.2e.1")
@every
def test_whatever_the_standard_names_is_there(standard: Standard) -> None:
    for material in standard.materials:
        kinds = sheets.offered(material)
        assert (BLANK in kinds) == bool(material.blank_form), material.name
        assert (SAMPLE in kinds) == bool(material.sample or material.blank_form), material.name
    assert any(SAMPLE in sheets.offered(m) for m in standard.materials)


@every
def test_the_sample_passes_the_forms_own_validation(standard: Standard) -> None:
    for situation in standard.situations:
        about = {"situation": situation.code, "agent": "no"}
        values = sheets.sample_values(standard, situation.code)
        day = date.fromisoformat(standard.valid_from)
        filing = form.Filing(standard.division, day, day)
        assert form.validate(standard.form, values, {**values, **about}, filing) == {}


@every
def test_a_blank_form_is_blank_and_a_sample_is_full(standard: Standard) -> None:
    for _, sheet in all_sheets(standard):
        cells = [c for part in sheet.parts for c in part.cells]
        if sheet.kind == BLANK:
            assert all(not c.value or c.value.startswith("□") for c in cells if c.label != "办理情形")
            assert not any(
                text for part in sheet.parts if part.title == "清单" for _, *row in part.lines for text in row
            )
        else:
            assert all(c.value for c in cells), [c.label for c in cells if not c.value]
            assert all(any(part.lines[0]) for part in sheet.parts if part.lines)


@every
def test_sheets_are_written_in_full_width_punctuation(standard: Standard) -> None:
    for _, sheet in all_sheets(standard):
        found = [text for text in words(sheet) if _BESIDE_CHINESE.search(text)]
        assert not found


def test_the_same_version_gives_the_same_sheet_and_another_one_another() -> None:
    standard = CITY["ZZ-001"]
    first = sheets.sheet(standard, "M01", SAMPLE, "new")
    assert first == sheets.sheet(standard, "M01", SAMPLE, "new")
    assert first.digest() != sheets.sheet(replace(standard, version=2), "M01", SAMPLE, "new").digest()
    assert first.digest() != sheets.sheet(standard, "M01", SAMPLE, "renew").digest()


def test_the_blank_form_asks_what_any_answer_may_call_for_and_nothing_of_other_situations() -> None:
    titles = [part.title for part in sheets.sheet(CITY["ZZ-001"], "M01", BLANK, "new").parts]
    assert "食堂情况" in titles and "自动售货设备（1）" in titles
    assert "原证信息" not in titles
    assert "原证信息" in [part.title for part in sheets.sheet(CITY["ZZ-001"], "M01", BLANK, "renew").parts]


@pytest.mark.parametrize(("code", "situation"), [("M01", "new"), ("M11", "renew"), ("M12", "reissue"), ("M07", "new")])
def test_a_sheet_is_made_for_a_situation_that_calls_for_it(code: str, situation: str) -> None:
    assert sheets.situation_of(CITY["ZZ-001"], code) == situation


@pytest.mark.parametrize(
    ("code", "kind", "situation"),
    [
        ("M02", BLANK, "new"),
        ("M03", BLANK, "new"),
        ("M99", SAMPLE, "new"),
        ("M01", "other", "new"),
        ("M01", BLANK, "x"),
    ],
)
def test_what_is_not_offered_is_not_made(code: str, kind: str, situation: str) -> None:
    with pytest.raises(LookupError):
        sheets.sheet(CITY["ZZ-001"], code, kind, situation)


@pytest.mark.clause("3.2e.1")
@pytest.mark.parametrize(("item", "code"), [("ZZ-001", "M01"), ("ZZ-018", "M01"), ("ZZ-023", "M03")])
@pytest.mark.parametrize("kind", [BLANK, SAMPLE])
def test_it_is_set_as_a_marked_pdf(item: str, code: str, kind: str) -> None:
    sheet = sheets.sheet(CITY[item], code, kind, "new")
    data = render_sheet(sheet)
    assert data == render_sheet(sheet)
    reader = PdfReader(io.BytesIO(data))
    text = "".join(page.extract_text() for page in reader.pages)
    assert sheet.title in text.replace("\n", "") and sheet.mark in text
    assert ("所填内容均为虚构" in text) == (kind == SAMPLE)
    assert "〔U+" not in text
    assert len(reader.pages) <= 4


@every
def test_a_sample_lives_in_the_city_that_shows_it(standard: Standard) -> None:
    """Nothing of the demo city is invented for another; what the standard itself names stays."""
    home = Home("开封市", (("410225", "兰考县"),), "（示例）")
    values = str(sheets.sample_values(standard, standard.situations[0].code, home))
    assert "演示" not in values and not any(one.name in values for one in division.DISTRICTS)
