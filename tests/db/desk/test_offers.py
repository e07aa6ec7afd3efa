"""Every act × every kind of post at every stage: what the page offers is what the door allows, no more and no less."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import transaction

from tests.db.desk.conftest import Browser
from tests.db.world import City
from yichuang.aggregates.refusal import Refused
from yichuang.cases import service
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core.decide import ACTS
from yichuang.cases.core.state import Case
from yichuang.cases.prepare import prepare
from yichuang.cases.service import replay_case
from yichuang.catalog.service import put_in_force
from yichuang.faces.desk.act_forms import FORMS
from yichuang.faces.desk.case import PAGES
from yichuang.faces.desk.fields import NAMES
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.kinds import POST_KINDS
from yichuang.org.models import Holding, Officer, Post
from yichuang.people.models import Account

Desk = Callable[..., Browser]
OFFERED = sorted({NAMES[cls] for cls in FORMS} | set(PAGES))


def crew(city: City) -> dict[str, Actor]:
    """An officer of every kind of post: those who handle the case in its department, the others in the office."""
    found = {"window": city.window2, "reviewer": city.reviewer, "surveyor": city.surveyor, "head": city.head}
    for kind in POST_KINDS:
        if kind not in found:
            department = "410100/scjg" if kind == "counsellor" else "410100/zwb"
            post = Post.objects.create(id=f"{department}/{kind}/9", department_id=department, kind=kind, name=kind)
            account = Account.objects.create_user(f"{kind}9", kind="officer")
            officer = Officer.objects.create(account=account, name=kind, number=f"{kind}9")
            Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
            found[kind] = replace(
                city.window, person=f"a:{account.pk}", post=post.id, post_kind=kind, department=department
            )
    return found


def stages(city: City) -> Iterator[tuple[str, Case]]:
    """One case led through its stages; the name of each says what is special."""
    id = city.submit().state.id
    yield "submitted", replay_case(id)
    city.do(id, "receive", city.window, originals=[])
    yield "received", replay_case(id)
    city.do(id, "ask_correction", city.window, materials=["M01"], reason="请补")
    yield "correction", replay_case(id)
    city.do(id, "supply", city.window, given={"M01": ["paper"]})
    yield "corrected", replay_case(id)
    city.do(id, "accept", city.window)
    yield "accepted", replay_case(id)
    special = {"kind": "hearing", "until": date(2018, 4, 10), "reason": "听证"}
    city.do(id, "start_special", city.reviewer, step="S1", **special)
    yield "special", replay_case(id)
    city.do(id, "end_special", city.head, special="X1")
    while not (case := replay_case(id)).steps_done:
        for code, step in case.steps.items():
            if step.status == "open":
                survey = city.standard.step(code).post.value == "surveyor"
                others = {"officers": [city.surveyor2.person]} if survey else {}
                actor = city.surveyor if survey else city.reviewer
                city.do(id, "conclude", actor, step=code, verdict="pass", opinion="符合", **others)
        yield "reviewing", replay_case(id)
    city.do(id, "decide", city.head, granted=True)
    yield "decided", replay_case(id)
    city.do(id, "make_certificate", city.window)
    yield "made", replay_case(id)
    city.do(id, "deliver", city.window, method="direct", recipient="张三丰")
    yield "closed", replay_case(id)


def content(name: str, step: str, case: Case, city: City) -> dict[str, Any]:
    """Content that the door takes when the act itself may be done."""
    survey = bool(step) and city.standard.step(step).post.value == "surveyor"
    holder = city.surveyor2 if survey else city.reviewer2
    done = [code for code, s in case.steps.items() if s.status == "done"]
    later = [m.code for m in city.standard.materials_later if m.code in case.needed]
    special = {"kind": "appraisal", "until": date(2018, 3, 12) + timedelta(days=60), "reason": "鉴定"}
    said: dict[str, Any] = {
        "pre_review": {"passed": True},
        "ask_correction": {"materials": [case.needed[0]], "reason": "请补"},
        "supply": {"given": {case.needed[0]: ["paper"]}},
        "add_materials": {"given": {case.needed[0]: ["paper"]}},
        "promise_gaps": {"materials": later, "days": 1, "paper": True, "signer": "张三丰"},
        "supply_gaps": {"given": {m: ["paper"] for m in later}},
        "check_gap": {"material": later[0] if later else "M08", "passed": True},
        "allege_falsehood": {"reason": "租赁合同系伪造"},
        "answer_allegation": {"statement": "合同由中介代办"},
        "decline": {"outcome": "not_required", "reason": "不需要许可", "bases": [_basis(city)]},
        "conclude": {"verdict": "pass", "opinion": "符合", "officers": [holder.person] if survey else []},
        "send_back": {"to": done[0] if done else "S1", "reason": "再看"},
        "assign": {"person": holder.person},
        "start_special": special,
        "end_special": {"special": "X1"},
        "extend": {"days": 1, "reason": "复杂"},
        "charge_fee": {"fee": next(iter(case.due_fees), "F1"), "amount": next(iter(case.due_fees.values()), 1)},
        "pay_fee": {"fee": "F1", "amount": 1, "receipt": "P1"},
        "decide": {"granted": True},
        "deliver": {"method": "direct", "recipient": "张三丰"},
        "terminate": {"reason": "申请人死亡"},
        "explain_lateness": {"reason": "核查用时超出预计"},
        "revoke_acceptance": {"reason": "不符合受理条件"},
        "correct_opinion": {"verdict": "fail", "opinion": "核错了", "reason": "看错了"},
        "correct_applicant": {"subject": case.subject, "form": "更正后的申请人", "reason": "写错了"},
        "refund_fee": {"fee": "F1", "ground": "wrong_charge", "voucher": "T1", "reason": "多收"},
        "take_withdrawal": {"paper": True, "signer": "张三丰"},
        "name_licence": {"licence": str(uuid.uuid4())},
        "rebind": {"standard": f"{city.standard.division}/{city.standard.item}/2", "decision": "决定1号"},
    }.get(name, {})
    return said | ({"step": step} if step else {})


def _basis(city: City) -> str:
    basis = city.standard.bases[0]
    return f"{basis.law} {basis.article}"


class Undone(Exception):
    pass


def allowed(case: Case, name: str, step: str, actor: Actor, city: City) -> bool:
    """Whether the door takes it; nothing of it stays."""
    prepared = prepare(name, content(name, step, case, city), subject="s:1")
    try:
        with transaction.atomic():
            service.perform(case.id, prepared, actor, command_id=uuid.uuid4())
            raise Undone
    except Undone:
        return True
    except Refused:
        return False


def offered(page: str) -> set[str]:
    return {key for key in (k.partition('"')[0] for k in page.split('id="act-')[1:])} | {
        name for name, address in PAGES.items() if f'/{address.partition(":")[2]}"' in page
    }


def test_every_act_of_an_officer_has_its_form_or_page() -> None:
    """A command that a post may give is never left without a way to give it."""
    acts = {cls for cls, act in ACTS.items() if act.who.posts}
    assert {NAMES[cls] for cls in acts} - set(OFFERED) == {"submit"}, "submit is the intake's"


@pytest.mark.slow
@pytest.mark.screen
@pytest.mark.breach
def test_the_page_offers_what_the_door_allows(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    walk = stages(city)
    filed = next(walk)
    put_in_force(replace(city.standard, version=2), SYSTEM)  # something to rebind to, after the case was filed
    officers = crew(city)
    browsers = {kind: desk(actor) for kind, actor in officers.items()}
    wrong, compared = [], 0
    for stage, case in chain([filed], walk):
        of = {status: [c for c, s in case.steps.items() if s.status == status] for status in ("open", "done")}
        for kind, actor in officers.items():
            answer = browsers[kind].case(case.id)
            shown = offered(answer.content.decode()) if answer.status_code == 200 else set()
            for name in OFFERED:
                takes_step = "step" in COMMANDS[name].__dataclass_fields__
                steps = of[ACTS[COMMANDS[name]].who.of_steps]
                for step in [*steps, ""] if takes_step else [""]:
                    key = f"{name}-{step}" if step else name
                    if takes_step and not step and (steps or name in ("conclude", "assign", "correct_opinion")):
                        continue  # with steps open the page asks per step
                    compared += 1
                    if (key in shown) is not allowed(case, name, step, actor, city):
                        wrong.append(f"{stage} {kind} {key}: page {key in shown}")
    assert not wrong, "\n".join(wrong)
    assert compared > 1000
