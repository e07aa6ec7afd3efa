"""What an officer of each kind reads of one person, on every page they can reach: what `people.face`'s tables say.

A case of a person with a name, numbers and an address found nowhere else; they also stand in the form, in the opinions,
in a correction, in a supervision order, in a file's name and in a file.
"""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.db.filling import fill
from tests.db.portal.pages import PDF
from yichuang.people.face import HIDE, MASK, PARTS, READERS, SHOW, TABLES, CasePart, Reader, part_level

NAME, NUMBER, PHONE = "慕容探春", "410105198505059974", "13911112222"
ADDRESS, AGENT = "郑州市金水区无双路404号", "欧阳代办"
TELLTALE = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "address": ADDRESS}
WRITTEN = f"{NAME}（{NUMBER}，{PHONE}，住{ADDRESS}）由{AGENT}陪同到场。"
READS_AS = {
    "window": Reader.WINDOW, "reviewer": Reader.OFFICER, "surveyor": Reader.OFFICER, "head": Reader.OFFICER,
    "cashier": Reader.CASHIER, "counsellor": Reader.TUTOR, "office": Reader.WATCH, "supervisor": Reader.WATCH,
    "inspector": Reader.WATCH, "sysadmin": None, "secadmin": None, "auditadmin": None,
}  # fmt: skip
HALL = {"window", "cashier", "office", "supervisor", "inspector", "sysadmin", "secadmin", "auditadmin"}
MOST_PAGES = 150


@dataclass
class World:
    town: Any
    id: str = ""
    receipt: str = ""
    file: str = ""
    paper: int = 0
    officers: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, kind: str) -> Client:
        from yichuang.people.models import Account

        client = Client()
        client.force_login(Account.objects.get(pk=int(self.officers[kind].person[2:])))
        return client


@pytest.fixture
def world(town: Any) -> World:
    made = World(town)
    made.officers = {kind: _officer(kind) for kind in READS_AS}
    _case(made)
    _order(made)
    return made


def _officer(kind: str) -> Any:
    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Department, Holding, Officer, Post
    from yichuang.people.models import Account

    place = f"410100/{'zwb' if kind in HALL else 'csglj'}"
    assert Department.objects.filter(pk=place).exists()
    post = Post.objects.create(id=f"{place}/{kind}/7", department_id=place, kind=kind, name=kind)
    account = Account.objects.create_user(f"{kind}7", kind="officer")
    made = Officer.objects.create(account=account, name=f"{kind}7", number=f"{kind}7")
    Holding.objects.create(officer=made, post=post, first_day=date(2017, 1, 1))
    return Actor(f"a:{account.pk}", post.id, kind, place, "410100", channel="window" if kind == "window" else "online")


def _case(made: World) -> None:
    from yichuang.aggregates import uploads
    from yichuang.aggregates.models import Paper
    from yichuang.cases import service
    from yichuang.cases.models import Case
    from yichuang.cases.prepare import prepare, prepare_submit
    from yichuang.cases.service import replay_case
    from yichuang.catalog.queries import standard
    from yichuang.catalog.standard import FieldType
    from yichuang.ledger.actor import Actor
    from yichuang.people.models import Account, Subject

    rules = standard("410100/ZZ-022/1")
    subject = Subject.objects.create(
        kind="person", name=NAME, id_type="111", id_number=NUMBER, phone=PHONE, address=ADDRESS
    )
    account = Account.objects.create_user("murong", real_name=NAME)
    citizen = Actor(account.person, subjects=(subject.pk,), own_subjects=(subject.pk,))
    personal = {FieldType.RESIDENT_ID: NUMBER, FieldType.PHONE: PHONE}
    values = fill(rules)
    for section in rules.form.sections:
        for one in section.fields:
            rows = values.get(section.code) if section.repeat else [values]
            for row in rows if isinstance(rows, list) else []:
                if one.name in row:
                    row[one.name] = personal.get(one.type, NAME if one.type is FieldType.TEXT else row[one.name])
    needed = [m.code for m in rules.materials_for({**values, "situation": "new", "agent": "no"})]
    kept = uploads.keep(f"{NAME}身份证.pdf", PDF, actor=citizen, material=needed[0], wanted=["pdf"])
    given = {code: (str(kept.id),) if code == needed[0] else ("paper",) for code in needed}
    known = {"kind": "person", "id_type": "111", "agent": AGENT, **TELLTALE}
    prepared = prepare_submit(
        rules, situation="new", subject=subject.pk, applicant=known, values=values, agent=False, given=given, held={}
    )
    made.id = service.submit(prepared, citizen, command_id=uuid.uuid4(), applicant=NAME).state.id
    uploads.file_to([kept.id], citizen.person, f"case/{made.id}")
    made.file = str(kept.id)

    def do(name: str, kind: str, **data: Any) -> None:
        prepared = prepare(name, data, subject=subject.pk)
        service.perform(made.id, prepared, made.officers[kind], command_id=uuid.uuid4())

    do("receive", "window", originals=[])
    do("ask_correction", "window", reason=WRITTEN, materials=(needed[1],), fields=())
    do("supply", "window", given={needed[1]: ("paper",)})
    do("accept", "window")
    fee, amount = next((f, a) for f, a in replay_case(made.id).due_fees.items() if a)
    do("charge_fee", "cashier", fee=fee, amount=amount)
    do("conclude", "reviewer", step="S1", verdict="pass", opinion=WRITTEN)
    made.receipt = Case.objects.get(pk=made.id).receipt
    made.paper = Paper.objects.filter(stream=f"case/{made.id}", kind="receipt").get().seq


