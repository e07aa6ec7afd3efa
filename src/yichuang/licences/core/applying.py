"""What cases do to a licence: make it, apply for something, have it granted or not. The case's own door has decided the
rest; here stands what the licence itself demands. 行政许可法 49, 50, 70 条.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from yichuang.aggregates.refusal import Kind, require
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.decide import act
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.lapse import next_identifier, renew
from yichuang.licences.core.state import Licence, Stage
from yichuang.licences.core.window import find_window

EVERY = frozenset(Stage) - {Stage.NEW}
VOID = "other"  # the ground of a certificate that never was a licence
NAMES = {"change": "变更", "renew": "延续", "reissue": "补办", "cancel": "注销"}


@act(co.Make, "制发证照", stages=frozenset({Stage.NEW}), creates=True, system=True, contested=("rivals",))
def make(licence: Licence, command: co.Make, facts: LicenceFacts) -> list[Any]:
    """39条. Where the standard says so, a holder has one valid licence a place."""
    if command.sole:
        refuse_rivals(facts, "再发")
    made = ev.Made(
        number=command.number,
        identifier=command.identifier,
        type=command.type,
        standard=command.standard,
        subject=command.subject,
        on=command.made_on,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        case=command.case,
        form=command.form,
        paper_seq=command.paper_seq,
        sole=command.sole,
        adopted=command.adopted,
    )
    return [made, ev.Cancelled(VOID, command.made_on, case=command.case)] if command.void else [made]


def refuse_rivals(facts: LicenceFacts, what: str) -> None:
    """Where a holder has one licence a place there is no other in force. Raises Refused."""
    sole = facts.terms.sole
    require(
        not facts.rivals,
        "licence-exists",
        f"持证人在同一处已有有效的{facts.standard.result.certificate_type}（{'、'.join(facts.rivals)}），不能{what}一张。",
        clause=sole.basis if sole else "",
        next="请就已有的证照申请变更或者延续；不再使用的，请先申请注销。",
    )


@act(co.Apply, "提出申请", stages=EVERY, system=True)
def apply(licence: Licence, command: co.Apply, facts: LicenceFacts) -> list[Any]:
    """Somebody files a case that acts on this licence."""
    name = NAMES.get(command.situation, "办理")
    _held(licence, command, facts, name)
    require(
        command.situation not in licence.applications.values(),
        "applied-already",
        f"证照{licence.number}的{name}申请正在办理，不能重复提出。",
        next="请在“我的办件”里查看正在办理的申请；需要改动的，可以先撤回。",
    )
    cancelling = "cancel" in licence.applications.values() or (command.situation == "cancel" and licence.applications)
    require(
        not cancelling,
        "cancel-and-other",
        f"证照{licence.number}还有其他申请正在办理，注销不能与其他申请同时办理。",
        next="请等先提出的申请办结，或者先撤回它。",
    )
    day = command.on or facts.today
    if command.situation == "renew":
        _in_window(licence, facts, day)
    if command.situation == "cancel":
        _may_be_given_back(licence)
    waits = command.situation == "renew" and not (command.complete and _in_time(licence, facts, day))
    return [ev.Applied(command.case, command.situation), *([ev.Waiting(command.case, True)] if waits else [])]


def _held(licence: Licence, command: co.Apply, facts: LicenceFacts, name: str) -> None:
    """The licence is the applicant's own, made by this very body for this item, and still a licence."""
    own = licence.subject == command.subject
    require(
        own and (facts.standard.item, facts.department) == (command.item, command.department),
        "not-your-licence",
        "没有这张证照，或者它不是该申请人就本事项持有的证照。",
        clause="行政许可法第四十九条",
        next="请从申请人持有的证照中选择；没有列出的，请向作出决定的部门申请补记。",
    )
    ending = licence.ending
    require(
        licence.alive,
        "licence-ended",
        f"证照{licence.number}{licence.stage.label}{f'（{ending.on.isoformat()}）' if ending else ''}，不能{name}。",
        clause="行政许可法第七十条",
        next="需要继续从事所许可活动的，请申请新办。",
    )


def _in_time(licence: Licence, facts: LicenceFacts, day: date) -> bool:
    """Whether the organ has what it decides on as early before the last day as the law gives it (50条一款). What comes
    later it may still grant, but its silence grants nothing.
    """
    return licence.valid_to is None or day <= find_window(facts.terms.renewal, licence.valid_to, facts.calendar).last


