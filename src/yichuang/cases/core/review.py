"""Acts on an accepted case before its decision: steps, sending back, special procedures, extension, fees, hand-over.

许可法 34–37、42、45、55、58 条; policy 3.2a (parallel), 3.4c (separation), 3.7f.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from yichuang.aggregates.acts import Text
from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import case_clocks, stops_clock
from yichuang.cases.core.decide import act
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.flow import opened_after
from yichuang.cases.core.intake import require_published
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage, StepState, downstream
from yichuang.catalog.standard import PostKind, Standard, Step, StepKind
from yichuang.kernel.clock import Limit, due_on
from yichuang.kernel.localtime import chinese_date

ACCEPTED = {Stage.ACCEPTED}
REVIEWERS = {PostKind.REVIEWER, PostKind.SURVEYOR}
VERDICTS = {"pass", "fail"}
OPINIONS = {"agree", "disagree"}


def _of_ones_post(case: Case, facts: CaseFacts, code: str) -> StepState:
    """The step is open, and its post is of the actor's kind; a head stands above all posts of the department."""
    step, state = _open_step(case, code, facts)
    require(
        facts.actor.post_kind == PostKind.HEAD or PostKind(facts.actor.post_kind) is step.post,
        "wrong-post",
        f"“{step.name}”由其他岗位办理。",
        next="请切换到相应岗位。",
        kind=Kind.FORBIDDEN,
    )
    return state


def _own_step(case: Case, facts: CaseFacts, code: str) -> None:
    """The step is open, and this post's and nobody else's."""
    state = _of_ones_post(case, facts, code)
    actor = facts.actor
    require(
        not state.person or state.person in (actor.person, actor.on_behalf_of),
        "assigned-to-another",
        "该环节已指派给其他人员。",
        next="如其不在岗，请先办理交接。",
        kind=Kind.FORBIDDEN,
    )


def _first_reviewers(case: Case, step: Step) -> frozenset[str]:
    """Who did the first reviews that the standard keeps apart from this step."""
    return frozenset(p for code in step.apart for p in case.steps.get(code, StepState()).judges)


def _demand_second(case: Case, facts: CaseFacts, code: str, persons: Iterable[str]) -> None:
    """The second review is another person's than the first, where the standard has both. Raises Refused."""
    step = facts.standard.step(code)
    names = "、".join(facts.standard.step(c).name for c in step.apart)
    require(
        not {*persons} & _first_reviewers(case, step),
        "second-review",
        f"“{names}”和“{step.name}”不能是同一人；代班的，按被代班的人算。",
        clause="3.2a",
        next="请由本部门其他审查人员办理。",
        kind=Kind.FORBIDDEN,
    )


def _concludable(case: Case, facts: CaseFacts, code: str) -> None:
    _own_step(case, facts, code)
    _demand_second(case, facts, code, (facts.actor.person, facts.actor.on_behalf_of))


@act(
    co.Conclude, "办结本环节", stages=ACCEPTED, posts=REVIEWERS, within="step", separated=True, ready=_concludable,
    needs=("holders",),
)  # fmt: skip
def conclude(case: Case, command: co.Conclude, facts: CaseFacts) -> list[ev.Event]:
    """审查(34条)。A site check takes at least the standard's number of officers, two by law (34条三款)."""
    step, state = _open_step(case, command.step, facts)
    allowed = OPINIONS if step.kind is StepKind.OPINION else VERDICTS
    require(command.verdict in allowed, "unknown-verdict", "请选择本环节的结论。", kind=Kind.INPUT)
    require(
        command.verdict in ("pass", "agree") or command.opinion,
        "opinion-missing",
        "不通过或不同意的，应当写明理由。",
        clause=facts.clause("refuse"),
        kind=Kind.INPUT,
    )
    officers = tuple(dict.fromkeys((facts.actor.person, *command.officers)))
    require(
        len(officers) >= step.officers,
        "too-few-officers",
        f"“{step.name}”应当由{step.officers}名以上工作人员进行，请选择同行人员。",
        clause=facts.clause("survey"),
        kind=Kind.INPUT,
    )
    require(
        set(command.officers) <= facts.holders,
        "not-a-holder",
        "所选同行人员今天不在本环节的岗位上。",
        next="请从列出的人员中选择。",
        kind=Kind.INPUT,
    )
    require(
        not set(officers) & set(case.intake),
        "separation",
        "受审分离：受理（收件）人员不能参加本环节。",
        clause="3.4c",
        next="请另选同行人员。",
    )
    _demand_second(case, facts, step.code, officers)
    require_published(case, facts, command.bases)
    concluded = ev.StepConcluded(
        step.code, command.verdict, command.opinion, officers, facts.today, bases=command.bases
    )
    ended = _end_specials(case, step, facts, command.opinion)
    done = {**case.steps, step.code: replace(state, status="done")}
    return [concluded, *ended, *opened_after(replace(case, steps=done), facts.standard, step.code, facts.today)]


