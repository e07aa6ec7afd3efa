"""更正申请人信息: the command from the register's data.

What holds in the ledger is the core's (`core.undoing`); here is what it can't know: who is on record, and under what
name. What the act entails outside the ledger is in `corrected`. No page is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from yichuang.aggregates.acts import Asked
from yichuang.aggregates.prepare import Prepared, clean_text, exact_json, make_prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS
from yichuang.cases.drafts import may_apply
from yichuang.cases.view import CaseView
from yichuang.catalog import form
from yichuang.people import queries as people
from yichuang.people.models import Subject
from yichuang.people.service import check_name

NAME = "correct_applicant"
# What a form may have taken over from the register: it is carried over to what is known of the right applicant
KNOWN = ("name", "id_number", "uscc", "legal_name", "legal_id_number", "phone", "address")
_SNAPSHOT = ("kind", "id_type", *KNOWN)
_FILED = ("agent",)  # known from the filing alone
_ACT = ACTS[co.CorrectApplicant]


def prepare_correct_applicant(shown: CaseView, data: Mapping[str, Any]) -> Prepared:
    """The command from `subject` (id of the right applicant), `name` (the right one, where it differs from the
    register's) and `reason`. Up to two statements. Raises Refused.

    Where the act is not open, and where nothing would change, the command is bare: the door says so, or answers for
    the same command that it carried out before.
    """
    reason = clean_text("reason", Asked("理由"), data.get("reason"))
    given, name = str(data.get("subject") or ""), str(data.get("name") or "").strip()
    plain = {"subject": given, "name": name, "reason": reason}
    texts: dict[str, Any] = {"reason": reason} if reason else {}
    if not any(offer.command is co.CorrectApplicant and offer.allowed for offer in shown.offers):
        return make_prepared(_ACT, {"subject": shown.case.subject}, texts, shown.case.subject, plain)
    subject = _right_subject(shown, given, name)
    before, known = _known_of(shown, subject, name)
    if known != before:
        filed = (shown.form or {}).get("values") or {}
        values = carry_over(filed, before, known)
        _demand_right(shown, filed, values)
        texts["form"] = {"applicant": known, "values": exact_json(values)}
    prepared = make_prepared(_ACT, {"subject": subject.pk}, texts, subject.pk, plain)
    return replace(prepared, given={"applicant": known["name"]})


def _right_subject(shown: CaseView, id: str, name: str) -> Subject:
    """Who is meant: on record, under this name unless they are the case's own applicant, and of a kind that applies
    for the item. Raises Refused.
    """
    subject = people.load_subject(id)
    if subject is None or (name and id != shown.case.subject and name != subject.name):
        message = "没有登记过这个号码和名称的申请人。"
        next = "请核对证件；确未登记的，请先在“窗口收件”登记申请人。"
        raise Refused("unknown-subject", message, next=next, kind=Kind.INPUT)
    if not may_apply(shown.standard, subject):
        message = f"“{shown.standard.name}”不由这类申请人申请。"
        raise Refused("wrong-applicant", message, next="请换一个申请人。", kind=Kind.INPUT)
    return subject


def _known_of(shown: CaseView, subject: Subject, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the case has of its applicant, and what it should have. Raises Refused."""
    before = dict((shown.form or {}).get("applicant") or {})
    known = {field: value for field in _SNAPSHOT if (value := getattr(subject, field))}
    if name and name != subject.name:
        known["name"] = _right_name(subject, name)
    if subject.pk == shown.case.subject:
        known |= {field: before[field] for field in _FILED if before.get(field)}
        if all(str(before.get(field) or "") == str(known.get(field) or "") for field in KNOWN):
            return before, before | {"name": known["name"]}
    return before, known


def _right_name(subject: Subject, name: str) -> str:
    """A name that the register may take. Raises Refused for a subject whose name was proven, and for no name."""
    if subject.memberships.filter(ended_at=None).exclude(proof="form").exists():
        message = "该申请人的名称已经实名核验，不能在办件里改成别的名称。"
        raise Refused("name-proven", message, next="请核对证件；确已更名的，请申请人重新核验。")
    return check_name(subject, name)


def _demand_right(shown: CaseView, filed: dict[str, Any], values: dict[str, Any]) -> None:
    """The corrected form must not break a rule that the form as filed obeys. Raises Refused."""
    about = {"situation": shown.case.situation, "agent": "yes" if shown.case.agent else "no"}

    def faults(given: dict[str, Any]) -> dict[str, str]:
        read = form.coerce(shown.standard.form, given)
        return form.validate(shown.standard.form, read, {**read, **about}, shown.filing)

    known = faults(filed)
    if added := {key: fault for key, fault in faults(values).items() if known.get(key) != fault}:
        message = "更正后申请表有不合规则的内容：" + "".join(added.values())
        raise Refused("form-invalid", message, next="请核对正确的名称和号码。", kind=Kind.INPUT, fields=added)


def carry_over(values: Any, before: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """The form's values, where what was known of one applicant gives way to what is known of the other."""
    turned = {str(before[f]): str(known.get(f) or "") for f in KNOWN if len(str(before.get(f) or "")) > 1}

    def carried(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: carried(part) for name, part in value.items()}
        if isinstance(value, list):
            return [carried(part) for part in value]
        return turned.get(value, value) if isinstance(value, str) else value

    return carried(values)
