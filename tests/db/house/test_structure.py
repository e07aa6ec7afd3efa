"""Divisions, departments, halls and posts are added, renamed and closed on screen and from a file, each on record."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yichuang.kernel.codes import uscc

USCC = uscc.build("1", "1", "410122", "MB000101")


def kinds(stream: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def follow(browser: Any, url: str, **data: Any) -> str:
    answer = browser.post(url, data, follow=True)
    text: str = answer.content.decode()
    return text


def county(house: Any) -> None:
    fields = {"code": "410122", "name": "中牟县", "level": "county", "code_kind": "gbt2260"}
    assert "已登记中牟县" in follow(house.secadmin, "/house/add/division", **fields)


def test_a_division_a_department_and_a_hall_are_added_on_record(house: Any) -> None:
    house.city.at("2018-03-12 09:30")
    county(house)
    fields = {
        "division": "410122",
        "code": "scjg",
        "name": "中牟县市场监督管理局",
        "short": "市监",
        "uscc": USCC,
        "kind": "1",
    }
    assert "已登记中牟县市场监督管理局" in follow(house.secadmin, "/house/add/department", **fields)
    again = house.secadmin.post("/house/add/department", fields)
    assert again.status_code == 422 and "已经登记" in again.content.decode()
    hall = {"division": "410122", "name": "中牟县政务服务中心", "address": "青年路1号", "hours": "工作日 9:00–17:00"}
    assert "已登记中牟县政务服务中心" in follow(house.secadmin, "/house/add/hall", **hall)
    page = house.secadmin.get("/house/departments?division=410122").content.decode()
    assert "中牟县政务服务中心" in page and "中牟县市场监督管理局" in page
    assert kinds("org/division/410122") == ["division_added"]
    assert kinds("org/department/410122/scjg") == ["department_added"]
    assert "青年路1号" in Client().get("/help").content.decode(), "people are told where the hall is"


def test_what_cannot_be_is_said_beside_its_field(house: Any) -> None:
    for address, fields, words in (
        ("division", {"code": "41", "name": "某县", "level": "county", "code_kind": "gbt2260"}, "应为6位数字"),
        ("division", {"code": "4101ZD", "name": "某县", "level": "county", "code_kind": "own"}, "只有功能区管委会"),
        (
            "department",
            {"division": "410100", "code": "市监", "name": "局", "short": "局", "uscc": USCC, "kind": "1"},
            "小写拼音",
        ),
        (
            "department",
            {"division": "410100", "code": "zx", "name": "局", "short": "局", "uscc": USCC, "kind": "2"},
            "授权",
        ),
        (
            "department",
            {"division": "999999", "code": "zx", "name": "局", "short": "局", "uscc": USCC, "kind": "1"},
            "选项",
        ),
        ("hall", {"division": "410100", "name": "大厅"}, "地址"),
        ("division", {"code": "4101zd", "name": "某区", "level": "committee", "code_kind": "own"}, "大写字母"),
        ("division", {"code": "4101ZDX", "name": "某区", "level": "committee", "code_kind": "own"}, "大写字母"),
        ("division", {"code": "41012²", "name": "某县", "level": "county", "code_kind": "gbt2260"}, "应为6位数字"),
        (
            "department",
            {"division": "410100", "code": "zx", "name": "局", "short": "局", "uscc": USCC, "kind": "1"}
            | {"phone": "0371-12345678、0371-87654321（工作日9:00至17:00，办公室）"},
            "电话最多40个字",
        ),
        (
            "department",
            {"division": "410100", "code": "z" * 31, "name": "局", "short": "局", "uscc": USCC, "kind": "1"},
            "最多30个字",
        ),
        ("hall", {"division": "410100", "name": "大厅", "address": "路1号", "hours": "早" * 101}, "最多100个字"),
    ):
        answer = house.secadmin.post(f"/house/add/{address}", fields)
        assert answer.status_code == 422 and words in answer.content.decode(), (address, words)
    assert house.secadmin.get("/house/add/window").status_code == 404


def test_a_name_is_changed_from_today_and_the_old_one_stays_known(house: Any) -> None:
    from yichuang.org.models import Department, FormerName, Officer

    house.city.at("2018-03-12 09:30")
    text = follow(house.secadmin, "/house/change/department/410100/scjg", name="郑州市市场监管局", short="市监管")
    assert "已更名为郑州市市场监管局" in text and "曾用名" in text
    department = Department.objects.get(pk="410100/scjg")
    assert (department.name, department.short) == ("郑州市市场监管局", "市监管")
    assert FormerName.objects.get().last_day == date(2018, 3, 11)
    assert kinds("org/department/410100/scjg")[-1] == "renamed"
    assert "没有改动" in follow(house.secadmin, "/house/change/department/410100/scjg", name="郑州市市场监管局")
    one = Officer.objects.get(account__username="reviewer1")
    assert "已更名为周改名" in follow(house.secadmin, f"/house/change/officer/{one.pk}", name="周改名")
    from yichuang.ledger.models import Entry

    assert "周改名" not in Entry.objects.get(stream=f"org/officer/{one.pk}", kind="renamed").body, (
        "no name in the ledger"
    )


def test_nothing_is_closed_over_somebodys_head(house: Any) -> None:
    from yichuang.org.models import Post

    house.city.at("2018-03-12 09:30")
    house.city.submit()
    text = follow(house.secadmin, "/house/close/department/410100/scjg", last_day="2018-03-31")
    assert "个岗位没有撤销" in text and "1个事项仍在受理" in text and "1件办件没有办结" in text
    text = follow(house.secadmin, "/house/close/division/410100", last_day="2018-03-31")
    assert "个部门没有撤销" in text
    text = follow(house.secadmin, "/house/close/post/410100/scjg/reviewer/1", last_day="2018-03-31")
    assert "reviewer1的任职没有在这一天之前结束" in text
    assert "请填写最后一天" in follow(house.secadmin, "/house/close/post/410100/scjg/reviewer/1")
    assert "应当写成" in follow(house.secadmin, "/house/close/post/410100/scjg/reviewer/1", last_day="昨天")
    assert not Post.objects.exclude(last_day=None).exists()


def test_a_post_is_closed_after_its_last_holder_and_the_closing_can_be_taken_back(house: Any) -> None:
    house.city.at("2018-03-12 09:30")
    follow(house.secadmin, "/house/departments/410100/scjg", kind="reviewer", name="临时审查岗")
    post = "410100/scjg/reviewer/3"
    assert "到2018-03-31为止" in follow(house.secadmin, f"/house/close/post/{post}", last_day="2018-03-31")
    refused = house.secadmin.post(f"/house/post/{post}", {"number": "reviewer1", "first_day": "2018-03-12"})
    assert refused.status_code == 422 and "撤销" in refused.content.decode()
    assert "撤销已取消" in follow(house.secadmin, f"/house/close/post/{post}", undo="yes")
    assert "没有可以取消的撤销" in follow(house.secadmin, f"/house/close/post/{post}", undo="yes")
    assert kinds(f"org/post/{post}") == ["post_added", "closed", "closing_cancelled"]


def test_a_post_sits_in_a_hall_of_its_division(house: Any) -> None:
    from yichuang.org.models import Hall, Post

    hall = {"division": "410100", "name": "市政务服务大厅", "address": "中原路1号"}
    follow(house.secadmin, "/house/add/hall", **hall)
    row = Hall.objects.get()
    assert "设在市政务服务大厅" in follow(house.secadmin, "/house/move/410100/scjg/reviewer/1", hall=str(row.pk))
    assert Post.objects.get(pk="410100/scjg/reviewer/1").hall == row
    text = follow(house.secadmin, f"/house/close/hall/{row.pk}", last_day="2099-12-31")
    assert "1个岗位还设在这里" in text


def test_only_the_security_administrator_within_reach(house: Any) -> None:
    from yichuang.org.models import Division

    Division.objects.create(code="410200", name="开封市", level="county", parent=Division.objects.create(
        code="410000", name="别处", level="city"))  # fmt: skip
    assert house.secadmin.get("/house/change/division/410200").status_code == 404
    assert house.sysadmin.get("/house/add/department").status_code == 403
    assert house.auditadmin.get("/house/import").status_code == 403
    assert house.sysadmin.post("/house/close/department/410100/scjg", {"last_day": "2099-01-01"}).status_code == 403


# --- from a file ------------------------------------------------------------------------------------------------------


def send(house: Any, name: str, data: bytes, **more: Any) -> Any:
    return house.secadmin.post("/house/import", {"file": SimpleUploadedFile(name, data), **more})


def test_a_csv_of_officers_is_taken_whole_or_not_at_all(house: Any) -> None:
    from yichuang.org.models import Holding, Officer

    house.city.at("2018-03-12 09:30")
    good = "姓名,工号,用户名,电子邮箱,岗位,任职起始\n王新,K1,wangxin,w@example.org,410100/scjg/reviewer/1,2018-03-12\n"
    bad = good + "李新,K1,lixin,,,\n,K3,x,,,\n赵新,K4,zhaoxin,,410100/scjg/nothing/1,\n钱新,K5,qianxin,,,3月\n"
    answer = send(house, "people.csv", bad.encode("gb18030"))
    text = answer.content.decode()
    assert answer.status_code == 422 and "什么也没有导入：4 行有问题" in text
    for words in ("该账号或工号已经登记", "“姓名”没有填写", "没有登记；写法如", "日期应当写成"):
        assert words in text, words
    assert not Officer.objects.filter(number="K1").exists()
    checked = send(house, "people.csv", good.encode(), only_check="yes").content.decode()
    assert "核对通过，还没有导入" in checked and not Officer.objects.filter(number="K1").exists()
    assert "已导入" in send(house, "people.csv", good.encode()).content.decode()
    assert Holding.objects.get(officer__number="K1").post_id == "410100/scjg/reviewer/1"


def workbook(*sheets: tuple[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_holds_all_kinds_and_later_ones_lean_on_earlier(house: Any) -> None:
    from yichuang.org.models import Department, Division, Hall, Holding

    house.city.at("2018-03-12 09:30")
    data = workbook(
        ("人员", [["姓名", "工号", "用户名", "岗位"], ["孙县", "Z1", "sunxian", "410122/scjg/reviewer/1"]]),
        ("区划", [["区划代码", "区划名称", "级别"], ["410122", "中牟县", "区县(市)"]]),
        ("部门", [["区划代码", "部门代码", "机关全称", "简称", "统一社会信用代码"],
                 ["410122", "scjg", "中牟县市场监督管理局", "市监", USCC]]),
        ("大厅", [["区划代码", "大厅名称", "地址"], ["410122", "中牟大厅", "青年路1号"]]),
        ("岗位", [["部门", "岗位类别", "岗位名称", "廉政风险", "大厅"],
                 ["410122/scjg", "审查岗", "初审岗", "高", "中牟大厅"]]),
    )  # fmt: skip
    text = send(house, "city.xlsx", data).content.decode()
    assert "已导入" in text and "区划 1 行" in text and "人员 1 行" in text
    assert Division.objects.get(pk="410122").parent_id == "410100"
    assert Department.objects.filter(pk="410122/scjg").exists() and Hall.objects.filter(name="中牟大厅").exists()
    assert Holding.objects.get(officer__number="Z1").post.hall.name == "中牟大厅"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "没有内容"),
        ("a.csv", "姓名,工号\n王,1\n".encode(), "不是任何一种表的列名"),
        ("a.csv", "姓名,工号,用户名,性别\n王,1,w,男\n".encode(), "没有这些列：性别"),
        ("a.xlsx", b"PK\x03\x04 nothing", "不是可读的 Excel"),
        ("a.csv", b"\xff\xfe\x00\x81", "既不是 Excel"),
        ("a.csv", b"x" * (2 * 1024 * 1024 + 1), "超过 2 MB"),
    ],
)
def test_what_cannot_be_read_is_said(house: Any, name: str, data: bytes, words: str) -> None:
    answer = send(house, name, data)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_a_cell_far_out_ends_the_examination_and_nothing_else(house: Any) -> None:
    """A workbook of five kilobytes whose sheet would take half a terabyte."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "近"
    book.worksheets[0].cell(1048576, 16384).value = "远"
    out = io.BytesIO()
    book.save(out)
    answer = send(house, "far.xlsx", out.getvalue())
    assert answer.status_code == 422 and "用的时间或内存超过了限度" in answer.content.decode()
    good = workbook(("区划", [["区划代码", "区划名称", "级别"], ["410123", "某县", "区县(市)"]]))
    assert "已导入" in send(house, "city.xlsx", good).content.decode()


