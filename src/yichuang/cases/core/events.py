"""What happened to a case, as frozen data. Bodies hold no personal data: `Text` values are vault references.

Events that decide or reckon a date carry `reckoned`: the versions of standard, calendar and parameters they used
(`Facts.versions`). `KINDS` maps each event to its name in the ledger; a changed shape raises the number in
`VERSIONS` and adds an upcaster.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates.acts import Files, Text

GAPS_WITHDRAWN, GAPS_ENDED = "gaps_withdrawn", "gaps_ended"  # causes of an end by a breached promise (3.6b)
ITEM_ENDED = "item_ended"  # the cause of an end by time itself, when the item leaves the list (3.1b)


@dataclass(frozen=True, slots=True)
class Submitted:
    """申请提交;办件绑定标准版本。"""

    standard: str  # Standard.key
    situation: str
    subject: str  # applicant
    agent: str  # person acting for the applicant, or empty
    form: Text  # applicant's data and the form's values
    needed: tuple[str, ...]  # material codes this application needs
    given: dict[str, tuple[str, ...]]  # material → uploads (ids), or ("paper",)
    held: dict[str, str]  # material → certificate identifier that replaces it (3.5c)
    skipped: tuple[str, ...]  # step codes this application does not need
    fees: dict[str, int]  # fee code → fen
    number: str = ""
    licence: str = ""  # id of the licence it acts on
    place: str = ""  # of what a holder has one licence (`Terms.find_place`)


@dataclass(frozen=True, slots=True)
class LicenceNamed:
    """指定本件针对的证照。"""

    licence: str


@dataclass(frozen=True, slots=True)
class PreReviewed:
    """网上预审(3.5b):意见只供参考,不影响收件。"""

    passed: bool
    opinion: Text


@dataclass(frozen=True, slots=True)
class Received:
    """收件,出具申请材料接收凭证。自收到之日起算受理时限。"""

    on: date
    originals: tuple[str, ...]  # materials whose originals were seen
    number: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """一次告知需要补正的全部内容(许可法32条一款四项)。"""

    materials: tuple[str, ...]
    fields: tuple[str, ...]
    reason: Text
    due: date
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Supplied:
    given: dict[str, tuple[str, ...]]
    form: Text  # corrected form, or empty
    on: date
    complete: bool
    number: str = ""
    place: str = ""  # as in Submitted, of the corrected form


@dataclass(frozen=True, slots=True)
class MaterialsAdded:
    """申请人在告知补正之前补充的材料;受理时限仍自收到申请之日起算。"""

    given: dict[str, tuple[str, ...]]
    on: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class Revised:
    """更正后的申请表改变了本件所需的材料、环节或费用:自此以此为准。"""

    needed: tuple[str, ...]
    skipped: tuple[str, ...]
    fees: dict[str, int]  # fee code → fen


@dataclass(frozen=True, slots=True)
class Accepted:
    """受理。`silent`: 逾期未告知,自收到之日起即为受理(32条一款四项)。"""

    on: date
    steps: tuple[str, ...]  # codes of all steps this case runs through
    bases: tuple[str, ...]
    silent: bool = False
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class GapsPromised:
    """申请人书面承诺限期补齐非关键材料(3.6b)。"""

    materials: tuple[str, ...]
    days: int  # working days from acceptance on
    regime: int  # what follows from a breach, as it was told (`regimes`)
    on: date
    signer: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class GapsOpened:
    """容缺受理:受理时还缺承诺补交的材料,补交期限自此起算。"""

    on: date
    due: date
    reckoned: str = ""


@dataclass(frozen=True, slots=True)
class GapsSupplied:
    """申请人补交容缺材料,出具接收凭证。"""

    given: dict[str, tuple[str, ...]]
    on: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class GapChecked:
    """核对补交的容缺材料。`due`: 不合格的,补交期限因此顺延到的日子。"""

    material: str
    passed: bool
    reason: Text
    on: date
    due: date | None = None
    reckoned: str = ""


@dataclass(frozen=True, slots=True)
class GapsBreached:
    """承诺的补交期限届满,没有补齐。"""

    on: date
    materials: tuple[str, ...]
    regime: int
    reckoned: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """不予受理(reason: not_accepted)、不需要许可(not_required)、不属本机关职权(no_jurisdiction)。"""

    outcome: str
    reason: Text
    bases: tuple[str, ...]
    competent: str = ""  # the body the applicant should turn to (32条一款二项)
    remedies: tuple[str, ...] = ()
    reckoned: str = ""
    number: str = ""
    falsified: bool = False  # 认定隐瞒有关情况或者提供虚假材料,给予警告(78条)
    barred_until: date | None = None  # the last day on which the applicant may not apply again


@dataclass(frozen=True, slots=True)
class FalsehoodAlleged:
    """告知拟认定隐瞒有关情况或者提供虚假材料,可以陈述申辩(行政处罚法44、45条)。"""

    on: date
    until: date  # the last day to answer
    reason: Text
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class AllegationAnswered:
    """申请人陈述申辩,或者声明放弃。"""

    on: date
    statement: Text


@dataclass(frozen=True, slots=True)
class StepOpened:
    step: str
    on: date
    round: int = 1


@dataclass(frozen=True, slots=True)
class StepAssigned:
    """指派或交接:步骤由某岗位上的某人办理。"""

    step: str
    person: str
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class StepConcluded:
    step: str
    verdict: str  # pass | fail | agree | disagree | deemed
    opinion: Text
    officers: tuple[str, ...]
    on: date
    reckoned: str = ""
    bases: tuple[str, ...] = ()  # published ones that the opinion rests on


@dataclass(frozen=True, slots=True)
class SentBack:
    """退回前一环节:时限照常运行。"""

    step: str  # from
    to: str
    reopened: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class SpecialStarted:
    """特别程序(45条):所需时间书面告知申请人;自告知之日起不计入期限。"""

    special: str  # id within the case: "X1"
    kind: str
    step: str
    on: date
    until: date
    stops: bool
    reason: Text
    reckoned: str = ""
    number: str = ""


# What ends a special procedure
BY_OFFICER, CONCLUDED, SENT_BACK = "officer", "concluded", "sent_back"


@dataclass(frozen=True, slots=True)
class SpecialEnded:
    """`by` is what ended it: an officer, or its step, concluded or sent back. Older entries do not say."""

    special: str
    on: date
    result: Text
    kind: str = ""
    by: str = ""
    step: str = ""
    reckoned: str = ""


@dataclass(frozen=True, slots=True)
class Extended:
    """延期(42条一款):本机关负责人批准一次,理由告知申请人。"""

    days: int
    on: date
    reason: Text
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class FeeCharged:
    fee: str
    amount: int  # fen
    basis: str
    order: str


@dataclass(frozen=True, slots=True)
class FeePaid:
    fee: str
    amount: int
    order: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Decided:
    granted: bool
    on: date
    bases: tuple[str, ...]
    reason: Text
    remedies: tuple[str, ...]
    reviewers: tuple[str, ...]
    reckoned: str = ""
    number: str = ""
    deemed: bool = False  # 50条二款: by silence until the licence's last day
    falsified: bool = False  # as in Declined
    barred_until: date | None = None


@dataclass(frozen=True, slots=True)
class LatenessExplained:
    """说明超期原因(优化营商环境条例36条2款)。`at_end`: 随决定(或者其他终结)说明,由那一条告知申请人。"""

    on: date
    due: date  # the last day of the law, which had passed
    reason: Text
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class CertificateMade:
    """制证。编号、电子证照标识与有效期；原有证照的新版沿用原编号。"""

    on: date
    type: str
    valid_from: date
    valid_to: date | None
    number: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    method: str  # direct | post | electronic | left | entrusted | notice
    on: date
    recipient: Text
    number: str = ""
    evidence: Files = ()  # the return of service that was signed, scanned


@dataclass(frozen=True, slots=True)
class Closed:
    on: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    on: date
    reason: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class Terminated:
    """终止办理:补正逾期(overdue)、容缺材料没有按期补齐(gaps_withdrawn、gaps_ended)、事项退出清单(item_ended)由时间
    造成,其他由负责人决定。
    """

    cause: str
    on: date
    reason: Text
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Rebound:
    """改按另一版标准办理:须有决定和理由。"""

    standard: str
    decision: Text


@dataclass(frozen=True, slots=True)
class Warned:
    """一个时限走到一级:remind、warn、over。`estimate`: 历年未公布,按估计计算。"""

    clock: str
    generation: int
    rung: str
    due: date
    estimate: bool = False
    reckoned: str = ""


@dataclass(frozen=True, slots=True)
class Recalculated:
    """日历装载或更正后,本案各时限重新推算。`supply_due`:补正(或者容缺补交)期限因此顺延到的日子,从不提前。"""

    calendar: str
    supply_due: date | None = None


@dataclass(frozen=True, slots=True)
class AcceptanceRevoked:
    """撤销受理:尚无环节办结,受理不符合许可法32条的,由本机关负责人决定。"""

    on: date
    reason: Text
    bases: tuple[str, ...]
    remedies: tuple[str, ...]
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class OpinionCorrected:
    """更正意见:原意见仍在账本,自此以更正后的为准。"""

    step: str
    former: str  # verdict before
    verdict: str
    opinion: Text  # empty: the words stay as they were
    reason: Text
    on: date


@dataclass(frozen=True, slots=True)
class ApplicantCorrected:
    """更正申请人信息。`former`: 原来登记错了的申请人;只更正名称、号码时为空。"""

    subject: str
    former: str
    form: Text  # applicant as now known, and the form's values
    given: dict[str, tuple[str, ...]]  # what stays of the materials: files a former applicant sent do not
    reason: Text
    on: date
    at_window: bool  # by a window, whose clerk then belongs to the intake
    number: str = ""


@dataclass(frozen=True, slots=True)
class FeeRefunded:
    """退费。ground: 误缴(wrong_payment,仍应缴纳)、不应收取(wrong_charge)、未提供服务(not_served)。"""

    fee: str
    amount: int  # fen
    order: str
    receipt: str  # of the payment given back
    ground: str
    voucher: str
    reason: Text
    on: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawalTaken:
    """窗口收存申请人签名的书面撤回申请,代为登记。"""

    on: date
    signer: Text


@dataclass(frozen=True, slots=True)
class ItemLeaving:
    """所办事项将退出清单,在办件到时终止:取消决定这样规定(3.1b)。"""

    on: date  # from its midnight on the case is ended, unless it is decided before
    ground: str  # who decided, by which document
    instead: str = ""  # what to do instead of applying


@dataclass(frozen=True, slots=True)
class ItemStaying:
    """退出清单的决定已经撤回,本件继续办理。"""


Event = (
    Submitted
    | LicenceNamed
    | PreReviewed
    | Received
    | CorrectionAsked
    | Supplied
    | MaterialsAdded
    | Revised
    | Accepted
    | GapsPromised
    | GapsOpened
    | GapsSupplied
    | GapChecked
    | GapsBreached
    | Declined
    | FalsehoodAlleged
    | AllegationAnswered
    | StepOpened
    | StepAssigned
    | StepConcluded
    | SentBack
    | SpecialStarted
    | SpecialEnded
    | Extended
    | FeeCharged
    | FeePaid
    | Decided
    | LatenessExplained
    | CertificateMade
    | Delivered
    | Closed
    | Withdrawn
    | Terminated
    | Rebound
    | Warned
    | Recalculated
    | AcceptanceRevoked
    | OpinionCorrected
    | ApplicantCorrected
    | FeeRefunded
    | WithdrawalTaken
    | ItemLeaving
    | ItemStaying
)

KINDS: dict[str, type[Any]] = {
    "submitted": Submitted,
    "licence_named": LicenceNamed,
    "pre_reviewed": PreReviewed,
    "received": Received,
    "correction_asked": CorrectionAsked,
    "supplied": Supplied,
    "materials_added": MaterialsAdded,
    "revised": Revised,
    "accepted": Accepted,
    "gaps_promised": GapsPromised,
    "gaps_opened": GapsOpened,
    "gaps_supplied": GapsSupplied,
    "gap_checked": GapChecked,
    "gaps_breached": GapsBreached,
    "declined": Declined,
    "falsehood_alleged": FalsehoodAlleged,
    "allegation_answered": AllegationAnswered,
    "step_opened": StepOpened,
    "step_assigned": StepAssigned,
    "step_concluded": StepConcluded,
    "sent_back": SentBack,
    "special_started": SpecialStarted,
    "special_ended": SpecialEnded,
    "extended": Extended,
    "fee_charged": FeeCharged,
    "fee_paid": FeePaid,
    "decided": Decided,
    "lateness_explained": LatenessExplained,
    "certificate_made": CertificateMade,
    "delivered": Delivered,
    "closed": Closed,
    "withdrawn": Withdrawn,
    "terminated": Terminated,
    "rebound": Rebound,
    "warned": Warned,
    "recalculated": Recalculated,
    "acceptance_revoked": AcceptanceRevoked,
    "opinion_corrected": OpinionCorrected,
    "applicant_corrected": ApplicantCorrected,
    "fee_refunded": FeeRefunded,
    "withdrawal_taken": WithdrawalTaken,
    "item_leaving": ItemLeaving,
    "item_staying": ItemStaying,
}
NAMES: dict[type[Any], str] = {cls: name for name, cls in KINDS.items()}

# Event names in Chinese, for timelines and exports.
LABELS: dict[str, str] = {
    "submitted": "提交申请",
    "licence_named": "指定原证",
    "pre_reviewed": "网上预审",
    "received": "收件",
    "correction_asked": "告知补正",
    "supplied": "补正材料",
    "materials_added": "补收材料",
    "revised": "按更正内容调整",
    "accepted": "受理",
    "gaps_promised": "容缺承诺",
    "gaps_opened": "容缺受理",
    "gaps_supplied": "补交容缺材料",
    "gap_checked": "核对补交材料",
    "gaps_breached": "容缺材料逾期未补齐",
    "declined": "不予受理",
    "falsehood_alleged": "告知拟认定隐瞒或者虚假",
    "allegation_answered": "陈述申辩",
    "step_opened": "环节开始",
    "step_assigned": "环节指派",
    "step_concluded": "环节办结",
    "sent_back": "退回",
    "special_started": "特别程序开始",
    "special_ended": "特别程序结束",
    "extended": "延期",
    "fee_charged": "开具缴费通知",
    "fee_paid": "缴费",
    "decided": "作出决定",
    "lateness_explained": "说明超期原因",
    "certificate_made": "制证",
    "delivered": "送达",
    "closed": "办结",
    "withdrawn": "撤回申请",
    "terminated": "终止办理",
    "rebound": "改按新版标准",
    "warned": "时限预警",
    "recalculated": "时限重算",
    "acceptance_revoked": "撤销受理",
    "opinion_corrected": "更正意见",
    "applicant_corrected": "更正申请人信息",
    "fee_refunded": "退费",
    "withdrawal_taken": "收存撤回申请",
    "item_leaving": "告知事项将退出清单",
    "item_staying": "告知事项继续办理",
}