def _order(made: World) -> None:
    """A card on the reviewer, sent with the person's data in its text and answered with them."""
    from django.db import transaction

    from tests.db.watching import finding
    from yichuang.orders import service
    from yichuang.orders.models import Order

    reviewer = made.officers["reviewer"]
    with transaction.atomic():
        row = finding(made.id, person=reviewer.person, department="410100/csglj", item="ZZ-022")
        service.follow([("found", row)])
    order = Order.objects.get(finding=row.id)
    for kind, act, said in (
        ("supervisor", "issue", {"text": WRITTEN}), ("reviewer", "sign", {}), ("reviewer", "reply", {"text": WRITTEN}),
    ):  # fmt: skip
        service.perform(order.id, act, said, made.officers[kind], command_id=uuid.uuid4())


# --- pages ------------------------------------------------------------------------------------------------------------

SKIP = ("/accounts/", "/static/", "/items", "/studio", "/messages", "/account", "/desk/post")


def walk(client: Client, starts: list[str]) -> dict[str, str]:
    """Every page that leads on from these, by address: its text, with what it says of files."""
    seen: dict[str, str] = {}
    paths: set[str] = set()
    waiting = list(starts)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        path = address.partition("?")[0]
        if address in seen or address.startswith(SKIP) or (path in paths and address not in starts):
            continue
        paths.add(path)
        answer = client.get(address)
        body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content
        typed = answer.get("Content-Type", "")
        text = body.decode() if typed.startswith(("text/", "application/json")) else f"«{typed}»"
        seen[address] = html.unescape(text) + answer.get("Content-Disposition", "") + answer.get("Location", "")
        if typed.startswith("text/html"):
            waiting += [html.unescape(link) for link in re.findall(r'href="(/[^"#]*)', text)]
    return seen


def addresses(world: World) -> list[str]:
    case = f"/desk/case/{world.id}"
    return [
        "/desk/", "/desk/?list=open", f"/desk/?list=open&q={world.receipt}", f"/desk/?list=open&q={NAME}"[:20],
        case, f"{case}/check", f"{case}/supply", f"{case}/reports", f"{case}/open/files", f"{case}/open/papers",
        f"/papers/{world.id}/", f"/papers/{world.id}/{world.paper}", f"/papers/{world.id}/{world.paper}/state",
        f"/papers/{world.id}/proof.json", f"/files/{world.file}", f"{case}/file/{world.file}",
        "/watch/", "/watch/wall", "/watch/findings", "/watch/orders?state=all", "/house/", "/desk/handover",
        "/desk/intake", f"/desk/intake/done/{world.id}",
    ]  # fmt: skip


def cell(reader: Reader | None, name: str) -> str:
    return TABLES["person"][name][READERS.index(reader)] if reader else HIDE


@pytest.mark.breach
@pytest.mark.parametrize("kind", READS_AS)
def test_each_value_appears_to_a_post_exactly_where_the_table_shows_it(world: World, kind: str) -> None:
    reader = READS_AS[kind]
    seen = walk(world.client(kind), addresses(world))
    assert len(seen) > 10
    for name, value in TELLTALE.items():
        where = [address for address, text in seen.items() if value in text]
        if cell(reader, name) != SHOW:
            assert not where, (kind, name, where)
    agent = [address for address, text in seen.items() if AGENT in text]
    case = seen[f"/desk/case/{world.id}"]
    if reader in (Reader.WINDOW, Reader.OFFICER):
        assert NAME in case and ADDRESS in case and agent
    elif reader is Reader.CASHIER:
        assert NAME in case and "收费" in case and not agent
    else:
        assert not agent, (kind, agent)
    if reader is Reader.WATCH:
        assert "慕容**" in case or "慕***" in case
        assert f"{NUMBER[:6]}********{NUMBER[-4:]}" in case
        written = [a for a, t in seen.items() if a.startswith("/watch/order/") and "陪同到场" in t]
        assert written, "the order was read, with the values covered"
    if reader is None:
        assert world.receipt not in "".join(seen.values())


