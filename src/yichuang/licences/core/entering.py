"""补记入册: a licence made on paper before this platform becomes one here, so that its holder can have it changed,
renewed or cancelled (行政许可法 49, 50, 70 条). What it states was decided then; here it is only written down.
"""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.standard import PostKind
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.applying import refuse_rivals
from yichuang.licences.core.decide import act
from yichuang.licences.core.facts import LicenceFacts, NumberUse
from yichuang.licences.core.state import Licence, Stage

MOST_NUMBER = 60  # characters


@act(
    co.Enter,
    "补记入册",
    stages=frozenset({Stage.NEW}),
    posts={PostKind.HEAD},
    creates=True,
    needs=("rivals", "number_use", "bar"),
)
def enter(licence: Licence, command: co.Enter, facts: LicenceFacts) -> list[Any]:
    """The head of the department vouches for what the paper says."""
    _number_free(command, facts)
    _in_force(command, facts)
    if (bar := facts.bar) and command.valid_from >= bar.since:  # what was held before is still held
        raise Refused(
            "barred",
            f"持证人因{bar.reason}，在{chinese_date(bar.until)}前（含当日）不得再次取得本事项的许可，不能补记。",
            clause=bar.clause,
            next="请核对持证人。",
        )
    require(
        command.evidence or not facts.by_hand,
        "no-scan",
        "补记应当附证照原件的扫描件。",
        next="请上传扫描件；成批补记的，用命令行由管理员办理。",
        kind=Kind.INPUT,
        field="evidence",
    )
    if command.sole:
        refuse_rivals(facts, "补记")
    return [
        ev.Made(
            number=command.number,
            identifier="",
            type=facts.standard.result.certificate_type,
            standard=command.standard,
            subject=command.subject,
            on=command.valid_from,
            valid_from=command.valid_from,
            valid_to=command.valid_to,
            case="",
            form=command.form,
            sole=command.sole,
            adopted=True,
            evidence=command.evidence,
        )
    ]


def _number_free(command: co.Enter, facts: LicenceFacts) -> None:
    number = command.number
    require(
        0 < len(number) <= MOST_NUMBER and number == number.strip(),
        "bad-number",
        f"证照编号应当有1至{MOST_NUMBER}个字，前后没有空格。",
        next="请照证照原件填写。",
        kind=Kind.INPUT,
        field="number",
    )
    require(
        facts.number_use is not NumberUse.TAKEN,
        "number-taken",
        f"编号{number}的证照已经在册。",
        next="请核对编号；已经在册的，不需要补记。",
        kind=Kind.INPUT,
        field="number",
    )
    require(
        facts.number_use is not NumberUse.OURS,
        "number-ours",
        f"编号{number}是本平台的文号，平台上没有这张证照。",
        next="请核对编号；本平台制发的证照不用补记，查不到的，请联系系统管理员。",
        kind=Kind.INPUT,
        field="number",
    )


def _in_force(command: co.Enter, facts: LicenceFacts) -> None:
    """Only what is in force can still be changed or renewed."""
    first, last = command.valid_from, command.valid_to
    require(
        first <= facts.today,
        "future-start",
        f"有效期的起始日{first.isoformat()}还没有到，不能补记。",
        next="请照证照原件填写；补记的是以前制发、现在有效的证照。",
        kind=Kind.INPUT,
        field="valid_from",
    )
    require(
        last is None or first <= last,
        "end-before-start",
        "有效期的届满日早于起始日。",
        next="请照证照原件填写。",
        kind=Kind.INPUT,
        field="valid_to",
    )
    require(
        last is None or facts.today <= last,
        "ended-already",
        f"证照的有效期已于{last.isoformat() if last else ''}届满，不能补记。",
        clause="行政许可法第七十条",
        next="需要继续从事所许可活动的，请持证人申请新办。",
        kind=Kind.INPUT,
        field="valid_to",
    )
