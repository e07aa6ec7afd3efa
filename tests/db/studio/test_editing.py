"""编制规程 on screen: every part is a form, nothing typed is lost, two people at once, files in and out (3.2d)."""

from __future__ import annotations

import copy
import io
import re
import uuid
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.db.catalog.test_revising import ID, do, office_of
from tests.db.desk.conftest import at_most
from tests.db.watch.test_pages import client
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.editing import find_row
from yichuang.catalog.drafting.parts import PARTS
from yichuang.catalog.models import Manuscript

FOOD = "ZZ-001"
BASE = f"/studio/edit/{ID}"


@pytest.fixture
def drafting(city: Any) -> Any:
    """A revision of the food licence that is being drafted."""
    city.at("2018-03-12 09:30")
    do(ID, "begin", city.reviewer, item=FOOD)
    return city


def content() -> Content:
    kept: Content = Manuscript.objects.get(pk=ID).content
    return kept


def controls(page: str) -> dict[str, Any]:
    """What a browser would send of a page's form, before anything is typed."""
    form = re.search(r'<form class="yc-edit__form".*?</form>', page, re.S)
    assert form, page[:2000]
    out: dict[str, Any] = {}

    def put(name: str, value: str) -> None:
        out.setdefault(name, []).append(unescape(value))

    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = attribute(tag, "name"), attribute(tag, "value")
        if attribute(tag, "type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        put(name, value)
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form[0], re.S):
        put(name, text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', options)
        put(name, chosen[1] if chosen else "")
    return out


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def unescape(text: str) -> str:
    import html

    return html.unescape(text)


def open_part(browser: Client, line: str) -> dict[str, Any]:
    answer = browser.get(f"{BASE}/{line}")
    assert answer.status_code == 200, line
    return controls(answer.content.decode())


def pages(kept: Content) -> list[str]:
    """Every page of the editor: the parts, and a row of each table that has pages of its own."""
    water = "sections/premises/fields/water"
    rows = ["materials/M03", "steps/S2", "sections/premises", water, f"points/{kept['points'][0]['id']}"]
    assert all(find_row(kept, row) for row in rows)
    return [part.key for part in PARTS] + rows


def test_every_page_sent_back_as_it_was_shown_changes_nothing(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), content()
    for line in pages(before):
        sent = open_part(browser, line)
        assert browser.post(f"{BASE}/{line}", {**sent, "act": "save"}).status_code == 302, line
        assert content() == before, line
    assert Manuscript.objects.get().counter == 1


def test_a_limit_is_changed_and_a_material_added(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    sent = open_part(browser, "times") | {"promised": "7个工作日", "act": "save"}
    assert browser.post(f"{BASE}/times", sent).status_code == 302
    assert content()["promised"] == {"value": 7, "unit": "workday"}
    added = browser.post(f"{BASE}/materials", open_part(browser, "materials") | {"add:materials": "1"})
    line = f"materials/{content()['materials'][-1]['id']}"
    assert added["Location"] == f"{BASE}/{line}", "one goes on in the new row"
    sent = open_part(browser, line)
    sent |= {f"{line}/name": "健康证明", f"{line}/copies": "1", f"{line}/necessity": "可容缺", "act": "save"}
    browser.post(f"{BASE}/{line}", sent)
    kept = find_row(content(), line)
    assert kept is not None
    assert (kept["name"], kept["copies"], kept["necessity"]) == ("健康证明", 1, "3")
    next_row = browser.post(f"{BASE}/{line}", open_part(browser, line) | {"add:materials": "1"})["Location"]
    assert next_row == f"{BASE}/materials/{content()['materials'][-1]['id']}" != f"{BASE}/{line}"
    browser.post(
        f"{BASE}/materials", open_part(browser, "materials") | {f"remove:{next_row.removeprefix(BASE + '/')}": "1"}
    )
    compared = browser.get(f"{BASE}/compare").content.decode()
    assert "承诺时限由5个工作日改为7个工作日" in compared
    assert "“健康证明”" in compared and "<mark>7</mark>" in compared


def test_what_is_typed_wrong_is_kept_and_said_where_it_stands(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    sent = open_part(browser, "times") | {"promised": "很快", "act": "save"}
    browser.post(f"{BASE}/times", sent)
    page = browser.get(f"{BASE}/times").content.decode()
    assert 'value="很快"' in page and "时限“很快”看不懂" in page
    overview = browser.get(BASE).content.decode()
    assert "还不成一份规程" in overview and "#id_promised" in overview and "时限“很快”看不懂" in overview


def test_the_first_standard_of_an_item_begins_with_nothing(drafting: Any) -> None:
    from yichuang.catalog.revising.effects import blank_content

    browser = client(drafting, drafting.reviewer)
    Manuscript.objects.update(content=blank_content())
    overview = browser.get(BASE).content.decode()
    assert "还不成一份规程" in overview and "承诺时限" in overview and "请选择办理程序" in overview
    assert "结果名称" in overview and "result：" not in overview and "核对情况" not in overview
    for part in PARTS:
        sent = open_part(browser, part.key)
        assert browser.post(f"{BASE}/{part.key}", {**sent, "act": "save"}).status_code == 302, part.key
    browser.post(f"{BASE}/basics", open_part(browser, "basics") | {"procedure": "许可", "channels": ["窗口办理"]})
    browser.post(f"{BASE}/result", open_part(browser, "result") | {"result/name": "许可证"})
    browser.post(f"{BASE}/steps", open_part(browser, "steps") | {"add:steps": "1"})
    assert (content()["procedure"], content()["channels"], content()["result"]["name"]) == (
        "licence",
        ["window"],
        "许可证",
    )
    (step,) = content()["steps"]
    # S1 to S3 mean steps of the version that it started from
    assert (step["code"], step["department"], step["officers"]) == ("S4", "scjg", 1)
    overview = browser.get(BASE).content.decode()
    assert "#id_result/validity_months" not in overview and "#id_statutory_extension" not in overview, "may stay empty"
    assert "首次编制" not in browser.get(f"{BASE}/compare").content.decode()
    assert browser.get(f"{BASE}/preview").status_code == 200
    assert browser.get(f"{BASE}/file/xlsx").status_code == 200


def test_nobody_marks_an_article_as_read_in_a_draft(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), content()
    line = f"bases/{before['bases'][0]['id']}/confidence"
    sent = open_part(browser, "bases")
    assert line not in sent
    browser.post(f"{BASE}/bases", sent | {line: "verified", "act": "save"})
    assert content() == before
    browser.post(f"{BASE}/conditions", open_part(browser, "conditions") | {"add:conditions": "1"})
    text = re.sub("核对情况: .*", "核对情况: verified", browser.get(f"{BASE}/file/yaml").content.decode())
    text = text.replace("到现场次数: 1", "到现场次数: 0")
    row = "条件:\n- 行号: ''\n  内容: 有合格的人员\n  依据: ''\n  核对情况: verified\n"
    text = text.replace("条件:\n", row, 1)
    browser.post(f"{BASE}/upload", {"file": SimpleUploadedFile("规程.yaml", text.encode())})
    added, *conditions = content()["conditions"]
    assert (added["text"], added["confidence"], content()["visits"]) == ("有合格的人员", "", 0)
    assert conditions[:-1] == before["conditions"] and content()["bases"] == before["bases"]


def test_an_article_that_nobody_compared_is_told_though_the_row_was_read_before(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), content()
    row = next(row for row in before["bases"] if row["confidence"] == "verified")
    line = f"bases/{row['id']}/article"
    asked = f"依据“{row['law']} {{}}”没有核对原文"
    assert asked.format(row["article"]) not in browser.get(f"{BASE}/bases").content.decode()
    browser.post(f"{BASE}/bases", open_part(browser, "bases") | {line: "2条", "act": "save"})
    assert asked.format("2条") in browser.get(f"{BASE}/bases").content.decode()


def test_a_control_character_is_not_kept_and_stays_on_the_page(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    sent = open_part(browser, "times") | {"promised": "7个工作日\x07", "statutory": "15个工作日", "act": "save"}
    answer = browser.post(f"{BASE}/times", sent)
    assert answer.status_code == 422 and "看不见的控制字符" in answer.content.decode()
    assert content()["promised"]["value"] == 5 and content()["statutory"]["value"] == 15
    line = browser.post(f"{BASE}/save/times", sent).content.decode()
    assert "没有保存：“承诺时限”" in line


def test_pages_say_everything_in_the_words_of_the_field(drafting: Any) -> None:
    browser, kept = client(drafting, drafting.reviewer), content()
    plain = {"pdf", "jpg", "png", "ofd", "docx", "xlsx", "dwg", "Excel", "YAML"}
    plain |= {str(row["code"]) for key in ("materials", "steps") for row in kept[key]}
    strange: dict[str, set[str]] = {}
    for line in ["", *pages(kept)]:
        page = browser.get(f"{BASE}/{line}" if line else BASE).content.decode()
        main = re.search(r"<main.*?</main>", page, re.S)
        assert main
        shown = re.sub(r"<script.*?</script>|<[^>]*>", " ", main[0], flags=re.S)
        strange[line] = set(re.findall(r"[A-Za-z_][A-Za-z_0-9.=|-]{2,}", shown)) - plain
    assert not {line: words for line, words in strange.items() if words}


def test_a_condition_is_chosen_from_a_list(drafting: Any) -> None:
    browser, line = client(drafting, drafting.reviewer), "materials/M02"
    page = browser.get(f"{BASE}/{line}").content.decode()
    assert "办理情形：延续" in page and "situation=renew" in page
    ticked = ["situation=new", "situation=renew"]
    sent = open_part(browser, line) | {f"{line}/when": ticked, "boxes": [f"{line}/when"], "act": "save"}
    assert browser.post(f"{BASE}/{line}", sent).status_code == 302
    row = find_row(content(), line)
    assert row is not None and row["when"] == {"field": "situation", "values": ["new", "renew"]}
    mixed = sent | {"marks": open_part(browser, line)["marks"], f"{line}/when": ["situation=new", "agent=yes"]}
    browser.post(f"{BASE}/{line}", mixed)
    assert "适用情形只能看一个栏目" in browser.get(f"{BASE}/{line}").content.decode()


def test_of_the_code_only_the_basic_one_is_written(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    whole = content()["item_code"]
    sent = open_part(browser, "basics") | {"item_code": whole[-12:], "act": "save"}
    browser.post(f"{BASE}/basics", sent)
    assert content()["item_code"] == whole[-12:]
    assert "实施编码有误" not in browser.get(BASE).content.decode()
    do(ID, "submit", drafting.reviewer)


def test_rows_are_moved_and_removed_without_a_script(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    ids = [row["id"] for row in content()["conditions"]]
    browser.post(f"{BASE}/conditions", open_part(browser, "conditions") | {f"up:conditions/{ids[1]}": "1"})
    assert [row["id"] for row in content()["conditions"]][:2] == [ids[1], ids[0]]
    browser.post(f"{BASE}/conditions", open_part(browser, "conditions") | {f"remove:conditions/{ids[0]}": "1"})
    assert ids[0] not in [row["id"] for row in content()["conditions"]]


def test_two_people_write_one_part_and_nothing_is_lost(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine, yours = open_part(one, "times"), open_part(other, "times")
    other.post(f"{BASE}/times", yours | {"promised": "7个工作日", "statutory_note": "别人写的", "act": "save"})
    said = one.post(f"{BASE}/save/times", mine | {"promised": "8个工作日", "statutory": "15个工作日"}).content.decode()
    assert "承诺时限在别处也改过" in said and "法定时限的说明在别处改过，也已保留" in said
    answer = one.post(f"{BASE}/times", mine | {"promised": "8个工作日", "statutory": "15个工作日", "act": "save"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="8个工作日"' in text and "<strong>7个工作日</strong>" in text
    assert content()["promised"]["value"] == 7 and content()["statutory"]["value"] == 15
    assert content()["statutory_note"] == "别人写的"
    assert one.post(f"{BASE}/times", controls(text) | {"choose:promised": "here"}).status_code == 302
    assert content()["promised"]["value"] == 8


def test_a_page_that_goes_on_saving_never_puts_back_what_it_still_shows(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine = open_part(one, "times")
    other.post(f"{BASE}/times", open_part(other, "times") | {"promised": "7个工作日", "act": "save"})
    for note in ("一", "二"):
        said = one.post(f"{BASE}/save/times", mine | {"statutory_note": note}).content.decode()
        mine["marks"] = re.findall('data-marks="([^"]*)"', said)
        assert (content()["promised"]["value"], content()["statutory_note"]) == (7, note)
    said = one.post(f"{BASE}/save/times", mine | {"promised": "8个工作日"}).content.decode()
    assert "承诺时限在别处也改过" in said
    assert content()["promised"]["value"] == 7


def test_a_row_that_somebody_changed_is_not_removed_unseen(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine = open_part(one, "materials")
    other.post(
        f"{BASE}/materials/M03", open_part(other, "materials/M03") | {"materials/M03/name": "改过的", "act": "save"}
    )
    answer = one.post(f"{BASE}/materials", mine | {"remove:materials/M03": "1"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "您删去了它，别处改过它" in text
    assert find_row(content(), "materials/M03")
    assert one.post(f"{BASE}/materials", controls(text) | {"choose:materials/M03": "here"}).status_code == 302
    assert find_row(content(), "materials/M03") is None
    gone = other.post(f"{BASE}/materials/M03", {"materials/M03/name": "又改", "act": "save"})
    assert gone.status_code == 422 and "“又改”已经被别人删去" in gone.content.decode()


def test_what_was_typed_in_a_row_that_is_gone_is_shown(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine, before = open_part(one, "conditions"), content()
    last = f"conditions/{content()['conditions'][-1]['id']}"
    other.post(f"{BASE}/conditions", open_part(other, "conditions") | {f"remove:{last}": "1"})
    answer = one.post(f"{BASE}/conditions", mine | {f"{last}/text": "我刚写的", "act": "save"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "“我刚写的”已经被别人删去" in text
    assert one.post(f"{BASE}/conditions", controls(text) | {f"restore:{last}": "1"}).status_code == 302
    assert content()["conditions"][-1]["text"] == "我刚写的"
    assert len(content()["conditions"]) == len(before["conditions"])


def test_a_row_with_a_page_of_its_own_is_put_back_or_let_go(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    line, before = f"{BASE}/materials/M03", find_row(content(), "materials/M03")
    mine = open_part(one, "materials/M03") | {"materials/M03/name": "健康证明", "act": "save"}
    other.post(f"{BASE}/materials", open_part(other, "materials") | {"remove:materials/M03": "1"})
    said = one.post(f"{BASE}/save/materials/M03", mine).content.decode()
    assert "您填写的这一行已经被别人删去" in said and "<button" in said
    assert one.get(f"{BASE}/checks/materials/M03").status_code == 200, "of the list, while the page is still open"
    answer = one.post(line, mine)
    text = answer.content.decode()
    assert answer.status_code == 422 and "“健康证明”已经被别人删去" in text and "<h1" in text
    assert one.post(f"{BASE}/materials", controls(text) | {"act": "save"}).status_code == 422, "it stays until settled"
    again = one.post(f"{BASE}/materials", controls(text) | {"restore:materials/M03": "1"})
    kept = content()["materials"][-1]
    assert again["Location"].startswith(f"{BASE}/materials/{kept['id']}")
    assert before is not None and kept["name"] == "健康证明"
    assert {k: kept[k] for k in ("copies", "necessity", "basis")} == {
        k: before[k] for k in ("copies", "necessity", "basis")
    }
    other.post(f"{BASE}/materials", open_part(other, "materials") | {f"remove:materials/{kept['id']}": "1"})
    mine = {"materials/M99/name": "又一份", "act": "save"}
    text = one.post(f"{BASE}/materials/M99", mine).content.decode()
    count = len(content()["materials"])
    assert one.post(f"{BASE}/materials", controls(text) | {"drop:materials/M99": "1"}).status_code == 302
    assert len(content()["materials"]) == count


def test_a_new_row_is_never_taken_for_one_that_is_gone(drafting: Any) -> None:
    """The last row is removed by another; a new one must not get its number while this page still writes in it."""
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine, last = open_part(one, "conditions"), f"conditions/{content()['conditions'][-1]['id']}"
    other.post(f"{BASE}/conditions", open_part(other, "conditions") | {f"remove:{last}": "1"})
    text = one.post(f"{BASE}/conditions", mine | {f"{last}/text": "我刚写的", "add:conditions": "1"}).content.decode()
    assert "“我刚写的”已经被别人删去" in text and find_row(content(), last) is None
    assert content()["conditions"][-1]["text"] == ""
    assert one.post(f"{BASE}/conditions", controls(text) | {f"restore:{last}": "1"}).status_code == 302
    kept = find_row(content(), last)
    assert kept is not None and kept["text"] == "我刚写的"


def test_a_field_comes_back_with_the_section_that_was_removed_around_it(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    water = "sections/premises/fields/water"
    mine = open_part(one, water) | {f"{water}/label": "用水", "act": "save"}
    other.post(f"{BASE}/form", open_part(other, "form") | {"remove:sections/premises": "1"})
    text = one.post(f"{BASE}/{water}", mine).content.decode()
    assert "“用水”已经被别人删去" in text
    assert one.post(f"{BASE}/form", controls(text) | {f"restore:{water}": "1"}).status_code == 302
    assert [field["label"] for field in content()["sections"][-1]["fields"]] == ["用水"]


def test_a_page_whose_row_is_gone_leads_to_the_list(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    mine = open_part(one, "materials/M03") | {"act": "save"}
    other.post(f"{BASE}/materials", open_part(other, "materials") | {"remove:materials/M03": "1"})
    assert one.post(f"{BASE}/materials/M03", mine)["Location"] == f"{BASE}/materials", "nothing was typed"


def test_what_was_typed_while_it_was_sent_or_withdrawn_is_shown(drafting: Any) -> None:
    one = client(drafting, drafting.reviewer2)
    mine = open_part(one, "times") | {"promised": "7个工作日", "statutory_note": "听取意见", "act": "save"}
    row = open_part(one, "materials/M03") | {"materials/M03/name": "健康证明", "act": "save"}
    do(ID, "submit", drafting.reviewer)
    said = one.post(f"{BASE}/save/times", mine).content.decode()
    assert "没有保存" in said and "<button" in said
    answer = one.post(f"{BASE}/times", mine)
    text = answer.content.decode()
    assert answer.status_code == 409 and "内容已经封存" in text
    assert "<dd>7个工作日</dd>" in text and "<dd>听取意见</dd>" in text and "15个工作日</dd>" not in text
    do(ID, "withdraw", drafting.reviewer, reason="不修订了")
    text = one.post(f"{BASE}/materials/M03", row).content.decode()
    assert "“撤回”" in text and "请重新开始编制" in text and "<dd>健康证明</dd>" in text
    assert "请重新开始编制" in one.get(BASE).content.decode()


def test_whose_right_has_just_ended_keeps_what_they_typed(drafting: Any) -> None:
    from yichuang.org.models import Holding

    one, window = client(drafting, drafting.reviewer2), client(drafting, drafting.window)
    mine = open_part(one, "times") | {"promised": "7个工作日", "statutory_note": "听取意见", "act": "save"}
    Holding.objects.filter(post_id=drafting.reviewer2.post).update(last_day=date(2018, 3, 1))
    answer = one.post(f"{BASE}/times", mine)
    text = answer.content.decode()
    assert answer.status_code == 403 and "没有可以办理业务的岗位" in text
    assert "<dd>7个工作日</dd>" in text and "<dd>听取意见</dd>" in text and "15个工作日" not in text
    assert one.get(f"{BASE}/times").status_code == 403
    other = window.post(f"{BASE}/times", {"promised": "<b>1</b>个工作日", "act": "save"})
    assert other.status_code == 404 and "&lt;b&gt;1&lt;/b&gt;个工作日" in other.content.decode()
    assert content()["promised"]["value"] == 5


def test_a_comment_on_a_row_that_was_removed_is_named_in_words(drafting: Any) -> None:
    last = f"conditions/{content()['conditions'][-1]['id']}"
    do(ID, "submit", drafting.reviewer)
    do(ID, "sign", drafting.head)
    office = office_of(drafting)
    do(ID, "comment", office, line=last, text="没有依据")
    do(ID, "return", office, reason="请改")
    browser = client(drafting, drafting.reviewer)
    browser.post(f"{BASE}/conditions", open_part(browser, "conditions") | {f"remove:{last}": "1"})
    page = browser.get(f"/lives/revision/{ID}").content.decode()
    assert "已删去的条件" in page and last not in page
    browser.post(f"{BASE}/conditions", open_part(browser, "conditions") | {"add:conditions": "1"})
    assert find_row(content(), last) is None, "what the comment names does not come back as another"
    assert "已删去的条件" in browser.get(f"/lives/revision/{ID}").content.decode()


def test_comments_stand_beside_what_they_speak_of(drafting: Any) -> None:
    first = f"materials/{content()['materials'][0]['id']}"
    do(ID, "submit", drafting.reviewer)
    do(ID, "sign", drafting.head)
    office = office_of(drafting)
    do(ID, "comment", office, line=f"{first}/copies", text="为什么要三份？")
    do(ID, "return", office, reason="请改")
    browser = client(drafting, drafting.reviewer)
    for line, told in (("", True), ("/materials", True), (f"/{first}", True), ("/times", False)):
        with at_most(10):
            page = browser.get(f"{BASE}{line}").content.decode()
        assert ("为什么要三份？" in page) is told, line
    do(ID, "answer", drafting.reviewer, comment="1", reply="改为一份")
    page = browser.get(f"{BASE}/{first}").content.decode()
    assert "答复：改为一份" in page and "已答复，待了结" in page


def test_the_office_reads_and_nobody_else_writes(drafting: Any) -> None:
    head, window = client(drafting, drafting.head), client(drafting, drafting.window)
    assert open_part(head, "times")
    for address in (BASE, f"{BASE}/times", f"{BASE}/compare", f"{BASE}/file/xlsx"):
        assert window.get(address).status_code in (403, 404)
        assert Client().get(address).status_code == 302
    before = content()
    assert window.post(f"{BASE}/times", {"promised": "1个工作日", "act": "save"}).status_code in (403, 404)
    do(ID, "submit", drafting.reviewer)
    page = head.get(f"{BASE}/times").content.decode()
    assert 'name="promised"' not in page and "5个工作日" in page
    refused = head.post(f"{BASE}/times", {"promised": "1个工作日", "act": "save"})
    assert refused.status_code == 409 and "内容已经封存" in refused.content.decode()
    assert content() == before


def test_the_steps_are_drawn_and_blind_rules_are_named(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    page = browser.get(f"{BASE}/steps").content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page or ("<svg" in page and "yc-drawn__task" in page)
    assert "市场监督管理局" in browser.get(f"{BASE}/steps/S2").content.decode()
    sent = open_part(browser, "steps/S2")
    browser.post(f"{BASE}/steps/S2", sent | {"steps/S2/after": ["S3"], "act": "save"})
    assert find_row(content(), "steps/S2")["after"] == ["S3"]  # type: ignore[index]
    assert "永远不能开始" in browser.get(f"{BASE}/checks/steps").content.decode()
    for row in content()["points"]:
        if row["rule"] == "R-T02":
            browser.post(f"{BASE}/points", open_part(browser, "points") | {f"remove:points/{row['id']}": "1"})
    assert "承诺超时" in browser.get(f"{BASE}/checks/points").content.decode()


def test_the_form_is_tried_as_an_applicant_sees_it(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), content()
    page = browser.get(f"{BASE}/preview?situation=change").content.decode()
    assert "用水来源" in page
    tried = browser.post(f"{BASE}/preview", {"situation": "new", "agent": "no", "try": "1"})
    assert tried.status_code == 422 and "请先改正以下" in tried.content.decode()
    assert content() == before


def change_workbook(browser: Client, **cells: str) -> SimpleUploadedFile:
    """The workbook as it is downloaded now, with cells changed: `材料_H3="2"`."""
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{BASE}/file/xlsx").content))
    for place, text in cells.items():
        sheet, _, cell = place.partition("_")
        book[sheet][cell] = text
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("规程.xlsx", out.getvalue())


def test_a_workbook_is_merged_with_what_others_wrote(drafting: Any) -> None:
    one, other = client(drafting, drafting.reviewer), client(drafting, drafting.reviewer2)
    material = find_row(content(), "materials/M02")
    file = change_workbook(one, 材料_H3="2", 条件_B2="改过的条件")
    other.post(f"{BASE}/times", open_part(other, "times") | {"promised": "7个工作日", "act": "save"})
    first = content()["conditions"][0]["id"]
    other.post(
        f"{BASE}/conditions",
        open_part(other, "conditions") | {f"conditions/{first}/text": "别人改的条件", "act": "save"},
    )
    answer = one.post(f"{BASE}/upload", {"file": file})
    text = answer.content.decode()
    assert material is not None
    assert answer.status_code == 409
    assert find_row(content(), "materials/M02") == material | {"copies": 2}
    assert content()["promised"]["value"] == 7
    form = re.search(rf'<form method="post" action="{BASE}/conditions">.*?</form>', text, re.S)
    assert form, text
    resent = {attribute(tag, "name"): unescape(attribute(tag, "value")) for tag in re.findall(r"<input[^>]*>", form[0])}
    assert one.post(f"{BASE}/conditions", resent).status_code == 302


def test_a_bad_file_is_refused_by_place_and_nothing_of_it_is_kept(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), content()
    answer = browser.post(f"{BASE}/upload", {"file": change_workbook(browser, 材料_H3="两份", 材料_C4="新名称")})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "工作表“材料”第3行“份数”" in text and "整个文件都没有导入" in text
    yaml = browser.get(f"{BASE}/file/yaml").content.decode().replace("到现场次数: 1", "到现场次数: 一次")
    answer = browser.post(f"{BASE}/upload", {"file": SimpleUploadedFile("规程.yaml", yaml.encode())})
    assert "第11行“到现场次数”" in answer.content.decode()
    for name, data in (("a.xlsx", b"PK\x03\x04 nothing"), ("a.yaml", b"\xff\xfe\x00"), ("a.txt", "一句话".encode())):
        answer = browser.post(f"{BASE}/upload", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422, name
    assert browser.post(f"{BASE}/upload", {}).status_code == 422
    assert content() == before


def test_yaml_goes_out_and_comes_in(drafting: Any) -> None:
    browser, before = client(drafting, drafting.reviewer), copy.deepcopy(content())
    text = browser.get(f"{BASE}/file/yaml").content.decode().replace("到现场次数: 1", "到现场次数: 0 # 全程网办")
    answer = browser.post(f"{BASE}/upload", {"file": SimpleUploadedFile("规程.yaml", text.encode())})
    assert answer.status_code == 302
    assert content() == before | {"visits": 0}


def test_statements_of_the_pages(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    sent = open_part(browser, "times")
    counted = {}
    for address, most in {BASE: 8, f"{BASE}/times": 8, f"{BASE}/checks/steps": 8, f"{BASE}/compare": 6}.items():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counted[address] = (len(asked), most)
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(f"{BASE}/save/times", sent | {"promised": "6个工作日"}).status_code == 200
    counted["save"] = (len(asked), 12)
    assert all(count <= most for count, most in counted.values()), counted


def test_another_departments_revision_does_not_exist(drafting: Any) -> None:
    browser = client(drafting, drafting.reviewer)
    assert browser.get(f"/studio/edit/{uuid.uuid4()}").status_code == 404
    assert browser.get(f"{BASE}/nothing").status_code == 404
    assert browser.get(f"{BASE}/materials/M99").status_code == 404
    assert browser.get(f"{BASE}/file/docx").status_code == 404


NAMES = (
    *(
        "promised",
        "result/name",
        "result/zzz",
        "materials",
        "materials/M03",
        "materials/M03/id",
        "materials/M03/fields",
    ),
    *("materials/M03/copies", "sections/premises/fields/water/choices", "conditions/c1/text", "steps/S2/after", "id"),
    *(
        "rows:materials",
        "add:materials",
        "add:nothing",
        "add:materials/M99/fields",
        "add:materials/M03/name",
        "remove:",
    ),
    *(
        "remove:materials/M02",
        "up:materials/M01",
        "down:conditions",
        "choose:materials/M03",
        "choose:promised",
        "marks",
    ),
    *("boxes", "points/P01/parameters", "fees/F1/fixed", "sections/premises/repeat", "procedure", "version", "///"),
)
VALUES = (
    "",
    "1",
    "here",
    "there",
    "materials/M03/file_kinds",
    "很快",
    "{}",
    '{"a": [1]}',
    "a=b|c\\",
    "5-1",
    "\x00",
    "年" * 5000,
)


def test_nothing_that_is_sent_breaks_a_page_or_another_part(drafting: Any) -> None:
    """Whatever names and values come: an answer, no error, and what only the list decides never enters the content."""
    import random

    drawn, browser = random.Random(14), client(drafting, drafting.reviewer)
    parts = [part.key for part in PARTS]
    for _ in range(60):
        sent = {drawn.choice(NAMES): drawn.choice(VALUES) for _ in range(drawn.randint(1, 6))}
        line = drawn.choice(["materials", "times", "steps", "form", "materials/M03", "nothing", "sections/x/fields/y"])
        for address in (f"{BASE}/{line}", f"{BASE}/save/{line}"):
            assert browser.post(address, sent).status_code in (200, 302, 404, 409, 422), sent
        assert not {"version", "id", "marks", "boxes", "result/zzz"} & content().keys()
        assert "zzz" not in content()["result"]
    for part in parts:
        assert browser.get(f"{BASE}/{part}").status_code == 200, part
        assert browser.get(f"{BASE}/checks/{part}").status_code == 200, part
    assert browser.get(BASE).status_code == 200 and browser.get(f"{BASE}/compare").status_code == 200
    assert browser.get(f"{BASE}/file/yaml").status_code == 200 and browser.get(f"{BASE}/file/xlsx").status_code == 200
