"""A production city from an empty folder to a delivered licence, by the commands and pages it has. No demo enters."""

from __future__ import annotations

import base64
import csv
import hmac
import io
import json
import re
import struct
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.db.desk.test_intake import flat
from tests.db.filling import fill
from tests.faults.site import Site
from tests.waiting import HANGS
from yichuang.catalog.document import load_document
from yichuang.kernel.codes import uscc

pytestmark = pytest.mark.slow
CITY, PASSWORD = "410200", "kaifeng-2026-city"
OFFICERS = (  # name, user name, kind of post; the windows are the office's, the others the department's
    ("窗口甲", "chuangkou", "zwb", "综合窗口岗", "window"),
    ("窗口乙", "chuangkou2", "zwb", "综合窗口岗", "window"),
    ("收费丙", "shoufei", "zwb", "收费岗", "cashier"),
    ("审查丁", "shencha", "scjg", "审查岗", "reviewer"),
    ("核查戊", "hecha", "scjg", "核查岗", "surveyor"),
    ("核查己", "hecha2", "scjg", "核查岗", "surveyor"),
    ("局长庚", "juzhang", "scjg", "机关负责人", "head"),
)


def totp(secret: str, now: float) -> str:
    """The six digits of RFC 6238 at a moment."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(now) // 30), "sha1")
    return f"{(struct.unpack_from('>I', digest, digest[-1] & 15)[0] & 0x7FFFFFFF) % 10**6:06d}"


class Person:
    """A browser without a window: keeps its cookies, sends forms with the mark against forgery."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=HANGS)

    def get(self, address: str) -> str:
        answer = self.client.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[-2000:])
        return answer.text

    def post(self, address: str, page: str = "", files: Any = None, **data: Any) -> httpx.Response:
        """Send a form as `page` shows it, which is an address (by default the same) or the page itself; where the
        answer leads to is not followed.
        """
        shown = page if page.startswith("<") else self.get(page or address)
        mark = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
        assert mark, page or address
        answer = self.client.post(address, data={**data, "csrfmiddlewaretoken": mark[1]}, files=files)
        assert answer.status_code in (200, 302), (address, answer.status_code, _words(answer.text))
        return answer

    def come_in(self, link: str, username: str) -> None:
        """First password by the one-time link, log in, second factor."""
        sent = self.post(link, password1=PASSWORD, password2=PASSWORD)
        assert sent.status_code == 302, _words(sent.text)
        assert self.post("/accounts/login/", login=username, password=PASSWORD).status_code == 302
        page = self.client.get("/desk/", follow_redirects=True)
        assert page.url.path == "/accounts/2fa/totp/activate/", "nothing before the second factor"
        secret = re.search(r"\b([A-Z2-7]{32})\b", page.text)
        assert secret, _words(page.text)
        self.prove(page.text, secret[1])

    def prove(self, page: str, secret: str) -> None:
        """Give the code of the moment; the next one where its half minute ended on the way."""
        for _ in range(3):
            moment = time.time()
            done = self.post("/accounts/2fa/totp/activate/", page, code=totp(secret, moment))
            if done.status_code == 302 or moment // 30 == time.time() // 30:
                break
        assert done.status_code == 302, _words(done.text)

    def act(self, case: str, name: str, step: str = "", **data: Any) -> None:
        """Do an act of the case's page as it stands."""
        page = self.get(f"/desk/case/{case}")
        command = re.search(
            rf'action="/desk/case/{case}/do/{name}(?:/{step})?".*?name="command_id" value="([^"]+)"', page, re.S
        )
        seq = re.search(r'name="seq" value="(\d+)"', page)
        assert command and seq, (name, _words(page))
        prefix = f"{name}-{step}" if step else name
        sent = {f"{prefix}-{field}": value for field, value in data.items()}
        address = f"/desk/case/{case}/do/{name}" + (f"/{step}" if step else "")
        answer = self.post(address, f"/desk/case/{case}", command_id=command[1], seq=seq[1], **sent)
        assert answer.status_code == 302, (name, _words(answer.text))


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[-3000:]


@pytest.fixture
def site() -> Iterator[Site]:
    place = Site()
    yield place
    place.remove()


def said(site: Site, *words: str, code: int = 0) -> str:
    done = site.yichuang(*words)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def plan(folder: Path) -> Path:
    """The example of `yichuang init --example` is a plan as it stands."""
    from yichuang.ops.founding import EXAMPLE

    file = folder / "plan.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


def as_csv(*rows: tuple[str, ...]) -> dict[str, Any]:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return {"file": ("rows.csv", out.getvalue().encode("utf-8-sig"), "text/csv")}


def bring_officers(security: Person) -> dict[str, str]:
    """Posts and officers from files, as a city with hundreds of them would; the first links by user name."""
    numbers: dict[str, int] = {}
    posts, officers = [("部门", "岗位类别", "岗位名称")], [("姓名", "工号", "用户名", "岗位")]
    for number, (name, username, department, kind, code) in enumerate(OFFICERS):
        place = f"{CITY}/{department}"
        numbers[f"{place}/{code}"] = numbers.get(f"{place}/{code}", 0) + 1
        posts.append((place, kind, f"{kind}{numbers[f'{place}/{code}']}"))
        officers.append((name, f"K1{number:02d}", username, f"{place}/{code}/{numbers[f'{place}/{code}']}"))
    for rows in (posts, officers):
        answer = security.post("/house/import", files=as_csv(*rows))
        assert "已导入" in answer.text, _words(answer.text)
    rows = [row.partition("</tr>")[0] for row in answer.text.split("<tr")[1:] if "/accounts/first/" in row]
    rows = [re.sub(r"<[^>]+>", " ", f"<{row}").split() for row in rows]
    return {row[-2]: f"/accounts/{row[-1].partition('/accounts/')[2]}" for row in rows}


