"""The decision and what follows: decide, certificate, delivery, termination. 许可法 34、38、39、44、48 条."""

from __future__ import annotations

from datetime import timedelta

from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import act
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.falsehood import find_falsehood
from yichuang.cases.core.gaps import demand_no_gap
from yichuang.cases.core.intake import demand_no_hindrance, require_published
from yichuang.cases.core.lateness import REASON, explain_end
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage
from yichuang.catalog.standard import PostKind
from yichuang.kernel.clock import months_after

HEAD = {PostKind.HEAD}
METHODS = {
    "direct": "直接送达",
    "post": "邮寄送达",
    "electronic": "电子送达",
    "left": "留置送达",
    "entrusted": "委托送达",
    "notice": "公告送达",
}


def _ripe(case: Case, facts: CaseFacts, step: str) -> None:
    """Reviewer and decider are two persons unless the standard says otherwise; every step is done, or one failed."""
    standard = facts.standard
    person = {facts.actor.person, facts.actor.on_behalf_of}
    require(
        standard.reviewer_may_decide or not person & case.judges,
        "separation",
        "审查人与决定人不能是同一人。",
        clause="3.4c",
        next="请由本机关其他负责人决定。",
        kind=Kind.FORBIDDEN,
    )
    require(
        case.steps_done or case.failed or case.gap_breached,
        "steps-open",
        "还有环节没有办结，不能作出决定。",
        next="请等待或催办未完成的环节。",
        kind=Kind.STALE,
    )
    require(
        not case.paused,
        "special-running",
        "特别程序尚未结束，不能作出决定。",
        clause=facts.clause("stops"),
        kind=Kind.STALE,
    )


@act(
    co.Decide, "作出决定", stages={Stage.ACCEPTED}, posts=HEAD, within="department", separated=True, ready=_ripe,
    needs=("hindrances",), contested=("granted_elsewhere",), asks={"late_reason": REASON},
)  # fmt: skip
def decide(case: Case, command: co.Decide, facts: CaseFacts) -> list[ev.Event]:
    """决定(37、38条):依公布的依据;不予许可说明理由并告知救济;超过法定期限的说明原因。"""
    standard = facts.standard
    if command.granted:
        _licence_allows(case, facts)
    if command.falsified:
        _falsehood_decidable(case, command, facts)
    require(
        command.granted or standard.result.kind != "filing",
        "filing-refused",
        "备案不得以同意为条件，不能作出不予备案的决定。",
        clause="3.1c",
        next="信息不全的，退回补正；不属于备案范围的，应当在受理时告知不予受理并写明理由。",
    )
    require(
        not (command.granted and case.failed),
        "condition-not-met",
        "有环节结论为不通过或不同意，不能准予。",
        clause=facts.clause("grant"),
        next="确需重新审查的，请退回该环节。",
    )
    if command.granted:
        demand_no_gap(case, facts)
    require(
        not (command.granted and case.missing),
        "material-missing",
        "材料尚未补齐，不能准予。",
        clause=facts.clause("grant"),
        next="请等申请人补齐；不符合法定条件的，依法作出不予许可的决定。",
        materials=list(case.missing),
    )
    require(
        command.granted or command.reason,
        "reason-missing",
        "不予许可应当说明理由。",
        clause=facts.clause("refuse"),
        kind=Kind.INPUT,
    )
    require(
        command.granted or command.bases or command.falsified,
        "basis-missing",
        f"不予{standard.permission}应当写明所依据的条款。",
        clause=facts.clause("refuse"),
        next="请从本事项标准公布的依据中勾选；审查意见引用的已经勾好，请核对。",
        kind=Kind.INPUT,
    )
    # one that nobody ticked is the main one: all of them would cite what the decision does not rest on
    own = () if command.falsified else standard.main_basis_on(facts.today) or standard.procedure.basis("grant")
    bases = command.bases or own
    require_published(case, facts, bases)
    remedies = () if command.granted else standard.procedure.tell_remedies()
    reviewers = tuple(sorted(case.reviewers))
    decided = ev.Decided(command.granted, facts.today, bases, command.reason, remedies, reviewers)
    late = explain_end(case, command.late_reason, facts)
    return [*late, find_falsehood(decided, case, facts) if command.falsified else decided]


def _falsehood_decidable(case: Case, command: co.Decide, facts: CaseFacts) -> None:
    """Only a refusal finds it, and who alleged it is not who finds it."""
    require(
        not command.granted,
        "falsified-granted",
        "认定隐瞒或者虚假的，应当不予许可。",
        clause=facts.clause("falsified"),
        next="请选择“不予”，或者不作这项认定。",
        kind=Kind.INPUT,
    )
    require(
        case.allegation is None or not {facts.actor.person, facts.actor.on_behalf_of} & set(case.allegation.by),
        "separation",
        "告知拟认定内容的人不能作出认定。",
        clause="3.4c",
        next="请由本机关其他负责人决定。",
        kind=Kind.FORBIDDEN,
    )


def _licence_allows(case: Case, facts: CaseFacts) -> None:
    """What is granted acts on a licence that is still one; of what came between, the licence itself tells."""
    require(
        case.licence or not facts.terms.needs_licence(case.situation),
        "licence-missing",
        "本件没有写明针对哪一张证照，不能准予。",
        clause=facts.clause("renew" if case.situation == "renew" else "change"),
        next="请先由窗口或者本机关负责人指定原证。",
    )
    demand_no_hindrance(facts)


