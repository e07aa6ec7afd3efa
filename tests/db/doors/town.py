"""The town of the matrix: every role with a browser or a token, and one object of each kind that an address can name.

Everything that belongs to the applicant carries a mark; whoever has no right to it must never be shown one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.db.filling import fill
from tests.db.portal.pages import PDF, begin, browser, complete, flat, submit

MARK = "暗号"
NUMBER = "11010519491231002X"  # of the applicant
PHONE = "13899997777"
USCC = "91410100MA9ANH004X"  # of nobody else, and in no example of the documents
MARKS = (MARK, NUMBER, PHONE, USCC)
COUNTY = "410122"
# role → kind and department of the post
POSTS = {
    "window": ("window", "410100/zwb"),
    "reviewer": ("reviewer", "410100/scjg"),
    "surveyor": ("surveyor", "410100/scjg"),
    "head": ("head", "410100/scjg"),
    "counsellor": ("counsellor", "410100/zwb"),
    "cashier": ("cashier", "410100/zwb"),
    "office": ("office", "410100/zwb"),
    "supervisor": ("supervisor", "410100/zwb"),
    "inspector": ("inspector", "410100/zwb"),
    "police-window": ("window", "410100/gaj"),
    "police-reviewer": ("reviewer", "410100/gaj"),
    "police-head": ("head", "410100/gaj"),
    "county-window": ("window", f"{COUNTY}/zwb"),
    "county-reviewer": ("reviewer", f"{COUNTY}/scjg"),
    "county-head": ("head", f"{COUNTY}/scjg"),
    "county-office": ("office", f"{COUNTY}/zwb"),
    "county-supervisor": ("supervisor", f"{COUNTY}/zwb"),
    "sysadmin": ("sysadmin", "410100/zwb"),
    "secadmin": ("secadmin", "410100/zwb"),
    "auditadmin": ("auditadmin", "410100/zwb"),
}
CITIZENS = ("owner", "agent", "former", "stranger")
ROLES = ("anonymous", *CITIZENS, *POSTS, "postless")
TOKENS = (
    "none", "wrong", *CITIZENS, "window", "reviewer", "head", "office", "supervisor", "police-reviewer", "police-head",
    "county-window", "county-supervisor",
)  # fmt: skip


@dataclass
class Town:
    """Browsers by role, tokens by role, and what the parameters of addresses are filled with."""

    city: Any
    browsers: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)  # role → Actor or account
    ids: dict[str, Any] = field(default_factory=dict)


def build(city: Any) -> Town:
    """Fill the database of the running test, in which the city of `world.build` stands already."""
    town = Town(city, {"anonymous": Client()})
    city.at("2018-03-12 09:30")
    _citizens(town)
    _officers(town)
    _case(town)
    _licence(town)
    _feedback(town)
    _hall(town)
    _drafts(town)
    _oversight(town)
    _house(town)
    _tokens(town)
    for client in town.browsers.values():
        client.raise_request_exception = False
    return town


def _citizens(town: Town) -> None:
    from yichuang.ledger.actor import Actor
    from yichuang.people.mandates import grant_mandate
    from yichuang.people.models import Account, Membership, Subject

    def person(role: str, name: str, number: str, phone: str) -> Any:
        account = Account.objects.create_user(role, real_name=name, verified_at="2018-01-01T00:00Z")
        subject = Subject.objects.create(kind="person", name=name, id_type="111", id_number=number, phone=phone)
        Membership.objects.create(account=account, subject=subject, role="self")
        town.browsers[role], town.people[role] = browser(account), account
        return subject

    own = person("owner", f"张{MARK}", NUMBER, PHONE)
    agent = person("agent", "李代办", "410105198001010019", "13700000001")
    former = person("former", "王离任", "410105199001010015", "13700000002")
    person("stranger", "赵路人", "410105198505059977", "13700000003")
    firm = Subject.objects.create(
        kind="organisation", name=f"郑州{MARK}餐饮有限公司", uscc=USCC, legal_name=own.name, phone=PHONE,
        legal_id_number=NUMBER,
    )  # fmt: skip
    owner = town.people["owner"]
    Membership.objects.create(account=owner, subject=firm, role="legal")
    granter = Actor(owner.person, subjects=(own.pk, firm.pk))
    days = {"first_day": date(2018, 1, 1), "last_day": date(2019, 1, 1), "actor": granter}
    mandate = grant_mandate(firm, agent, items=None, **days)
    ended = grant_mandate(firm, former, items=None, **days)
    town.ids |= {"firm": firm.pk, "person": own.pk, "mandate": mandate.pk, "ended": ended}


def _officers(town: Town) -> None:
    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Department, Division, Holding, Officer, Post
    from yichuang.people.models import Account

    Division.objects.create(code=COUNTY, name="中牟县", level="county", parent_id="410100")
    for role, (kind, department) in POSTS.items():
        division, _, code = department.partition("/")
        about = {"division_id": division, "code": code, "name": f"{code}局", "short": code}
        Department.objects.get_or_create(id=department, defaults=about)
        post = Post.objects.create(id=f"{department}/{kind}/7", department_id=department, kind=kind, name=f"{role}岗")
        account = Account.objects.create_user(role, kind="officer")
        officer = Officer.objects.create(account=account, name=f"官{role}", number=f"N{account.pk}")
        holding = Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
        channel = "window" if kind == "window" else "online"
        town.people[role] = Actor(account.person, post.id, kind, department, division, channel=channel)
        town.browsers[role] = browser(account)
        town.ids |= {f"post:{role}": post.pk, f"officer:{role}": officer.pk, f"holding:{role}": holding.pk}
        town.ids[f"account:{role}"] = account.pk
    town.browsers["postless"] = browser(Account.objects.create_user("postless", kind="officer"))


def _perform(town: Town, case_id: Any, name: str, role: str, **data: Any) -> None:
    from yichuang.cases import service
    from yichuang.cases.prepare import prepare

    prepared = prepare(name, data, subject=town.ids["firm"])
    service.perform(case_id, prepared, town.people[role], command_id=uuid.uuid4())


def _case(town: Town) -> None:
    """A case of the firm that the former agent filed, taken in and accepted, with files and papers. Only then their
    mandate ends."""
    from yichuang.aggregates.models import Paper, Upload
    from yichuang.cases.models import Case
    from yichuang.cases.service import replay_case
    from yichuang.catalog.models import Item, Law
    from yichuang.people.mandates import revoke_mandate
    from yichuang.people.models import Subject

    firm = Subject.objects.get(pk=town.ids["firm"])
    client = town.browsers["former"]
    draft = begin(client, firm)
    complete(client, draft, town.city.standard, agent="yes")
    client.post(
        f"{draft}/form",
        flat(
            fill(town.city.standard, "new", "yes") | {"premises_address": f"郑州市金水区{MARK}街九号院一号楼附十二号"}
        ),
    )
    submit(client, draft)
    case = Case.objects.get()
    upload = Upload.objects.filter(stream=f"case/{case.id}").earliest("created_at")
    Upload.objects.update(name=f"{MARK}.pdf")
    _perform(town, case.id, "receive", "window", originals=["M01"])
    _perform(town, case.id, "accept", "window")
    town.ids |= {
        "kind of life": "case",
        "case": case.id,
        "upload": upload.id,
        "receipt": case.receipt,
        "number": case.number,
    }
    town.ids["law"] = Law.objects.get(title="食品安全法").pk
    town.ids["own rule"] = _write_rule(town)
    town.ids["listing"] = Item.objects.get(division="410100", code="ZZ-001").pk
    town.ids["revision"] = _begin_revision(town)
    town.ids |= _differ(town)
    town.ids["step"] = next(code for code, step in replay_case(str(case.id)).steps.items() if step.status == "open")
    town.ids["seq"] = Paper.objects.filter(stream=f"case/{case.id}").earliest("seq").seq
    town.ids["code"] = Paper.objects.filter(stream=f"case/{case.id}").earliest("seq").code
    revoke_mandate(town.ids["ended"], town.people["window"])


def _write_rule(town: Town) -> uuid.UUID:
    """The post of electronic supervision of the city writes a rule."""
    from yichuang.aggregates.door import perform
    from yichuang.aggregates.prepare import prepare_command
    from yichuang.supervision.own.acts import ACTS
    from yichuang.supervision.own.declared import OWN_RULE

    id = uuid.uuid4()
    content = {
        "title": "延期过多", "kind": "at_most", "first": "extended", "most": 0, "gravity": "yellow",
        "addressee": "holder", "basis": "行政许可法第四十二条",
    }  # fmt: skip
    prepared = prepare_command(ACTS.by_name["write"], content, subject=OWN_RULE.stream(id))
    perform(OWN_RULE, id, prepared, town.people["supervisor"], command_id=uuid.uuid4())
    return id


def _begin_revision(town: Town) -> uuid.UUID:
    """The department drafts the next version of the food licence."""
    from yichuang.aggregates.door import perform
    from yichuang.aggregates.prepare import prepare_command
    from yichuang.catalog.revising.acts import ACTS
    from yichuang.catalog.revising.declared import REVISION

    id = uuid.uuid4()
    prepared = prepare_command(ACTS.by_name["begin"], {"item": "ZZ-001"}, subject=REVISION.stream(id))
    perform(REVISION, id, prepared, town.people["reviewer"], command_id=uuid.uuid4())
    return id


def _differ(town: Town) -> dict[str, Any]:
    """A county has an item that the city has not: its reason, and what the city's department proposes."""
    from yichuang.aggregates.door import perform
    from yichuang.aggregates.prepare import prepare_command
    from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
    from yichuang.catalog.listing.acts import Found
    from yichuang.catalog.listing.service import found_item

    item = "ZZ-950"
    found_item(Found(COUNTY, item, "县级独有许可", f"{COUNTY}/scjg"))
    begun = {}
    for life, act, role, data in (
        (DEVIATION, "explain", "county-reviewer", {"difference": f"{item}:listed:extra", "reason": "本地特有行业。"}),
        (PROPOSAL, "propose", "reviewer", {"target": f"{COUNTY}:{item}", "attribute": "name", "words": "请规范名称。"}),
    ):
        begun[life.kind] = uuid.uuid4()
        prepared = prepare_command(life.life.acts.by_name[act], data, subject=life.stream(begun[life.kind]))
        perform(life, begun[life.kind], prepared, town.people[role], command_id=uuid.uuid4())
    return {**begun, "county": COUNTY, "shared": item}


