"""What officers can undo or mend: an acceptance, an opinion, who applied, a payment; and a withdrawal on paper.

Each is a decision on record that names its reason. Nothing is taken out of the ledger: what was said before stays
there, and what holds from now on stands beside it. After the decision only a refund is open: a decision has ways of
its own.
"""

from __future__ import annotations

from yichuang.aggregates.acts import Text
from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import act, say_day
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.intake import require_published
from yichuang.cases.core.lateness import REASON, explain_end
from yichuang.cases.core.review import OPINIONS, REVIEWERS, VERDICTS
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage, StepState, downstream
from yichuang.catalog.standard import PostKind, StepKind

HEAD, WINDOW = {PostKind.HEAD}, {PostKind.WINDOW}
# Why a payment is given back: the payer's mistake, a charge that should not have been, or an end without service
GROUNDS = {
    "wrong_payment": "误缴（仍应缴纳）",
    "wrong_charge": "不应收取",
    "not_served": "办件终结，没有提供服务",
}
UNSERVED = frozenset({Stage.WITHDRAWN, Stage.TERMINATED, Stage.ACCEPTANCE_REVOKED})
PAYABLE = frozenset({Stage.ACCEPTED, Stage.DECIDED})
REFUNDABLE = PAYABLE | UNSERVED | {Stage.MADE, Stage.CLOSED}


def _reasoned(reason: Text, message: str) -> None:
    require(reason, "reason-missing", message, kind=Kind.INPUT)


# --- an acceptance ----------------------------------------------------------------------------------------------------


def _untouched(case: Case, facts: CaseFacts, step: str) -> None:
    """An officer accepted, and nothing was concluded since. What silence accepted, law itself has accepted."""
    require(
        not case.silent,
        "deemed-accepted",
        f"本件逾期未告知，依法自{say_day(case.received_on)}收到之日起即为受理，不能撤销受理。",
        clause=facts.clause("correct"),
        next="请按已受理办件继续审查；不符合法定条件的，依法作出不予许可的决定。",
    )
    require(
        not any(s.status == "done" or s.round > 1 for s in case.steps.values()),
        "step-concluded",
        "已有环节办结，不能再撤销受理。",
        clause=facts.clause("accept"),
        next="请继续审查；不符合法定条件的，依法作出不予许可的决定并说明理由。",
        kind=Kind.STALE,
    )


@act(
    co.RevokeAcceptance, "撤销受理", stages={Stage.ACCEPTED}, posts=HEAD, within="department", clause="许可法32条",
    ready=_untouched, asks={"late_reason": REASON},
)  # fmt: skip
def revoke_acceptance(case: Case, command: co.RevokeAcceptance, facts: CaseFacts) -> list[ev.Event]:
    """撤销受理:受理应当合于32条一款五项,不合的由本机关负责人撤销,说明理由并告知救济(38条二款的同一要求)。"""
    require(
        command.reason,
        "reason-missing",
        "撤销受理应当说明理由。",
        clause=facts.clause("accept"),
        kind=Kind.INPUT,
    )
    bases = command.bases or facts.standard.procedure.basis("accept")
    require(
        bases,
        "basis-missing",
        "撤销受理应当写明所依据的条款。",
        clause="3.5h",
        next="请从本事项标准公布的依据中勾选。",
        kind=Kind.INPUT,
    )
    require_published(case, facts, bases)
    late = explain_end(case, command.late_reason, facts)
    revoked = ev.AcceptanceRevoked(facts.today, command.reason, bases, facts.standard.procedure.tell_remedies())
    return [*late, revoked]


# --- an opinion -------------------------------------------------------------------------------------------------------