def _makeable(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.makes_paper,
        "cancellation",
        "注销不制作证照。",
        clause=facts.clause("deregister"),
        next="请将注销决定书送达申请人。",
        kind=Kind.STALE,
    )
    require(
        case.granted,
        "not-granted",
        "本件未准予，不能制证。",
        next="请将不予许可决定送达申请人。",
        kind=Kind.STALE,
    )
    licence = facts.licence
    require(
        licence is None or licence.alive,
        "licence-ended",
        f"证照{licence.number if licence else ''}{licence.stage.label if licence else ''}，不能再制证。",
        clause="行政许可法第七十条",
        next="请告知申请人；需要继续从事所许可活动的，可以申请新办。",
    )
    require(
        not case.unpaid,
        "fee-unpaid",
        "应收费用尚未缴清，不能制证。",
        clause=facts.clause("amount"),
        next="请先开具缴费通知并等待缴费入账。",
    )


@act(co.MakeCertificate, "制证", stages={Stage.DECIDED}, posts={PostKind.WINDOW, PostKind.HEAD}, ready=_makeable)
def make_certificate(case: Case, command: co.MakeCertificate, facts: CaseFacts) -> list[ev.Event]:
    """制证(39条):只为准予的决定;应收费用未缴清不制证。"""
    result = facts.standard.result
    if facts.licence and (version := facts.licence.version_of(case.id)):
        days = (version.valid_from, version.valid_to)
        return [ev.CertificateMade(facts.today, facts.licence.type, *days, facts.licence.number, version.identifier)]
    # a term of five years from 2018-03-15 ends on 2023-03-14, before the corresponding day
    months = result.validity_months
    valid_to = None if months is None else months_after(facts.today, months) - timedelta(days=1)
    return [ev.CertificateMade(facts.today, result.certificate_type, facts.today, valid_to)]


def _deliverable(case: Case, facts: CaseFacts, step: str) -> None:
    ended = facts.licence is not None and not facts.licence.alive  # then the decision alone is left to deliver
    require(
        case.stage is Stage.MADE or not case.granted or not case.makes_paper or ended,
        "certificate-not-made",
        "证照尚未制作，不能送达。",
        next="请先制证。",
        kind=Kind.STALE,
    )


@act(
    co.Deliver,
    "送达",
    stages={Stage.MADE, Stage.DECIDED},
    posts={PostKind.WINDOW},
    applicant=True,
    ready=_deliverable,
)
def deliver(case: Case, command: co.Deliver, facts: CaseFacts) -> list[ev.Event]:
    """送达(44条):准予的先制证后送达;送达即办结。"""
    require(command.method in METHODS, "unknown-method", "请选择送达方式。", kind=Kind.INPUT)
    require(
        facts.actor.post_kind or command.method == "electronic",
        "not-your-method",
        "网上签收只能选择电子送达。",
        kind=Kind.INPUT,
    )
    require(
        command.recipient or command.method in ("electronic", "notice"),
        "recipient-missing",
        "请填写收件人（签收人）。",
        kind=Kind.INPUT,
    )
    require(
        facts.actor.post_kind or not command.evidence,
        "not-your-evidence",
        "网上签收不需要附送达回证。",
        next="请直接签收；纸质回证由窗口收存。",
        kind=Kind.INPUT,
    )
    delivered = ev.Delivered(command.method, facts.today, command.recipient, evidence=command.evidence)
    return [delivered, ev.Closed(facts.today, case.outcome)]


@act(
    co.Terminate, "终止办理", stages=BEFORE_DECISION, posts=HEAD, within="department", asks={"late_reason": REASON},
)  # fmt: skip
def terminate(case: Case, command: co.Terminate, facts: CaseFacts) -> list[ev.Event]:
    """终止:申请人死亡、终止,或法定事由使办理不能继续;写明理由。"""
    require(command.reason, "reason-missing", "终止办理应当写明理由。", kind=Kind.INPUT)
    late = explain_end(case, command.late_reason, facts)
    return [*late, ev.Terminated("terminated", facts.today, command.reason)]


@act(co.EndWithItem, "告知事项将退出清单", stages=BEFORE_DECISION, system=True, clause="3.1b")
def end_with_item(case: Case, command: co.EndWithItem, facts: CaseFacts) -> list[ev.Event]:
    """取消决定规定在办件终止的,告知每一件;已经决定的不受影响。告知的当天不终止。"""
    on = max(command.on, facts.today + timedelta(days=1))
    known = case.leaving is not None and (case.leaving.on, case.leaving.ground) == (on, command.ground)
    return [] if known else [ev.ItemLeaving(on, command.ground, command.instead)]


@act(co.StayWithItem, "告知事项继续办理", stages=BEFORE_DECISION, system=True, clause="3.1b")
def stay_with_item(case: Case, command: co.StayWithItem, facts: CaseFacts) -> list[ev.Event]:
    """退出清单的决定在生效以前撤回的,本件照常办理。"""
    return [ev.ItemStaying()] if case.leaving else []
