"""Telling applicants: a message and a mail when a correction is asked, a case accepted or decided, the office says why
it is late, and when somebody else files, supplies, pays, signs or withdraws in their name. Each names the matter: what,
until when, how much, and how it was decided.

Fed from the ledger by position, so nothing is told twice and nothing skipped; it may run late, never in the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from yichuang.aggregates.following import Followed
from yichuang.aggregates.moments import rows_of
from yichuang.cases.codec import load_case
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import POST_LABELS
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.core.regimes import say_end
from yichuang.cases.core.state import Case, Stage
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case as CaseRow
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import PostKind, Standard, StepKind
from yichuang.catalog.terms import NEW
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.localtime import chinese_date
from yichuang.ledger import vault
from yichuang.org.models import Post
from yichuang.people.face import mask_name
from yichuang.people.messages import notify
from yichuang.people.models import Account
from yichuang.people.notices import MessageKind, make_notice_follower
from yichuang.people.queries import may_speak

# {title}: the item; {receipt}: the 受理号; {did}: by whom. All other names: `_say`, what the event itself says.
MESSAGES: dict[type[Any], MessageKind] = {
    ev.Submitted: MessageKind(
        "已提交申请", "“{title}”（受理号{receipt}）已{did}，下一步由窗口收件并告知是否受理。", ("提交", "录入提交")
    ),
    ev.Received: MessageKind(
        "已收到您的材料", "“{title}”（受理号{receipt}）的材料已于{on}收到，{within}内告知是否受理。"
    ),
    ev.CorrectionAsked: MessageKind(
        "请补正材料",
        "“{title}”（受理号{receipt}）需要补正：{wanted}。请在{due}前（含当日）补齐，逾期未补齐的终止办理。",
    ),
    ev.Supplied: MessageKind(
        "已提交补正", "“{title}”（受理号{receipt}）的补正材料已{did}：{given}。{left}", ("提交", "收取")
    ),
    ev.MaterialsAdded: MessageKind(
        "已收到补充的材料",
        "“{title}”（受理号{receipt}）补充的材料已{did}：{given}。受理时限仍自收到申请之日起算。",
        ("提交", "收取"),
    ),
    ev.Accepted: MessageKind("已受理", "“{title}”（受理号{receipt}）{accepted}，正在审查。"),
    ev.GapsPromised: MessageKind(
        "已登记容缺承诺",
        "“{title}”（受理号{receipt}）登记了您的书面承诺：自受理之日起{within}内补齐{wanted}。受理后另行通知最后一天。",
    ),
    ev.GapsOpened: MessageKind(
        "容缺受理，请按期补交",
        "“{title}”（受理号{receipt}）已容缺受理。请在{due}前（含当日）补交：{wanted}。没有补齐的，{end}。",
    ),
    ev.GapsSupplied: MessageKind(
        "已收到补交的材料", "“{title}”（受理号{receipt}）补交的容缺材料已{did}：{given}。{left}", ("提交", "收取")
    ),
    ev.GapChecked: MessageKind("{checked}", "“{title}”（受理号{receipt}）补交的“{material}”{checked}。{left}{why}"),
    ev.GapsBreached: MessageKind(
        "容缺材料逾期没有补齐", "“{title}”（受理号{receipt}）承诺的补交期限已经届满，没有补齐：{wanted}。{end}。"
    ),
    ev.Declined: MessageKind(
        "{declined}", "“{title}”（受理号{receipt}）的申请{declined}。{turn}请查看决定书的理由和救济途径。"
    ),
    ev.Recalculated: MessageKind(
        "{what}顺延", "放假安排更新，“{title}”（受理号{receipt}）的{what}顺延到{due}（含当日）。"
    ),
    ev.FalsehoodAlleged: MessageKind(
        "请陈述申辩",
        "“{title}”（受理号{receipt}）拟认定隐瞒有关情况或者提供虚假材料，请在{until}前（含当日）陈述申辩，事实和权利见权利告知书。",
    ),
    ev.AllegationAnswered: MessageKind(
        "已收到陈述申辩", "“{title}”（受理号{receipt}）的陈述申辩已{did}。", ("提交", "收取")
    ),
    ev.SpecialStarted: MessageKind(
        "特别程序告知",
        "“{title}”（受理号{receipt}）依法进行{kind}，自{since}起至{until}止，共{days}日，{counts}。",
    ),
    ev.Warned: MessageKind(
        "法定办理期限已届满",
        "“{title}”（受理号{receipt}）的法定办理期限已于{due}届满，本机关还没有作出决定。可以怎样申请复议，请在我的办件中查看。",
    ),
    ev.Extended: MessageKind(
        "延期通知",
        "“{title}”（受理号{receipt}）经本机关负责人批准，办理期限延长{length}，请查看通知书的理由和新的期限。",
    ),
    ev.FeeCharged: MessageKind("请缴费", "“{title}”（受理号{receipt}）应缴{fee}{fen}，请在我的办件中查看怎样缴纳。"),
    ev.FeePaid: MessageKind("已缴费", "“{title}”（受理号{receipt}）的{fee}{fen}已{did}。", ("缴纳", "登记缴清")),
    ev.Decided: MessageKind("{decided}", "“{title}”（受理号{receipt}）已于{on}作出决定：{decided}。{next}{late}"),
    ev.LatenessExplained: MessageKind(
        "超期原因说明",
        "“{title}”（受理号{receipt}）的法定办理期限已于{due}届满，本机关说明了超期的原因：{reason}",
    ),
    ev.CertificateMade: MessageKind(
        "证照已制作", "“{title}”（受理号{receipt}）的{type}（{number}）已制作，可以在网上签收，也可以到窗口领取。"
    ),
    ev.Delivered: MessageKind(
        "已送达", "“{title}”（受理号{receipt}）的结果已于{on}{did}，本件办结。", ("签收", "送达（{method}）")
    ),
    ev.Withdrawn: MessageKind(
        "申请已撤回",
        "“{title}”（受理号{receipt}）已于{on}{did}，本次办理终止；需要时可以重新申请，已填写的内容可以沿用。",
        ("撤回", "办理撤回"),
    ),
    ev.Terminated: MessageKind(
        "办理已终止",
        "“{title}”（受理号{receipt}）{why}，自{on}起终止办理。{again}请查看告知书的救济途径。{late}",
    ),
    ev.ItemLeaving: MessageKind(
        "您在办的事项退出清单",
        "“{title}”依{ground}退出清单。您的申请（受理号{receipt}）到{on}还没有作出决定的，自当日起终止办理；在此以前照常办理。{instead}",
    ),
    ev.AcceptanceRevoked: MessageKind(
        "受理已撤销",
        "“{title}”（受理号{receipt}）的受理已于{on}撤销，本次办理终止，请查看决定书的理由和救济途径。{late}",
    ),
    ev.OpinionCorrected: MessageKind(
        "审查意见已更正", "“{title}”（受理号{receipt}）的“{step}”环节的意见已更正，原意见留存在案；决定尚未作出。"
    ),
    ev.ApplicantCorrected: MessageKind(
        "申请人信息已更正", "“{title}”（受理号{receipt}）登记的申请人信息有误，现已更正，请核对更正通知书。"
    ),
    ev.FeeRefunded: MessageKind("已退费", "“{title}”（受理号{receipt}）的{fee}{fen}已退还，请查看退费通知书。"),
}
# The day of a promise is near: said by the clock of the promise
GAP_REMINDER = MessageKind(
    "请补交容缺材料",
    "“{title}”（受理号{receipt}）承诺补交的材料还没有补齐：{wanted}。最后一天是{due}；没有补齐的，{end}。",
)
# To whom a case was entered under by mistake: nothing of whose it is, and no link, for they see it no more
NOT_YOURS = MessageKind(
    "一件办件不再记在您名下",
    "“{title}”（受理号{receipt}）此前误登记在您名下，现已更正。本件与您无关，您不需要办理，也不再显示。",
)
# Of a clock that warns, what is the applicant's to know beside `ev.Warned` above: the days to supply run out
SUPPLY_ENDS = MessageKind(
    "补正期限快到了",
    "“{title}”（受理号{receipt}）的补正期限到{due}（含当日）届满，还缺：{wanted}。逾期未补齐的终止办理。",
)


def _send(kind: MessageKind, entry: Followed, event: Any, case: CaseRow) -> None:
    """Tell the applicant, and the agent who filed while the mandate holds; not whoever did it themselves. What silence
    decided is told by the licence.
    """
    if isinstance(event, ev.Decided) and event.deemed:
        return
    if isinstance(event, ev.Recalculated) and not event.supply_due:  # nothing that the applicant has to do moved
        return
    if isinstance(event, ev.Warned) and not _tells_silence(event, case):
        if _reminds_of_gap(event, case):
            kind = GAP_REMINDER
        elif _reminds_of_supply(event, case):
            kind = SUPPLY_ENDS
        else:
            return
    if isinstance(event, ev.LatenessExplained) and event.at_end:  # the message on the decision says it
        return
    payer = entry.actor.startswith("provider:")
    by = entry.on_behalf_of if payer and entry.on_behalf_of.startswith("a:") else entry.actor
    if isinstance(event, ev.ApplicantCorrected) and event.former:
        told = NOT_YOURS.text.format(title=case.title, receipt=case.receipt)
        notify(event.former, NOT_YOURS.title, told, by=entry.actor, at=entry.recorded_at)
    state = load_case(case.state)
    standard = published_standard(case.standard)
    words = _say_gaps(event, standard, state) | _say(event, standard, state) | _say_late(event, state)
    did = _did(kind.did, by, entry.post, case.subject).format(**words) if kind.did else ""
    title, text = (
        words_of_kind.format(title=case.title, receipt=case.receipt, did=did, **words)
        for words_of_kind in (kind.title, kind.text)
    )
    agent = state.agent
    also = Account.objects.filter(pk=int(agent[2:])) if agent and may_speak(agent, case.subject, case.item) else ()
    link, numbers = f"/my/{case.pk}", {"case_no": case.receipt, "item": case.item}
    notify(case.subject, title, text, link, **numbers, also=also, by=by, at=entry.recorded_at)


def _reminds_of_gap(event: ev.Warned, case: CaseRow) -> bool:
    """Whether the promised day is near and something has not come."""
    return (event.clock, event.rung) == ("gap", "remind") and case.stage == Stage.ACCEPTED.value


def _tells_silence(event: ev.Warned, case: CaseRow) -> bool:
    """Whether a warning says that the day of the law has passed and nothing is decided: the only one that is the
    applicant's to know.
    """
    passed = (event.clock, event.rung) == ("statutory", "over") and not event.estimate
    return passed and case.stage == Stage.ACCEPTED.value


def _reminds_of_supply(event: ev.Warned, case: CaseRow) -> bool:
    """Whether a warning reminds the applicant of the last day to supply, while they still can."""
    return event.clock == "supply" and event.rung != "over" and case.stage == Stage.CORRECTION.value


def _say_late(event: Any, case: Case) -> dict[str, str]:
    """Why it was late, which the office says to everybody. One statement where it was."""
    if isinstance(event, ev.LatenessExplained):
        return {"reason": _read_text(event.reason)}
    if isinstance(event, ev.Decided | ev.Terminated | ev.AcceptanceRevoked):
        told = f"本件超过了法定办理期限，本机关说明的原因：{_read_text(case.late_reason)}" if case.late_reason else ""
        return {"late": told}
    return {}


def _read_text(ref: str) -> str:
    return str(vault.resolve_reference(ref, vault.read_many(rows_of([ref]))))


def _did(did: tuple[str, str], person: str, post: str, subject: str) -> str:
    """由综合窗口送达, 由代理人王*签收: who did what, an agent by a masked name. Up to two statements."""
    by_applicant, by_officer = did
    if post:
        held = Post.objects.filter(pk=post).values_list("kind", flat=True).first()
        return f"由{POST_LABELS[PostKind(held)] if held else '窗口'}{by_officer}"
    account = Account.objects.filter(pk=int(person[2:])).first() if person.startswith("a:") else None
    if account is None:
        return by_applicant
    own = account.memberships.filter(subject=subject, ended_at=None).exists()
    return f"由{'申请人' if own else f'代理人{mask_name(account.real_name)}'}{by_applicant}"


_MOST_NAMED = 8  # materials told by name in a message; the notice lists all


def _say(event: Any, standard: Standard, case: Case) -> dict[str, str]:
    """What the event says, for the {names} of its message; `case` is the case as it is now. Pure, no private value."""
    words = {"late": ""}  # `_say_late` knows what the office said
    if isinstance(on := getattr(event, "on", None), date):
        words["on"] = chinese_date(on)
    match event:
        case ev.Received():
            return words | {"within": standard.procedure.accept_within.label}
        case ev.CorrectionAsked():
            wanted = _list(standard.name_wanted(event.materials, event.fields))
            return words | {"wanted": wanted, "due": chinese_date(event.due)}
        case ev.Warned() | ev.LatenessExplained():
            asked = case.correction
            wanted = _list(standard.name_wanted(asked.outstanding, asked.fields)) if asked else ""
            return words | {"due": chinese_date(event.due), "wanted": wanted}
        case ev.Recalculated(supply_due=date() as due):
            what = "容缺补交期限" if case.stage is Stage.ACCEPTED else "补正期限"
            return words | {"due": chinese_date(due), "what": what}
        case ev.Supplied():
            came = [*standard.name_wanted(event.given, ()), *(["更正后的申请表"] if event.form else [])]
            return words | {"given": _list(came), "left": _say_left(event, standard, case)}
        case ev.MaterialsAdded():
            return words | {"given": _list(standard.name_wanted(event.given, ()))}
        case ev.Accepted():
            silently = f"逾期未告知，依照法律规定自{words['on']}收到材料之日起即为受理"
            return words | {"accepted": silently if event.silent else f"已于{words['on']}受理"}
        case ev.Declined():
            turn = f"请向{event.competent}提出申请。" if event.competent else ""
            return words | {"declined": _DECLINED[Stage(event.outcome)].format(what=standard.permission), "turn": turn}
        case ev.SpecialStarted():
            since, days = event.on + timedelta(days=1), (event.until - event.on).days
            counts = "期间不计算在办理期限内" if event.stops else "期间计算在办理期限内"
            special = {"kind": StepKind(event.kind).label, "since": chinese_date(since), "days": str(days)}
            return words | special | {"until": chinese_date(event.until), "counts": counts}
        case ev.FalsehoodAlleged():
            return words | {"until": chinese_date(event.until)}
        case ev.Extended():
            unit = (standard.statutory_extension or standard.procedure.extension or standard.statutory).unit
            return words | {"length": Limit(event.days, unit).label}
        case ev.FeeCharged() | ev.FeePaid() | ev.FeeRefunded():
            name = next((fee.name for fee in standard.fees if fee.code == event.fee), "费用")
            return words | {"fee": name, "fen": f"{event.amount / 100:,.2f}元"}
        case ev.Decided():
            return words | _say_decision(event, standard, case)
        case ev.CertificateMade():
            return words | {"type": event.type, "number": event.number}
        case ev.Delivered():
            return words | {"method": METHODS.get(event.method, "")}
        case ev.Terminated():
            return words | _say_end(event, case)
        case ev.ItemLeaving():
            return words | {"ground": event.ground, "instead": event.instead}
        case ev.OpinionCorrected():
            return words | {"step": next((s.name for s in standard.steps if s.code == event.step), event.step)}
    return words


def _say_gaps(event: Any, standard: Standard, case: Case) -> dict[str, str]:
    """What an event on a promise says: what is wanted, until when, and what follows. One statement for a bad paper."""
    gaps = case.gaps
    if gaps is None:
        return {}
    wanted = _list(standard.name_wanted(gaps.wanted, ()))
    due = chinese_date(gaps.due) if gaps.due else ""
    left = f"还要补交：{wanted}，最后一天是{due}。" if wanted else "承诺后补的材料都已收到。"
    words = {"wanted": wanted, "due": due, "left": left, "end": say_end(gaps.regime, standard)}
    match event:
        case ev.GapsPromised():
            within = Limit(event.days, Unit.WORKDAY).label
            return words | {"wanted": _list(standard.name_wanted(event.materials, ())), "within": within}
        case ev.GapsOpened():
            return words | {"wanted": _list(standard.name_wanted(gaps.materials, ())), "due": chinese_date(event.due)}
        case ev.GapsBreached():
            return words | {"wanted": _list(standard.name_wanted(event.materials, ()))}
        case ev.GapsSupplied():
            return words | {"given": _list(standard.name_wanted(event.given, ()))}
        case ev.GapChecked():
            name = _list(standard.name_wanted([event.material], ()))
            checked = "核对合格" if event.passed else "核对不合格，请重新补交"
            why = f"不合格的理由：{_read_text(event.reason)}" if not event.passed else ""
            return words | {"material": name, "checked": checked, "why": why}
    return words


def _say_end(event: ev.Terminated, case: Case) -> dict[str, str]:
    if event.cause == ev.ITEM_ENDED and case.leaving:
        paid = "已缴的费用全额退还，请持缴费凭证到窗口办理。" if case.paid else ""
        return {"why": f"所办事项依{case.leaving.ground}退出清单", "again": f"{case.leaving.instead}{paid}"}
    if event.cause in (ev.GAPS_WITHDRAWN, ev.GAPS_ENDED):
        why = "承诺的补交期限届满没有补齐容缺材料"
        why += "，视为撤回申请" if event.cause == ev.GAPS_WITHDRAWN else ""
    else:
        why = "补正期限届满没有补齐" if event.cause == "overdue" else "由本机关负责人决定"
    return {"why": why, "again": "可以重新申请，已填写的内容可以沿用。"}


_DECLINED = {
    Stage.NOT_ACCEPTED: "不予受理",
    Stage.NOT_REQUIRED: "不受理（依法不需要办理{what}）",
    Stage.NO_JURISDICTION: "不予受理（不属于本机关职权范围）",
}


def _say_left(event: ev.Supplied, standard: Standard, case: Case) -> str:
    """What is still wanted after a supply: as it is now, not when it came."""
    asked = case.correction
    left = standard.name_wanted(asked.outstanding if asked else case.missing, asked.fields if asked else ())
    if event.complete or not left:
        return "要求补正的已经补齐。"
    until = (
        f"请在{chinese_date(asked.due)}前（含当日）补齐。"
        if asked and case.stage is Stage.CORRECTION
        else "请尽快补齐。"
    )
    return f"还缺：{_list(left)}。{until}"


def _say_decision(event: ev.Decided, standard: Standard, case: Case) -> dict[str, str]:
    """Granted or refused in the words of the procedure and the situation, and what comes next."""
    situation = standard.situation(case.situation)
    what = standard.permission if situation is None or situation.code == NEW else situation.name
    if not event.granted:
        return {"decided": f"不予{what}", "next": "请查看决定书的理由和救济途径。"}
    next = "证照制作后另行通知您签收。" if case.makes_paper else "请查看决定书。"
    return {"decided": f"准予{what}", "next": next}


def _list(names: Sequence[str]) -> str:
    more = f"等{len(names)}项" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


FOLLOWER = make_notice_follower("notices", CASE, MESSAGES, _send)
