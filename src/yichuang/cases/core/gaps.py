"""容缺受理 (3.6a–c): accepted while non-key materials are missing or flawed, which the applicant promises in writing.

Who may is decided by the standard alone. The case runs on meanwhile; nothing is granted while a gap is open.
"""

from __future__ import annotations

from collections.abc import Iterable

from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import act, say_day
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import PostKind, Standard
from yichuang.kernel.clock import Clock, due_on

WINDOW = {PostKind.WINDOW}


def list_tolerable(case: Case, standard: Standard) -> tuple[str, ...]:
    """The materials of this application that may come later, by the standard and the situation; instant: none."""
    situation = standard.situation(case.situation)
    if situation is not None and situation.instant:
        return ()
    later = {m.code for m in standard.materials_later}
    return tuple(m for m in case.needed if m in later and m not in case.held)


def count_days(facts: CaseFacts) -> int:
    """The most working days for supplying, from acceptance on, were it today: some days before the promised limit ends,
    and never more than the parameter says. 0: there is no time.
    """
    rules, calendar = facts.gap_rules, facts.calendar
    promised = due_on(Clock(facts.standard.promised, facts.today), calendar, facts.today).day
    latest = calendar.add(promised, -rules.margin)
    return max(0, min(rules.longest, calendar.count(facts.today, latest)))


def name_materials(standard: Standard, codes: Iterable[str]) -> str:
    """Their names, in the order of the standard."""
    wanted = set(codes)
    return "、".join(m.name for m in standard.materials if m.code in wanted)


def _tolerable(case: Case, facts: CaseFacts, step: str) -> None:
    """What the standard says, before anybody promises: no instant item, on the list, all main materials there."""
    standard, next = facts.standard, "请按正常程序一次告知申请人补正。"
    situation = standard.situation(case.situation)
    require(
        case.gaps is None,
        "promised-already",
        "申请人已经承诺限期补齐。",
        next="材料齐全或者所缺的都已承诺的，请受理本件。",
        kind=Kind.STALE,
    )
    require(
        case.correction is None,
        "correction-asked",
        "本件已经一次告知补正，按补正办理，不再容缺受理。",
        clause="3.6c",
        next="申请人补齐后请受理本件。",
    )
    instant = standard.instant or bool(situation and situation.instant)
    require(not instant, "gap-instant", "即办件不适用容缺受理。", clause="3.6a", next=next)
    tolerable = list_tolerable(case, standard)
    listed = bool(standard.materials_later)
    require(listed, "gap-not-listed", "本事项不在公布的容缺受理清单中。", clause="3.6a", next=next)
    main = [m for m in case.missing if m not in tolerable]
    require(
        not main,
        "gap-main",
        f"还缺主要材料：{name_materials(standard, main)}，不能容缺受理。",
        clause="3.6c",
        next=next,
        materials=main,
    )
    require(tolerable, "gap-nothing", "本件没有可以容缺后补的材料。", clause="3.6a", next=next)
    message = "本事项承诺的办理时限太短，来不及容缺后补。"
    require(count_days(facts) > 0, "gap-no-time", message, clause="3.6b", next=next)


@act(co.PromiseGaps, "容缺承诺", stages={Stage.RECEIVED}, posts=WINDOW, clause="3.6b", ready=_tolerable)
def promise_gaps(case: Case, command: co.PromiseGaps, facts: CaseFacts) -> list[ev.Event]:
    """申请人在窗口签署书面承诺,限期补齐非关键材料(3.6b);随后受理。"""
    standard = facts.standard
    main = [m for m in command.materials if m not in list_tolerable(case, standard)]
    require(
        not main,
        "gap-main",
        f"不能后补的材料：{name_materials(standard, main) or '、'.join(main)}。",
        clause="3.6c",
        next="主要材料欠缺或者有瑕疵的，请按正常程序一次告知申请人补正。",
        materials=main,
    )
    left = [m for m in case.missing if m not in command.materials]
    require(
        command.materials and not left,
        "gap-left-out",
        f"还缺的材料都要写进承诺：{name_materials(standard, left)}。" if left else "请勾选承诺后补的材料。",
        clause="3.6b",
        next="请勾选全部欠缺的，以及有瑕疵的非关键材料。",
        kind=Kind.INPUT,
    )
    most = count_days(facts)
    require(
        0 < command.days <= most,
        "gap-days",
        f"补交的期限在1到{most}个工作日之间：要在承诺的办理时限届满{facts.gap_rules.margin}个工作日以前补齐。",
        clause="3.6b",
        next="请和申请人另定期限；来不及的，请按正常程序一次告知补正。",
        kind=Kind.INPUT,
    )
    message = "申请人签名的书面承诺应当由窗口收存。"
    require(
        command.paper, "request-missing", message, clause="3.6b", next="请打印承诺书交申请人签名。", kind=Kind.INPUT
    )
    require(command.signer, "signer-missing", "请填写承诺书的签名人。", kind=Kind.INPUT)
    chosen = tuple(m for m in case.needed if m in command.materials)
    return [ev.GapsPromised(chosen, command.days, facts.gap_rules.regime, facts.today, command.signer)]


