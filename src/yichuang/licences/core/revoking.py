"""撤销、撤回: a proceeding in which the holder is told, heard, and heard in public where they ask for it.

行政许可法 8 条二款 (撤回), 36 条 (陈述申辩), 47、48 条 (听证), 69 条 (撤销), 79 条 (不得再次申请).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from yichuang.aggregates.acts import Asked, Files, Text
from yichuang.aggregates.refusal import Kind, require
from yichuang.catalog.standard import PostKind
from yichuang.kernel.clock import Clock, Limit, Unit, due_on
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.bars import FRAUD, last_day
from yichuang.licences.core.decide import act, refuse_stage
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.state import ALIVE, Licence, Proceeding, Stage

HEAD = {PostKind.HEAD}
OFFICERS = {PostKind.HEAD, PostKind.REVIEWER}
WINDOW = {PostKind.WINDOW}
PROCEEDING = ALIVE | {Stage.EXPIRED, Stage.CANCELLED}  # of one that has ended, fraud is still to be found
METHODS = {
    "direct": "直接送达",
    "post": "邮寄送达",
    "left": "留置送达",
    "entrusted": "委托送达",
    "notice": "公告送达",
}
SERVED = {**METHODS, "electronic": "电子送达（本人签收）", "answered": "持证人已作答复"}
WORDS = {"revoke": "撤销", "withdraw": "撤回"}
# ground → (kind, words, article, whether the law demands it (应当) or leaves it to the organ (可以))
GROUNDS: dict[str, tuple[str, str, str, bool]] = {
    "abuse": ("revoke", "工作人员滥用职权、玩忽职守作出准予决定", "行政许可法69条一款一项", False),
    "beyond_power": ("revoke", "超越法定职权作出准予决定", "行政许可法69条一款二项", False),
    "procedure": ("revoke", "违反法定程序作出准予决定", "行政许可法69条一款三项", False),
    "unqualified": ("revoke", "对不具备申请资格或者不符合法定条件的申请人准予许可", "行政许可法69条一款四项", False),
    "other_law": ("revoke", "依法可以撤销行政许可的其他情形", "行政许可法69条一款五项", False),
    "fraud": ("revoke", "被许可人以欺骗、贿赂等不正当手段取得许可", "行政许可法69条二款", True),
    "law_changed": ("withdraw", "所依据的法律、法规、规章修改或者废止", "行政许可法8条二款", False),
    "facts_changed": ("withdraw", "所依据的客观情况发生重大变化", "行政许可法8条二款", False),
}
ONE = "从列出的情形中选择一项。"


def _no_proceeding(licence: Licence, facts: LicenceFacts) -> None:
    opened = licence.proceeding
    require(
        opened is None,
        "proceeding-open",
        f"这张证照的{WORDS[opened.kind] if opened else ''}程序已经启动，不能再启动一次。",
        next="请在本页继续办理已经启动的程序。",
        kind=Kind.STALE,
    )


def _limit(facts: LicenceFacts, days: int, start: date | None = None) -> date:
    """The last day of so many working days from a day, today unless said (82 条)."""
    return due_on(Clock(Limit(days, Unit.WORKDAY), start or facts.today), facts.calendar, facts.today).day


def _demand_paper(facts: LicenceFacts, evidence: Files, what: str) -> None:
    """What a person enters on another's word stands on a paper. Raises Refused."""
    require(
        evidence or not facts.by_hand,
        "no-paper",
        f"应当附{what}的扫描件。",
        next="请上传扫描件后再提交。",
        kind=Kind.INPUT,
        field="evidence",
    )


def _demand_signed(facts: LicenceFacts, evidence: Files, signer: Text) -> None:
    """What a window takes in for the holder, the holder has signed. Raises Refused."""
    if not facts.actor.post_kind:
        return
    _demand_paper(facts, evidence, "持证人签名的书面意见")
    require(
        signer,
        "no-signer",
        "窗口代收的，应当写明书面意见的签名人。",
        next="请填写签名人。",
        kind=Kind.INPUT,
        field="signer",
    )


def _openable(licence: Licence, facts: LicenceFacts) -> None:
    _no_proceeding(licence, facts)
    ending = licence.ending
    by_itself = licence.alive or (ending is not None and ending.ground in ("expired", "asked"))
    if not by_itself:
        raise refuse_stage(licence, "启动撤销（撤回）")


