"""Paper licences of before this platform: entered by the head, then changed and renewed like any other."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.db.licences.lives import ADDRESS, Licences, scan
from yichuang.aggregates import door
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.licences.core import bars
from yichuang.licences.core.bars import REASONS
from yichuang.licences.core.state import Stage
from yichuang.licences.declared import LICENCE
from yichuang.licences.entering import prepare_entry
from yichuang.licences.entering_file import enter_rows, read_table
from yichuang.licences.models import Bar
from yichuang.licences.models import Licence as LicenceRow
from yichuang.licences.queries import list_valid_certificates

NUMBER = "豫郑食经字（2016）第000123号"
USCC = "92410105MA40000X0C"
HEADING = "事项,证件种类,证件号码,证照编号,有效期自,有效期至,经营场所地址,经营项目"


def paper(**changed: Any) -> dict[str, Any]:
    known = {
        "item": "ZZ-001",
        "holder": USCC,
        "number": NUMBER,
        "valid_from": "2016-05-03",
        "valid_to": "2021-05-02",
        "values": {"premises_address": ADDRESS},
    }
    return known | changed


def enter(actor: Actor, **changed: Any) -> uuid.UUID:
    """Raises Refused."""
    data, id = paper(**({"evidence": scan(actor)} | changed)), uuid.uuid4()
    door.perform(LICENCE, id, prepare_entry(data, data, actor), actor, command_id=uuid.uuid4())
    return id


@pytest.fixture(autouse=True)
def _rebuilt(licences: Licences, settings: Any, tmp_path: Path) -> Any:
    """Whatever a test does, the tables say what the streams say."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    licences.city.at("2018-03-12 09:30")
    yield
    assert rebuild(LICENCE).differences == []


def test_what_the_paper_says_is_on_record(licences: Licences) -> None:
    held = licences.now(enter(licences.city.head))
    assert (held.licence.stage, held.licence.number, held.licence.subject) == (Stage.VALID, NUMBER, "s:1")
    assert (held.licence.current.valid_from, held.licence.valid_to) == (date(2016, 5, 3), date(2021, 5, 2))
    assert dict(held.content.lines)["持证人名称"] == "郑州市金水区老陈记餐饮店"
    assert dict(held.content.lines)["经营场所地址"] == ADDRESS
    assert [v.why for v in held.licence.versions] == ["entered"]
    made = Entry.objects.get(stream=LICENCE.stream(held.id))
    assert made.kind == "made" and '"adopted":true' in made.body
    assert USCC not in made.body and ADDRESS not in made.body
    assert list_valid_certificates("s:1") == [], "what is on paper alone replaces no material"


@pytest.mark.parametrize("article", REASONS)
def test_a_paper_licence_is_no_way_around_a_bar(licences: Licences, article: str) -> None:
    """What is dated after the bar was set; what was held before is held on."""
    city, last = licences.city, date(2018, 3, 12)
    Bar.objects.create(stream="case/another", seq=9, subject="s:1", item="ZZ-001", until=last, article=article)
    with pytest.raises(Refused) as error:
        enter(city.head, valid_from="2018-01-03")
    assert (error.value.code, error.value.clause) == ("barred", REASONS[article][1])
    assert REASONS[article][0] in error.value.message
    before = bars.Bar(last, article).since - timedelta(days=1)
    enter(
        city.head,
        valid_from=before.isoformat(),
        number="豫郑食经字（2014）第7号",
        values={"premises_address": "河南省郑州市金水区文化路2号"},
    )
    city.at("2018-03-13 00:00")
    enter(city.head, valid_from="2018-01-03")


def test_a_paper_licence_is_changed_and_renewed_here(licences: Licences) -> None:
    licence = enter(licences.city.head)
    change = licences.file("change", licence, premises_address="河南省郑州市金水区文化路1号2层")
    licences.grant(change)
    licences.city.at("2021-03-01 10:00")
    licences.grant(licences.file("renew", licence))
    held = licences.now(licence).licence
    assert [v.why for v in held.versions] == ["entered", "changed", "renewed"]
    assert (held.number, held.valid_to) == (NUMBER, date(2026, 5, 2))
    assert dict(licences.now(licence).content.lines)["经营场所地址"] == "河南省郑州市金水区文化路1号2层"


