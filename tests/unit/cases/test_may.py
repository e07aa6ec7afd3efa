"""谁在什么阶段可以做什么:每个操作 × 每种岗位 × 每个阶段,逐格对照一张写明的表。

The table is written from the law and the design, not from the code: an act that is not in it is nobody's. A cell
speaks of a case in the plain middle of its stage, with an actor who took no part in it before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.unit.cases.bench import CITIZEN, HOME, OTHER, STRANGER, WINDOW, Life, food, post
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS, list_offers, may
from yichuang.cases.core.state import Stage
from yichuang.catalog.standard import Fee, PostKind
from yichuang.ledger.actor import SYSTEM, Actor

FEE = Fee("F1", "占用费", "每平方米 9 元", "收费文件", "local_reg", rate=900, per="premises_area")


def charged() -> Life:
    return Life(replace(food(), fees=(FEE,)))


def started() -> Life:
    """Accepted, one step done and one open after it, so that there is something to send back to."""
    case = charged().accepted()
    case.conclude("S1")
    case.conclude("S2")
    return case


def reviewed() -> Life:
    case = started()
    case.conclude("S3")
    return case


def decided() -> Life:
    case = reviewed()
    case.do(co.Decide(True), post("a:h9", "head"))
    return case


def correction() -> Life:
    case = charged().received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    return case


def special() -> Life:
    case = started()
    case.do(co.StartSpecial("hearing", date(2018, 3, 1), "听证"), post("a:h9", "head"))
    return case


def owing() -> Life:
    case = decided()
    case.do(co.ChargeFee("F1", 9000), WINDOW)
    return case


def paid() -> Life:
    case = owing()
    case.do(co.PayFee("F1", 9000, "P1"), WINDOW)
    return case


def made() -> Life:
    case = paid()
    case.do(co.MakeCertificate(), WINDOW)
    return case


def delivered() -> Life:
    case = made()
    case.do(co.Deliver("direct", "张三丰"), WINDOW)
    return case


def declined() -> Life:
    case = charged().received()
    case.do(co.Decline("not_required", "无须许可"), WINDOW)
    return case


def withdrawn() -> Life:
    case = charged().received()
    case.do(co.Withdraw(), CITIZEN)
    return case


def on_paper() -> Life:
    case = charged().submit(WINDOW)
    case.do(co.Receive(), WINDOW)
    return case


def accepted() -> Life:
    return charged().accepted()


def late() -> Life:
    """Accepted, and nothing done until after the last day of the law."""
    return accepted().at("2018-03-15")


def paid_early() -> Life:
    """Accepted, charged and paid before any step."""
    case = accepted()
    case.do(co.ChargeFee("F1", 9000), WINDOW)
    case.do(co.PayFee("F1", 9000, "P1"), WINDOW)
    return case


def revoked() -> Life:
    case = paid_early()
    case.do(co.RevokeAcceptance("不符合受理条件"), post("a:h9", "head"))
    return case


def silent() -> Life:
    case = charged().received(without=("M03",))
    case.at("2018-02-23").tick()
    return case


def alleged() -> Life:
    case = on_paper()
    case.do(co.AllegeFalsehood("租赁合同系伪造"), WINDOW)
    return case


def gap_open() -> Life:
    """Accepted while the certificate of health is promised for later; one step done."""
    case = charged().received(without=("M08",))
    case.do(co.PromiseGaps(("M08",), 4, paper=True, signer="张三丰"), WINDOW)
    case.do(co.Accept(), WINDOW)
    case.conclude("S1")
    case.conclude("S2")
    return case


def gap_handed() -> Life:
    case = gap_open()
    case.do(co.SupplyGaps({"M08": ("u1",)}), CITIZEN)
    return case


SITUATIONS: dict[str, Any] = {
    "new": lambda: charged(),
    "submitted": lambda: charged().submit(),
    "received": lambda: charged().received(),
    "received, gaps": lambda: charged().received(without=("M03",)),
    "received, later": lambda: charged().received(without=("M08",)),
    "gap open": gap_open,
    "gap handed in": gap_handed,
    "correction": correction,
    "started": started,
    "special": special,
    "silent, gaps": silent,
    "reviewed": reviewed,
    "decided": decided,
    "owing": owing,
    "paid": paid,
    "made": made,
    "closed": delivered,
    "not required": declined,
    "withdrawn": withdrawn,
    "on paper": on_paper,
    "accepted": accepted,
    "late": late,
    "paid early": paid_early,
    "revoked": revoked,
    "alleged": alleged,
}
GAPS = ("gap open", "gap handed in")  # under way as `started`
BEFORE = ("submitted", "received", "received, gaps", "received, later",
          "correction", "started", *GAPS, "special", "silent, gaps", "reviewed",
          "on paper", "accepted", "late", "paid early", "alleged")  # fmt: skip
IN_TIME = ("accepted", "paid early")  # accepted by a window, nothing concluded
FRESH = (*IN_TIME, "late")

WINDOWS = "window"
ACTORS: dict[str, Actor] = {
    "applicant": CITIZEN,
    "stranger": STRANGER,
    "system": SYSTEM,
    **{kind.value: post(f"a:{kind.value}", kind.value) for kind in PostKind},
    # windows and cashiers serve the whole division from the office's halls
    "window": post("a:w5", "window", "410100/zwb"),
    "cashier": post("a:c5", "cashier", "410100/zwb"),
    "reviewer elsewhere": post("a:g1", "reviewer", OTHER),
    "surveyor elsewhere": post("a:g2", "surveyor", OTHER),
    "head elsewhere": post("a:g3", "head", OTHER),
    "window elsewhere": replace(post("a:g4", "window", "410184/zwb"), division="410184"),
}

# Act → step → (situations, actors). What is not written here is refused.
TABLE: dict[type[Any], dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    # 29条:申请由申请人提出;窗口可代为录入
    co.Submit: {"": (("new",), ("applicant", "window", "stranger", "system"))},
    # 3.5b 网上预审;32条 受理由综合窗口办理(3.4b、3.4c)
    co.PreReview: {"": (("submitted",), ("window",))},
    co.Receive: {"": (("submitted",), ("window",))},
    co.AskCorrection: {"": (("received", "received, gaps", "received, later", "on paper", "alleged"), ("window",))},
    co.Supply: {"": (("correction", "silent, gaps"), ("applicant", "window"))},
    co.AddMaterials: {
        "": (
            ("submitted", "received", "received, gaps", "received, later", "on paper", "alleged"),
            ("applicant", "window"),
        )
    },
    co.Accept: {"": (("received", "on paper", "alleged"), ("window",))},
    # 3.6a、3.6b 容缺受理:主要材料齐全的,申请人在窗口承诺;补交由申请人或者窗口,核对由窗口
    co.PromiseGaps: {"": (("received", "received, later", "on paper", "alleged"), ("window",))},
    co.SupplyGaps: {"": (("gap open",), ("applicant", "window"))},
    co.CheckGap: {"": (("gap handed in",), ("window",))},
    co.Decline: {"": (("received", "received, gaps", "received, later", "on paper", "alleged"), ("window",))},
    # 78条:隐瞒、虚假,受理或者审查的时候告知,一次;申请人可以陈述申辩(行政处罚法45条)
    co.AllegeFalsehood: {
        "": (
            (
                "received",
                "received, gaps",
                "received, later",
                "on paper",
                "started",
                *GAPS,
                "special",
                "silent, gaps",
                "reviewed",
                *FRESH,
            ),
            ("window", "reviewer", "head"),
        )
    },
    co.AnswerAllegation: {"": (("alleged",), ("applicant", "window"))},
    # a new application acts on no licence
    co.NameLicence: {"": ((), ())},
    # 决定前申请人可以撤回
    co.Withdraw: {"": (BEFORE, ("applicant",))},
    # 34条:审查由环节所属部门的审查(核查)岗办理;S3 属审查岗
    co.Conclude: {"S3": (("started", *GAPS, "special"), ("reviewer",))},
    co.SendBack: {"S3": (("started", *GAPS, "special"), ("reviewer", "head")), "": (("reviewed",), ("head",))},
    co.Assign: {"S3": (("started", *GAPS, "special"), ("reviewer", "head"))},
    # 45条:特别程序由承办部门启动和结束
    co.StartSpecial: {
        "S3": (("started", *GAPS, "special"), ("reviewer", "head")),
        "": (("started", *GAPS, "special", "silent, gaps", "reviewed", *FRESH), ("reviewer", "surveyor", "head")),
    },
    co.EndSpecial: {"": (("special",), ("reviewer", "surveyor", "head"))},
    # 42条:本行政机关负责人批准
    co.Extend: {"": (("started", *GAPS, "special", "silent, gaps", "reviewed", *IN_TIME), ("head",))},
    # 优化营商环境条例36条:超期的由办理单位说明
    co.ExplainLateness: {"": (("late",), ("head",))},
    # 58、59条
    co.ChargeFee: {
        "": (
            ("started", *GAPS, "special", "silent, gaps", "reviewed", "decided", "accepted", "late"),
            ("window", "cashier"),
        )
    },
    co.PayFee: {"": (("owing",), ("window", "cashier"))},  # nobody books their own payment
    # 37、38条:本行政机关负责人决定
    co.Decide: {"": (("reviewed",), ("head",))},
    co.Terminate: {"": (BEFORE, ("head",))},
    co.Rebind: {"": (BEFORE, ("head",))},
    # 39、44条
    co.MakeCertificate: {"": (("paid",), ("window", "head"))},
    co.Deliver: {"": (("made",), ("window", "applicant"))},
    # 32条:受理的撤销由本机关负责人决定,尚无环节办结时
    co.RevokeAcceptance: {"": (FRESH, ("head",))},
    # 更正意见:办结人或者负责人;S1 之后的 S3 办结了,就只能退回。办结人的一格见 test_undoing
    co.CorrectOpinion: {"S3": (("reviewed",), ("head",)), "S1": (("started", *GAPS, "special"), ("head",))},
    # 更正申请人信息:窗口或者本机关负责人,决定之前
    co.CorrectApplicant: {"": (BEFORE, ("window", "head"))},
    # 58、59条:退费由收费岗办理
    co.RefundFee: {"": (("paid", "made", "closed", "paid early", "revoked"), ("cashier",))},
    co.TakeWithdrawal: {"": (("on paper", "alleged"), ("window",))},
    # 3.1b:所办事项退出清单,由系统逐件告知
    co.EndWithItem: {"": (BEFORE, ("system",))},
    co.StayWithItem: {"": (BEFORE, ("system",))},
}


@dataclass(frozen=True)
class Cell:
    act: type[Any]
    step: str
    situation: str
    actor: str

    @property
    def allowed(self) -> bool:
        situations, actors = TABLE[self.act][self.step]
        return self.situation in situations and self.actor in actors


@cache
def case_in(situation: str) -> Life:
    life: Life = SITUATIONS[situation]()
    return life


def passes(cell: Cell) -> Refused | None:
    life = case_in(cell.situation)
    try:
        may(life.case, ACTS[cell.act], life.facts(ACTORS[cell.actor]), cell.step)
    except Refused as refused:
        return refused
    return None


def cells(act: type[Any]) -> Iterator[Cell]:
    for step in TABLE[act]:
        for situation in SITUATIONS:
            for actor in ACTORS:
                yield Cell(act, step, situation, actor)


def test_the_table_knows_every_act_and_no_other() -> None:
    assert set(TABLE) == set(ACTS)
    assert {s.stage for s in (case_in(name).case for name in SITUATIONS)} >= {
        Stage.NEW, Stage.SUBMITTED, Stage.RECEIVED, Stage.CORRECTION, Stage.ACCEPTED, Stage.DECIDED, Stage.MADE,
        Stage.CLOSED, Stage.WITHDRAWN, Stage.NOT_REQUIRED, Stage.ACCEPTANCE_REVOKED,
    }  # fmt: skip


@pytest.mark.parametrize("act", TABLE, ids=lambda act: act.__name__)
def test_exactly_the_cells_of_the_table_pass(act: type[Any]) -> None:
    wrong = []
    for cell in cells(act):
        refused = passes(cell)
        if (refused is None) != cell.allowed:
            wrong.append(f"{cell.situation} · {cell.actor} · {cell.step}: {refused and refused.code}")
    assert wrong == []


def test_every_refusal_says_what_and_what_next() -> None:
    for act in TABLE:
        for cell in cells(act):
            refused = passes(cell)
            if refused is not None:
                assert refused.message.endswith("。")
                assert refused.next or refused.clause, refused.code
                assert refused.kind is not Kind.INPUT, f"may never looks at content: {refused.code}"


def test_pages_offer_exactly_what_may_passes() -> None:
    for situation in SITUATIONS:
        for name, actor in ACTORS.items():
            life = case_in(situation)
            for offer in list_offers(life.case, life.facts(actor)):
                cell = Cell(offer.command, offer.step, situation, name)
                if offer.step in TABLE[offer.command]:
                    assert offer.allowed == cell.allowed, cell


def test_nobody_but_its_applicant_and_posts_may_anything() -> None:
    """Deny by default: a post that has no business with cases may do nothing on any of them."""
    idle = {"office", "supervisor", "inspector", "counsellor", "reviewer elsewhere", "surveyor elsewhere",
            "head elsewhere", "window elsewhere"}  # fmt: skip
    for act in TABLE:
        for cell in cells(act):
            if ACTS[act].system and cell.actor == "system":
                continue
            if cell.actor in idle or (cell.actor in ("stranger", "system") and act is not co.Submit):
                assert passes(cell) is not None, cell


def test_home_is_where_the_standard_is() -> None:
    assert f"{food().division}/{food().department}" == HOME