def test_another_city_is_out_of_reach_of_a_file(house: Any) -> None:
    data = "区划代码,大厅名称,地址\n990000,某大厅,某路\n".encode()
    assert "不在您管理的范围内" in send(house, "hall.csv", data).content.decode()


def test_templates_open_in_excel(house: Any) -> None:
    answer = house.secadmin.get("/house/import/officer.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf") and "工号" in answer.content.decode()
    assert house.secadmin.get("/house/import/window.csv").status_code == 404


def county_security(house: Any) -> tuple[Any, Any]:
    """The pages of a county's security administrator, and a post of the county's window."""
    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Department, Division, Holding, Officer, Post
    from yichuang.people.models import Account

    Division.objects.create(code="410122", name="中牟县", level="county", parent_id="410100")
    office = Department.objects.create(
        id="410122/zwb", division_id="410122", code="zwb", name="中牟县政务办", short="政务办", uscc=USCC
    )
    security, window = (
        Post.objects.create(id=f"410122/zwb/{kind}/1", department=office, kind=kind, name=kind)
        for kind in ("secadmin", "window")
    )
    account = Account.objects.create_user("county", kind="officer")
    made = Officer.objects.create(account=account, name="县安全", number="county")
    Holding.objects.create(officer=made, post=security, first_day=date(2017, 1, 1))
    return house.sit(Actor(account.person, security.pk, "secadmin", "410122/zwb", "410122")), window