def _licence(town: Town) -> None:
    """A licence of the firm, and a code with which the owner shows it."""
    from tests.db.licences.lives import Licences
    from yichuang.licences.models import Share

    place = f"郑州市金水区{MARK}街十号院二号楼附六号"
    licence = Licences(town.city).granted("2018-03-12 09:30", subject=town.ids["firm"], premises_address=place)
    town.browsers["owner"].post(f"/my/licences/{licence}/share", {"period": "day"})
    town.ids |= {"licence": licence, "share": Share.objects.get().pk}


def _feedback(town: Town) -> None:
    """A bad rating of the case that made the licence, and a complaint about it."""
    from yichuang.cases.models import Case
    from yichuang.feedback.models import Complaint, Rating

    ended = Case.objects.get(stage="made")
    town.city.do(str(ended.pk), "deliver", town.city.window, method="direct", recipient=f"张{MARK}")
    owner, number = town.browsers["owner"], str(uuid.uuid4())
    rated = {"rate-level": "dissatisfied", "rate-words": f"{MARK}说明不清楚", "command_id": number}
    assert owner.post(f"/my/{ended.pk}/rate", rated).status_code == 302
    filed = {"file-case": str(ended.pk), "file-kind": "manner", "file-words": f"{MARK}没有人答复"}
    assert owner.post("/lives/complaints/new/file", {**filed, "command_id": str(uuid.uuid4())}).status_code == 302
    town.ids |= {"rating": Rating.objects.get().pk, "complaint": Complaint.objects.get().pk}