def _end_specials(case: Case, step: Step, facts: CaseFacts, result: Text) -> list[ev.Event]:
    """A special procedure ends with the step that is that procedure itself. Another one, though started from this step,
    goes on until somebody says what came of it.
    """
    own = (id for id, s in case.specials.items() if s.ended is None and s.step == step.code and s.kind == step.kind)
    return [ev.SpecialEnded(id, facts.today, result, step.kind.value, ev.CONCLUDED, step.code) for id in own]


def _drop_specials(case: Case, steps: tuple[str, ...], facts: CaseFacts) -> list[ev.Event]:
    """A special procedure of a step that is sent back has no ground left: else the clock would stand still."""
    running = ((id, s) for id, s in case.specials.items() if s.ended is None and s.step in steps)
    return [ev.SpecialEnded(id, facts.today, "", s.kind, ev.SENT_BACK, s.step) for id, s in running]


def _from_own_step(case: Case, facts: CaseFacts, code: str) -> None:
    """From one's own open step, or by the head from the decision; and something was done before it."""
    if code:
        _own_step(case, facts, code)
    else:
        require(
            facts.actor.post_kind == PostKind.HEAD and case.steps_done,
            "step-missing",
            "各环节都已办结时，由本机关负责人退回。",
            next="请从尚未办结的环节退回。",
            kind=Kind.STALE,
        )
    require(sendable(case, facts.standard, code), "not-a-predecessor", "本环节之前没有已经办结的环节，无处可退。")


def sendable(case: Case, standard: Standard, origin: str) -> tuple[str, ...]:
    """The done steps that `origin` can be sent back to; from the decision (empty), any done step."""
    steps = case.graph(standard)
    done = (s.code for s in steps if case.steps.get(s.code, StepState()).status == "done")
    return tuple(code for code in done if not origin or origin in downstream(steps, code))


@act(
    co.SendBack,
    "退回前一环节",
    stages=ACCEPTED,
    posts=REVIEWERS | {PostKind.HEAD},
    within="step",
    separated=True,
    ready=_from_own_step,
)
def send_back(case: Case, command: co.SendBack, facts: CaseFacts) -> list[ev.Event]:
    """退回:写明理由,时限照常运行。The step sent to, and all that came after it, is done again."""
    return _reopen(case, command.step, command.to, command.reason, facts)


def _reopen(case: Case, origin: str, to: str, reason: Text, facts: CaseFacts) -> list[ev.Event]:
    steps = case.graph(facts.standard)
    target = case.steps.get(to)
    require(
        to in sendable(case, facts.standard, origin),
        "not-a-predecessor",
        "只能退回到本环节之前已经办结的环节。",
        kind=Kind.INPUT,
    )
    require(reason, "reason-missing", "退回应当写明理由。", kind=Kind.INPUT)
    assert target is not None
    again = tuple(c for c in downstream(steps, to) if case.steps[c].status != "waiting")
    return [
        ev.SentBack(origin, to, again, reason),
        *_drop_specials(case, again, facts),
        ev.StepOpened(to, facts.today, target.round + 1),
    ]


@act(
    co.Assign, "交接", stages=ACCEPTED, posts=REVIEWERS | {PostKind.HEAD}, within="step", ready=_of_ones_post,
    needs=("holders",),
)  # fmt: skip
def assign(case: Case, command: co.Assign, facts: CaseFacts) -> list[ev.Event]:
    """指派或交接:人员不在岗时,把环节交给同岗位的人。"""
    require(
        command.person in facts.holders,
        "not-a-holder",
        "该人员今天不在本环节的岗位上。",
        next="请从列出的人员中选择。",
        kind=Kind.INPUT,
    )
    require(command.person not in case.intake, "separation", "受审分离：受理人员不能办理审查环节。", clause="3.4c")
    _demand_second(case, facts, command.step, (command.person,))
    return [ev.StepAssigned(command.step, command.person, command.reason)]


def _own_step_or_case(case: Case, facts: CaseFacts, code: str) -> None:
    """A special procedure belongs to one's own open step, or to the case as a whole."""
    if code:
        _own_step(case, facts, code)


