"""出示: whoever has the code sees what a licence says and what it is now, for as long as the holder wants."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.db.portal.holders import ADDRESS, granted, licences_of, limited_agent, plain
from tests.db.portal.pages import browser
from yichuang.people import tries

NUMBER = "郑市监许证字〔2018〕第00001号"


@pytest.fixture
def held(town: Any) -> tuple[Any, Any, uuid.UUID]:
    """(town, the owner's browser, a licence of the firm)."""
    licence = granted(town)
    town.city.at("2018-06-01 10:00")
    return town, browser(town.owner), licence


def share(client: Any, licence: uuid.UUID, period: str = "quarter") -> str:
    """A new code."""
    page = client.post(f"/my/licences/{licence}/share", {"period": period}, follow=True)
    assert page.status_code == 200, page.content.decode()
    return codes(page)[0]


def codes(page: Any) -> list[str]:
    return re.findall(r'出示码 <span class="yc-code">([A-Z2-9]{4}-[A-Z2-9]{4})<', page.content.decode())


@pytest.mark.screen
def test_whoever_has_the_code_sees_the_licence_without_logging_in(held: Any) -> None:
    _, client, licence = held
    code = share(client, licence)
    page = Client().get(f"/s/{code}")
    assert page.status_code == 200
    for words in ("持证人出示的证照", "有效", NUMBER, ADDRESS, "郑州市金水区老陈记餐饮店", "6月1日"):
        assert words in plain(page), words
    assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    assert NUMBER in plain(Client().get(f"/s/{code.replace('-', '').lower()}"))
    assert NUMBER in plain(Client().post("/s/", {"code": f" {code} "}))
    assert "已被查看3次" in plain(client.get(f"/my/licences/{licence}/share"))


def test_what_the_licence_is_now_shows_whatever_it_was_when_shared(held: Any) -> None:
    town, client, licence = held
    code = share(client, licence, "day")
    licences_of(town).do(licence, "cancel", town.city.head, ground="body_ended", reason="主体已经注销登记。")
    assert "已注销" in plain(Client().get(f"/s/{code}"))


@pytest.mark.screen
@pytest.mark.parametrize(
    ("period", "holds", "ends"),
    [("quarter", "2018-06-01 10:14", "2018-06-01 10:16"), ("day", "2018-06-02 09:59", "2018-06-02 10:01")],
)
def test_it_ends_by_itself(held: Any, period: str, holds: str, ends: str) -> None:
    town, client, licence = held
    code = share(client, licence, period)
    town.city.at(holds)
    assert Client().get(f"/s/{code}").status_code == 200
    town.city.at(ends)
    over = Client().get(f"/s/{code}")
    assert over.status_code == 410 and "这次出示已经结束" in plain(over) and "为止" in plain(over)
    assert NUMBER not in plain(over)
    page = client.get(f"/my/licences/{licence}/share")
    assert not codes(page) and "到期" in plain(page)
    town.city.at("2018-08-01 10:00")
    assert Client().get(f"/s/{code}").status_code == 404


@pytest.mark.screen
def test_the_holder_takes_it_back(held: Any) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.licences.models import Share

    _, client, licence = held
    code = share(client, licence, "day")
    row = Share.objects.get()
    other = client.post(f"/my/licences/{licence}/share/{uuid.uuid4()}/end")
    assert other.status_code == 409
    assert client.post(f"/my/licences/{licence}/share/{row.pk}/end").status_code == 302
    over = Client().get(f"/s/{code}")
    assert over.status_code == 410 and "收回了这个出示码" in plain(over) and NUMBER not in plain(over)
    assert "已收回" in plain(client.get(f"/my/licences/{licence}/share"))
    kinds = Entry.objects.filter(kind__startswith="licence_share").order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["licence_shared", "licence_share_ended"]


@pytest.mark.breach
def test_no_code_is_kept_or_recorded(held: Any) -> None:
    from django.core import serializers

    from yichuang.ledger.models import Entry
    from yichuang.licences.models import Share

    _, client, licence = held
    code = share(client, licence)
    kept = serializers.serialize("json", Share.objects.all())
    kept += "".join(str(entry.body) for entry in Entry.objects.filter(kind="licence_shared"))
    assert code not in kept and code.replace("-", "") not in kept


@pytest.mark.breach
def test_wrong_codes_are_counted_and_then_stopped(held: Any) -> None:
    _, client, licence = held
    code = share(client, licence)
    visitor = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(3):
        assert visitor.get(f"/s/{code}").status_code == 200  # a right one is no try
    wrong = visitor.get("/s/AAAA-AAAA")
    assert wrong.status_code == 404 and "没有这个出示码" in plain(wrong)
    for n in range(tries.SHARE_ADDRESS.most - 1):
        assert visitor.post("/s/", {"code": f"BBBBB{n:03}"}).status_code == 404
    assert visitor.get("/s/CCCC-CCCC").status_code == 429
    assert visitor.get(f"/s/{code}").status_code == 429  # nor is it said that this one is right
    assert Client(REMOTE_ADDR="203.0.113.9").get(f"/s/{code}").status_code == 200


def test_what_is_no_code_is_answered_calmly(held: Any) -> None:
    for odd in ("x", "%00", "１２３４５６７８", "A" * 300, "a/b"):
        assert Client().get(f"/s/{odd}").status_code == 404, odd
    assert "请填写“出示码”" in plain(Client().post("/s/", {"code": " "}))
    assert Client().get("/s/").status_code == 200


@pytest.mark.breach
def test_what_an_agent_shows_ends_with_the_mandate(held: Any) -> None:
    from yichuang.people.models import Mandate

    town, _, licence = held
    code = share(browser(limited_agent(town)), licence, "day")
    assert Client().get(f"/s/{code}").status_code == 200
    Mandate.objects.filter(all_items=False).update(revoked_at="2018-06-01T02:00:00Z")
    over = Client().get(f"/s/{code}")
    assert over.status_code == 410 and NUMBER not in plain(over)


def test_only_so_many_at_a_time_and_only_known_periods(held: Any) -> None:
    from yichuang.licences.sharing import MOST_OPEN

    _, client, licence = held
    address = f"/my/licences/{licence}/share"
    assert client.post(address, {"period": "forever"}).status_code == 422
    for _ in range(MOST_OPEN):
        share(client, licence)
    full = client.post(address, {"period": "day"})
    assert full.status_code == 409 and "先收回" in plain(full)


def test_what_ended_long_ago_is_removed(held: Any) -> None:
    from yichuang.licences.models import Share
    from yichuang.licences.sharing import remove_ended_shares

    town, client, licence = held
    share(client, licence)
    town.city.at("2018-06-20 10:00")
    share(client, licence)
    town.city.at("2018-07-02 11:00")
    assert remove_ended_shares() == 1 and Share.objects.count() == 1