def test_time_passes_on_a_paper_licence(licences: Licences) -> None:
    licence = enter(licences.city.head)
    licences.city.at("2021-05-03 00:01")
    assert licences.now(licence).licence.stage is Stage.EXPIRED


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"holder": "91410100MA0000000X"}, "unknown-holder", "holder"),
        ({"holder": ""}, "unknown-holder", "holder"),
        ({"item": "ZZ-999"}, "unknown-item", "item"),
        ({"number": ""}, "bad-number", "number"),
        ({"number": "字" * 61}, "bad-number", "number"),
        ({"number": "豫\u202e食"}, "bad-number", "number"),
        ({"number": "郑市监许证字〔2016〕第00001号"}, "number-ours", "number"),
        ({"valid_from": "2018-03-13"}, "future-start", "valid_from"),
        ({"valid_from": "2016-05-03", "valid_to": "2016-05-02"}, "end-before-start", "valid_to"),
        ({"valid_to": "2018-03-11"}, "ended-already", "valid_to"),
        ({"values": {"old_no": "1"}}, "not-stated", "values"),
        ({"evidence": []}, "no-scan", "evidence"),
    ],
)
def test_what_cannot_be_entered(licences: Licences, changed: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter(licences.city.head, **changed)
    assert (refused.value.code, refused.value.details.get("field")) == (code, field)
    assert refused.value.next
    assert not LicenceRow.objects.exists()


def test_a_day_that_is_none_is_refused(licences: Licences) -> None:
    with pytest.raises(Refused) as refused:
        enter(licences.city.head, valid_from="去年")
    assert refused.value.code == "malformed"


def test_what_ends_today_is_still_entered(licences: Licences) -> None:
    enter(licences.city.head, valid_from="2018-03-12", valid_to="2018-03-12")
    enter(licences.city.head, number="另一张", valid_to=None, values={"premises_address": "金水区别处1号"})


def test_one_number_is_one_licence(licences: Licences) -> None:
    enter(licences.city.head)
    with pytest.raises(Refused) as refused:
        enter(licences.city.head, values={"premises_address": "金水区别处1号"})
    assert refused.value.code == "number-taken"


def test_one_licence_a_place(licences: Licences) -> None:
    enter(licences.city.head)
    with pytest.raises(Refused) as refused:
        enter(licences.city.head, number="另一张")
    assert refused.value.code == "licence-exists" and NUMBER in refused.value.message


@pytest.mark.parametrize(
    ("who", "code"), [("reviewer", "wrong-post"), ("window", "wrong-post"), ("citizen", "not-your-act")]
)
def test_the_head_alone_enters(licences: Licences, who: str, code: str) -> None:
    head, actor = licences.city.head, getattr(licences.city, who)
    with pytest.raises(Refused) as refused:
        data = paper()
        door.perform(LICENCE, uuid.uuid4(), prepare_entry(data, data, head), actor, command_id=uuid.uuid4())
    assert refused.value.code == code


def test_a_head_enters_nothing_of_another_department(licences: Licences) -> None:
    other = replace(licences.city.head, department="410100/zwb")
    with pytest.raises(Refused) as refused:
        enter(other)
    assert refused.value.code == "other-department"


# --- many at once -----------------------------------------------------------------------------------------------------


def rows_of(*lines: str) -> Any:
    return read_table("\n".join([HEADING, *lines]).encode())


def test_a_table_is_entered_row_by_row(licences: Licences) -> None:
    rows = rows_of(
        f"ZZ-001,统一社会信用代码,{USCC},甲1,2016/05/03,2021-05-02,金水区花园路1号,预包装食品销售、热食类食品制售",
        f"ZZ-001,,{USCC},甲2,2016-05-03,,金水区花园路2号",
        "ZZ-001,,不存在,甲3,2016-05-03,,金水区花园路3号",
        f"ZZ-001,学生证,{USCC},甲4,2016-05-03,,金水区花园路4号",
        f"ZZ-001,,{USCC},甲5,五月三日,,金水区花园路5号",
        f"ZZ-001,,{USCC},甲6,2016-05-03,,金水区花园路1号",
    )
    migrating = replace(licences.city.head, source="migrated")
    done = list(enter_rows(rows, migrating))
    codes = [entered.refused.code if entered.refused else "" for entered in done]
    assert codes == ["", "", "unknown-holder", "bad-type", "bad-day", "licence-exists"]
    assert [entered.line for entered in done] == [2, 3, 4, 5, 6, 7]
    first = licences.now(LicenceRow.objects.get(number="甲1").pk)
    assert dict(first.content.lines)["经营项目"] == "预包装食品销售；热食类食品制售"
    again = list(enter_rows(rows, migrating))
    assert [entered.repeated for entered in again] == [True, True, False, False, False, False]
    assert sorted(LicenceRow.objects.values_list("number", flat=True)) == ["甲1", "甲2"]


def test_a_table_may_be_in_gb18030_and_needs_its_columns(licences: Licences) -> None:
    text = f"{HEADING}\nZZ-001,,{USCC},甲1,2016-05-03,,金水区花园路1号"
    assert read_table(text.encode("gb18030")) == read_table(text.encode())
    for broken in ("事项,证照编号\n".encode(), b"", b"\xff\xfe\xff"):
        with pytest.raises(ValueError, match="文件"):
            read_table(broken)


def test_the_command_says_what_is_wrong(licences: Licences, tmp_path: Path, capsys: Any) -> None:
    from yichuang.ops.commands.licences import enter_file

    file = tmp_path / "旧证.csv"
    rows = [f"ZZ-001,,{USCC},甲1,2016-05-03,,金水区花园路1号", "ZZ-001,,不存在,甲2,2016-05-03,,金水区花园路2号"]
    file.write_text("\n".join([HEADING, *rows]), encoding="utf-8-sig")
    assert enter_file(file, "head1") == 1
    said = capsys.readouterr().out
    assert "第3行 甲2：系统里没有这个证件号码的持证人" in said and "补记1张" in said
    assert Entry.objects.get(kind="made", stream__startswith="licence/").source == "migrated"
    with pytest.raises(RuntimeError, match="机关负责人"):
        enter_file(file, "window1")
    with pytest.raises(RuntimeError, match="读不了"):
        enter_file(tmp_path / "没有.csv", "head1")
