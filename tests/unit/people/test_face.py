"""The table of field × reader: what nobody sees whole, what the public never sees, and that unknown means hidden."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from yichuang.ledger.actor import Actor
from yichuang.people.face import (
    HIDE,
    MASK,
    MASKS,
    PARTS,
    READERS,
    SHOW,
    TABLES,
    CasePart,
    Reader,
    field_level,
    make_veil,
    mask_fields,
    mask_name,
    part_level,
    reader_of,
)


@dataclass
class Row:
    kind: str = "person"
    name: str = "阿依古丽·买买提"
    id_number: str = "410105198505059974"
    uscc: str = "91410105DEM00001XX"
    legal_name: str = "张三丰"
    legal_id_number: str = "410105198505059974"
    phone: str = "13800001234"
    address: str = "郑州市金水区示范路 8 号"
    username: str = "zhangsan"
    real_name: str = "张三"
    email: str = "zhangsan@demo.invalid"


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("reader", READERS)
def test_no_reader_gets_an_identity_number_whole(kind: str, reader: Reader) -> None:
    assert "410105198505059974" not in mask_fields(Row(kind), reader).values()


def test_the_public_gets_no_contact_and_no_number() -> None:
    assert mask_fields(Row(), Reader.PUBLIC) == {"name": "阿***"}
    assert mask_fields(Row("organisation"), Reader.PUBLIC) == {
        "name": "阿依古丽·买买提",
        "uscc": "91410105DEM00001XX",
        "legal_name": "张**",
    }


def test_a_window_sees_whom_it_serves_and_supervision_sees_masks() -> None:
    assert mask_fields(Row(), Reader.WINDOW) == {
        "name": "阿依古丽·买买提",
        "id_number": "410105********9974",
        "phone": "13800001234",
        "address": "郑州市金水区示范路 8 号",
    }
    assert mask_fields(Row(), Reader.WATCH) == {
        "name": "阿***",
        "id_number": "410105********9974",
        "phone": "138****1234",
        "address": "郑州市金水区****",
    }


def test_every_masked_cell_has_a_mask_and_every_row_a_cell_per_reader() -> None:
    for table in TABLES.values():
        for field, cells in table.items():
            assert len(cells) == len(READERS)
            assert field in MASKS or set(cells) == {SHOW}


def test_what_the_table_does_not_name_is_hidden() -> None:
    assert field_level(Row(), "password", Reader.SELF) == HIDE
    assert mask_fields(Row("ghost"), Reader.SELF) == {}


def test_masks_leave_nothing_to_guess_from_short_values() -> None:
    assert [mask_name(name) for name in ("张三丰", "张三", "张", "")] == ["张**", "张*", "张*", ""]
    row = Row(id_number="E1", phone="12345", address="郑州市", email="no-at-sign")
    assert mask_fields(row, Reader.WATCH) == {"name": "阿***", "id_number": "**", "phone": "*****", "address": "****"}


def test_who_looks_follows_post_and_subjects() -> None:
    applicant = Actor("a:1", subjects=("s:me", "s:firm"), own_subjects=("s:me",), limited=(("s:shop", "ZZ-001"),))
    assert reader_of(applicant, "s:me") is Reader.SELF
    assert reader_of(applicant, "s:firm") is Reader.AGENT
    assert reader_of(applicant, "s:shop") is Reader.AGENT
    assert reader_of(applicant, "s:other") is Reader.PUBLIC
    assert reader_of(Actor("a:2", post="p", post_kind="window"), "s:me") is Reader.WINDOW
    assert reader_of(Actor("a:2", post="p", post_kind="supervisor"), "s:me") is Reader.WATCH
    assert reader_of(Actor("a:2", post="p", post_kind="cashier"), "s:me") is Reader.CASHIER
    assert reader_of(Actor("a:2", post="p", post_kind="counsellor"), "s:me") is Reader.TUTOR
    assert reader_of(Actor("a:2", post="p", post_kind="sysadmin"), "s:me") is Reader.PUBLIC


def test_every_part_of_a_case_has_a_cell_per_reader() -> None:
    assert set(PARTS) == set(CasePart)
    for cells in PARTS.values():
        assert len(cells) == len(READERS) and set(cells) <= {SHOW, MASK, HIDE}
    assert [part for part in CasePart if part_level(part, Reader.CASHIER) != HIDE] == [CasePart.FEES]
    assert not [part for part in CasePart if part_level(part, Reader.PUBLIC) != HIDE]


KNOWN = {
    "kind": "person", "name": "张三丰", "id_number": "410105198505059974", "phone": "13800001234", "agent": "李代办",
    "address": "郑州市金水区示范路8号",
}  # fmt: skip
WRITTEN = (
    "张三丰（身份证 4101051985 0505 9974、电话138-0000-1234）由李代办陪同，"
    "另一人 13911112222；住郑州市金水区示范路8号。"
)


def test_a_text_shows_to_each_reader_what_the_table_shows() -> None:
    watched = make_veil(Reader.WATCH, KNOWN)(WRITTEN)
    assert watched == (
        "张**（身份证 410105********9974、电话138****1234）由李**陪同，另一人 139****2222；住郑州市金水区****。"
    )
    handled = make_veil(Reader.OFFICER, KNOWN)(WRITTEN)
    assert "张三丰" in handled and "李代办" in handled and "示范路8号" in handled
    assert "9974、" in handled and "0505" not in handled and "138****1234" in handled
    at_window = make_veil(Reader.WINDOW, KNOWN)(WRITTEN)
    assert "138-0000-1234" in at_window and "13911112222" in at_window and "0505" not in at_window
    assert "张三丰" in make_veil(Reader.SELF, KNOWN)(WRITTEN)
    firm = {"kind": "organisation", "name": "郑州一窗餐饮有限公司", "legal_name": "张三丰"}
    assert make_veil(Reader.WATCH, firm)("郑州一窗餐饮有限公司的张三丰") == "郑州一窗餐饮有限公司的张**"
    assert make_veil(Reader.WATCH, {}, "张三丰")("张 三 丰到场") == "张**到场", (
        "the form was destroyed: careful as with a person"
    )
    known = {"kind": "person", "name": "Ivan 伊万", "id_number": "E1234567X"}
    assert make_veil(Reader.WATCH, known)("IVAN伊-万持e12345-67x") == "I***持E*******X"


def test_numbers_that_are_no_persons_stay() -> None:
    said = "办件编号114101001234567890200012018031200001，信用代码91350100M000100Y43，凭证20180312"
    assert make_veil(Reader.WATCH, {})(said) == said
