"""What people and programs ask of a case. `Text` fields arrive as vault references; the door lodges the plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yichuang.aggregates.acts import Files, Text


@dataclass(frozen=True, slots=True)
class Submit:
    """提交申请。"""

    standard: str
    situation: str
    subject: str
    form: Text
    application: dict[str, Any]  # situation, agent and form values that decide on materials and steps; not recorded
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    licence: str = ""  # id of the licence that is to be changed, renewed, reissued or cancelled


@dataclass(frozen=True, slots=True)
class NameLicence:
    """指定原证：此前提交的申请没有写明针对哪一张证照。"""

    licence: str


@dataclass(frozen=True, slots=True)
class PreReview:
    passed: bool
    opinion: Text = ""


@dataclass(frozen=True, slots=True)
class Receive:
    originals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskCorrection:
    reason: Text
    materials: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    form: Text = ""
    application: dict[str, Any] = field(default_factory=dict)  # of the corrected form, as in Submit; not recorded


@dataclass(frozen=True, slots=True)
class AddMaterials:
    """补收材料：申请人在告知补正之前想起来、又交来的材料。"""

    given: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accept:
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseGaps:
    """容缺承诺：申请人在窗口签署承诺书，答应限期补齐。"""

    materials: tuple[str, ...]  # what is missing or flawed
    days: int  # working days from acceptance on
    paper: bool  # the signed commitment lies at the window
    signer: Text


@dataclass(frozen=True, slots=True)
class SupplyGaps:
    """补交容缺材料。"""

    given: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckGap:
    """核对一份补交的容缺材料。"""

    material: str
    passed: bool
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """不予受理、不需要许可、不属职权。"""

    outcome: str
    reason: Text
    bases: tuple[str, ...] = ()
    competent: str = ""
    falsified: bool = False  # 认定隐瞒有关情况或者提供虚假材料(78条)


@dataclass(frozen=True, slots=True)
class AllegeFalsehood:
    """告知拟认定隐瞒或者虚假(78条)。"""

    reason: Text  # which statement or material, and what was found


@dataclass(frozen=True, slots=True)
class AnswerAllegation:
    """对拟认定的内容陈述申辩。"""

    statement: Text


@dataclass(frozen=True, slots=True)
class Assign:
    step: str
    person: str
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class Conclude:
    step: str
    verdict: str
    opinion: Text = ""
    officers: tuple[str, ...] = ()  # further persons who acted, besides the actor
    bases: tuple[str, ...] = ()  # what an adverse opinion rests on: offered to who decides


@dataclass(frozen=True, slots=True)
class SendBack:
    to: str
    reason: Text
    step: str = ""  # empty: from the decision, by the head


@dataclass(frozen=True, slots=True)
class StartSpecial:
    kind: str
    until: date
    reason: Text
    step: str = ""


@dataclass(frozen=True, slots=True)
class EndSpecial:
    special: str
    result: Text = ""


@dataclass(frozen=True, slots=True)
class Extend:
    days: int
    reason: Text


@dataclass(frozen=True, slots=True)
class ChargeFee:
    fee: str
    amount: int


@dataclass(frozen=True, slots=True)
class PayFee:
    fee: str
    amount: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Decide:
    granted: bool
    bases: tuple[str, ...] = ()
    reason: Text = ""
    falsified: bool = False  # as in Decline
    late_reason: Text = ""  # why so late, where the last day of the law has passed; told in public


@dataclass(frozen=True, slots=True)
class ExplainLateness:
    """说明超期原因。"""

    reason: Text


@dataclass(frozen=True, slots=True)
class MakeCertificate:
    pass


@dataclass(frozen=True, slots=True)
class Deliver:
    method: str
    recipient: Text = ""
    evidence: Files = ()  # the return of service that was signed, scanned


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class Terminate:
    reason: Text
    late_reason: Text = ""  # as in Decide


@dataclass(frozen=True, slots=True)
class Rebind:
    standard: str
    decision: Text


@dataclass(frozen=True, slots=True)
class RevokeAcceptance:
    """撤销受理。"""

    reason: Text
    bases: tuple[str, ...] = ()
    late_reason: Text = ""  # as in Decide


@dataclass(frozen=True, slots=True)
class CorrectOpinion:
    """更正已办结环节的意见。"""

    step: str
    verdict: str
    reason: Text
    opinion: Text = ""


@dataclass(frozen=True, slots=True)
class CorrectApplicant:
    """更正申请人信息,包括登记错了的申请人。"""

    subject: str  # the right applicant; the same as before when only a name or a number was wrong
    form: Text  # the applicant as now known, with the form's values as they are carried over
    reason: Text
    name: Text = ""  # the right name, where the one on record is wrong; it goes into `form` alone


@dataclass(frozen=True, slots=True)
class RefundFee:
    """退费。"""

    fee: str
    ground: str
    voucher: str
    reason: Text


@dataclass(frozen=True, slots=True)
class TakeWithdrawal:
    """窗口登记书面撤回申请。"""

    paper: bool  # the signed request lies at the window
    signer: Text
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class EndWithItem:
    """告知本件将随事项退出清单而终止。"""

    on: date  # from its midnight on the case is ended
    ground: str  # who decided, by which document
    instead: str = ""  # what to do instead of applying


@dataclass(frozen=True, slots=True)
class StayWithItem:
    """告知退出清单的决定已经撤回,本件继续办理。"""


Command = (
    Submit
    | NameLicence
    | PreReview
    | Receive
    | AskCorrection
    | Supply
    | AddMaterials
    | Accept
    | PromiseGaps
    | SupplyGaps
    | CheckGap
    | Decline
    | AllegeFalsehood
    | AnswerAllegation
    | Assign
    | Conclude
    | SendBack
    | StartSpecial
    | EndSpecial
    | Extend
    | ChargeFee
    | PayFee
    | Decide
    | ExplainLateness
    | MakeCertificate
    | Deliver
    | Withdraw
    | Terminate
    | Rebind
    | RevokeAcceptance
    | CorrectOpinion
    | CorrectApplicant
    | RefundFee
    | TakeWithdrawal
    | EndWithItem
    | StayWithItem
)