def _in_window(licence: Licence, facts: LicenceFacts, day: date) -> None:
    """50条一款: by the day on which it is applied for."""
    if licence.valid_to is None:
        require(
            False,
            "no-end",
            f"证照{licence.number}长期有效，不需要延续。",
            clause=facts.terms.renewal.basis,
            next="需要改变载明事项的，请申请变更。",
        )
        return
    window = find_window(facts.terms.renewal, licence.valid_to, facts.calendar)
    if window.holds(day):
        return
    early = day < window.last
    require(
        False,
        "renewal-early" if early else "renewal-late",
        f"证照有效期至{licence.valid_to.isoformat()}，延续应当在{window.sentence}，"
        f"现在{'还没有到时间' if early else '已经过了申请期'}。",
        clause=facts.terms.renewal.basis,
        next="到时间后再申请，届时会有提醒。" if early else "有效期届满前证照仍然有效；届满后请申请新办。",
    )


@act(co.Wait, "等待补正", stages=EVERY, system=True)
def wait(licence: Licence, command: co.Wait, facts: LicenceFacts) -> list[Any]:
    """Whether the applicant of an open renewal has to supply something: silence then deems nothing (50条二款). Nor does
    it when what was supplied came too late to be decided on in time.
    """
    known = licence.applications.get(command.case) == "renew"
    changes = (command.case in licence.waiting) != command.on_applicant
    late = not command.on_applicant and not _in_time(licence, facts, facts.today)
    return [ev.Waiting(command.case, command.on_applicant)] if known and changes and not late else []


@act(co.Release, "申请结束", stages=EVERY, system=True)
def release(licence: Licence, command: co.Release, facts: LicenceFacts) -> list[Any]:
    """The case came to nothing; never refused."""
    return [ev.Released(command.case)] if command.case in licence.applications else []


@act(co.Settle, "准予", stages=EVERY, system=True, needs=("rivals",))
def settle(licence: Licence, command: co.Settle, facts: LicenceFacts) -> list[Any]:
    """The decision of a case acts on the licence: 49, 50, 70 条."""
    name = NAMES.get(command.situation, "办理")
    ending = licence.ending
    require(
        licence.alive,
        "licence-ended",
        f"办理期间证照{licence.number}{licence.stage.label}{f'（{ending.on.isoformat()}）' if ending else ''}，"
        f"不能准予{name}。",
        clause="行政许可法第七十条",
        next="请依法作出不予许可的决定，或者终止办理，并告知申请人可以申请新办。",
    )
    require(
        licence.applications.get(command.case) == command.situation,
        "not-applied",
        f"证照{licence.number}没有这一件{name}申请。",
        next="请刷新页面查看最新情况。",
        kind=Kind.STALE,
    )
    number, identifier = next_identifier(licence)
    match command.situation:
        case "change":
            if command.sole and command.sole != licence.sole:
                refuse_rivals(facts, "再有")
            known = (command.case, number, identifier, facts.today)
            return [ev.Changed(*known, command.form, command.decision, command.sole)]
        case "renew":
            return [renew(licence, facts, command.case, facts.today, command.decision)]
        case "reissue":
            return [ev.Reissued(command.case, number, identifier, facts.today, command.decision)]
        case "cancel":
            _may_be_given_back(licence)
            return [ev.Cancelled("asked", facts.today, command.case, command.decision)]
    raise ValueError(f"nothing is decided on a licence for {command.situation}")


def _may_be_given_back(licence: Licence) -> None:
    """Nobody evades a revocation or a suspension by giving the licence back first."""
    require(
        not licence.suspended_until,
        "suspended",
        f"证照{licence.number}正在暂扣，不能申请注销。",
        next="请等暂扣期满。",
    )
    require(
        not licence.proceeding,
        "under-revocation",
        f"证照{licence.number}的撤销（撤回）程序正在进行，不能申请注销。",
        clause="行政许可法第六十九条",
        next="请等程序结束；对程序有意见的，可以在证照页面陈述申辩。",
    )


@act(co.Print, "制证", stages=EVERY, system=True)
def print_version(licence: Licence, command: co.Print, facts: LicenceFacts) -> list[Any]:
    """The case has made the paper of the version that its decision made."""
    version = licence.version_of(command.case)
    return [ev.Printed(version.number, facts.today, command.case, command.paper_seq)] if version else []