def take_in(window: Person, standard: Any) -> str:
    """Paper of a firm becomes a received case; its id."""
    firm = {"type": "uscc", "number": uscc.build("9", "1", CITY, "MA44ABCD"), "name": "开封示范餐饮有限公司"}
    begun = window.post("/desk/intake", **firm, legal_name="张三丰", phone="13800000000")
    start = f"{begun.headers['Location']}/ZZ-001"
    form = window.post(start, situation="new", agent="no").headers["Location"]
    codes = re.findall(r'id="handed-(M\d+)"', window.get(form))
    done = window.post(form, **flat(fill(standard)), handed=codes, take="1")
    assert done.status_code == 302, _words(done.text)
    found = re.search(r"/done/([^/]+)", done.headers["Location"])
    assert found
    return found[1]


def confirmed(document: str) -> str:
    """The draft as the legal office gives it back: every basis read in the text of the law, its article written."""
    content = json.loads(document)
    content["bases"] = [basis | {"confidence": "verified"} for basis in content["bases"]]
    ways = content["procedure"]["ways"]
    content["procedure"]["ways"] = [way | {"confidence": "verified"} for way in ways]
    return json.dumps(content, ensure_ascii=False).replace("（条目待核）", "12条")


def test_from_an_empty_folder_to_a_delivered_licence(site: Site, tmp_path: Path) -> None:
    founded = said(site, "init", str(plan(tmp_path)))
    assert "已建立开封市的正式库" in founded and "没有已发布的办事规程" in founded
    links = dict(re.findall(r"用户名 (\w+)）\s+http://[^/]+(/accounts/first/\S+)", founded))
    assert set(links) == {"han", "yang", "zhu"}
    assert "还没有设置密码" in said(site, "status", code=1)
    assert "不是演示库" in said(site, "demo", code=1) and "不是演示库" in said(site, "simulate", code=1)
    draft = tmp_path / "food.json"
    packaged = said(site, "standards", "draft", "ZZ-001", "--department", f"{CITY}/scjg")
    draft.write_text(packaged, encoding="utf-8")
    assert "没有核对原文" in said(site, "standards", "publish", str(draft), code=1)
    draft.write_text(confirmed(packaged), encoding="utf-8")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(json.loads(draft.read_text()) | {"department": "nobody"}), encoding="utf-8")
    assert "没有发布任何一份" in said(site, "standards", "publish", str(draft), str(wrong), code=1)
    assert "已发布1份" in said(site, "standards", "publish", str(draft))

    site.start()  # without a flag: what the store is was said when it was made
    address = f"http://127.0.0.1:{site.port}"
    login = httpx.get(f"{address}/accounts/login/").text
    assert "演示" not in login and "开封政务服务" in login
    people = {name: Person(address) for name in links}
    for name, browser in people.items():
        browser.come_in(links[name], name)
    given = bring_officers(people["yang"])
    lost = re.search(r"/accounts/first/\S+", said(site, "invite", "juzhang"))
    assert lost and set(given) == {username for _, username, *_ in OFFICERS}
    officers = {username: Person(address) for username in given}
    for username, browser in officers.items():
        browser.come_in(lost[0] if username == "juzhang" else given[username], username)
    assert "可以受理办件" in said(site, "status")

    standard = load_document(json.dumps(json.loads(draft.read_text())))
    case = take_in(officers["chuangkou"], standard)
    officers["chuangkou2"].act(case, "accept")
    second = site.rows("select account_id from org_officer where name = '核查己'")[0][0]
    judged = True
    while judged:  # one step may wait for another
        judged = False
        for username, more in (("shencha", {}), ("hecha", {"officers": [f"a:{second}"]})):
            for step in re.findall(r'id="act-conclude-(\w+)"', officers[username].get(f"/desk/case/{case}")):
                officers[username].act(case, "conclude", step, verdict="pass", opinion="符合要求。", **more)
                judged = True
    officers["juzhang"].act(case, "decide", granted="yes")
    officers["chuangkou2"].act(case, "make_certificate")
    officers["chuangkou2"].act(case, "deliver", method="direct", recipient="张三丰")

    stage, outcome, number = site.rows("select stage, outcome, number from cases_case")[0]
    assert (stage, outcome) == ("closed", "granted") and CITY in number
    certificate = site.rows("select number from licences_licence")[0][0]
    assert certificate.startswith("汴市监许"), "the mark of this city, not of another"
    assert f"〔{date.today().year}〕" in certificate
    assert site.rows("select kind from ledger_store") == [("production",)]
    assert not site.rows("select 1 from ledger_entry where source = 'simulated'")
    assert site.stop() == 0
    assert "演示" not in site.last_words()