@act(
    co.OpenRevocation,
    "启动撤销（撤回）",
    stages=PROCEEDING,
    posts=OFFICERS,
    ready=_openable,
    asks={
        "ground": Asked("依据的情形", required=True, choices=lambda licence, facts: _grounds()),
        "reason": Asked("查明的事实和理由（写进告知书，持证人会看到；不要写举报人）", required=True),
        "requested": Asked("根据利害关系人的请求启动"),
        "evidence": Asked("证据（只供本部门查阅）"),
    },
)
def open_revocation(licence: Licence, command: co.OpenRevocation, facts: LicenceFacts) -> list[Any]:
    """69 条一款: 依职权或者根据利害关系人的请求. The holder is told of ground, facts and rights before any decision. Of
    one that ran out or was given back, only fraud is still found: what follows for the holder does not end with it.
    """
    require(
        command.ground in GROUNDS,
        "unknown-ground",
        "请选择法律规定的情形。",
        next="从列出的情形中选择一项。",
        kind=Kind.INPUT,
        field="ground",
    )
    require(
        licence.alive or command.ground == "fraud",
        "ended-otherwise",
        f"证照{licence.stage.label}，只能对以欺骗、贿赂等不正当手段取得许可的启动撤销。",
        clause="行政许可法第六十九条第二款、第七十九条",
        next="其他情形不需要再撤销。",
        kind=Kind.INPUT,
        field="ground",
    )
    kind = GROUNDS[command.ground][0]
    given = (kind, command.ground, facts.today, command.requested, command.reason, command.evidence)
    return [ev.RevocationOpened(*given)]


def _grounds() -> dict[str, str]:
    return {
        ground: f"{WORDS[kind]}：{words}（{article}{'，应当' if must else ''}）"
        for ground, (kind, words, article, must) in GROUNDS.items()
    }


def _proceeding(licence: Licence) -> Proceeding:
    """The one under way. Raises Refused."""
    opened = licence.proceeding
    if opened is None:
        require(False, "no-proceeding", "没有正在进行的撤销（撤回）程序。", next="请刷新页面查看。", kind=Kind.STALE)
    assert opened is not None
    return opened


def _under_way(licence: Licence, facts: LicenceFacts) -> None:
    _proceeding(licence)


def _not_served(licence: Licence, facts: LicenceFacts) -> None:
    require(
        _proceeding(licence).respond_by is None,
        "served-already",
        "告知书已经送达。",
        next="请等待被许可人陈述申辩，或者等期限届满。",
        kind=Kind.STALE,
    )


def _serve(facts: LicenceFacts, method: str, day: date, recipient: Text = "", evidence: Files = ()) -> ev.NoticeServed:
    """47条: the days run from the day on which the holder was told."""
    respond_by = _limit(facts, facts.limits["respond"], day)
    return ev.NoticeServed(method, day, respond_by, recipient, evidence=evidence)


def _told(licence: Licence, facts: LicenceFacts) -> list[Any]:
    """Who answers was told, whatever the return receipt says."""
    return [] if _proceeding(licence).respond_by else [_serve(facts, "answered", facts.today)]


@act(
    co.ServeNotice,
    "送达告知书",
    stages=PROCEEDING,
    posts=OFFICERS | WINDOW,
    ready=_not_served,
    asks={
        "method": Asked("送达方式", required=True, choices=lambda licence, facts: dict(METHODS)),
        "day": Asked("送达之日（邮寄的为签收之日，公告的为期满之日）", required=True),
        "recipient": Asked("收件人（签收人）", most=100, demanded="公告以外的必填"),
        "evidence": Asked("送达回证、邮寄回执、见证记录或者公告", required=True),
    },
)
def serve_notice(licence: Licence, command: co.ServeNotice, facts: LicenceFacts) -> list[Any]:
    """告知书送达: on the day on which it was served, with what proves it. Nobody signs for a publication, which is
    served when its period is over (民事诉讼法 95 条; the days are an administrator's).
    """
    require(command.method in METHODS, "unknown-method", "请选择送达方式。", kind=Kind.INPUT, field="method", next=ONE)
    published, day = command.method == "notice", command.day
    require(
        published or command.recipient,
        "recipient-missing",
        "请填写收件人（签收人）。",
        next="留置送达的，填写见证人。",
        kind=Kind.INPUT,
        field="recipient",
    )
    first = _proceeding(licence).opened_on + timedelta(days=facts.limits["publish"] if published else 0)
    require(
        first <= day <= facts.today,
        "bad-day",
        f"送达之日应当在{first.isoformat()}至{facts.today.isoformat()}之间。",
        clause="行政许可法第四十七条",
        next=f"公告送达自公告之日起满{facts.limits['publish']}日。"
        if published
        else "请照回证填写，还没有送达的不要记。",
        kind=Kind.INPUT,
        field="day",
    )
    _demand_paper(facts, command.evidence, "送达的证明")
    return [_serve(facts, command.method, day, command.recipient, command.evidence)]