def _own_opinion(case: Case, facts: CaseFacts, code: str) -> None:
    """The step is done, by this officer or under this head, and nothing that came after it is done."""
    state, actor = case.steps.get(code, StepState()), facts.actor
    require(
        state.status == "done",
        "step-not-done",
        "该环节没有办结，没有可以更正的意见。",
        next="请刷新页面；环节正在办理的，直接办结即可。",
        kind=Kind.STALE,
    )
    require(
        state.verdict != "deemed",
        "opinion-deemed",
        "该环节逾期未回复，已依规定视为同意，没有可以更正的意见。",
        next="确需重新征求意见的，请退回该环节。",
    )
    require(
        actor.post_kind == PostKind.HEAD or (state.concluder and state.concluder in (actor.person, actor.on_behalf_of)),
        "not-your-opinion",
        "意见由办结该环节的人员更正。",
        next="请由办结人或者本部门负责人更正。",
        kind=Kind.FORBIDDEN,
    )
    later = [c for c in downstream(case.graph(facts.standard), code) if c != code and case.steps[c].status == "done"]
    require(
        not later,
        "later-step-done",
        f"其后的环节“{'、'.join(facts.standard.step(c).name for c in later)}”已经据此办结，不能只更正意见。",
        clause="3.2a",
        next="请退回该环节，由其后各环节重新办理。",
        kind=Kind.STALE,
    )


@act(
    co.CorrectOpinion, "更正意见", stages={Stage.ACCEPTED}, posts=REVIEWERS | HEAD, within="step", separated=True,
    ready=_own_opinion, of_steps="done",
)  # fmt: skip
def correct_opinion(case: Case, command: co.CorrectOpinion, facts: CaseFacts) -> list[ev.Event]:
    """更正意见(34条:审查应当如实):决定之前由办结人或负责人更正,写明理由;原意见留在账本。"""
    step, state = facts.standard.step(command.step), case.steps[command.step]
    allowed = OPINIONS if step.kind is StepKind.OPINION else VERDICTS
    require(command.verdict in allowed, "unknown-verdict", "请选择更正后的结论。", kind=Kind.INPUT)
    require(
        command.verdict != state.verdict or command.opinion,
        "nothing-corrected",
        "结论和意见都与原来相同，没有更正什么。",
        next="请选择更正后的结论，或者写明更正后的意见。",
        kind=Kind.INPUT,
    )
    require(
        command.verdict in ("pass", "agree") or command.opinion,
        "opinion-missing",
        "更正为不通过或不同意的，应当写明意见。",
        clause=facts.clause("refuse"),
        kind=Kind.INPUT,
    )
    _reasoned(command.reason, "更正意见应当写明更正的理由。")
    corrected = ev.OpinionCorrected(
        command.step, state.verdict, command.verdict, command.opinion, command.reason, facts.today
    )
    return [corrected]


# --- who applied ------------------------------------------------------------------------------------------------------


@act(
    co.CorrectApplicant, "更正申请人信息", stages=BEFORE_DECISION, posts=WINDOW | HEAD, clause="个人信息保护法46条",
    needs=("sent",),
)  # fmt: skip
def correct_applicant(case: Case, command: co.CorrectApplicant, facts: CaseFacts) -> list[ev.Event]:
    """更正申请人信息(个人信息保护法46条):名称、号码错了,或窗口登记错了申请人。

    Only a window can have picked the wrong applicant; online everybody files under their own account.
    """
    other = command.subject != case.subject
    require(
        not other or case.channel == "window",
        "filed-online",
        "本件由申请人用自己的账号在网上提交，不能改成别的申请人。",
        clause="许可法29条",
        next="请原申请人撤回本件，由应当申请的人重新申请。",
    )
    require(
        not other or not case.licence,
        "licence-of-another",
        "本件针对原申请人所持的证照，不能改成别的申请人。",
        clause="行政许可法第四十九条",
        next="请撤回或者终止本件，由持证人重新申请。",
    )
    require(
        command.form,
        "nothing-corrected",
        "申请人信息与登记的相同，没有更正什么。",
        next="请填写正确的名称；号码错了的，请填写正确的号码。",
        kind=Kind.INPUT,
    )
    _reasoned(command.reason, "更正申请人信息应当写明理由。")
    given = case.given
    if other:
        kept = {m: tuple(way for way in ways if way not in facts.sent) for m, ways in case.given.items()}
        given = {m: ways for m, ways in kept.items() if ways}
    corrected = ev.ApplicantCorrected(
        subject=command.subject,
        former=case.subject if other else "",
        form=command.form,
        given=given,
        reason=command.reason,
        on=facts.today,
        at_window=facts.actor.post_kind == PostKind.WINDOW,
    )
    return [corrected]


