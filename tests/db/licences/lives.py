"""Licences of the small city: granted by cases, changed by cases, and moved by officers and their holder."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.db.filling import fill
from tests.db.world import City
from tests.samples import PDF
from yichuang.aggregates import door, uploads
from yichuang.aggregates.prepare import prepare_command
from yichuang.cases import service
from yichuang.cases.core.state import Case
from yichuang.cases.prepare import prepare_submit
from yichuang.cases.service import replay_case
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.licences.core import commands as co
from yichuang.licences.core.decide import ACTS
from yichuang.licences.core.state import Licence
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import HeldLicence, read_licence
from yichuang.licences.service import licence_id_of


def enter_licence(standard: Any, subject: str, *, type: str, number: str, identifier: str) -> uuid.UUID:
    """A licence that was made before this platform, by the system itself."""
    id, day = uuid.uuid4(), date(2018, 1, 1)
    made = co.Make(number, identifier, type, standard.key, subject, day, None, "", "", day, adopted=True)
    door.move(LICENCE, {id: made}, {"rivals": ()})
    return id


def scan(actor: Actor) -> list[str]:
    """The paper of a licence, scanned by this officer and kept."""
    return [str(uploads.keep("旧证.pdf", PDF, actor=actor, material="evidence", wanted=("pdf",)).id)]


def make_of(licence: Licence, *, number: str, sole: str) -> co.Make:
    """The command that would make another licence of the same holder."""
    now = licence.current
    known = (number, "", licence.type, licence.standard, licence.subject, now.valid_from, now.valid_to, "", now.form)
    return co.Make(*known, now.on, sole=sole)


SHOP, ADDRESS = "郑州市金水区老陈记餐饮店", "河南省郑州市金水区花园路39号1号楼附12号"


@dataclass
class Licences:
    """What happens to licences of a food shop, whose owner is the city's citizen."""

    city: City

    @property
    def citizen(self) -> Actor:
        return self.city.citizen

    def file(
        self,
        situation: str,
        licence: uuid.UUID | None = None,
        *,
        given: dict[str, tuple[str, ...]] | None = None,
        subject: str = "s:1",
        actor: Actor | None = None,
        **values: Any,
    ) -> str:
        """A submitted case of a situation; the id of the case. Raises Refused."""
        standard = self.city.standard
        about = {**self.shop_values(situation), **values}
        application = {**about, "situation": situation, "agent": "no"}
        needed = {m.code: ("u1",) for m in standard.materials_for(application)}
        prepared = prepare_submit(
            standard,
            situation=situation,
            subject=subject,
            applicant={"name": SHOP, "uscc": "92410105MA40000X0C", "legal_name": "陈镕"},
            values=about,
            agent=False,
            given=needed if given is None else given,
            held={},
            licence=read_licence(licence) if licence else None,
        )
        by = actor or replace(self.citizen, subjects=(subject,))
        return service.submit(prepared, by, command_id=uuid.uuid4(), applicant=SHOP).state.id

    def shop_values(self, situation: str) -> dict[str, Any]:
        """Values of the form for a situation, as this shop fills it in."""
        return {**fill(self.city.standard, situation), **self._shop(situation)}

    def _shop(self, situation: str) -> dict[str, Any]:
        if situation not in ("new", "change", "renew"):
            return {}
        return {"premises_address": ADDRESS}

    def review(self, case: str, verdict: str = "pass") -> Case:
        """Received, accepted, every step concluded."""
        city = self.city
        state = replay_case(case)
        if state.received_on is None:
            city.do(case, "receive", city.window, originals=[])
        if state.accepted_on is None:
            city.do(case, "accept", city.window)
        while not (state := replay_case(case)).steps_done and not state.failed:
            code = next(code for code, step in state.steps.items() if step.status == "open")
            step = city.standard.step(code)
            actor = city.surveyor if step.post.value == "surveyor" else city.reviewer
            officers = [city.surveyor2.person] if step.officers > 1 else []
            said = {"step": code, "verdict": verdict, "opinion": "意见", "officers": officers}
            city.do(case, "conclude", actor, **said)
        return state

    def decide(self, case: str, granted: bool = True) -> None:
        cited = list(self.city.standard.bases_on(None)[:1])
        reason = {} if granted else {"reason": "不符合食品安全法第三十三条的条件。", "bases": cited}
        self.city.do(case, "decide", self.city.head, granted=granted, **reason)

    def grant(self, case: str) -> Case:
        """Reviewed, decided, and the paper made when there is one."""
        self.review(case)
        self.decide(case)
        if replay_case(case).makes_paper:
            self.city.do(case, "make_certificate", self.city.window)
        return replay_case(case)

    def granted(self, at: str = "2018-03-12 09:30", *, subject: str = "s:1", **values: Any) -> uuid.UUID:
        """A licence newly made on that day."""
        self.city.at(at)
        case = self.file("new", subject=subject, **values)
        self.grant(case)
        return licence_id_of(case)

    def do(self, licence: uuid.UUID, name: str, actor: Actor, **data: Any) -> Licence:
        """An officer's or the holder's act; an officer shows a paper where one is asked for."""
        shown = {"serve_notice", "cancel", "suspend"} | ({"answer", "ask_hearing"} if actor.post_kind else set())
        if name == "serve_notice":
            data = {"day": local_day(now()).isoformat(), **data}
        if name in shown:
            data = {"evidence": scan(actor), **data}
        if name == "cancel":
            data = {"document": "市监销字〔2018〕12号注销登记证明", **data}
        if name in shown & {"answer", "ask_hearing"}:
            data = {"signer": "陈镕", **data}
        prepared = prepare_command(ACTS.by_name[name], data, subject=LICENCE.stream(licence))
        return door.perform(LICENCE, licence, prepared, actor, command_id=uuid.uuid4()).state

    def now(self, licence: uuid.UUID) -> HeldLicence:
        held = read_licence(licence)
        assert held is not None
        return held