PLACES = {
    CasePart.FORM: "申请表</h2>",
    CasePart.MATERIALS: "材料</h2>",
    CasePart.COURSE: "环节</h2>",
    CasePart.PAPERS: "文书和证照</h2>",
    CasePart.FEES: "收费</h2>",
}


@pytest.mark.parametrize("kind", [kind for kind, reader in READS_AS.items() if reader])
def test_a_post_sees_the_parts_of_a_case_its_row_names(world: World, kind: str) -> None:
    reader, client = READS_AS[kind], world.client(kind)
    assert reader is not None
    case = client.get(f"/desk/case/{world.id}").content.decode()
    for part, heading in PLACES.items():
        assert (heading in case) is (part_level(part, reader) != HIDE), (kind, part)
    files = (f"/files/{world.file}", f"/desk/case/{world.id}/file/{world.file}")
    papers = (f"/papers/{world.id}/{world.paper}",)
    for part, asked in ((CasePart.FILES, files), (CasePart.PAPERS, papers)):
        for address in asked:
            answer = client.get(address)
            wanted = {SHOW: (200, 202), MASK: (302,), HIDE: (404,)}[part_level(part, reader)]
            assert answer.status_code in wanted, (kind, address, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"].startswith(f"/desk/case/{world.id}/open/{part.value}?")
    hidden = part_level(CasePart.COURSE, reader) == HIDE
    for rest in ("check", "reports"):
        assert (client.get(f"/desk/case/{world.id}/{rest}").status_code == 404) is hidden
    listing = client.get(f"/papers/{world.id}/").status_code
    assert (listing == 404) is (part_level(CasePart.PAPERS, reader) == HIDE)


def test_every_part_of_the_table_was_walked() -> None:
    assert set(PLACES) | {CasePart.FILES} == set(PARTS)
    assert {reader for reader in READS_AS.values() if reader} == set(READERS) - {
        Reader.SELF,
        Reader.AGENT,
        Reader.PUBLIC,
    }


def test_a_cashier_sees_cases_with_fees_and_no_others(world: World) -> None:
    other = world.town.city.submit().state
    cashier, window = world.client("cashier"), world.client("window")
    assert (cashier.get(f"/desk/case/{world.id}").status_code, cashier.get(f"/desk/case/{other.id}").status_code) == (
        200, 404,
    )  # fmt: skip
    listed = cashier.get("/desk/?list=open").content.decode()
    assert world.id in listed and other.id not in listed
    assert other.id in window.get("/desk/?list=open").content.decode()
    page = cashier.get(f"/desk/case/{world.id}").content.decode()
    assert "登记缴费" in page or "缴费" in page
    for told in ("M01", "已核对原件", "资料审查", "受理时限", "经营", "陪同到场", "补正"):
        assert told not in page, told


# --- the recorded act -------------------------------------------------------------------------------------------------


def looks(world: World) -> list[dict[str, Any]]:
    import json

    from yichuang.ledger.models import Entry

    return [json.loads(e.body) for e in Entry.objects.filter(kind="unmasked").order_by("position")]


@pytest.mark.screen
@pytest.mark.parametrize("part", [CasePart.FILES, CasePart.PAPERS])
def test_who_watches_opens_a_file_or_document_with_a_reason_on_record(world: World, part: CasePart) -> None:
    from yichuang.ledger import vault

    client = world.client("supervisor")
    asked = {
        CasePart.FILES: f"/desk/case/{world.id}/file/{world.file}",
        CasePart.PAPERS: f"/papers/{world.id}/{world.paper}",
    }[part]
    form = client.get(asked)["Location"]
    page = client.get(form).content.decode()
    assert "查看理由" in page and "记入账本" in page and NAME not in page
    short = client.post(form.partition("?")[0], {"next": asked, "reason": "看"})
    assert short.status_code == 422 and "至少4个字" in short.content.decode() and not looks(world)
    assert client.get(asked).status_code == 302
    done = client.post(form.partition("?")[0], {"next": asked, "reason": "核对投诉所称材料"})
    assert (done.status_code, done["Location"]) == (302, asked)
    assert client.get(asked).status_code in (200, 202)
    (look,) = looks(world)
    assert (look["field"], look["case"]) == (part.value, world.id)
    ref = vault.split_reference(look["reason"])
    assert ref and vault.read_row(uuid.UUID(ref[0])) == {"reason": "核对投诉所称材料"}
    other = {CasePart.FILES: f"/papers/{world.id}/{world.paper}", CasePart.PAPERS: f"/files/{world.file}"}[part]
    assert client.get(other).status_code == 302, "a reason opens the part it was given for"
    assert world.client("inspector").get(asked).status_code == 302, "and for who gave it"


def test_a_reason_holds_for_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.faces import opening

    client, asked = world.client("office"), f"/files/{world.file}"
    client.post(f"/desk/case/{world.id}/open/files", {"next": asked, "reason": "核对投诉所称材料"})
    assert client.get(asked).status_code == 200
    later = opening.time.time() + opening.MINUTES * 60 + 1
    monkeypatch.setattr(opening.time, "time", lambda: later)
    assert client.get(asked).status_code == 302


@pytest.mark.breach
def test_a_reason_opens_nothing_that_the_table_hides_and_leads_nowhere_else(world: World) -> None:
    for kind in ("cashier", "counsellor", "auditadmin"):
        for part in ("files", "papers"):
            sent = {"reason": "想看看材料", "next": f"/files/{world.file}"}
            assert world.client(kind).post(f"/desk/case/{world.id}/open/{part}", sent).status_code in (403, 404)
    assert not looks(world)
    supervisor = world.client("supervisor")
    assert supervisor.get(f"/desk/case/{world.id}/open/form").status_code == 404
    sent = {"reason": "核对投诉所称材料", "next": "//evil.example/x"}
    assert supervisor.post(f"/desk/case/{world.id}/open/files", sent)["Location"] == f"/desk/case/{world.id}"


@pytest.mark.screen
def test_who_watches_reads_the_form_once_with_a_reason(world: World) -> None:
    client = world.client("supervisor")
    address = f"/desk/case/{world.id}"
    assert "（已遮盖）" in client.get(address).content.decode()
    opened = client.post(f"{address}/unmask", {"field": "form", "reason": "核对表单所填内容"}).content.decode()
    assert NAME in opened and NUMBER not in opened and "（已遮盖）" not in opened
    assert looks(world)[-1]["field"] == "form"
    assert NAME not in client.get(address).content.decode()
    for kind in ("cashier", "counsellor"):
        sent = {"field": "form", "reason": "核对表单所填内容"}
        assert world.client(kind).post(f"{address}/unmask", sent).status_code == 404


# --- programs ---------------------------------------------------------------------------------------------------------


@pytest.mark.api
@pytest.mark.breach
@pytest.mark.parametrize("kind", [kind for kind in READS_AS])
def test_a_program_at_a_post_reads_what_the_post_reads(world: World, kind: str) -> None:
    from yichuang.faces.api import limits
    from yichuang.ledger.actor import SYSTEM
    from yichuang.orders.models import Order
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client
    from yichuang.supervision.models import Finding

    limits.forget()
    actor, reader = world.officers[kind], READS_AS[kind]
    token = issue_client(kind, Account.objects.get(pk=int(actor.person[2:])), SYSTEM, actor.post)[1]

    def ask(path: str) -> Any:
        return Client().get(f"/api{path}", headers={"authorization": f"Bearer {token}"})

    paths = (
        "/cases?open=all", f"/cases/{world.id}", f"/cases/{world.id}/proof", "/findings?state=all", "/orders?state=all",
        f"/findings/{Finding.objects.get().id}", f"/orders/{Order.objects.get().id}",
    )  # fmt: skip
    said = {path: ask(path).content.decode() for path in paths}
    for name, value in TELLTALE.items():
        if cell(reader, name) != SHOW:
            assert not [path for path, text in said.items() if value in text], (kind, name)
    case = ask(f"/cases/{world.id}")
    assert case.status_code == (200 if reader else 404)
    if reader:
        body = case.json()
        assert bool(body["papers"]) is (part_level(CasePart.PAPERS, reader) != HIDE)
        assert bool(body["state"]["given"]) is (part_level(CasePart.MATERIALS, reader) != HIDE)
        kinds = {entry["kind"] for entry in body["timeline"]}
        assert (kinds == {"fee_charged"}) is (reader is Reader.CASHIER)
        assert (NAME in case.content.decode()) is (cell(reader, "name") == SHOW)


# --- exports ----------------------------------------------------------------------------------------------------------


def test_an_export_for_supervision_holds_no_personal_value(world: World, tmp_path: Any) -> None:
    from yichuang.history import dataset, exporting
    from yichuang.history.exporting_xes import export_xes
    from yichuang.supervision import contract, tailing

    assert tailing.catch_up()
    folder, log = tmp_path / "set", tmp_path / "log.xes"
    exporting.export_dataset(folder, lambda line: None)
    export_xes(log, lambda line: None)
    duck = dataset.connect()
    dataset.attach(duck, folder)
    said = [str(row) for one in contract.TABLES for row in duck.execute(f"select * from {one.stored_as}").fetchall()]
    said += [f.read_bytes().decode("utf-8", "replace") for f in (log, *folder.rglob("*")) if f.is_file()]
    assert sum(world.id in text for text in said) > 10, "the case is in the export"
    for value in (*TELLTALE.values(), AGENT):
        assert not [text[:300] for text in said if value in text], value
