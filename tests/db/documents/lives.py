"""Lives of cases driven through the door, that between them issue every kind of document."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tests.db.world import City, food_values
from yichuang.aggregates.models import Paper
from yichuang.cases import service
from yichuang.cases.correcting import prepare_correct_applicant
from yichuang.cases.prepare import prepare_submit
from yichuang.cases.service import replay_case
from yichuang.cases.view import view
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Fee
from yichuang.ledger.actor import SYSTEM
from yichuang.org.queries import clear_caches
from yichuang.people.models import Subject

SHOP = "郑州市金水区老陈记餐饮店"
_DOORS = count(12)  # a firm has one food licence a place


@dataclass
class Lives:
    city: City

    def __post_init__(self) -> None:
        clear_caches()  # departments of the test before this one
        organisation = {"kind": "organisation", "uscc": "92410105MA40000X0C", "legal_name": "陈镕"}
        Subject.objects.get_or_create(id="s:1", defaults={"name": SHOP, **organisation})
        self.window, self.head = self.city.window, self.city.head

    def filed(self, name: str = SHOP, without: str = "", channel: str = "online", subject: str = "s:1") -> str:
        """A submitted case; `without` leaves a material out."""
        city = self.city
        city.at("2018-03-12 09:30")
        about = food_values() | {
            "premises_address": f"河南省郑州市金水区花园路39号院1号楼附{next(_DOORS)}号",
            "premises_area": 120,
        }
        codes = [m.code for m in city.standard.materials_for({**about, "situation": "new", "agent": "no"})]
        given = {code: ("paper",) if channel == "window" else ("u1",) for code in codes if code != without}
        prepared = prepare_submit(
            city.standard,
            situation="new",
            subject=subject,
            applicant={"name": name},
            values=about,
            agent=False,
            given=given,
            held={},
        )
        actor = self.window if channel == "window" else replace(city.citizen, subjects=(subject,))
        return service.submit(prepared, actor, command_id=uuid.uuid4(), applicant=name).state.id

    def do(self, case: str, name: str, actor: Any, at: str = "", **data: Any) -> None:
        if at:
            self.city.at(at)
        self.city.do(case, name, actor, **data)

    def accepted(self, **filed: Any) -> str:
        case = self.filed(**filed)
        self.do(case, "receive", self.window, originals=["M01"])
        self.do(case, "accept", self.window, at="2018-03-13 10:00")
        return case

    def corrected(self) -> str:
        case = self.filed(without="M03", channel="window")
        self.do(case, "receive", self.window, originals=["M01"])
        self.do(case, "add_materials", self.window, at="2018-03-13 09:10", given={"M08": ["paper"]})
        self.do(
            case,
            "ask_correction",
            self.window,
            at="2018-03-14 09:10",
            materials=["M03"],
            fields=["premises_area"],
            reason="缺少布局图；经营场所面积与租赁合同不一致，请核对",
        )
        self.do(
            case, "supply", self.window, at="2018-03-20 11:00", given={"M03": ["paper"]}, form="面积更正为118平方米"
        )
        return case

    def promised(self) -> str:
        """Accepted despite a gap, which is supplied at the window."""
        case = self.filed(without="M08", channel="window")
        self.do(case, "receive", self.window, originals=["M01"])
        self.do(case, "promise_gaps", self.window, materials=["M08"], days=2, paper=True, signer="陈镕")
        self.do(case, "accept", self.window)
        self.do(case, "supply_gaps", self.window, at="2018-03-13 10:00", given={"M08": ["paper"]})
        return case

    def overdue(self) -> str:
        case = self.filed(without="M03")
        self.do(case, "receive", self.window)
        self.do(case, "ask_correction", self.window, materials=["M03"], reason="缺少布局图和操作流程图。")
        self.city.at("2018-05-02 09:00")
        service.tick(case)
        return case

    def declined(self, outcome: str = "no_jurisdiction") -> str:
        case = self.filed()
        self.do(case, "receive", self.window)
        competent = "郑州市卫生健康委员会" if outcome == "no_jurisdiction" else ""
        self.do(
            case, "decline", self.window, outcome=outcome, reason="所申请的活动不属于食品经营。", competent=competent
        )
        return case

    def silent(self) -> str:
        case = self.filed()
        self.do(case, "receive", self.window)
        self.city.at("2018-03-26 09:00")
        service.tick(case)
        return case

    def delayed(self) -> str:
        """Accepted, a special procedure, and an extension."""
        case = self.accepted()
        special = next(s.kind.value for s in self.city.standard.specials) if self.city.standard.specials else "testing"
        kind = special if special in ("testing", "expert_review", "inspection") else "expert_review"
        self.do(
            case,
            "start_special",
            self.city.reviewer,
            at="2018-03-15 10:00",
            kind=kind,
            until="2018-03-30",
            reason="中央厨房布局须经专家评审",
        )
        self.do(case, "end_special", self.city.reviewer, at="2018-03-26 10:00", special="X1", result="评审通过")
        self.do(case, "extend", self.head, at="2018-03-27 10:00", days=5, reason="需要进一步核实经营场所的设备布局")
        return case

    def reviewed(self, verdict: str = "pass", **filed: Any) -> str:
        case = self.accepted(**filed)
        city = self.city
        city.at("2018-03-16 10:00")
        while not (after := replay_case(case)).steps_done and not after.failed:
            for code, step in after.steps.items():
                if step.status == "open":
                    known = city.standard.step(code)
                    actor = city.surveyor if known.post.value == "surveyor" else city.reviewer
                    officers = [city.surveyor2.person] if known.officers > 1 else []
                    self.do(case, "conclude", actor, step=code, verdict=verdict, opinion="意见", officers=officers)
        return case

    def granted(self, method: str = "direct", **filed: Any) -> str:
        case = self.reviewed(**filed)
        self.do(case, "decide", self.head, at="2018-03-19 15:00", granted=True)
        self.do(case, "make_certificate", self.window, at="2018-03-20 09:00")
        actor, recipient = (self.window, "陈镕") if method == "direct" else (self.city.citizen, "")
        self.do(case, "deliver", actor, method=method, recipient=recipient)
        return case

    def refused(self) -> str:
        case = self.reviewed("fail")
        self.do(
            case,
            "decide",
            self.head,
            at="2018-03-19 15:00",
            granted=False,
            bases=["食品安全法（2021修正） 35条"],
            reason="经营场所与有毒、有害场所以及其他污染源的距离不符合食品安全标准的要求。",
        )
        self.do(case, "deliver", self.window, method="post", recipient="陈镕")
        return case

    def withdrawn(self) -> str:
        case = self.accepted()
        self.do(case, "withdraw", self.city.citizen, at="2018-03-15 08:30", reason="经营场所变更，拟重新申请")
        return case

    def terminated(self) -> str:
        case = self.accepted()
        self.do(case, "terminate", self.head, at="2018-03-15 08:30", reason="申请人已经注销，办理无法继续。")
        return case

    def revoked(self) -> str:
        case = self.accepted()
        self.do(case, "revoke_acceptance", self.head, at="2018-03-14 09:00", reason="申请事项与经营项目不符。")
        return case

    def falsified(self, decided: bool = False) -> str:
        """Found false at acceptance, or at the decision."""
        other = {"subject": "s:3"}  # who is barred afterwards
        case = self.accepted(**other) if decided else self.filed(**other)
        if not decided:
            self.do(case, "receive", self.window)
        alleger = self.city.reviewer if decided else self.window
        self.do(case, "allege_falsehood", alleger, reason="租赁合同系伪造，出租人否认签过。")
        citizen = replace(self.city.citizen, subjects=("s:3",))
        self.do(case, "answer_allegation", citizen, statement="合同由中介代办，我不知情。")
        finding = {"reason": "租赁合同系伪造。", "falsified": True}
        if decided:
            self.city.do(case, "conclude", self.city.reviewer, step="S1", verdict="fail", opinion="合同不实")
            self.do(case, "decide", self.head, granted=False, **finding)
        else:
            self.do(case, "decline", self.window, outcome="not_accepted", **finding)
        return case

    def mended(self) -> str:
        """Entered under another firm at the window, and corrected."""
        case = self.filed(channel="window")
        self.do(case, "receive", self.window, originals=["M01"])
        right = {"kind": "organisation", "name": "郑州市金水区小陈记餐饮店", "uscc": "92410105MA40000X1A"}
        Subject.objects.get_or_create(id="s:2", defaults=right)
        shown = view(self.window, case)
        assert shown is not None
        prepared = prepare_correct_applicant(shown, {"subject": "s:2", "reason": "选错了企业"})
        service.perform(case, prepared, self.window, command_id=uuid.uuid4())
        return case

    def refunded(self) -> str:
        """Of an item with a fee: the last of the lives, for the standard is followed by a newer one."""
        basis = f"{self.city.standard.bases[0].law} {self.city.standard.bases[0].article}"
        fee = Fee("F1", "检验费", "每件 90 元", basis, "local_reg", fixed=9000)
        before, self.city.standard = self.city.standard, replace(self.city.standard, version=2, fees=(fee,))
        put_in_force(self.city.standard, SYSTEM)
        case = self.accepted()
        cashier = replace(self.window, post_kind="cashier")
        self.do(case, "charge_fee", self.window, fee="F1", amount=9000)
        self.do(case, "pay_fee", self.window, fee="F1", amount=9000, receipt="P1")
        self.do(case, "refund_fee", cashier, fee="F1", ground="wrong_charge", voucher="T1", reason="依法免收。")
        self.city.standard = before
        return case

    def all(self) -> list[str]:
        """Cases that between them issue every kind."""
        return [
            self.corrected(),
            self.promised(),
            self.overdue(),
            self.declined(),
            self.silent(),
            self.delayed(),
            self.granted(),
            self.granted(method="electronic"),
            self.refused(),
            self.withdrawn(),
            self.terminated(),
            self.revoked(),
            self.mended(),
            self.falsified(decided=True),
            self.refunded(),
        ]


def papers(case: str) -> list[Paper]:
    return list(Paper.objects.filter(stream=f"case/{case}").order_by("seq"))


def one(case: str, kind: str) -> Paper:
    return Paper.objects.filter(stream=f"case/{case}", kind=kind).latest("seq")