def _hall(town: Town) -> None:
    """The window of the city sits at number 1 of a hall and takes the food licence; another hall is not arranged."""
    from yichuang.aggregates.door import perform
    from yichuang.aggregates.prepare import prepare_command
    from yichuang.hall.declared import HALL
    from yichuang.hall.kiosk import make_token
    from yichuang.hall.serving import machine_of, take_ticket
    from yichuang.org.models import Hall

    halls = [Hall.objects.create(division_id="410100", name=name, address="示范路1号") for name in ("大厅", "新厅")]
    id = uuid.uuid4()
    for act, data in (
        ("arrange", {"hall": str(halls[0].pk), "kind": "main"}),
        ("add_class", {"code": "A", "name": "市场准入"}),
        ("add_class", {"code": "Z", "name": "其他"}),
        ("place_items", {"code": "A", "items": ["ZZ-001"]}),
        ("open_window", {"number": "1", "post": town.ids["post:window"], "classes": ["A"]}),
    ):
        prepared = prepare_command(HALL.life.acts.by_name[act], data, subject=HALL.stream(id))
        perform(HALL, id, prepared, town.people["office"], command_id=uuid.uuid4())
    machine, number = machine_of(id, "410100"), uuid.uuid4()
    take_ticket(id, "A", False, machine, command_id=number)
    kiosk = make_token(id, 1)
    town.ids |= {"arrangement": id, "other hall": halls[1].pk, "ticket": number, "kiosk": kiosk}


