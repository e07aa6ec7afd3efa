"""Codes: real ones pass, slips are caught, nothing makes a check raise; python-stdnum as a second opinion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric as stdnum_ric
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_10 as stdnum_11_10
from stdnum.iso7064 import mod_37_36 as stdnum_37_36

from yichuang.kernel.codes import (
    Problem,
    case_number,
    certificate_id,
    document_number,
    iso7064,
    item_code,
    phone,
    project_code,
    resident_id,
    tidy,
    uscc,
)

BODY = "11410100005252709W"
ITEM = "11410100005252709W3000109036000"
PERSON = "11010519491231002X"

hostile = st.one_of(
    st.none(),
    st.integers(),
    st.binary(max_size=20),
    st.text(max_size=45),
    st.text(st.sampled_from("0123456789X０１２Ⅻ²٣ \n-.〔〕许字第号郑"), min_size=10, max_size=45),
    st.lists(st.text(max_size=3), max_size=3),
)
CHECKS: list[Callable[[object], Problem | None]] = [
    uscc.check,
    resident_id.check,
    project_code.check,
    item_code.check,
    case_number.check,
    case_number.check_receipt,
    document_number.check,
    certificate_id.check,
]


@settings(max_examples=200)
@given(hostile)
def test_nothing_makes_a_check_raise(value: object) -> None:
    for check in CHECKS:
        problem = check(value)
        assert problem is not None and problem.code and problem.message.endswith("。")


@pytest.mark.parametrize(
    "value", [None, "", "  ", b"11010519491231002X", "🪪" * 18, "１" * 18, "٣" * 18, "\ud800" * 18]
)
def test_every_check_names_a_problem_for_what_is_no_code(value: object) -> None:
    assert all(check(value) for check in CHECKS)


# --- ISO 7064


def test_the_examples_of_iso_7064() -> None:
    assert iso7064.mod_11_10("0794") == "5"
    assert iso7064.mod_37_36("A12425GABC1234002") == "M"
    with pytest.raises(ValueError):
        iso7064.mod_11_10("12A")


@given(st.text("0123456789", min_size=1, max_size=40), st.text(iso7064.LETTERS, min_size=1, max_size=60))
def test_check_characters_agree_with_stdnum(digits: str, letters: str) -> None:
    assert iso7064.mod_11_10(digits) == stdnum_11_10.calc_check_digit(digits)
    assert iso7064.mod_37_36(letters) == stdnum_37_36.calc_check_digit(letters)


# --- 统一社会信用代码

usccs = st.builds(
    uscc.build,
    st.sampled_from(sorted(uscc.AUTHORITIES)),
    st.sampled_from("1239"),
    st.integers(0, 999999).map("{:06d}".format),
    st.text(uscc.ALPHABET, min_size=8, max_size=8),
)


@pytest.mark.parametrize(
    "code",
    [
        BODY,
        "11330105002500287C",
        "11430000006122244L",
        "11110000000021135M",
        "11370800MB28559184",
        "11100000000013338W",
    ],
)
def test_real_credit_codes(code: str) -> None:
    assert uscc.check(code) is None


def test_the_parts_of_a_credit_code() -> None:
    parsed = uscc.parse(BODY)
    assert parsed == uscc.Uscc(BODY, "1", "1", "410100", "005252709")
    assert isinstance(parsed, uscc.Uscc) and parsed.authority_name == "机构编制"


@pytest.mark.parametrize("authority", ["N", "Y", "A"])
def test_credit_codes_of_farmers_and_others(authority: str) -> None:
    code = uscc.build(authority, "2", "410122", "MA45PQ3X")
    assert uscc.check(code) is None
    assert not stdnum_uscc.is_valid(code), "if stdnum takes them now, the differential test can include them"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (BODY[:-1], "length"),
        (BODY.lower(), "character"),
        (f" {BODY[1:]}", "character"),
        ("11410100OO5252709W", "character"),
        ("1141W100005252709W", "division"),
        ("11410100005252719W", "organisation-check"),
        (BODY[:-1] + "X", "check"),
        ("", "empty"),
    ],
)
def test_faults_of_credit_codes(code: str, fault: str) -> None:
    problem = uscc.check(code)
    assert problem is not None and problem.code == fault


def test_the_inner_check_is_judged_even_when_the_outer_agrees() -> None:
    body = BODY[:16] + "8"
    code = body + uscc.check_character(body)
    assert stdnum_uscc.is_valid(code)
    problem = uscc.check(code)
    assert problem is not None and problem.code == "organisation-check"


@given(usccs, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_credit_codes_built_check_and_slips_are_caught(code: str, place: int, character: str) -> None:
    assert uscc.check(code) is None
    if code[:2].isdigit():
        assert stdnum_uscc.is_valid(code)
    slip = code[:place] + character + code[place + 1 :]
    assert (uscc.check(slip) is None) == (slip == code)


def test_parts_that_make_no_credit_code() -> None:
    for parts in [("1", "1", "410100", "0052527"), ("1", "1", "41010", "00525270"), ("1", "1", "410100", "OOOOOOOO")]:
        with pytest.raises(ValueError, match="统一社会信用代码"):
            uscc.build(*parts)


# --- 公民身份号码

birthdays = st.dates(date(1900, 1, 1), date(2025, 12, 31))
divisions = st.builds("{}{:04d}".format, st.sampled_from(sorted(resident_id.PROVINCES)), st.integers(0, 9999))
numbers = st.builds(resident_id.build, divisions, birthdays, st.integers(0, 999))


def test_the_example_of_gb_11643() -> None:
    assert resident_id.parse(PERSON) == resident_id.ResidentId(PERSON, "110105", date(1949, 12, 31), "女")


def with_check(first_17: str) -> str:
    return first_17 + resident_id.check_character(first_17)


@pytest.mark.parametrize("division", ["810000", "820000", "830000", "419999", "410107"])
def test_residence_permits_and_unknown_counties_are_no_fault(division: str) -> None:
    assert resident_id.check(with_check(f"{division}20000229123")) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (with_check("41010219990229001"), "birthday"),
        (with_check("41010200000101001"), "birthday"),
        (with_check("41010219991301001"), "birthday"),
        (with_check("99010219990101001"), "division"),
        (PERSON[:-1] + "1", "check"),
        (PERSON.lower(), "character"),
        ("A1010519491231002X", "character"),
        ("1101051949123100ⅩX", "character"),
        ("110105491231002", "old"),
        ("1101054912310021", "length"),
    ],
)
def test_faults_of_identity_numbers(code: str, fault: str) -> None:
    problem = resident_id.check(code)
    assert problem is not None and problem.code == fault


def test_nobody_is_born_tomorrow() -> None:
    code = resident_id.build("410102", date(2018, 3, 2), 1)
    assert resident_id.check(code) is None
    assert resident_id.check(code, today=date(2018, 3, 2)) is None
    problem = resident_id.check(code, today=date(2018, 3, 1))
    assert problem is not None and problem.code == "birthday" and "今天之后" in problem.message


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_identity_numbers_built_check_and_slips_are_caught(code: str, place: int, digit: str) -> None:
    assert resident_id.check(code) is None
    slip = code[:place] + digit + code[place + 1 :]
    assert (resident_id.check(slip) is None) == (slip == code)


@given(numbers)
def test_identity_numbers_agree_with_stdnum_where_it_knows_the_county(code: str) -> None:
    assert stdnum_ric.calc_check_digit(code) == code[-1]
    parsed = resident_id.parse(code)
    assert isinstance(parsed, resident_id.ResidentId)
    assert stdnum_ric.get_birth_date(code) == parsed.birthday


def test_masks() -> None:
    assert resident_id.mask(PERSON) == "110105********002X"
    assert resident_id.mask("110105491231002") == "*" * 15
    assert resident_id.mask("") == resident_id.mask(None) == phone.mask(None) == ""
    assert phone.mask("13812345678") == "138****5678"
    assert phone.mask("0371-67180000") == "037******0000"
    assert phone.mask("67180000") == "****0000"
    assert phone.mask("12345") == "*****"


# --- 项目代码


@pytest.mark.parametrize(
    ("code", "generation"),
    [("2304-441900-04-01-135254", 2), ("2509-140602-89-05-864976", 2), ("2018-410105-47-03-012345", 1)],
)
def test_project_codes_of_both_generations(code: str, generation: int) -> None:
    parsed = project_code.parse(code)
    assert isinstance(parsed, project_code.ProjectCode) and parsed.generation == generation
    assert "-".join((parsed.period, parsed.division, parsed.sector, parsed.kind, parsed.serial)) == code


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("2304-441900-04-01-135255", "check"),
        ("23044419000401135254", "length"),
        ("2304_441900_04_01_135254", "shape"),
        ("2313-441900-04-01-135254", "period"),
        ("2014-441900-04-01-135254", "period"),
        ("２304-441900-04-01-135254", "character"),
    ],
)
def test_faults_of_project_codes(code: str, fault: str) -> None:
    problem = project_code.check(code)
    assert problem is not None and problem.code == fault


@given(st.sampled_from(["2015", "2018", "2020", "2011", "2101", "2512"]), st.integers(0, 99999), st.data())
def test_project_codes_built_check(period: str, serial: int, data: st.DataObject) -> None:
    code = project_code.build(period, "410105", "47", "03", serial)
    parsed = project_code.parse(code)
    assert isinstance(parsed, project_code.ProjectCode)
    assert parsed.generation == (1 if period in ("2015", "2018", "2020") else 2)
    if parsed.generation == 2:
        place = data.draw(st.integers(5, 23).filter(lambda at: code[at] != "-"))
        slip = code[:place] + str((int(code[place]) + data.draw(st.integers(1, 9))) % 10) + code[place + 1 :]
        assert project_code.check(slip) is not None


def test_parts_that_make_no_project_code() -> None:
    for period, serial in [("2018", 1_000_000), ("2304", 100_000), ("2304", -1), ("2018", -1), ("2113", 1), ("18", 1)]:
        with pytest.raises(ValueError, match="项目代码"):
            project_code.build(period, "410105", "47", "03", serial)


# --- 实施编码, 办件编号, 受理号


@pytest.mark.parametrize("code", [ITEM, "11370800MB285591843370117002011"])
def test_real_item_codes(code: str) -> None:
    parsed = item_code.parse(code)
    assert isinstance(parsed, item_code.ItemCode)
    assert item_code.build(parsed.body, int(parsed.level), parsed.basic) == code
    assert parsed.origin + parsed.task_type + parsed.department + parsed.main + parsed.sub == parsed.basic


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (ITEM.replace("W", "X"), "body"),
        (ITEM[:18] + "8" + ITEM[19:], "level"),
        (ITEM[:-1] + "A", "basic"),
        (ITEM + "0", "length"),
    ],
)
def test_faults_of_item_codes(code: str, fault: str) -> None:
    problem = item_code.check(code)
    assert problem is not None and problem.code == fault


@given(usccs, st.integers(1, 7), st.integers(0, 10**12 - 1), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.data())
def test_case_numbers_come_apart_again(body: str, level: int, basic: int, day: date, data: st.DataObject) -> None:
    item = item_code.build(body, level, f"{basic:012d}")
    serial = data.draw(st.integers(1, 99999))
    code = case_number.build(item, day, serial)
    assert len(code) == 42
    assert case_number.parse(code) == case_number.CaseNumber(code, item, day, serial)
    receipt = case_number.build_receipt("410100", "A09", day, serial % 999 + 1)
    assert len(receipt) == 20
    assert case_number.parse_receipt(receipt) == case_number.ReceiptNumber(
        receipt, "410100", "A09", day, serial % 999 + 1
    )


def test_case_numbers_that_cannot_be() -> None:
    assert case_number.build(ITEM, date(2018, 2, 9), 7) == ITEM + "18020900007"
    assert case_number.build_receipt("410100", "009", date(2018, 2, 9), 7) == "41010000920180209007"
    for day, serial in [
        (date(2018, 2, 9), 0),
        (date(2018, 2, 9), 100_000),
        (date(2018, 2, 9), -1),
        (date(1999, 2, 9), 1),
    ]:
        with pytest.raises(ValueError):
            case_number.build(ITEM, day, serial)
    for serial in (0, 1000, -1):
        with pytest.raises(ValueError):
            case_number.build_receipt("410100", "009", date(2018, 2, 9), serial)
    assert case_number.check(ITEM + "18023000007") is not None, "there is no 30 February"
    assert case_number.check(ITEM.replace("W", "X") + "18020900007") is not None


# --- 文号, 电子证照标识


def test_document_numbers() -> None:
    number = document_number.build("住建", "不受", 2018, 1)
    assert number == "郑住建许不受字〔2018〕第00001号"
    assert document_number.parse(number) == document_number.DocumentNumber(number, "住建", "不受", 2018, 1)
    of_register = document_number.build("登封不动产登记", "准", 2018, 1, matter="登")
    assert of_register == "郑登封不动产登记登准字〔2018〕第00001号"
    parsed = document_number.parse(of_register)
    assert (parsed.department, parsed.matter, parsed.word) == ("登封不动产登记", "登", "准")
    assert document_number.check("洛住建许受字〔2018〕第00001号") is not None
    assert document_number.check("洛住建许受字〔2018〕第00001号", city="洛") is None
    assert document_number.check("郑住建许受字[2018]第00001号") is not None, "the year stands in 〔〕, GB/T 9704"
    assert document_number.check("郑住建许受字〔２０１８〕第00001号") is not None


@pytest.mark.parametrize(
    ("department", "word", "year", "serial"),
    [
        ("", "受", 2018, 1),
        ("住 建", "受", 2018, 1),
        ("许", "受", 2018, 1),
        ("住建", "受字", 2018, 1),
        ("住建", "受", 2018, 0),
        ("住建", "受", 2018, 100_000),
        ("住建", "受", 99999, 1),
    ],
)
def test_parts_that_make_no_document_number(department: str, word: str, year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="文号"):
        document_number.build(department, word, year, serial)


@given(usccs, st.integers(0, 999), st.text(iso7064.LETTERS, min_size=1, max_size=32), st.integers(0, 999), st.data())
def test_certificate_identifiers(issuer: str, kind: int, serial: str, version: int, data: st.DataObject) -> None:
    made = certificate_id.build(f"11100000000013338W{kind:03d}", issuer, serial, version)
    parsed = certificate_id.parse(made)
    assert parsed == certificate_id.CertificateId(made, f"11100000000013338W{kind:03d}", issuer, serial, version)
    place = data.draw(st.integers(len(certificate_id.ROOT) + 1, len(made) - 1).filter(lambda at: made[at] != "."))
    slip = made[:place] + data.draw(st.sampled_from(iso7064.LETTERS)) + made[place + 1 :]
    assert (certificate_id.check(slip) is None) == (slip == made)


def test_parts_that_make_no_certificate_identifier() -> None:
    good = ("11100000000013338W011", BODY, "A1", 1)
    assert certificate_id.check(certificate_id.build(*good)) is None
    for bad in [
        ("11100000000013338W", *good[1:]),
        (good[0], BODY[:-1] + "X", "A1", 1),
        (*good[:2], "a1", 1),
        (*good[:2], "", 1),
        (*good[:2], "A" * 33, 1),
        (*good[:3], 1000),
    ]:
        with pytest.raises(ValueError, match="电子证照标识"):
            certificate_id.build(*bad)


def test_tidy_brings_typing_to_the_checked_form() -> None:
    assert tidy(" １１０１０５　1949 1231002ｘ\n") == PERSON
    assert uscc.check(tidy(BODY.lower())) is None
    assert project_code.check(tidy("2304－441900－04－01－135254")) is None


@pytest.mark.parametrize(
    "pasted",
    [
        f"受理号：{PERSON}",
        f"受理号:{PERSON}。",
        f"公民身份号码 {PERSON}",
        f"证件号码：公民身份号码：{PERSON}",
        f"\ufeff{PERSON}\u200b",
        f"\u202d{PERSON[:6]}\u200d{PERSON[6:]}\u202c\u00ad",
        f"\u3000{PERSON.lower()}\u00a0，",
        "".join(chr(ord(c) + 0xFEE0) for c in PERSON),
    ],
)
def test_tidy_drops_what_comes_along_with_a_pasted_number(pasted: str) -> None:
    assert tidy(pasted) == PERSON
    assert tidy(tidy(pasted)) == tidy(pasted)


def test_tidy_leaves_what_is_part_of_a_number() -> None:
    for whole in ("郑食许〔2018〕1号", "ABCD-EFGH", "+8613800000000", "-12.5", "豫A12345"):
        assert tidy(whole) == whole
    assert tidy("1\x002") == "1\x002"  # a control character is refused later, never dropped unseen


def test_an_identity_number_is_found_wherever_it_stands_in_a_key() -> None:
    from yichuang.kernel.codes.hiding import holds_resident_id

    for key in (PERSON, PERSON.lower(), f"A-{PERSON}", f"00{PERSON}", f"{PERSON}-2018"):
        assert holds_resident_id(key)
    for key in ("", "R-1", "410100201803010001", PERSON[:-1], f"{PERSON[:-1]}1"):
        assert not holds_resident_id(key)