@act(
    co.StartSpecial,
    "启动特别程序",
    stages=ACCEPTED,
    posts=REVIEWERS | {PostKind.HEAD},
    within="step",
    separated=True,
    clause="许可法45条",
    ready=_own_step_or_case,
)
def start_special(case: Case, command: co.StartSpecial, facts: CaseFacts) -> list[ev.Event]:
    """特别程序(45条):只有法定种类才停止计时;所需时间书面告知申请人。"""
    known = {k.value for k in StepKind}
    require(command.kind in known, "unknown-special", "没有这种特别程序。", kind=Kind.INPUT)
    kind = StepKind(command.kind)
    require(
        stops_clock(facts.standard, kind),
        "does-not-stop-clock",
        f"“{kind.label}”不属于可以不计入期限的程序，时限照常运行，不能启动特别程序。",
        clause=facts.clause("stops"),
        next="请在时限内完成。",
    )
    require(command.until > facts.today, "until-past", "预计完成日期应当在今天之后。", kind=Kind.INPUT)
    require(
        command.reason,
        "reason-missing",
        "请写明特别程序的原因和所需时间。",
        clause=facts.clause("stops"),
        kind=Kind.INPUT,
    )
    same = [s for s in case.specials.values() if s.ended is None and s.kind == command.kind]
    require(
        not same,
        "special-running",
        f"“{kind.label}”已在进行。",
        next="请先结束正在进行的特别程序。",
        kind=Kind.STALE,
    )
    id = f"X{len(case.specials) + 1}"
    return [ev.SpecialStarted(id, command.kind, command.step, facts.today, command.until, True, command.reason)]


def _some_special(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        any(s.ended is None for s in case.specials.values()),
        "no-such-special",
        "现在没有正在进行的特别程序。",
        next="请刷新页面。",
        kind=Kind.STALE,
    )


@act(
    co.EndSpecial,
    "结束特别程序",
    stages=ACCEPTED,
    posts=REVIEWERS | {PostKind.HEAD},
    within="department",
    separated=True,
    ready=_some_special,
)
def end_special(case: Case, command: co.EndSpecial, facts: CaseFacts) -> list[ev.Event]:
    """特别程序结束,自次日起恢复计时。"""
    special = case.specials.get(command.special)
    require(
        special and special.ended is None,
        "no-such-special",
        "该特别程序不存在或已结束。",
        next="请刷新页面。",
        kind=Kind.STALE,
    )
    assert special is not None
    return [ev.SpecialEnded(command.special, facts.today, command.result, special.kind, ev.BY_OFFICER, special.step)]


def _allowed(standard: Standard) -> Limit | None:
    """The extension the item's law or its procedure knows. Ten working days are no ten months: one in another unit
    than the limit was made for the general limit and not for this one (42条一款:法律、法规另有规定的,依照其规定).
    """
    allowed = standard.statutory_extension or standard.procedure.extension
    return allowed if allowed and allowed.unit is standard.statutory.unit else None


def _extendable(case: Case, facts: CaseFacts, step: str) -> None:
    standard = facts.standard
    require(
        _allowed(standard),
        "no-extension",
        "本事项不能延期。",
        clause=facts.clause("extension"),
    )
    clause = facts.clause("extension")
    require(not case.extension, "extended-already", "本件已经延期一次，不能再次延期。", clause=clause)
    statutory = next(c for c in case_clocks(case, standard) if c.name == "statutory")
    due = due_on(statutory.clock, facts.calendar, facts.today)
    require(
        due.open_ended or facts.today <= due.day,
        "expired",
        f"法定时限已于{chinese_date(due.day)}届满，不能延期。",
        clause=facts.clause("extension"),
        next="请尽快作出决定；超期情况已记入监察。",
    )


@act(
    co.Extend,
    "批准延期",
    stages=ACCEPTED,
    posts={PostKind.HEAD},
    within="department",
    separated=True,
    ready=_extendable,
)
def extend(case: Case, command: co.Extend, facts: CaseFacts) -> list[ev.Event]:
    """延期(42条一款):期限届满前,本机关负责人批准一次,理由告知申请人。"""
    allowed = _allowed(facts.standard)
    assert allowed is not None  # else `_extendable` refuses
    require(
        0 < command.days <= allowed.value,
        "extension-too-long",
        f"延期最长{allowed.label}。",
        clause=facts.clause("extension"),
        kind=Kind.INPUT,
    )
    clause = facts.clause("extension")
    require(command.reason, "reason-missing", "延期应当写明理由并告知申请人。", clause=clause, kind=Kind.INPUT)
    return [ev.Extended(command.days, facts.today, command.reason)]


def _chargeable(case: Case, facts: CaseFacts, step: str) -> None:
    due = [f for f, amount in case.due_fees.items() if amount]
    require(due, "fee-not-published", "本件没有公布的应收费用，不能收费。", clause=facts.clause("charge"))
    require(
        any(f not in case.charges for f in due),
        "charged-already",
        "应收费用都已开具缴费通知。",
        next="请等待缴费入账。",
        kind=Kind.STALE,
    )