def test_who_holds_no_post_yet_is_managed_where_they_were_enrolled(house: Any) -> None:
    from yichuang.org.models import Officer

    county, _ = county_security(house)
    given = {"name": "新来的", "number": "K77", "username": "xinlai", "email": ""}
    for client, number in ((house.secadmin, "K77"), (county, "K78")):
        said = {**given, "number": number, "username": f"xinlai{number}"}
        assert client.post("/house/officer", said).status_code in (200, 302)
    citys, countys = (Officer.objects.get(number=number) for number in ("K77", "K78"))
    assert (citys.enrolled_in_id, countys.enrolled_in_id) == ("410100", "410122")
    assert county.get(f"/house/officer/{citys.pk}").status_code == 404
    assert county.get(f"/house/officer/{countys.pk}").status_code == 200
    assert house.secadmin.get(f"/house/officer/{countys.pk}").status_code == 200, "the city reaches its counties"


def test_who_also_serves_elsewhere_is_not_a_countys_to_manage(house: Any) -> None:
    from yichuang.org.models import Holding, Officer

    county, window = county_security(house)
    victim = Officer.objects.get(number="auditadmin")
    assert county.get(f"/house/officer/{victim.pk}").status_code == 404
    # a county may lend a post to anybody, but gets no hand on the account with it
    Holding.objects.create(officer=victim, post=window, first_day=date(2018, 1, 1))
    assert county.get(f"/house/officer/{victim.pk}").status_code == 200
    for address, fields in (
        (f"/house/officer/{victim.pk}/link", {"sure": "yes", "second_factor": "yes"}),
        (f"/house/officer/{victim.pk}/close", {"sure": "yes"}),
        (f"/house/change/officer/{victim.pk}", {"name": "别人"}),
    ):
        answer = county.post(address, fields)
        assert answer.status_code == 403 and "郑州市任职" in answer.content.decode(), address
    assert house.secadmin.post(f"/house/officer/{victim.pk}/link", {"sure": "yes"}).status_code == 200