def _wanted(case: Case, facts: CaseFacts, step: str) -> None:
    require(
        case.gap_open,
        "nothing-missing",
        "本件没有承诺后补的材料。",
        next="请等待审查结果。",
        kind=Kind.STALE,
    )
    gaps = case.gaps
    assert gaps is not None  # one is open
    require(
        not gaps.breached,
        "gap-breached",
        f"承诺的补交期限已于{say_day(gaps.due)}届满，不能再补交。",
        clause="3.6b",
        next="本件由本机关负责人依法决定；备齐材料后可以重新申请。",
    )
    require(
        gaps.wanted,
        "nothing-missing",
        "承诺后补的材料都已收到，正在核对。",
        next="请等待核对的结果。",
        kind=Kind.STALE,
    )


@act(
    co.SupplyGaps, "补交容缺材料", stages={Stage.ACCEPTED}, posts=WINDOW, applicant=True, clause="3.6b", ready=_wanted,
)  # fmt: skip
def supply_gaps(case: Case, command: co.SupplyGaps, facts: CaseFacts) -> list[ev.Event]:
    """在网上或者任何一个综合窗口补交,可以分几次;办理时限照常计算。"""
    assert case.gaps is not None  # `_wanted` says so
    given = {m: tuple(ways) for m, ways in command.given.items() if m in case.gaps.wanted and ways}
    require(
        given,
        "nothing-supplied",
        "请至少补交一份承诺后补的材料。",
        next="请勾选收到的纸质材料，或者上传文件。",
        kind=Kind.INPUT,
    )
    return [ev.GapsSupplied(given, facts.today)]


def _handed(case: Case, facts: CaseFacts, step: str) -> None:
    handed = bool(case.gaps and case.gaps.handed)
    next = "申请人补交以后再核对。" if case.gap_open else "请继续办理。"
    require(handed, "nothing-handed", "现在没有等待核对的补交材料。", next=next, kind=Kind.STALE)


@act(co.CheckGap, "核对补交材料", stages={Stage.ACCEPTED}, posts=WINDOW, clause="3.6b", ready=_handed)
def check_gap(case: Case, command: co.CheckGap, facts: CaseFacts) -> list[ev.Event]:
    """逐份核对:合格的补齐;不合格的说明理由,期限所剩无几的顺延一次,不因核对得晚而算作逾期。"""
    gaps = case.gaps
    assert gaps is not None and gaps.due is not None  # `_handed` and the stage say so
    message = "请选择一份等待核对的材料。"
    require(command.material in gaps.handed, "material-not-listed", message, kind=Kind.INPUT)
    require(
        command.passed or command.reason,
        "reason-missing",
        "不合格的，请写明理由和怎样补。",
        clause="3.6b",
        kind=Kind.INPUT,
    )
    due = None
    if not command.passed and not gaps.granted_time:
        fair = facts.calendar.add(facts.today, facts.gap_rules.again)
        due = fair if fair > gaps.due else None
    return [ev.GapChecked(command.material, command.passed, command.reason, facts.today, due)]


def demand_no_gap(case: Case, facts: CaseFacts) -> None:
    """No decision that grants while a gap is open (3.6b). Raises Refused."""
    gaps = case.gaps
    if gaps is None or not gaps.open:
        return
    if gaps.breached:
        said = f"容缺材料（{name_materials(facts.standard, gaps.wanted)}）没有按承诺补齐，不能准予。"
        next = "请依法作出不予决定，并说明理由。"
    elif gaps.wanted:
        said = f"容缺材料（{name_materials(facts.standard, gaps.wanted)}）还没有补齐，不能准予。"
        next = f"请等申请人在{say_day(gaps.due)}前（含当日）补交；其他环节可以先办。"
    else:
        said = f"补交的容缺材料（{name_materials(facts.standard, gaps.handed)}）还没有核对，不能准予。"
        next = "请综合窗口先核对补交的材料。"
    require(False, "gap-open", said, clause="3.6b", next=next, materials=[*gaps.wanted, *gaps.handed])