@act(co.SignNotice, "签收告知书", stages=PROCEEDING, holder=True, ready=_not_served)
def sign_notice(licence: Licence, command: co.SignNotice, facts: LicenceFacts) -> list[Any]:
    """电子送达: the holder confirms having received the notice."""
    return [_serve(facts, "electronic", facts.today)]


@act(
    co.Answer,
    "陈述申辩",
    stages=PROCEEDING,
    holder=True,
    posts=WINDOW,
    ready=_under_way,
    asks={
        "statement": Asked("陈述和申辩", required=True),
        "evidence": Asked("证据材料，或者窗口代收的书面意见", demanded="窗口代收的必附"),
        "signer": Asked("书面意见的签名人", most=100, demanded="窗口代收的必填"),
    },
)
def answer(licence: Licence, command: co.Answer, facts: LicenceFacts) -> list[Any]:
    """36 条: heard at any time until the decision; a window takes down what a holder brings on paper."""
    _demand_signed(facts, command.evidence, command.signer)
    return [*_told(licence, facts), ev.Answered(command.statement, command.evidence, facts.today, command.signer)]


def _hearing_open(licence: Licence, facts: LicenceFacts) -> None:
    opened = _proceeding(licence)
    require(
        opened.hearing_asked is None,
        "hearing-asked",
        "已经要求过听证。",
        next="请等待听证通知。",
        kind=Kind.STALE,
    )
    require(
        opened.respond_by is None or facts.today <= opened.respond_by,
        "hearing-late",
        f"要求听证的期限已过（{opened.respond_by.isoformat() if opened.respond_by else ''}）。",
        clause="行政许可法第四十七条",
        next="决定作出之前仍然可以陈述申辩。",
    )


@act(
    co.AskHearing,
    "要求听证",
    stages=PROCEEDING,
    holder=True,
    posts=WINDOW,
    ready=_hearing_open,
    asks={
        "reason": Asked("理由"),
        "evidence": Asked("书面的要求", demanded="窗口代收的必附"),
        "signer": Asked("书面要求的签名人", most=100, demanded="窗口代收的必填"),
    },
)
def ask_hearing(licence: Licence, command: co.AskHearing, facts: LicenceFacts) -> list[Any]:
    """47 条: within five working days of being told; held within twenty."""
    _demand_signed(facts, command.evidence, command.signer)
    hold_by = _limit(facts, facts.limits["hold"])
    asked = ev.HearingAsked(command.reason, facts.today, hold_by, evidence=command.evidence, signer=command.signer)
    return [*_told(licence, facts), asked]


def _hearing_wanted(licence: Licence, facts: LicenceFacts) -> None:
    opened = _proceeding(licence)
    require(
        opened.hearing_asked,
        "no-hearing-asked",
        "被许可人没有要求听证。",
        clause="行政许可法第四十七条",
        next="期满没有要求的，可以直接作出决定。",
        kind=Kind.STALE,
    )
    require(opened.heard is None, "heard-already", "听证已经举行。", next="请根据听证笔录作出决定。", kind=Kind.STALE)


@act(
    co.ArrangeHearing,
    "通知听证",
    stages=PROCEEDING,
    posts=HEAD,
    ready=_hearing_wanted,
    asks={"day": Asked("听证日期", required=True), "place": Asked("时间和地点", required=True, most=200)},
)
def arrange_hearing(licence: Licence, command: co.ArrangeHearing, facts: LicenceFacts) -> list[Any]:
    """48 条一款一项: told seven working days before."""
    first = facts.calendar.add(facts.today, facts.limits["notice"])
    require(
        command.day >= first,
        "notice-short",
        f"听证应当在举行的{facts.limits['notice']}个工作日前通知，最早可以定在{first.isoformat()}。",
        clause="行政许可法第四十八条",
        next="请改定听证日期。",
        field="day",
    )
    last = _proceeding(licence).hold_by
    require(
        facts.calendar.is_working(command.day) and (last is None or command.day <= max(last, first)),
        "hearing-day",
        f"听证应当在工作日举行，最迟{max(last, first).isoformat() if last else ''}。",
        clause="行政许可法第四十七条",
        next="请改定听证日期。",
        field="day",
    )
    return [ev.HearingArranged(command.day, command.place)]


def _is_opener(opened: Proceeding, facts: LicenceFacts) -> bool:
    return opened.opened_by in (facts.actor.person, facts.actor.on_behalf_of)


