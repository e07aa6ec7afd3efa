"""What officers do to a licence besides revoking it: 更正、依职权注销 (行政许可法 70 条)、暂扣。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yichuang.aggregates.acts import Asked
from yichuang.aggregates.refusal import Kind, require
from yichuang.catalog.form_values import Filing, find_breach, find_fault
from yichuang.catalog.standard import Standard
from yichuang.catalog.stated import read_stated
from yichuang.kernel.clock import months_after
from yichuang.kernel.codes import uscc
from yichuang.kernel.text import fold_text
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.decide import act
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.lapse import next_identifier
from yichuang.licences.core.revoking import GROUNDS, HEAD
from yichuang.licences.core.state import HOLDER, Licence, Stage

VALID, SUSPENDED = frozenset({Stage.VALID}), frozenset({Stage.SUSPENDED})
# 70 条; by time: 届满未延续 (一项); with a revocation or withdrawal (四项) it is the decision itself
CANCEL_GROUNDS: dict[str, tuple[str, str]] = {
    "person_gone": ("赋予公民特定资格的许可，该公民死亡或者丧失行为能力", "行政许可法70条二项"),
    "body_ended": ("法人或者其他组织依法终止", "行政许可法70条三项"),
    "penalty": ("许可证件依法被吊销", "行政许可法70条四项"),
    "impossible": ("因不可抗力导致许可事项无法实施", "行政许可法70条五项"),
    "other_cancel": ("法律、法规规定的应当注销的其他情形", "行政许可法70条六项"),
}
ENDINGS = {
    "expired": "有效期届满未延续（70条一项）",
    "asked": "持证人申请注销",
    "other": "注销件误制的编号，不是许可",
    "undone": "补记有误",
    **{ground: words for ground, (words, _) in CANCEL_GROUNDS.items()},
    **{ground: words for ground, (_, words, _, _) in GROUNDS.items()},
}


def list_correctable(licence: Licence, facts: LicenceFacts) -> dict[str, str]:
    """What a slip may be corrected in: name → label. What the licence states, and who holds it by name and number; not
    the place, which a change moves (49条).
    """
    place = facts.terms.sole.by if facts.terms.sole else ()
    return {name: label for name, label in label_correctable(facts.standard).items() if name not in place}


def label_correctable(standard: Standard) -> dict[str, str]:
    stated = standard.result.fields
    return HOLDER | {f.name: f.label for s in standard.form.sections for f in s.fields if f.name in stated}


def judge_correction(facts: LicenceFacts, data: Mapping[str, Any]) -> str:
    """What is wrong with the right value of a slip, by the rules of the form that the licence was granted on."""
    what, text = str(data.get("what") or ""), str(data.get("value") or "").strip()
    if what in HOLDER and text:
        return _judge_holder(what, text, facts.registered)
    stated = facts.standard.result.fields
    fields = {f.name: f for s in facts.standard.form.sections for f in s.fields if f.name in stated}
    if what not in fields or not text:
        return ""
    value = read_stated(fields[what], text)
    filing = Filing(facts.standard.division, facts.today, facts.today)
    return find_fault(fields[what], value) or find_breach(fields[what], value, filing, "")


def _judge_holder(what: str, text: str, registered: Mapping[str, str]) -> str:
    """A slip in who holds it is corrected to what the register says of the holder, never to somebody else."""
    problem = uscc.check(text) if what == "uscc" else None
    if problem:
        return problem.message
    right = registered.get(what, "")
    if fold_text(text) == fold_text(right) or (what == "legal_name" and not right):
        return ""
    return f"与登记的{HOLDER[what]}不一致。更正只改印错的内容，持证人有变动的应当办理变更。"


def _no_change_open(licence: Licence, facts: LicenceFacts) -> None:
    require(
        not licence.proceeding,
        "under-revocation",
        "撤销（撤回）程序正在进行，不能更正。",
        clause="行政许可法第六十九条",
        next="请等程序结束。",
    )
    require(
        "change" not in licence.applications.values(),
        "change-open",
        "这张证照的变更申请正在办理，现在更正会被变更的内容盖过。",
        next="请等变更申请办结后再更正。",
    )
    require(
        licence.current.paper or licence.current.why == "entered",
        "paper-waits",
        "新版证照还没有制作，现在更正会使它一制出就过时。",
        next="请先在相应的办件里制证，再更正。",
        kind=Kind.STALE,
    )


@act(
    co.Correct,
    "更正笔误",
    posts=HEAD,
    ready=_no_change_open,
    needs=("registered",),
    asks={
        "what": Asked("更正哪一项", required=True, choices=list_correctable),
        "value": Asked("更正为", required=True, most=200, judge=judge_correction),
        "reason": Asked("更正的原因", required=True),
    },
)
def correct(licence: Licence, command: co.Correct, facts: LicenceFacts) -> list[Any]:
    """更正: what the paper says otherwise than what was decided. The number stays, and a new paper is made."""
    known = command.what in list_correctable(licence, facts)
    require(known, "not-stated", "证照上没有这一项。", next="请选择证照载明的事项。", kind=Kind.INPUT, field="what")
    number, identifier = next_identifier(licence)
    corrected = ev.Corrected(number, identifier, facts.today, command.what, command.value, command.reason)
    return [corrected, ev.Printed(number, facts.today, number=licence.number)]


# --- 注销、暂扣 ------------------------------------------------------------------------------------------------------


def _cancellable(licence: Licence, facts: LicenceFacts) -> None:
    require(
        not licence.proceeding,
        "under-revocation",
        "撤销（撤回）程序正在进行，不能直接注销。",
        clause="行政许可法第六十九条",
        next="请先作出撤销（撤回）决定，或者终止该程序。",
    )


@act(
    co.Cancel,
    "依职权注销",
    posts=HEAD,
    ready=_cancellable,
    asks={
        "ground": Asked(
            "注销的情形",
            required=True,
            choices=lambda licence, facts: {g: f"{words}（{law}）" for g, (words, law) in CANCEL_GROUNDS.items()},
        ),
        "reason": Asked("事实和理由", required=True),
        "document": Asked(
            "所依据的决定、证明或者法律条文（写明名称和文号，如吊销的处罚决定书、主体注销的证明）",
            required=True,
            most=300,
        ),
        "evidence": Asked("该决定或者证明", required=True),
    },
)
def cancel(licence: Licence, command: co.Cancel, facts: LicenceFacts) -> list[Any]:
    """70 条二至六项."""
    require(
        command.ground in CANCEL_GROUNDS,
        "unknown-ground",
        "请选择法律规定的情形。",
        next="从列出的情形中选择一项。",
        kind=Kind.INPUT,
        field="ground",
    )
    require(
        command.evidence or not facts.by_hand,
        "no-paper",
        "依职权注销应当附所依据的决定或者证明。",
        clause="行政许可法第七十条",
        next="请上传扫描件后再提交；没有这样的决定或者证明的，请按撤销、撤回的程序办理。",
        kind=Kind.INPUT,
        field="evidence",
    )
    bases = (CANCEL_GROUNDS[command.ground][1],)
    remedies = facts.standard.procedure.tell_remedies()
    return [
        ev.Cancelled(
            command.ground,
            facts.today,
            reason=command.reason,
            document=command.document,
            evidence=command.evidence,
            bases=bases,
            remedies=remedies,
        )
    ]


def _entered_only(licence: Licence, facts: LicenceFacts) -> None:
    """Nothing has been built on the entry yet."""
    require(
        len(licence.versions) == 1 and licence.current.why == "entered",
        "not-entered",
        "只有补记入册、还没有办过其他手续的证照可以撤销补记。",
        next="请按更正、变更或者注销办理。",
    )
    require(
        not licence.applications and not licence.proceeding,
        "in-use",
        "这张证照正在办理其他手续，不能撤销补记。",
        next="请等正在办理的手续办结，或者先撤回它。",
    )


@act(
    co.UndoEntry,
    "撤销补记",
    posts=HEAD,
    ready=_entered_only,
    asks={"reason": Asked("记错了什么（持证人会看到）", required=True)},
)
def undo_entry(licence: Licence, command: co.UndoEntry, facts: LicenceFacts) -> list[Any]:
    """A slip of the entry ends the entry, not the paper licence: the number may be entered again, rightly."""
    return [ev.EntryUndone(facts.today, command.reason)]


def _suspendable(licence: Licence, facts: LicenceFacts) -> None:
    require(
        facts.terms.suspension,
        "no-special-law",
        "没有法律、法规规定本事项的证照可以暂扣。",
        clause="行政处罚法第九条",
        next="应当依法处理的，请按有关法律、法规规定的方式办理。",
    )


@act(
    co.Suspend,
    "暂扣",
    stages=VALID,
    posts=HEAD,
    ready=_suspendable,
    asks={
        "until": Asked("暂扣到哪一天（含当日）", required=True),
        "reason": Asked("事实和理由", required=True),
        "evidence": Asked("处罚事先告知书、当事人的陈述申辩（行政处罚法44、45条）", required=True),
    },
)
def suspend(licence: Licence, command: co.Suspend, facts: LicenceFacts) -> list[Any]:
    """暂扣: only by a special law, and no longer than it allows. It is a penalty: the holder was told before, and heard
    (行政处罚法 44、45 条), which is proved here and not done here.
    """
    special = facts.terms.suspension
    assert special is not None  # `_suspendable` says so
    require(
        command.evidence or not facts.by_hand,
        "not-heard",
        "暂扣是行政处罚，决定之前应当告知当事人并听取陈述申辩，请附告知和陈述申辩的材料。",
        clause="行政处罚法第四十四条、第四十五条",
        next="还没有告知的，请先告知；已经告知的，请上传材料。",
        kind=Kind.INPUT,
        field="evidence",
    )
    last = months_after(facts.today, special.most.value)
    require(
        facts.today < command.until <= last,
        "bad-day",
        f"暂扣最长{special.most.label}，最迟到{last.isoformat()}。",
        clause=special.basis,
        next="请改正日期。",
        kind=Kind.INPUT,
        field="until",
    )
    remedies = facts.standard.procedure.tell_remedies()
    told = command.evidence
    return [ev.Suspended(facts.today, command.until, special.basis, command.reason, remedies, evidence=told)]


@act(co.Restore, "恢复", stages=SUSPENDED, posts=HEAD, asks={"reason": Asked("理由", required=True)})
def restore(licence: Licence, command: co.Restore, facts: LicenceFacts) -> list[Any]:
    """Before the day; on the day after it time does it."""
    return [ev.Restored(facts.today, command.reason)]