@act(
    co.ChargeFee,
    "开具缴费通知",
    stages=ACCEPTED | {Stage.DECIDED},
    posts={PostKind.WINDOW, PostKind.CASHIER},
    ready=_chargeable,
)
def charge_fee(case: Case, command: co.ChargeFee, facts: CaseFacts) -> list[ev.Event]:
    """收费须有公布的项目、标准和依据(58、59条);金额由标准算出,不能改。"""
    fee = next((f for f in facts.standard.fees if f.code == command.fee), None)
    require(fee, "fee-not-published", "该收费项目不在公布的标准之中。", clause=facts.clause("charge"))
    assert fee is not None
    due = case.due_fees.get(command.fee, 0)
    require(
        command.amount == due and due > 0,
        "wrong-amount",
        f"应收{due / 100:.2f}元，不能按{command.amount / 100:.2f}元收取。",
        clause=facts.clause("amount"),
        kind=Kind.INPUT,
    )
    require(command.fee not in case.charges, "charged-already", "已开具过缴费通知。", kind=Kind.STALE)
    return [ev.FeeCharged(command.fee, command.amount, fee.basis, f"{case.number}-{command.fee}")]


def _payable(case: Case, facts: CaseFacts, step: str) -> None:
    next_step = "请等待缴费通知。"
    require(case.charges, "not-charged", "尚未开具缴费通知。", next=next_step, kind=Kind.STALE)
    unpaid = any(not c.paid and not c.waived for c in case.charges.values())
    require(unpaid, "paid-already", "已开具的费用都已缴清，请勿重复缴纳。", next="请等待制证。", kind=Kind.STALE)


@act(
    co.PayFee,
    "缴费",
    stages=ACCEPTED | {Stage.DECIDED},
    posts={PostKind.CASHIER, PostKind.WINDOW},
    ready=_payable,
)
def pay_fee(case: Case, command: co.PayFee, facts: CaseFacts) -> list[ev.Event]:
    """缴费:金额与通知一致才入账。Money comes in at a window or through the provider; nobody books their own."""
    charge = case.charges.get(command.fee)
    require(charge, "not-charged", "尚未开具缴费通知。", kind=Kind.STALE)
    assert charge is not None
    require(not charge.paid, "paid-already", "该项已经缴费，请勿重复缴纳。", kind=Kind.STALE)
    require(not charge.waived, "refunded", "该项费用已经退还，不再收取。", next="请刷新页面。", kind=Kind.STALE)
    require(command.amount == charge.amount, "wrong-amount", f"应缴{charge.amount / 100:.2f}元。", kind=Kind.INPUT)
    require(command.receipt, "receipt-missing", "缺少缴费凭证号。", kind=Kind.INPUT)
    return [ev.FeePaid(command.fee, command.amount, charge.order, command.receipt)]


@act(
    co.Rebind, "改按新版标准办理", stages=BEFORE_DECISION, posts={PostKind.HEAD}, within="department", needs=("target",)
)
def rebind(case: Case, command: co.Rebind, facts: CaseFacts) -> list[ev.Event]:
    """改按另一版标准:须有决定和理由;只在同一事项、环节相容时可以(3.2d)。"""
    target = facts.target
    require(
        target and target.key == command.standard,
        "no-such-standard",
        "没有这一版已发布的标准。",
        kind=Kind.INPUT,
    )
    assert target is not None
    require(
        (target.item, target.division) == (facts.standard.item, facts.standard.division)
        and target.version != facts.standard.version,
        "other-item",
        "只能改按同一事项的另一版标准。",
        clause="3.2d",
        kind=Kind.INPUT,
    )
    require(command.decision, "reason-missing", "改按新版标准须写明决定文号和理由。", clause="3.2d", kind=Kind.INPUT)
    # an accepted case carries its steps: a version with others would leave some undone or unknown
    codes = {s.code for s in case.graph(target)}
    require(
        not case.steps or set(case.steps) == codes,
        "steps-differ",
        "新版标准的环节与本件已走的环节不相容，不能改按。",
        clause="3.2d",
    )
    require(
        set(case.needed) <= {m.code for m in target.materials},
        "materials-differ",
        "新版标准没有本件所需的部分材料，不能改按。",
        clause="3.2d",
        next="请按原标准办结；申请人愿意的，可以撤回后按新标准申请。",
    )
    return [ev.Rebound(command.standard, command.decision)]


def _open_step(case: Case, code: str, facts: CaseFacts) -> tuple[Step, StepState]:
    state = case.steps.get(code)
    require(
        state is not None and state.status == "open",
        "step-not-open",
        "该环节现在没有打开，可能已由他人办结。",
        next="请刷新页面查看本件最新情况。",
        kind=Kind.STALE,
    )
    assert state is not None
    return facts.standard.step(code), state