# --- a payment --------------------------------------------------------------------------------------------------------


def _some_payment(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        any(charge.paid for charge in case.charges.values()),
        "not-paid",
        "本件没有已缴的费用，不能退费。",
        next="请核对缴费凭证；已经退过的，不能再退。",
        kind=Kind.STALE,
    )


@act(co.RefundFee, "退费", stages=REFUNDABLE, posts={PostKind.CASHIER}, clause="许可法58条、59条", ready=_some_payment)
def refund_fee(case: Case, command: co.RefundFee, facts: CaseFacts) -> list[ev.Event]:
    """退费(58、59、75条):误缴的、不应收取的、办件终结没有提供服务的,全额退还。"""
    charge = case.charges.get(command.fee)
    require(
        charge and charge.paid, "not-paid", "该项费用没有缴纳，或者已经退还。", next="请核对缴费凭证。", kind=Kind.STALE
    )
    assert charge is not None
    require(command.ground in GROUNDS, "unknown-ground", "请选择退费的原因。", kind=Kind.INPUT)
    require(
        command.ground != "wrong_payment" or case.stage in PAYABLE,
        "nothing-to-pay-again",
        f"本件现在是“{case.stage.label}”，不会再收这项费用，不能按误缴退费。",
        clause=facts.clause("amount"),
        next="不应收取的，请选“不应收取”；办件终结的，请选“没有提供服务”。",
        kind=Kind.INPUT,
    )
    unserved = case.stage in UNSERVED or case.granted is False
    require(
        command.ground != "not_served" or unserved,
        "served",
        "本件没有终结，或者已经准予，不能以没有提供服务为由退费。",
        clause=facts.clause("amount"),
        next="误缴的请选“误缴”，不应收取的请选“不应收取”。",
        kind=Kind.INPUT,
    )
    require(command.voucher, "voucher-missing", "缺少退费凭证号。", next="请先办好退款再登记。", kind=Kind.INPUT)
    _reasoned(command.reason, "退费应当写明理由。")
    refunded = ev.FeeRefunded(
        fee=command.fee,
        amount=charge.amount,
        order=charge.order,
        receipt=charge.paid,
        ground=command.ground,
        voucher=command.voucher,
        reason=command.reason,
        on=facts.today,
    )
    return [refunded]


# --- a withdrawal on paper --------------------------------------------------------------------------------------------


def _filed_on_paper(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.channel == "window",
        "filed-online",
        "本件是在网上提交的，由申请人或代理人用本人账号撤回。",
        next="请申请人登录后在“我的办件”里撤回。",
    )


@act(co.TakeWithdrawal, "登记撤回申请", stages=BEFORE_DECISION, posts=WINDOW, ready=_filed_on_paper)
def take_withdrawal(case: Case, command: co.TakeWithdrawal, facts: CaseFacts) -> list[ev.Event]:
    """决定作出之前,在窗口申请的人可以书面撤回;窗口核对身份,收存签名的申请,代为登记。"""
    require(
        command.paper,
        "request-missing",
        "没有申请人签名的书面撤回申请，不能登记撤回。",
        next="请申请人填写并签名，核对身份后收存原件，再登记。",
        kind=Kind.INPUT,
    )
    require(command.signer, "signer-missing", "请填写在撤回申请上签名的人。", kind=Kind.INPUT)
    return [ev.WithdrawalTaken(facts.today, command.signer), ev.Withdrawn(facts.today, command.reason)]
