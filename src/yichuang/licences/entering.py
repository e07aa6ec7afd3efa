"""From what an officer types of a paper licence to the command that enters it: the item, the holder, what it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from yichuang.aggregates.acts import Files
from yichuang.aggregates.prepare import Prepared, exact_json, make_prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog import form as forms
from yichuang.catalog.queries import current_key
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Form, Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.localtime import local_day
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.licences.core import commands as co
from yichuang.licences.core.decide import ACTS
from yichuang.people import tries
from yichuang.people.queries import describe_subject
from yichuang.people.service import find_subject

NOT_OURS = "请选择本部门的事项。"


@dataclass(frozen=True, slots=True)
class PaperLicence:
    """A licence as its paper says it. `holder` is the 统一社会信用代码 of an organisation, or the number of a person's
    document of the kind `holder_type`; `values` is what it states, by the names of the item's form.
    """

    item: str
    holder: str
    number: str
    valid_from: date
    valid_to: date | None = None  # None: without end
    holder_type: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    evidence: Files = ()  # the paper, scanned


def find_item(actor: Actor, item: str) -> Standard:
    """The standard in force of an item in the actor's division. Raises Refused(input)."""
    key = current_key(actor.division, item)
    if key is None:
        raise Refused("unknown-item", f"本级没有事项{item}。", next=NOT_OURS, kind=Kind.INPUT, field="item")
    return published_standard(key)


def stated_form(standard: Standard) -> Form:
    """What an officer fills in of a paper licence: the fields that it states, and the place that tells it apart. Only
    the place is demanded, since old papers say less; what is there is read and judged as in an application.
    """
    sole = terms_of(standard.item).sole
    place = sole.by if sole else ()
    wanted = {*standard.result.fields, *place}
    sections = []
    for section in standard.form.sections:
        kept = tuple(replace(f, required=f.name in place, when=None) for f in section.fields if f.name in wanted)
        if kept and not section.repeat:
            sections.append(replace(section, fields=kept, when=None))
    return Form(tuple(sections))


def prepare_entry(data: Mapping[str, Any], plain: Mapping[str, Any], actor: Actor) -> Prepared:
    """The command that enters a paper licence.

    `data` has the fields of `PaperLicence`; `plain` is what a retry is told by. Raises Refused(input).
    """
    standard = find_item(actor, str(data.get("item", "")))
    subject, applicant = _find_holder(standard, str(data.get("holder_type") or ""), str(data.get("holder", "")))
    values = _read_values(standard, data.get("values") or {})
    command = {
        "standard": standard.key,
        "subject": subject,
        "number": _clean_number(data.get("number")),
        "valid_from": data.get("valid_from"),
        "valid_to": data.get("valid_to") or None,
        "sole": terms_of(standard.item).find_place(values),
        "evidence": data.get("evidence") or (),
    }
    content = {"form": {"applicant": applicant, "values": exact_json(values)}}
    return make_prepared(ACTS[co.Enter], command, content, subject, dict(plain))


def prepare_typed(data: Mapping[str, Any], plain: Mapping[str, Any], actor: Actor) -> Prepared:
    """The same for what an officer types: numbers looked up in vain are counted, so that nobody tries them out, and
    nobody looks one up who may not enter a licence. Raises Refused.
    """
    if actor.post_kind not in ACTS[co.Enter].who.posts:
        message, next = "证照补记入册由本机关负责人办理。", "如您有该岗位，请先切换岗位。"
        raise Refused("wrong-post", message, next=next, kind=Kind.FORBIDDEN)
    count = (tries.PERSON_OFFICER, actor.person)
    if wait := tries.count_try(count):
        message = f"没有查到的号码太多，请{tries.whole_minutes(wait)}分钟后再办。"
        next = "为防止逐个试出他人信息，每小时的次数有限。"
        raise Refused("too-many-tries", message, next=next, kind=Kind.INPUT, field="holder")
    prepared = prepare_entry(data, plain, actor)
    tries.uncount_try(count)
    return prepared


def _find_holder(standard: Standard, id_type: str, number: str) -> tuple[str, dict[str, Any]]:
    """The holder's id, and what is on record about them now. Raises Refused(input)."""
    subject = find_subject(id_type=id_type, number=number) if number else None
    if subject is None:
        raise Refused(
            "unknown-holder",
            "系统里没有这个证件号码的持证人。",
            next="请核对证件种类和号码；没有登记过的，请先由窗口在“窗口收件”登记。",
            kind=Kind.INPUT,
            field="holder",
        )
    if ("person" if subject.kind == "person" else "corp") not in standard.applicants:
        who = "法人和其他组织" if subject.kind == "person" else "自然人"
        message = f"“{standard.name}”的证照只由{who}持有。"
        raise Refused("wrong-holder", message, next="请核对事项和持证人。", kind=Kind.INPUT, field="holder")
    return subject.id, describe_subject(subject)


def _read_values(standard: Standard, given: Mapping[str, Any]) -> dict[str, Any]:
    """What it states, as the form keeps it. Raises Refused(input) for what it cannot state, and for what is wrong."""
    form = stated_form(standard)
    known = {f.name for section in form.sections for f in section.fields}
    if unknown := sorted(given.keys() - known):
        message = f"这种证照不载明：{'、'.join(unknown)}。"
        raise Refused("not-stated", message, next="请只填写证照载明的事项。", kind=Kind.INPUT, field="values")
    values, today = forms.coerce(form, dict(given)), local_day(now())
    if problems := forms.validate(form, values, values, forms.Filing(standard.division, today, today)):
        message = "载明的内容有需要改正的地方：" + "".join(problems.values())
        next = "请照证照原件改正后再提交。"
        raise Refused("form-invalid", message, next=next, kind=Kind.INPUT, fields=problems, field="values")
    return values


def _clean_number(number: Any) -> str:
    """Raises Refused(input)."""
    try:
        return clean(str(number or ""))
    except ValueError as error:
        next = "请照证照原件填写。"
        raise Refused("bad-number", f"证照编号：{error}", next=next, kind=Kind.INPUT, field="number") from error
