"""What was written once is offered again: from an earlier application, under a new version, of an item taken off."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests.db.filling import fill
from tests.db.portal.pages import begin, browser, complete, flat, submit
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Situation, Standard
from yichuang.kernel.clock import Limit, Unit
from yichuang.ledger.actor import SYSTEM


def without_field(standard: Standard, name: str) -> Standard:
    """The next version, whose form asks one field less."""
    sections = tuple(
        replace(s, fields=tuple(f for f in s.fields if f.name != name)) if not s.repeat else s
        for s in standard.form.sections
    )
    return replace(standard, version=standard.version + 1, form=replace(standard.form, sections=sections))


def ended(town: Any) -> tuple[Any, str]:
    """A browser of the owner, and the id of a case that they filed and took back."""
    client = browser(town.owner)
    draft = begin(client, town.firm)
    values = fill(town.city.standard) | {"signboard": "有名的饭店"}
    assert client.post(f"{draft}/form", flat(values)).status_code == 302
    complete_materials(client, draft, town)
    case = submit(client, draft).split("/")[2]
    assert client.post(f"/my/{case}/withdraw", {"command_id": str(uuid.uuid4())}).status_code == 302
    return client, case


def complete_materials(client: Any, draft: str, town: Any) -> None:
    for code in re.findall(r'<input[^>]* id="file-(M\d+)"', client.get(f"{draft}/materials").content.decode()):
        assert client.post(f"{draft}/materials", {"material": code, "way": "paper"}).status_code == 302


def test_an_ended_application_begins_the_next_one(town: Any) -> None:
    client, case = ended(town)
    assert f'action="/my/{case}/again"' in client.get(f"/my/{case}").content.decode()
    start = client.get("/items/410100/ZZ-001/apply").content.decode()
    assert "沿用以前填写的内容" in start and f'action="/my/{case}/again"' in start
    answer = client.post(f"/my/{case}/again")
    page = client.get(answer.url).content.decode()
    assert "已带入上次填写的内容" in page and 'value="有名的饭店"' in page
    draft = answer.url.removesuffix("/form")
    complete_materials(client, draft, town)
    assert submit(client, draft).split("/")[2] != case


def test_nobody_begins_with_what_others_wrote(town: Any) -> None:
    _, case = ended(town)
    assert browser(town.stranger).post(f"/my/{case}/again").status_code == 404


def test_an_open_case_offers_no_second_one(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    case = submit(client, draft).split("/")[2]
    assert "/again" not in client.get(f"/my/{case}").content.decode()


@pytest.mark.parametrize("again", [False, True], ids=["draft", "case"])
def test_what_a_new_version_does_not_ask_stays_readable(town: Any, again: bool) -> None:
    standard = town.city.standard
    if again:
        client, case = ended(town)
        put_in_force(without_field(standard, "signboard"), SYSTEM)
        address = client.post(f"/my/{case}/again").url
    else:
        client = browser(town.owner)
        address = f"{begin(client, town.firm)}/form"
        client.post(address, {"signboard": "有名的饭店", "act": "save"})
        put_in_force(without_field(standard, "signboard"), SYSTEM)
    for _ in range(2):  # also when it is looked at again
        page = client.get(address).content.decode()
        assert 'name="signboard"' not in page
        assert "以前填过、这一版申请表没有的内容（1）" in page and "有名的饭店" in page


def test_a_situation_that_is_no_more_is_chosen_anew(town: Any) -> None:
    from yichuang.cases.models import Draft

    client = browser(town.owner)
    address = f"{begin(client, town.firm)}/form"
    client.post(address, {"signboard": "有名的饭店", "act": "save"})
    put_in_force(replace(town.city.standard, version=2, situations=(Situation("cancel", "注销"),)), SYSTEM)
    for place in ("form", "materials", "review"):
        assert client.get(address.replace("form", place)).url.endswith("/situation")
    assert client.post(address, {"signboard": "更有名的饭店"}).url.endswith("/situation")  # and what was sent is kept
    page = client.get(address.replace("form", "situation")).content.decode()
    assert "请重新选择办理情形" in page and 'name="situation"' in page
    refused = client.post(address.replace("form", "situation"), {"situation": "cancel"})
    assert refused.status_code == 422 and "要先选定针对的证照" in refused.content.decode()
    assert Draft.objects.get().values["form"]["signboard"] == "更有名的饭店"


def test_a_situation_chosen_anew_goes_on_with_the_same_draft(town: Any) -> None:
    from yichuang.cases.models import Draft

    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", {"signboard": "有名的饭店", "act": "save"})
    Draft.objects.update(situation="gone")  # as a version without it leaves the draft
    assert client.post(f"{draft}/situation", {"situation": "gone"}).status_code == 422
    assert client.post(f"{draft}/situation", {"situation": "new"}).url == f"{draft}/form"
    assert "有名的饭店" in client.get(f"{draft}/form").content.decode()


def test_the_draft_of_an_item_taken_off_stays_readable(town: Any) -> None:
    from yichuang.catalog.models import Listed

    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", {"signboard": "有名的饭店", "act": "save"})
    Listed.objects.filter(division="410100", item="ZZ-001").delete()
    for place in ("form", "materials", "review"):
        answer = client.get(f"{draft}/{place}")
        assert answer.status_code == 409
        assert "这个事项已经不再办理" in answer.content.decode() and "有名的饭店" in answer.content.decode()
    late = client.post(f"{draft}/form", {"signboard": "更有名的饭店"}).content.decode()
    assert "更有名的饭店" in late and f"{draft}/delete" in late


def test_a_real_name_check_replaces_the_identity_paper(town: Any) -> None:
    from yichuang.cases.models import Case
    from yichuang.cases.service import replay_case

    client = browser(town.owner)
    draft = begin(client, town.firm)
    page = client.get(f"{draft}/materials").content.decode()
    assert 'id="file-M06"' not in page and "已经实名核验，不用再交" in page
    complete(client, draft, town.city.standard)
    case = submit(client, draft).split("/")[2]
    assert replay_case(str(Case.objects.get().id)).held["M06"] == "real-name"
    assert "已经实名核验，免于提交" in client.get(f"/my/{case}").content.decode()


def test_nobody_checked_brings_the_identity_paper(town: Any) -> None:
    """The mandate says that the agent may act; who heads the firm, nobody has shown."""
    from yichuang.people.models import Membership

    Membership.objects.filter(subject=town.firm).update(ended_at="2018-01-02T00:00Z")
    client = browser(town.agent)
    draft = begin(client, town.firm)
    page = client.get(f"{draft}/materials").content.decode()
    assert 'id="file-M06"' in page and "已经实名核验，不用再交" not in page


def revised(standard: Standard, version: int, days: int, without: str = "") -> Standard:
    """A version that promises so many working days, asks a material more and, where named, one less."""
    kept = tuple(m for m in standard.materials if m.code != without)
    more = replace(kept[-1], code="M90", name="从业人员健康证明", replaced_by=None, when=None)
    promised = Limit(days, Unit.WORKDAY)
    return replace(standard, version=version, promised=promised, materials=(*kept, more))


def test_what_the_standard_changed_is_told_while_one_writes(town: Any) -> None:
    client, standard = browser(town.owner), town.city.standard
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", {"signboard": "有名的饭店", "act": "save"})
    assert "办事规程的变化" not in client.get(f"{draft}/form").content.decode()
    put_in_force(revised(standard, 2, 9), SYSTEM)
    put_in_force(replace(revised(standard, 3, 8), points=standard.points[1:], steps=standard.steps), SYSTEM)
    for place in ("form", "form", "materials"):
        page = client.get(f"{draft}/{place}").content.decode()
        assert "办事规程的变化（2）" in page, "from the version that was begun, and not who watches"
        assert "承诺时限由5个工作日改为8个工作日" in page and "“从业人员健康证明”" in page
    assert 'value="有名的饭店"' in client.get(f"{draft}/form").content.decode()


def uploaded(client: Any, draft: str) -> str:
    """The code of a material for which a file was uploaded."""
    from yichuang.aggregates.models import Upload

    return str(Upload.objects.filter(stream__endswith=draft.rpartition("/")[2]).values_list("material", flat=True)[0])


def test_a_file_of_a_material_that_is_not_asked_any_more_is_named(town: Any) -> None:
    client, standard = browser(town.owner), town.city.standard
    draft = begin(client, town.firm)
    complete(client, draft, standard)
    gone = next(m for m in standard.materials if m.code == uploaded(client, draft))
    put_in_force(revised(standard, 2, 9, without=gone.code), SYSTEM)
    page = client.get(f"{draft}/form").content.decode()
    assert f"材料·{gone.name}" in page and "材料.pdf" in page


def test_what_is_sent_from_a_page_of_the_version_before_is_not_lost(town: Any) -> None:
    client = browser(town.owner)
    draft = begin(client, town.firm)
    put_in_force(without_field(town.city.standard, "signboard"), SYSTEM)
    client.post(f"{draft}/form", {"signboard": "刚写的饭店", "premises_address": "示范路1号", "act": "save"})
    page = client.get(f"{draft}/form").content.decode()
    assert "以前填过、这一版申请表没有的内容（1）" in page and "刚写的饭店" in page and "示范路1号" in page