def _drafts(town: Town) -> None:
    """A draft of the owner with a file, one of the window, and a message to each of two persons."""
    from yichuang.cases.models import Draft
    from yichuang.people.messages import tell_account, tell_officers
    from yichuang.people.models import Message, Subject

    firm = Subject.objects.get(pk=town.ids["firm"])
    owner = town.browsers["owner"]
    town.ids["draft"] = begin(owner, firm).rsplit("/", 1)[1]
    sent = {"material": "M03", "file": SimpleUploadedFile(f"{MARK}图.pdf", PDF)}
    owner.post(f"/drafts/{town.ids['draft']}/materials", sent)
    answer = town.browsers["window"].post(f"/desk/intake/for/{firm.pk}/ZZ-001", {"situation": "new", "agent": "no"})
    assert answer.status_code == 302, answer.content.decode()
    asked = {"ask-topic": "review", "ask-words": f"{MARK}材料齐不齐", "command_id": str(uuid.uuid4())}
    asked["ask-files"] = SimpleUploadedFile(f"{MARK}图.pdf", PDF)  # type: ignore[assignment]
    answer = owner.post(f"/drafts/{town.ids['draft']}/ask", asked)
    assert answer.status_code == 302, answer.content.decode()
    town.ids["guidance"] = answer.url.rpartition("/")[2]
    town.ids["intake"] = Draft.objects.exclude(pk=town.ids["draft"]).filter(submitted_as=None).get().pk
    tell_account(town.people["owner"], f"{MARK}消息", f"{MARK}内容", f"/my/{town.ids['case']}")
    town.ids["message"] = town.people["owner"].messages.latest("id").pk
    reviewer = town.people["reviewer"]
    posts = {int(reviewer.person.removeprefix("a:")): reviewer.post}
    tell_officers(posts, "规程退回修改", "请修改。", "/desk/revisions", key="entry/1")
    town.ids["desk message"] = Message.objects.get(key="entry/1").pk


def _oversight(town: Town) -> None:
    from django.db import transaction

    from tests.db.watching import finding
    from yichuang.orders.models import Order
    from yichuang.orders.service import follow
    from yichuang.supervision.models import Exclusion, Outage

    with transaction.atomic():
        row = finding(town.ids["case"], person=town.people["reviewer"].person, number=town.ids["number"])
        follow([("found", row)])
    order = Order.objects.get(finding=row.id)
    moment = datetime.fromisoformat("2018-03-12T09:00:00+08:00")
    by = {"set_at": moment, "set_by": town.people["office"].person}
    exclusion = Exclusion.objects.create(
        kind="item",
        division="410100",
        item="ZZ-001",
        reason="law",
        basis="某某条例第一条",
        first_day="2018-03-20",
        **by,
    )
    outage = Outage.objects.create(first_day="2018-03-01", last_day="2018-03-02", reason="停电", **by)
    town.ids |= {"finding": row.id, "order": order.id, "exclusion": exclusion.pk, "outage": outage.pk}


def _house(town: Town) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.models import Entry
    from yichuang.org.models import Absence
    from yichuang.people.service import issue_client

    absence = Absence.objects.create(
        officer_id=town.ids["officer:surveyor"], first_day="2018-03-20", last_day="2018-03-25", reason="leave"
    )
    client, _ = issue_client("业务系统", town.people["owner"], SYSTEM)
    position = Entry.objects.filter(stream__startswith="people/").latest("position").position
    town.ids |= {"absence": absence.pk, "client": client.pk, "position": position}


def _tokens(town: Town) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    town.tokens["wrong"] = "wrong"
    for role in TOKENS[2:]:
        account, post = Account.objects.get(username=role), POSTS.get(role)
        place = town.people[role].post if post else ""
        town.tokens[role] = issue_client(f"程序{role}", account, SYSTEM, place)[1]