def _hearing_due(licence: Licence, facts: LicenceFacts) -> None:
    _hearing_wanted(licence, facts)
    opened = _proceeding(licence)
    require(
        opened.hearing_day is not None and opened.hearing_day <= facts.today,
        "hearing-ahead",
        "听证还没有通知，或者还没有到举行的日期。",
        clause="行政许可法第四十八条",
        next="请先通知听证，到期举行后再记录。",
        kind=Kind.STALE,
    )
    day = opened.hearing_day or facts.today
    latest = _limit(facts, facts.limits["record"], day)
    require(
        facts.today <= latest,
        "hearing-missed",
        f"通知的听证日期是{day.isoformat()}，到{latest.isoformat()}没有记录，不能再记为如期举行。",
        clause="行政许可法第四十八条",
        next="请重新通知听证，按通知的日期举行。",
    )
    require(
        not _is_opener(opened, facts),
        "host-separation",
        "启动本程序的人不能主持听证。",
        clause="行政许可法第四十八条",
        next="请由本部门其他人员主持并记录。",
        kind=Kind.FORBIDDEN,
    )


@act(
    co.HoldHearing,
    "记录听证",
    stages=PROCEEDING,
    posts=OFFICERS,
    ready=_hearing_due,
    asks={"record": Asked("听证笔录", required=True), "evidence": Asked("签字的笔录")},
)
def hold_hearing(licence: Licence, command: co.HoldHearing, facts: LicenceFacts) -> list[Any]:
    """48 条一款三项、五项: the host is nobody who handled the matter; the record is signed."""
    day = _proceeding(licence).hearing_day or facts.today
    return [ev.HearingHeld(day, facts.actor.person, command.record, command.evidence)]


@act(
    co.DropRevocation,
    "终止撤销（撤回）程序",
    stages=PROCEEDING,
    posts=HEAD,
    ready=_under_way,
    asks={"reason": Asked("理由", required=True)},
)
def drop_revocation(licence: Licence, command: co.DropRevocation, facts: LicenceFacts) -> list[Any]:
    """Not grounded, or 69 条三款: it would harm the public interest gravely."""
    return [ev.RevocationDropped(_proceeding(licence).kind, facts.today, command.reason)]


def _revocable(licence: Licence, facts: LicenceFacts) -> None:
    """The holder was heard, or had the time to be: to state their case, and to ask for a hearing."""
    opened = _proceeding(licence)
    require(
        not _is_opener(opened, facts),
        "separation",
        "启动本程序的人不能作出决定。",
        clause="3.4c",
        next="请由本机关其他负责人决定。",
        kind=Kind.FORBIDDEN,
    )
    require(
        opened.heard or opened.respond_by,
        "not-served",
        "告知书还没有送达，不能作出决定。",
        clause="行政许可法第三十六条、第四十七条",
        next="请先送达告知书，由被许可人签收。",
    )
    require(
        opened.heard or (opened.respond_by and facts.today > opened.respond_by),
        "not-heard",
        f"被许可人陈述申辩、要求听证的期限到{opened.respond_by.isoformat() if opened.respond_by else ''}，"
        "现在还不能作出决定。",
        clause="行政许可法第三十六条、第四十七条",
        next="请等期限届满；要求听证的，请先举行听证。",
    )
    until = opened.hold_by.isoformat() if opened.hold_by else ""
    require(
        not opened.hearing_asked or opened.heard,
        "hearing-due",
        f"被许可人要求了听证，应当在{until}前举行，听证之前不能作出决定。",
        clause="行政许可法第四十八条",
        next="请先通知并举行听证，根据听证笔录作出决定。",
    )


@act(
    co.Revoke,
    "作出撤销（撤回）决定",
    stages=PROCEEDING,
    posts=HEAD,
    ready=_revocable,
    asks={
        "reason": Asked("认定的事实、对陈述申辩的意见和理由", required=True),
        "compensation": Asked("赔偿或者补偿（69条四款、8条二款；没有的写明）", required=True, most=500),
    },
)
def revoke(licence: Licence, command: co.Revoke, facts: LicenceFacts) -> list[Any]:
    """69、8 条. What was got by fraud bars a new application for three years where safety is touched (79 条)."""
    opened = _proceeding(licence)
    _, _, article, _ = GROUNDS[opened.ground]
    bases = [article, "行政许可法70条四项"]
    barred = None
    if opened.ground == "fraud" and facts.terms.safety:
        barred = last_day(FRAUD, facts.today)
        bases.append(FRAUD)
    return [
        ev.Revoked(
            kind=opened.kind,
            ground=opened.ground,
            on=facts.today,
            reason=command.reason,
            compensation=command.compensation,
            bases=tuple(bases),
            remedies=facts.standard.procedure.tell_remedies(),
            barred_until=barred,
        )
    ]
