"""Acts up to acceptance: submit, pre-review, receive, ask for correction, supply, accept, decline, withdraw.

许可法 29–34 条; policy 3.4, 3.5, 3.6c. Who may is in the decorator; here is what the command must contain.
"""

from __future__ import annotations

from collections.abc import Set
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import act
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.falsehood import find_falsehood
from yichuang.cases.core.flow import open_gaps, opened_at_acceptance
from yichuang.cases.core.state import BEFORE_DECISION, REAL_NAME, Case, Stage
from yichuang.catalog import form
from yichuang.catalog.standard import PostKind, Standard, applies
from yichuang.kernel.clock import Clock, due_on
from yichuang.kernel.localtime import chinese_date

WINDOW = {PostKind.WINDOW}


@act(
    co.Submit, "提交申请", stages={Stage.NEW}, posts=WINDOW, applicant=True,
    creates=True, needs=("certificates", "licence", "hindrances", "window_refusal"),
)  # fmt: skip
def submit(case: Case, command: co.Submit, facts: CaseFacts) -> list[ev.Event]:
    """申请(29条)。The case is bound to the version of the standard it was filed under (3.2d)."""
    standard = facts.standard
    actor = facts.actor
    require(
        actor.post_kind or command.subject in actor.subjects,
        "not-your-applicant",
        "您不能以该申请人的名义提交。",
        next="请选择本人，或先办理委托授权。",
        kind=Kind.FORBIDDEN,
    )
    if facts.window_refusal:
        raise facts.window_refusal
    require(
        standard.situation(command.situation),
        "unknown-situation",
        "所选办理情形不在本事项标准之中。",
        next="请从办事指南列出的情形中选择。",
        kind=Kind.INPUT,
    )
    filing = form.Filing(standard.division, facts.today, facts.today)
    problems = form.validate(standard.form, command.application, command.application, filing)
    require(
        not problems,
        "form-invalid",
        "申请表还有需要改正的地方。",
        next="请按提示逐项改正后再提交，已填内容不会丢失。",
        kind=Kind.INPUT,
        fields=problems,
    )
    _licence_fits(command, facts)
    needs = _needs(standard, command.application)
    needed = needs.needed
    replacing = {m.code: {m.replaced_by, REAL_NAME if m.identity else None} for m in standard.materials}
    held = {m: c for m, c in command.held.items() if m in needed and facts.certificates.get(c, "") in replacing[m]}
    return [
        ev.Submitted(
            standard=standard.key,
            situation=command.situation,
            subject=command.subject,
            agent=actor.person if actor.on_behalf_of else "",
            form=command.form,
            needed=needed,
            given={m: tuple(files) for m, files in command.given.items() if m in needed and files},
            held=held,
            skipped=needs.skipped,
            fees=needs.fees,
            licence=command.licence,
            place=facts.terms.find_place(command.application),
        )
    ]


def _licence_fits(command: co.Submit, facts: CaseFacts) -> None:
    """An application after the decision names the licence it acts on (49、50、70条); a new one, none that would be a
    second of its kind. Whether that licence may be acted on, it says itself when the case is filed.
    """
    acts = facts.terms.needs_licence(command.situation)
    require(
        bool(command.licence) == acts,
        "licence-missing" if acts else "licence-needless",
        "请选择要办理的证照。" if acts else "这个办理情形不针对已有的证照。",
        clause=facts.clause("renew" if command.situation == "renew" else "change") if acts else "",
        next="从申请人持有的证照中选择；没有列出的，请向作出决定的部门申请补记。" if acts else "请重新选择办理情形。",
        kind=Kind.INPUT,
    )
    demand_no_hindrance(facts)


def demand_no_hindrance(facts: CaseFacts) -> None:
    """No new licence for who is barred, nor a second one where a holder has one a place. Raises Refused."""
    if bar := facts.hindrances.bar:
        raise Refused(
            "barred",
            f"因{bar.reason}，申请人在{chinese_date(bar.until)}前（含当日）不能再次申请本事项。",
            clause=bar.clause,
            next="对该决定不服的，可以依法申请行政复议或者提起行政诉讼。",
        )
    sole, elsewhere = facts.terms.sole, facts.granted_elsewhere
    rivals = (*facts.hindrances.rivals, *([elsewhere] if elsewhere else []))
    require(
        not rivals,
        "licence-exists",
        f"申请人在同一处已有有效的或者已准予的{facts.standard.result.certificate_type}（{'、'.join(rivals)}）。",
        clause=sole.basis if sole else "",
        next="请就已有的证照申请变更或者延续；不再使用的，请先申请注销。",
    )


