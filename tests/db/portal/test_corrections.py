"""The form of a correction is kept on the server while it is written, merged like a draft, and goes when it is sent."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.db.filling import fill
from tests.db.portal.pages import begin, browser, complete, flat, submit
from yichuang.cases import corrections
from yichuang.cases.core.state import Stage
from yichuang.cases.models import CorrectionDraft
from yichuang.cases.service import replay_case
from yichuang.people.models import Account


@pytest.fixture
def asked(town: Any) -> str:
    """A case whose form is to be corrected."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    id = submit(client, draft).split("/")[2]
    town.city.do(id, "receive", town.city.window, originals=[])
    town.city.do(id, "ask_correction", town.city.window, reason="面积与合同不一致", fields=["premises_area"])
    return id


def marks(page: str) -> str:
    found = re.search(r'name="marks" value="([^"]*)"', page)
    assert found
    return found[1].replace("&#34;", '"').replace("&quot;", '"')


def values(town: Any, **changed: Any) -> dict[str, Any]:
    return flat({**fill(town.city.standard, "new"), **changed})


def test_what_is_typed_is_there_on_another_device(town: Any, asked: str) -> None:
    phone, desk = browser(town.owner), browser(town.owner)
    shown = marks(phone.get(f"/my/{asked}/supply").content.decode())
    answer = phone.post(f"/my/{asked}/supply/keep", {**values(town, signboard="手机上填的店"), "marks": shown})
    assert "已自动保存" in answer.content.decode()
    assert 'value="手机上填的店"' in desk.get(f"/my/{asked}/supply").content.decode()
    assert replay_case(asked).stage is Stage.CORRECTION, "nothing is sent by being kept"


def test_two_devices_are_merged_and_a_dispute_is_shown(town: Any, asked: str) -> None:
    phone, desk = browser(town.owner), browser(town.owner)
    address, shown = f"/my/{asked}/supply", marks(phone.get(f"/my/{asked}/supply").content.decode())
    phone.post(f"{address}/keep", {**values(town, premises_area="118"), "marks": shown})
    answer = desk.post(f"{address}/keep", {**values(town, signboard="电脑上填的店"), "marks": shown}).content.decode()
    assert "“经营场所面积”在别处改过，也已保留" in answer
    kept = CorrectionDraft.objects.get().values
    assert (kept["premises_area"], kept["signboard"]) == ("118", "电脑上填的店")
    sent = {**values(town, premises_area="119"), "marks": shown, "command_id": str(uuid.uuid4())}
    page = desk.post(address, sent)
    assert page.status_code == 409 and "已改成" in page.content.decode()
    assert replay_case(asked).stage is Stage.CORRECTION, "a dispute is never sent"


def test_it_goes_when_it_is_sent(town: Any, asked: str) -> None:
    client = browser(town.owner)
    address = f"/my/{asked}/supply"
    shown = marks(client.get(address).content.decode())
    client.post(f"{address}/keep", {**values(town, premises_area="118"), "marks": shown})
    page = client.get(address).content.decode()
    sent = {**values(town, premises_area="118"), "marks": marks(page), "command_id": str(uuid.uuid4())}
    assert client.post(address, sent).status_code == 302
    assert replay_case(asked).stage is Stage.RECEIVED
    assert not CorrectionDraft.objects.exists()
    late = client.post(f"{address}/keep", {**values(town, premises_area="1"), "marks": json.dumps({})})
    assert "没有保存" in late.content.decode() and not CorrectionDraft.objects.exists()


def test_what_is_wrong_is_kept_too(town: Any, asked: str) -> None:
    client = browser(town.owner)
    address = f"/my/{asked}/supply"
    shown = marks(client.get(address).content.decode())
    sent = {**values(town, premises_area="很大"), "marks": shown, "command_id": str(uuid.uuid4())}
    assert client.post(address, sent).status_code == 422
    assert CorrectionDraft.objects.get().values["premises_area"] == "很大"


@pytest.mark.breach
def test_nobody_else_reads_or_keeps_it(town: Any, asked: str) -> None:
    """Each account writes its own; a stranger finds no such case."""
    browser(town.owner).post(f"/my/{asked}/supply/keep", values(town, signboard="只给自己看的店"))
    stranger = Client()
    stranger.force_login(Account.objects.create_user("stranger"), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(f"/my/{asked}/supply").status_code == 404
    assert stranger.post(f"/my/{asked}/supply/keep", values(town)).status_code == 404
    assert CorrectionDraft.objects.count() == 1


def test_it_leaves_when_the_case_asks_for_none(town: Any, asked: str) -> None:
    browser(town.owner).post(f"/my/{asked}/supply/keep", values(town, signboard="没有交的店"))
    assert corrections.forget_past() == 0
    client = browser(town.owner)
    page = client.get(f"/my/{asked}/withdraw").content.decode()
    found = re.search(r'name="command_id" value="([0-9a-f-]{36})"', page)
    assert found and client.post(f"/my/{asked}/withdraw", {"command_id": found[1]}).status_code == 302
    assert corrections.forget_past() == 1
    assert not CorrectionDraft.objects.exists()
