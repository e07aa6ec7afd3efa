"""我的证照: what a holder sees of their licences, and the application that begins with one of them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.portal.holders import ADDRESS, granted, licences_of, limited_agent, plain
from tests.db.portal.pages import begin, browser, complete, flat, submit
from yichuang.licences.queries import read_licence

MOST_STATEMENTS = 9
WALLET = "/my/licences"


@pytest.fixture
def held(town: Any) -> tuple[Any, Any, uuid.UUID]:
    """(town, the owner's browser, a licence of the firm)."""
    licence = granted(town)
    town.city.at("2018-06-01 10:00")
    return town, browser(town.owner), licence


def apply(client: Any, licence: uuid.UUID, situation: str) -> Any:
    return client.post(f"{WALLET}/{licence}/apply", {"situation": situation})


@pytest.mark.screen
def test_the_wallet_says_what_is_held_and_what_can_be_done(held: Any) -> None:
    town, client, licence = held
    page = plain(client.get(WALLET))
    for words in (
        town.firm.name, "食品经营许可证", "郑市监许证字〔2018〕第00001号", "有效", ADDRESS, "2023年3月11日",
        "2018年3月12日（周一）制发", "起可以申请延续", "变更", "补办", "注销", "下载", "出示",
    ):  # fmt: skip
        assert words in page or words.replace("（周一）", "(周一)") in page, words
    assert 'value="renew"' not in client.get(WALLET).content.decode()
    assert f"/lives/licences/{licence}" in client.get(WALLET).content.decode()
    assert "我的证照" in plain(client.get("/my/"))


def test_the_wallet_costs_a_few_statements_however_many_there_are(held: Any) -> None:
    town, client, _ = held
    client.get(WALLET)
    with at_most(MOST_STATEMENTS):
        client.get(WALLET)
    for street in ("一", "二", "三"):
        granted(town, "2018-06-01 10:00", premises_address=f"河南省郑州市金水区文化路{street}号")
    with at_most(MOST_STATEMENTS):
        assert plain(client.get(WALLET)).count("文化路") == 3


@pytest.mark.screen
def test_renewal_begins_in_one_step_when_its_window_is_open(held: Any) -> None:
    from yichuang.cases.models import Draft

    town, client, licence = held
    early = apply(client, licence, "renew")
    assert early.status_code == 409 or early.status_code == 422
    assert "还没有到时间" in plain(early) and not Draft.objects.exists()
    town.city.at("2023-01-10 10:00")
    assert "可以申请延续，最迟" in plain(client.get(WALLET))
    answer = apply(client, licence, "renew")
    draft = Draft.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/drafts/{draft.pk}/form")
    page = client.get(answer.url).content.decode()
    assert ADDRESS in page  # filled from what was granted
    assert 'name="old_no"' not in page and "郑市监许证字〔2018〕第00001号" in page
    assert apply(client, licence, "renew").url == answer.url  # pressed twice is one draft
    assert Draft.objects.count() == 1


def test_a_draft_that_lacks_nothing_goes_straight_to_its_review(held: Any) -> None:
    town, client, licence = held
    form = apply(client, licence, "reissue").url
    address = form.removesuffix("/form")
    complete(client, address, town.city.standard, situation="reissue")
    assert apply(client, licence, "reissue").url == f"{address}/review"
    review = plain(client.get(f"{address}/review"))
    assert "针对的证照" in review and "郑市监许证字〔2018〕第00001号" in review


@pytest.mark.screen
def test_a_change_filed_from_the_wallet_keeps_the_number_it_was_begun_with(held: Any) -> None:
    from yichuang.cases.service import replay_case

    town, client, licence = held
    address = apply(client, licence, "change").url.removesuffix("/form")
    form = flat(licences_of(town).shop_values("change"))
    typed = form | {"old_no": "别人的证号", "old_valid_to": "2099-01-01"}
    assert client.post(f"{address}/form", typed).status_code == 302
    complete_materials(client, address)
    id = submit(client, address).split("/")[2]
    assert replay_case(id).licence == str(licence)
    page = client.get(f"/my/{id}").content.decode()
    assert f"/lives/licences/{licence}" in page and "别人的证号" not in page
    assert "郑市监许证字〔2018〕第00001号" in page
    assert f"/my/{id}" in client.get(WALLET).content.decode()  # 正在办理
    again = apply(client, licence, "change")
    assert again.status_code in (409, 422) and "正在办理" in plain(again)


def complete_materials(client: Any, address: str) -> None:
    import re

    page = client.get(f"{address}/materials").content.decode()
    for code in re.findall(r'<input[^>]* id="file-(M\d+)"', page):
        assert client.post(f"{address}/materials", {"material": code, "way": "paper"}).status_code == 302


# --- picking ----------------------------------------------------------------------------------------------------------


@pytest.mark.screen
def test_the_licence_is_picked_and_never_typed(held: Any) -> None:
    from yichuang.cases.models import Draft

    town, client, licence = held
    sent = {"subject": town.firm.pk, "situation": "change"}
    answer = client.post("/items/410100/ZZ-001/apply", sent)
    assert answer.status_code == 302 and "situation=change" in answer.url
    page = client.get(answer.url)
    assert f'value="{licence}"' in page.content.decode() and ADDRESS in plain(page)
    assert 'type="text"' not in page.content.decode().split('id="main-content"')[1]
    nothing = client.post("/items/410100/ZZ-001/apply", sent | {"pick": "1"})
    assert nothing.status_code == 422 and "请选择要办理的证照" in plain(nothing)
    for number in (str(uuid.uuid4()), "郑市监许证字〔2018〕第00009号"):
        other = client.post("/items/410100/ZZ-001/apply", sent | {"pick": "1", "licence": number})
        assert other.status_code == 422 and "没有这张证照" in plain(other)
    assert not Draft.objects.exists()
    begun = client.post("/items/410100/ZZ-001/apply", sent | {"pick": "1", "licence": str(licence)})
    assert begun.status_code == 302 and Draft.objects.get().licence == licence
    assert client.post("/items/410100/ZZ-001/apply", sent | {"situation": "new"}).url.startswith("/drafts/")


@pytest.mark.screen
def test_who_holds_none_is_told_what_to_do(held: Any) -> None:
    _, _, licence = held
    town = held[0]
    from yichuang.people.models import Membership, Subject

    other = Subject.objects.create(kind="organisation", name="郑州二窗餐饮有限公司", uscc="91350100M000100Y44")
    Membership.objects.create(account=town.owner, subject=other, role="legal")
    client = browser(town.owner)
    page = client.post("/items/410100/ZZ-001/apply", {"subject": other.pk, "situation": "renew"}, follow=True)
    assert "没有本事项的证照" in plain(page) and "申请新办" in plain(page) and "申请补记" in plain(page)
    assert str(licence) not in page.content.decode()


@pytest.mark.screen
@pytest.mark.parametrize(
    ("at", "words"),
    [("2022-06-01 09:00", "还没有到时间"), ("2023-03-08 09:00", "已经过了申请期"), ("2024-01-01 09:00", "已过有效期")],
)
def test_what_cannot_be_chosen_now_says_why(held: Any, at: str, words: str) -> None:
    town, client, licence = held
    town.city.at(at)
    page = client.get(f"/items/410100/ZZ-001/apply?subject={town.firm.pk}&situation=renew")
    assert page.status_code == 200
    assert words in plain(page) and "现在不能选" in plain(page) and "申请" in plain(page)
    assert f'value="{licence}"' not in page.content.decode()


# --- agents -----------------------------------------------------------------------------------------------------------


@pytest.mark.breach
def test_a_mandate_for_one_item_opens_the_licences_of_that_item_alone(held: Any) -> None:
    from yichuang.people.models import Mandate

    town, _, licence = held
    agent = limited_agent(town)
    client = browser(agent)
    assert "郑市监许证字〔2018〕第00001号" in plain(client.get(WALLET))
    assert client.get(f"/lives/licences/{licence}").status_code == 200
    assert apply(client, licence, "change").status_code == 302
    assert client.get(f"{WALLET}/{licence}/share").status_code == 200
    paper = read_licence(licence).licence.current.paper  # type: ignore[union-attr]
    assert paper
    assert client.get(f"/papers/{paper[0].split('/')[1]}/{paper[1]}").status_code in (200, 202)
    assert client.get(f"/papers/{paper[0].split('/')[1]}/1").status_code == 404  # the case's other documents
    # of another item it opens nothing, and after its end nothing at all
    Mandate.objects.filter(items=["ZZ-001"]).update(items=["ZZ-002"])
    assert "00001号" not in plain(client.get(WALLET))
    assert client.get(f"/lives/licences/{licence}").status_code == 404
    Mandate.objects.filter(items=["ZZ-002"]).update(items=["ZZ-001"], last_day="2018-05-31")
    for address in (f"/lives/licences/{licence}", f"{WALLET}/{licence}/share"):
        assert client.get(address).status_code == 404
    assert apply(client, licence, "change").status_code == 404
    assert "00001号" not in plain(client.get(WALLET))


@pytest.mark.breach
def test_a_limited_agent_answers_for_the_holder_while_the_mandate_lasts(held: Any) -> None:
    town, _, licence = held
    lives = licences_of(town)
    lives.do(licence, "open_revocation", town.city.head, ground="beyond_power", reason="超越法定职权作出的决定。")
    client = browser(limited_agent(town))
    sent = {"answer-statement": "决定是依法作出的，请再核实。", "command_id": str(uuid.uuid4()), "seq": "0"}
    assert client.post(f"/lives/licences/{licence}/answer", sent).status_code == 302
    assert lives.now(licence).licence.proceeding.answered  # type: ignore[union-attr]


@pytest.mark.breach
def test_strangers_find_nothing(held: Any) -> None:
    town, _, licence = held
    client = browser(town.stranger)
    assert "00001号" not in plain(client.get(WALLET))
    for address in (f"/lives/licences/{licence}", f"{WALLET}/{licence}/share"):
        assert client.get(address).status_code == 404
    assert client.post(f"{WALLET}/{licence}/share", {"period": "day"}).status_code == 404
    for situation in ("change", "cancel"):
        assert apply(client, licence, situation).status_code == 404


def test_a_draft_of_before_the_pick_can_be_filed_for_a_new_one(held: Any) -> None:
    """新办 is not touched: no licence is asked for."""
    town, client, _ = held
    address = begin(client, town.firm)
    assert "下一步" in plain(client.get(f"{address}/form"))