def _nothing_named(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        not case.licence and facts.terms.needs_licence(case.situation),
        "licence-named",
        "本件不需要再指定证照。",
        next="请继续办理。",
        kind=Kind.STALE,
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@act(co.NameLicence, "指定原证", stages=BEFORE_DECISION, posts={PostKind.WINDOW, PostKind.HEAD}, ready=_nothing_named)
def name_licence(case: Case, command: co.NameLicence, facts: CaseFacts) -> list[ev.Event]:
    """For an application of before licences were picked: it names none, and cannot be granted without."""
    next = "从申请人持有的证照中选择。"
    require(_is_id(command.licence), "licence-missing", "请选择要办理的证照。", next=next, kind=Kind.INPUT)
    return [ev.LicenceNamed(command.licence)]


def _needs(standard: Standard, application: dict[str, Any]) -> ev.Revised:
    """What an application of this content needs: materials, steps left out, fees."""
    return ev.Revised(
        needed=tuple(m.code for m in standard.materials_for(application)),
        skipped=tuple(s.code for s in standard.steps if not applies(s.when, application)),
        fees=fees_due(standard, application),
    )


def _not_reviewed(case: Case, facts: CaseFacts, step: str) -> None:
    require(case.pre_reviewed is None, "reviewed-already", "本件已经预审。", next="请继续收件。", kind=Kind.STALE)


@act(co.PreReview, "网上预审", stages={Stage.SUBMITTED}, posts=WINDOW, clause="3.5b", ready=_not_reviewed)
def pre_review(case: Case, command: co.PreReview, facts: CaseFacts) -> list[ev.Event]:
    """网上预受理、预审查并答复申请人(3.5b)。It moves no clock: receipt counts from submission."""
    require(
        command.passed or command.opinion,
        "opinion-missing",
        "预审不通过的，请写明意见。",
        clause="3.5b",
        kind=Kind.INPUT,
    )
    return [ev.PreReviewed(command.passed, command.opinion)]


@act(co.Receive, "收件", stages={Stage.SUBMITTED}, posts=WINDOW)
def receive(case: Case, command: co.Receive, facts: CaseFacts) -> list[ev.Event]:
    """收件并出具接收凭证。

    Receipt is the day the application came, not the day a clerk took it up: online when it entered the system
    (电子签名法11条), at a window when it was filed there. Else taking it up late would put off the five days of 32条.
    """
    assert case.submitted_on is not None  # the stage says so
    checkable = {m.code for m in facts.standard.materials if m.has_original} & set(case.came)
    return [ev.Received(case.submitted_on, tuple(m for m in command.originals if m in checkable))]


def _never_asked(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.correction is None,
        "second-correction",
        "本件已经告知过补正。需要补正的全部内容应当一次告知，不能再次要求补正。",
        clause=facts.clause("correct"),
        next="申请人已按要求补正的，应当受理。",
    )


@act(co.AskCorrection, "告知补正", stages={Stage.RECEIVED}, posts=WINDOW, clause="3.6c", ready=_never_asked)
def ask_correction(case: Case, command: co.AskCorrection, facts: CaseFacts) -> list[ev.Event]:
    """材料不齐或不合法定形式,一次告知全部补正内容(32条一款四项)。"""
    unknown = [m for m in command.materials if m not in case.needed]
    require(
        not unknown,
        "material-not-listed",
        "不能要求标准之外的材料。",
        clause=facts.clause("materials"),
        next="只能勾选本件按标准需要的材料。",
        materials=unknown,
    )
    require(
        command.materials or command.fields,
        "nothing-listed",
        "请列出需要补正的材料或表单内容。",
        clause=facts.clause("correct"),
        next="把全部需要补正的内容一次勾选齐全。",
        kind=Kind.INPUT,
    )
    clause = facts.clause("correct")
    require(command.reason, "reason-missing", "请写明需要补正什么、为什么。", clause=clause, kind=Kind.INPUT)
    due = due_on(Clock(facts.standard.procedure.supply_within, facts.today), facts.calendar, facts.today)
    return [ev.CorrectionAsked(command.materials, command.fields, command.reason, due.day)]


def _lacking(case: Case, facts: CaseFacts, step: str) -> None:
    """After a notice; or after acceptance by silence, when what is missing can only come while the case is reviewed."""
    require(
        case.stage is Stage.CORRECTION or case.unpromised,
        "nothing-missing",
        "本件没有需要补正的材料。",
        next="承诺后补的材料请办理“补交容缺材料”。" if case.gap_open else "请等待审查结果。",
        kind=Kind.STALE,
    )


@act(
    co.Supply,
    "补正材料",
    stages={Stage.CORRECTION, Stage.ACCEPTED},
    posts=WINDOW,
    applicant=True,
    ready=_lacking,
)
def supply(case: Case, command: co.Supply, facts: CaseFacts) -> list[ev.Event]:
    """申请人补正。Complete when everything the notice listed has come; may come in parts until the date.

    Supplying during review stops no clock: it is not among the eight of 45条.
    """
    now = ev.Revised(case.needed, case.skipped, case.due_fees)
    needs = _needs(facts.standard, command.application) if command.form else now
    given = {m: tuple(files) for m, files in command.given.items() if m in needs.needed and files}
    require(
        given or command.form,
        "nothing-supplied",
        "请至少补交一份材料。",
        next="请上传补正告知书列出的材料。",
        kind=Kind.INPUT,
    )
    if needs != now:
        _revisable(case, facts.standard, needs, given.keys())
    revised: list[ev.Event] = [needs] if needs != now else []
    correction = case.correction
    asked, fields = (correction.outstanding, correction.fields) if correction else ((), ())
    if case.stage is Stage.ACCEPTED:
        asked, fields = case.unpromised, ()
    complete = given.keys() >= set(asked) & set(needs.needed) and (bool(command.form) or not fields)
    place = facts.terms.find_place(command.application) if command.form else ""
    return [*revised, ev.Supplied(given, command.form, facts.today, complete, place=place)]


def _revisable(case: Case, standard: Standard, needs: ev.Revised, given: Set[str]) -> None:
    """A correction that needs further papers brings them along: nothing may be asked a second time.

    Once a case is accepted its steps are under way, and a form that needs others is another application.
    """
    require(
        case.stage is not Stage.ACCEPTED or (needs.skipped, needs.fees) == (case.skipped, case.due_fees),
        "steps-differ",
        "本件已经受理，更正的内容会改变办理环节或费用，不能这样补充。",
        next="请撤回本件后按新的内容重新申请，已填内容可以沿用。",
    )
    codes = set(needs.needed) - set(case.needed) - given
    more = [m.name for m in standard.materials if m.code in codes and not case.given.get(m.code)]
    require(
        not more,
        "material-missing",
        f"按更正后的内容还需要：{'、'.join(more)}。",
        clause=standard.procedure.clause("correct"),
        next="请在本页一并提供后再提交，已填内容不会丢失。",
        kind=Kind.INPUT,
    )


def _never_noticed(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.correction is None,
        "correction-asked",
        "本件已经告知过补正，申请人已按告知补齐，不需要再补收材料。",
        clause=facts.clause("correct"),
        next="请继续办理受理。",
        kind=Kind.STALE,
    )


@act(
    co.AddMaterials, "补收材料", stages={Stage.SUBMITTED, Stage.RECEIVED}, posts=WINDOW, applicant=True,
    ready=_never_noticed,
)  # fmt: skip
def add_materials(case: Case, command: co.AddMaterials, facts: CaseFacts) -> list[ev.Event]:
    """补收材料:告知补正之前,申请人又交来的材料,出具接收凭证。It moves no clock."""
    unknown = [m for m in command.given if m not in case.takable]
    require(
        not unknown,
        "material-not-listed",
        "本件按标准不需要这份材料。",
        clause=facts.clause("materials"),
        next="只能补收本件按标准需要、没有用证照或实名核验代替的材料。",
        materials=unknown,
    )
    given = {m: tuple(files) for m, files in command.given.items() if files}
    require(
        given, "nothing-supplied", "请至少补收一份材料。", next="请勾选收到的纸质材料，或者上传文件。", kind=Kind.INPUT
    )
    return [ev.MaterialsAdded(given, facts.today)]


def _complete(case: Case, facts: CaseFacts, step: str) -> None:
    names = [m.name for m in facts.standard.materials if m.code in case.unpromised]
    require(
        not names,
        "material-missing",
        f"材料不齐，不能受理。还缺：{'、'.join(names)}。",
        clause=facts.clause("correct"),
        next="请一次告知申请人补正。",
        materials=list(case.unpromised),
    )


@act(co.Accept, "受理", stages={Stage.RECEIVED}, posts=WINDOW, ready=_complete)
def accept(case: Case, command: co.Accept, facts: CaseFacts) -> list[ev.Event]:
    """受理(32条一款五项):材料齐全、符合法定形式;或者只缺申请人书面承诺补齐的非关键材料(3.6b)。"""
    standard = facts.standard
    steps = tuple(s.code for s in case.graph(standard))
    require_published(case, facts, command.bases)
    bases = command.bases or standard.procedure.basis("accept") or standard.main_basis_on(facts.today)
    opened = opened_at_acceptance(case, standard, facts.today)
    return [ev.Accepted(facts.today, steps, bases), *open_gaps(case, facts.calendar, facts.today), *opened]


def _not_bound_to_accept(case: Case, facts: CaseFacts, step: str) -> None:
    """Everything was supplied as asked; that it is false may still be found."""
    if not case.allegation:
        _demand_nothing_supplied(case, facts)


def _demand_nothing_supplied(case: Case, facts: CaseFacts) -> None:
    require(
        not (case.correction and case.correction.complete),
        "must-accept",
        "申请人已按告知补正全部材料，应当受理。",
        clause=facts.clause("accept"),
        next="请受理本件。",
    )


@act(co.Decline, "不予受理", stages={Stage.RECEIVED}, posts=WINDOW, ready=_not_bound_to_accept)
def decline(case: Case, command: co.Decline, facts: CaseFacts) -> list[ev.Event]:
    """不需要许可、不属本机关职权、不予受理(32条一款一、二项,二款;78条)。"""
    outcomes = (Stage.NOT_ACCEPTED, Stage.NOT_REQUIRED, Stage.NO_JURISDICTION)
    require(command.outcome in outcomes, "unknown-outcome", "请选择不予受理的种类。", kind=Kind.INPUT)
    require(
        not command.falsified or command.outcome == Stage.NOT_ACCEPTED,
        "falsified-outcome",
        "认定隐瞒或者虚假的，种类应当是“不予受理”。",
        clause=facts.clause("falsified"),
        next="请把种类改为“不予受理”，或者不作这项认定。",
        kind=Kind.INPUT,
    )
    if not command.falsified:
        _demand_nothing_supplied(case, facts)
    clause = facts.clause("decline")
    require(command.reason, "reason-missing", "不予受理应当说明理由。", clause=clause, kind=Kind.INPUT)
    require(
        command.outcome != Stage.NO_JURISDICTION or command.competent,
        "competent-missing",
        "不属本机关职权的，应当告知申请人向哪个机关申请。",
        clause=facts.clause("no_jurisdiction"),
        kind=Kind.INPUT,
    )
    # the kinds of the first two items of 32条, and 78条, carry their own article; any other needs one that is cited
    own = facts.clause("falsified" if command.falsified else command.outcome)
    bases = command.bases or ((own,) if own else ())
    require(
        bases,
        "basis-missing",
        "不予受理应当写明依据。",
        clause="3.5h",
        next="请从本事项标准公布的依据中选择。",
        kind=Kind.INPUT,
    )
    require_published(case, facts, bases)
    remedies = facts.standard.procedure.tell_remedies()
    declined = ev.Declined(command.outcome, command.reason, bases, command.competent, remedies)
    return [find_falsehood(declined, case, facts) if command.falsified else declined]


@act(co.Withdraw, "撤回申请", stages=BEFORE_DECISION, applicant=True)
def withdraw(case: Case, command: co.Withdraw, facts: CaseFacts) -> list[ev.Event]:
    """决定作出之前,申请人可以撤回申请。"""
    return [ev.Withdrawn(facts.today, command.reason)]


def fees_due(standard: Standard, application: dict[str, Any]) -> dict[str, int]:
    """Fen per fee of the published tariff: a fixed sum, or a rate times a number of the form (58、59条)."""
    out = {}
    for fee in standard.fees:
        if applies(fee.when, application):
            number = Decimal(str(application.get(fee.per) or 0)) if fee.per else Decimal(0)
            out[fee.code] = fee.fixed + int((fee.rate * number).to_integral_value(ROUND_HALF_UP))
    return out


def require_published(case: Case, facts: CaseFacts, bases: tuple[str, ...]) -> None:
    """Only the published bases of the standard and the articles of its procedure may be cited (3.5h, 许可法5条二款),
    and a basis only when it is law today or was on the day of the application.
    """
    standard = facts.standard
    articles = standard.procedure.articles.values()
    unknown = [b for b in bases if b not in standard.bases_on(None) and b not in articles]
    require(
        not unknown,
        "basis-not-published",
        "引用了未公布的依据：" + "、".join(unknown),
        clause="3.5h",
        next="只能引用本事项标准中公布的依据。",
    )
    law = {*standard.bases_on(facts.today), *standard.bases_on(case.submitted_on or facts.today), *articles}
    other = [b for b in bases if b not in law]
    require(
        not other,
        "basis-not-in-force",
        "引用的依据在申请和办理当天都没有施行：" + "、".join(other),
        clause="3.5h",
        next="请改引申请当天或者今天施行的依据。",
    )
