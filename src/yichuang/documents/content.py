"""What each kind of document says: one small function per kind, from an event of a case and its context. Pure.

Every paragraph rests on an article named in `bases`; words of a person (reasons, opinions) come from the vault and are
printed as written. What never enters: the database, rendering, and any rule that decides a case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yichuang.cases.core import events as ev
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.core.state import Stage
from yichuang.catalog.standard import ARTICLE_45, StepKind
from yichuang.documents import licence, lists
from yichuang.documents.context import LICENSING, Context, fields, on
from yichuang.documents.kinds import KINDS, Document, Licence
from yichuang.kernel.clock import Clock

Content = Document | Licence
AT_WINDOW = "政务服务大厅综合窗口"


def content(kind: str, event: Any, context: Context) -> Content:
    """What the document of this kind says. Raises KeyError for a kind that no event issues."""
    return _KINDS[kind](event, context)


def receipt(event: ev.Received, c: Context) -> Document:
    """申请材料接收凭证: what came, and by when the applicant must hear (32条一款四项)."""
    clock = Clock(c.standard.procedure.accept_within, event.on)
    silence = "逾期不告知的，自收到申请材料之日起即为受理。" if c.standard.procedure.silence_accepts else ""
    where = f"在{AT_WINDOW}" if c.case.channel == "window" else "通过网上办事系统"
    return c.document(
        "receipt",
        (
            f"{on(event.on)}，本机关收到{c.applicant.you}{where}提交的{c.matter}申请材料（清单见下）。",
            "本凭证证明材料已经收到，不表示申请已经受理。材料不齐全或者不符合法定形式的，"
            f"本机关将在{on(c.due(clock))}前（含当日）一次告知需要补正的全部内容。{silence}",
            f"期限推算：{c.reckoning(clock)}",
        ),
        bases=c.law("32条一款四项") or c.rule("accept_within"),
        fields=fields(
            ("申请事项", c.matter),
            ("收到日期", on(event.on)),
            ("受理号", c.receipt),
            ("查询码", f"{c.query_code}（凭受理号和查询码，不登录也可以查询办理进度）"),
        ),
        tables=(lists.given(c, event.originals),),
        sign_lines=("收件人", "交件人", "日期") if c.case.channel == "window" else (),
    )


def correction(event: ev.CorrectionAsked, c: Context) -> Document:
    """申请材料补正告知书: everything at once, why, and by when (32条一款四项)."""
    clock = Clock(c.standard.procedure.supply_within, c.day)
    due = on(event.due)
    return c.document(
        "correction",
        (
            f"{c.applicant.you}提出的{c.matter}申请（{on(c.case.received_on or c.day)}收到），"
            "经核对，申请材料不齐全或者不符合法定形式。现将需要补正的全部内容一次告知如下，"
            f"请于{due}前（含当日）补正。",
            f"需要补正的原因和要求：{c.text('reason')}",
            f"补正可以在网上提交，也可以交到{AT_WINDOW}。按照要求提交全部补正材料的，本机关将依法受理，不再要求补正其他内容。"
            f"{due}前未补正齐全的，终止办理本次申请；备齐材料后可以重新申请，已填写的内容可以沿用。",
            f"期限推算：{c.reckoning(clock)}补正期限为本机关公布的办理程序所定。",
        ),
        bases=c.rule("correct"),
        tables=(lists.wanted(c, event.materials, event.fields),),
        sign_lines=("告知人", "申请人签收", "日期") if c.case.channel == "window" else (),
    )


def correction_receipt(event: ev.Supplied, c: Context) -> Document:
    """补正材料接收凭证: what came, and what is still missing or what follows."""
    asked = c.case.correction
    paragraphs: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    if c.before.stage is Stage.ACCEPTED:  # accepted by silence: what was missing comes during review
        left = "、".join(c.material(code).name for code in c.case.missing)
        still = f"尚缺：{left}。" if left else "本件材料已经齐全。"
        paragraphs = (f"{still}本件已经受理，办理期限照常计算，不因补充材料而中止。",)
    elif event.complete:
        clock = Clock(c.standard.procedure.accept_within, event.on)
        paragraphs = (
            f"补正告知书所列内容已经补正齐全，本机关将在{on(c.due(clock))}前（含当日）办理受理手续。",
            f"期限推算：{c.reckoning(clock)}",
        )
        bases = (*c.rule("correct"), *c.rule("accept"))
    elif asked:
        paragraphs = (
            f"补正告知书所列内容还没有补正齐全，尚缺：{lists.lacking(c, asked)}。"
            f"请于{on(asked.due)}前（含当日）补齐，逾期未补齐的，终止办理本次申请。",
        )
        bases = c.rule("correct")
    return c.document(
        "correction_receipt",
        (f"{on(event.on)}，本机关收到{c.applicant.you}为{c.matter}申请提交的补正材料（清单见下）。", *paragraphs),
        bases=bases,
        tables=(lists.supplied(c, event.given, bool(event.form)),),
        sign_lines=("收件人", "交件人", "日期") if c.channel == "window" else (),
    )


def acceptance(event: ev.Accepted, c: Context) -> Document:
    """受理通知书: accepted, or accepted by law because nobody answered in time; the limits and the steps."""
    you, limit = c.applicant.you, c.standard.procedure.accept_within
    if event.silent:
        bases = event.bases if any(event.bases) else c.rule("silence_accepts")
        how = (
            f"{you}提出的{c.matter}申请，本机关于{on(event.on)}收到申请材料，未在{limit.label}内告知需要补正的内容。"
            f"依照法律规定，该申请自收到申请材料之日（{on(event.on)}）起即为受理，特此通知。"
        )
    else:
        # registrations accepted before procedures had articles of their own cite the law on licences
        own = tuple(basis for basis in event.bases if c.licensing or not basis.startswith(LICENSING))
        bases = own or c.rule("accept")
        how = (
            f"{you}提出的{c.matter}申请，属于本机关职权范围，申请材料齐全、符合法定形式，"
            f"本机关决定自{on(event.on)}起予以受理。"
        )
    clocks = c.limits()
    stops = (
        "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，"
        "所需时间不计算在上述期限内，本机关将另行书面告知。"
    )
    return c.document(
        "acceptance",
        (
            how,
            "本机关将在下列期限内作出决定。" + (stops if c.licensing else ""),
            *(f"{label}推算：{c.reckoning(clock)}" for label, clock in clocks),
            lists.fees(c),
        ),
        bases=(*bases, *c.law("42条一款", "45条")),
        fields=fields(
            ("受理号", c.receipt),
            *((label, f"{clock.limit.label}，至{on(c.due(clock))}") for label, clock in clocks),
            ("咨询电话", c.phone),
        ),
        tables=(lists.steps(c, event.steps),),
    )


def non_acceptance(event: ev.Declined, c: Context) -> Document:
    """不予受理决定书; 不需要许可的告知不受理; 不属职权的告知向谁申请 (32条一款一、二项)."""
    you = c.applicant.you
    said, article, title = {
        Stage.NOT_REQUIRED: (
            f"该申请事项依法不需要取得{c.permission}，本机关不受理，{you}可以依法直接从事有关活动。",
            "32条一款一项",
            "行政许可申请不受理告知书" if c.licensing else "不受理告知书",
        ),
        Stage.NO_JURISDICTION: (
            f"该申请事项依法不属于本机关职权范围，本机关决定不予受理。请向{event.competent}提出申请。",
            "32条一款二项",
            c.title("non_acceptance"),
        ),
        Stage.NOT_ACCEPTED: ("本机关决定不予受理。", "32条二款", c.title("non_acceptance")),
    }[Stage(event.outcome)]
    return c.document(
        "non_acceptance",
        (
            f"{you}于{on(c.case.submitted_on or c.day)}提出的{c.matter}申请收悉。经审查，{said}",
            f"理由：{c.text('reason')}",
        ),
        title=title,
        bases=(*event.bases, *c.law(article)),
        remedies=c.remedies(event.remedies),
    )


def special(event: ev.SpecialStarted, c: Context) -> Document:
    """特别程序告知书: the time it takes, told in writing (45条)."""
    kind = StepKind(event.kind)
    days = (event.until - event.on).days
    by_item = tuple(s.basis for s in c.standard.specials if s.kind is kind)
    bases = c.law("45条") if kind in ARTICLE_45 else ()
    step = f"（环节：{c.standard.step(event.step).name}）" if event.step else ""
    counts = (
        "上述时间不计算在办理期限内；提前结束的，自结束次日起恢复计算，本机关将在办理进度中公布。"
        if event.stops
        else "上述时间计算在办理期限内。"
    )
    return c.document(
        "special",
        (
            f"{c.applicant.you}提出的{c.matter}申请，依法需要进行{kind.label}{step}，现将所需时间书面告知如下："
            f"自{on(event.on)}起，至{on(event.until)}止，共{days}日。{counts}",
            f"原因：{c.text('reason')}",
        ),
        bases=dict.fromkeys((*bases, *by_item)),
        fields=fields(
            ("程序种类", kind.label),
            ("告知日期", on(event.on)),
            ("所需时间", f"{days}日，至{on(event.until)}"),
            *((f"{label}（原）", on(c.due(clock))) for label, clock in c.limits(c.before)),
        ),
    )


def extension(event: ev.Extended, c: Context) -> Document:
    """延期决定通知书: approved once by the head of the organ, the reason told (42条一款)."""
    before = dict(c.limits(c.before))
    unit = c.standard.statutory_extension or c.standard.procedure.extension
    length = f"{event.days}个工作日" if unit is None else type(unit)(event.days, unit.unit).label
    clocks = c.limits()
    return c.document(
        "extension",
        (
            f"{c.applicant.you}提出的{c.matter}申请，本机关于{on(c.case.accepted_on or c.day)}受理。"
            f"因在原定期限内不能作出决定，经本机关负责人批准，决定将办理期限延长{length}。",
            f"延长期限的理由：{c.text('reason')}",
            *(f"{label}推算：{c.reckoning(clock)}" for label, clock in clocks),
        ),
        bases=c.law("42条一款") or c.rule("extension"),
        fields=fields(
            *((label, f"原至{on(c.due(before[label]))}，现延长至{on(c.due(clock))}") for label, clock in clocks)
        ),
    )


def grant(event: ev.Decided, c: Context) -> Document:
    """准予行政许可决定书 (34条、37条、38条一款)."""
    clock = Clock(c.standard.procedure.deliver_within, event.on)
    said = f"审查情况：{c.text('reason')}" if c.text("reason") else ""
    return c.document(
        "grant",
        (
            f"{c.applicant.you}于{on(c.case.submitted_on or c.day)}提出{c.matter}申请，"
            f"本机关于{on(c.case.accepted_on or c.day)}受理。经审查，该申请符合法定条件、标准，"
            f"本机关决定准予{c.permission}。",
            said,
            f"本机关将在{on(c.due(clock))}前（含当日）向{c.applicant.you}颁发、送达"
            f"{c.standard.result.certificate_type or c.standard.result.name}。本决定依法公开，公众有权查阅。",
        ),
        bases=(*event.bases, *c.law("38条一款", "40条", "44条")),
        fields=fields(
            ("申请人", c.applicant.name),
            ("决定事项", c.matter),
            *licence.scope(c),
            ("有效期限", licence.term(c)),
        ),
    )


def refusal(event: ev.Decided, c: Context) -> Document:
    """不予行政许可决定书: the reasons, and the right to review and litigation (38条二款)."""
    return c.document(
        "refusal",
        (
            f"{c.applicant.you}于{on(c.case.submitted_on or c.day)}提出{c.matter}申请，"
            f"本机关于{on(c.case.accepted_on or c.day)}受理。经审查，该申请不符合法定条件、标准，"
            f"本机关决定不予{c.permission}。",
            f"理由：{c.text('reason')}",
        ),
        bases=(*event.bases, *(c.law("38条二款") or c.rule("refuse"))),
        remedies=c.remedies(event.remedies),
    )


def termination(event: ev.Terminated, c: Context) -> Document:
    """终止办理告知书: because the correction did not come in time, or for a reason the head decided."""
    asked = c.before.correction
    if event.cause == "overdue" and asked:
        why = (
            f"本机关于{on(asked.on)}一次告知需要补正的全部内容，补正期限至{on(asked.due)}止。"
            f"期限届满，{c.applicant.you}未补正齐全（尚缺：{lists.lacking(c, asked)}），"
            f"本机关自{on(event.on)}起终止办理本次申请。"
        )
    else:
        why = f"本机关决定自{on(event.on)}起终止办理本次申请。理由：{c.text('reason')}"
    return c.document(
        "termination",
        (
            f"{c.applicant.you}于{on(c.case.submitted_on or c.day)}提出的{c.matter}申请，{why}",
            "终止办理不影响重新申请；备齐材料后可以重新提出，已填写的内容可以沿用。",
        ),
        bases=c.rule("correct") if event.cause == "overdue" else (),
        remedies=c.remedies(c.standard.procedure.remedies),
    )


def withdrawal(event: ev.Withdrawn, c: Context) -> Document:
    """撤回申请确认书: before the decision the applicant may take the application back."""
    reason = f"撤回理由：{c.text('reason')}" if c.text("reason") else ""
    return c.document(
        "withdrawal",
        (
            f"{c.applicant.you}于{on(c.case.submitted_on or c.day)}提出的{c.matter}申请，"
            f"在本机关作出决定前，已由{c.applicant.you}于{on(event.on)}申请撤回。经核对身份，本机关予以确认，本次办理自即日起终止。",
            reason,
            "撤回申请不影响重新申请。",
        ),
        sign_lines=("经办人", "申请人签名", "日期") if c.channel == "window" else (),
    )


def delivery(event: ev.Delivered, c: Context) -> Document:
    """送达回证 (44条): what was delivered to whom, how and when; blanks are filled in by hand."""
    wanted = {"grant", "licence"} if c.case.granted else {"refusal"}
    sent = "；".join(f"{KINDS[kind].title if kind != 'licence' else c.standard.result.certificate_type}，{number}"
                    for kind, number in c.earlier if kind in wanted)  # fmt: skip
    electronic = event.method == "electronic"
    return c.document(
        "delivery",
        (),
        to="",
        bases=c.law("44条") or c.rule("deliver_within"),
        fields=(
            *fields(
                ("受送达人", c.applicant.name),
                ("送达文书名称及文号", sent),
                ("送达方式", METHODS[event.method]),
                ("送达日期", on(event.on)),
                (
                    "送达地点",
                    "网上办事系统" if electronic else f"{c.division}{AT_WINDOW}" if event.method == "direct" else "",
                ),
            ),
            *(() if electronic else fields(("送达人", "、".join(c.officers)))),
            *lists.signed(c, electronic),
        ),
    )


_KINDS: dict[str, Callable[[Any, Context], Content]] = {
    "receipt": receipt,
    "correction": correction,
    "correction_receipt": correction_receipt,
    "acceptance": acceptance,
    "non_acceptance": non_acceptance,
    "special": special,
    "extension": extension,
    "grant": grant,
    "refusal": refusal,
    "termination": termination,
    "withdrawal": withdrawal,
    "delivery": delivery,
    "licence": licence.licence,
}
