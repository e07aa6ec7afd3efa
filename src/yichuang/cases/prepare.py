"""From plain data (a form, an API body) to a command: private text goes into one vault row, its references into the
command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yichuang.aggregates.prepare import Prepared, exact_json, make_prepared, prepare_command
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS
from yichuang.cases.core.state import Case
from yichuang.catalog import form
from yichuang.catalog.standard import Standard
from yichuang.licences.queries import HeldLicence
from yichuang.licences.service import fill_licence_fields, named_in
from yichuang.people.face import has_personal_number


def prepare(name: str, data: dict[str, Any], *, subject: str, plain: Mapping[str, Any] | None = None) -> Prepared:
    """A command by its snake-case name. `subject` is whose data the texts are (for retention and destruction), `plain`
    what a retry is told by, where that is not the data.

    Raises Refused(kind input) when the data has not the command's shape, with a sentence per field.
    """
    act = ACTS.by_name.get(name)
    if act is None or act.creates:
        raise Refused("unknown-command", "没有这种操作。", kind=Kind.INPUT)
    _demand_publishable("reason" if act.command is co.ExplainLateness else "late_reason", data)
    return prepare_command(act, data, subject=subject, plain=plain)


def _demand_publishable(field: str, data: Mapping[str, Any]) -> None:
    """The reason for being late is read by everybody: no number of a person is in it. Raises Refused."""
    text = data.get(field)
    if isinstance(text, str) and has_personal_number(text):
        raise Refused(
            "personal-number",
            "“超期原因”里有证件号码或者手机号码，不能公开。",
            clause="个人信息保护法第二十五条",
            next="请删去号码后再提交。",
            kind=Kind.INPUT,
            field=field,
        )


def prepare_submit(
    standard: Standard,
    *,
    situation: str,
    subject: str,
    applicant: dict[str, Any],
    values: dict[str, Any],
    agent: bool,
    given: dict[str, tuple[str, ...]],
    held: dict[str, str],
    licence: HeldLicence | None = None,
) -> Prepared:
    """The Submit command for a filled-in form. `applicant` is what was known of the applicant at filing (a
    snapshot), `licence` the one it acts on: the fields that name it are filled from it, whatever was typed.
    """
    values = {**values, **fill_licence_fields(licence)} if licence else values
    about = {"situation": situation, "agent": "yes" if agent else "no"}
    kept, application = _application(standard, values, about)
    content = {"form": {"applicant": applicant, "values": exact_json(kept)}}
    data = {
        "standard": standard.key,
        "situation": situation,
        "subject": subject,
        "application": application,
        "given": given,
        "held": held,
        "licence": str(licence.id) if licence else "",
    }
    plain = {**data, "form": content["form"], "application": exact_json(application)}
    return make_prepared(ACTS[co.Submit], data, content, subject, plain)


def fixed_of(case: Case, filed: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a filed form that name the licence the case acts on: shown as text, and never corrected."""
    return named_in(case.licence, (filed or {}).get("values"))


def prepare_supply(
    standard: Standard,
    *,
    situation: str,
    subject: str,
    applicant: dict[str, Any],
    values: dict[str, Any],
    agent: bool,
    given: dict[str, tuple[str, ...]],
    fixed: Mapping[str, Any],
    filing: form.Filing,
) -> Prepared:
    """The Supply command with a corrected form, kept in the shape `prepare_submit` keeps it in; `fixed` are the fields
    that name the licence acted on, which no correction changes. Raises Refused(input) when the form is still wrong: a
    supply that mends nothing would use up the notice.
    """
    values = {**values, **fixed}
    about = {"situation": situation, "agent": "yes" if agent else "no"}
    kept, application = _application(standard, values, about)
    problems = form.validate(standard.form, application, application, filing)
    if problems:
        next = "请按提示逐项改正后再提交，已填内容不会丢失。"
        raise Refused("form-invalid", "申请表还有需要改正的地方。", next=next, kind=Kind.INPUT, fields=problems)
    content = {"form": {"applicant": applicant, "values": exact_json(kept)}}
    data = {"given": given, "application": application}
    return make_prepared(ACTS[co.Supply], data, content, subject, {"given": given, **content})


def _application(
    standard: Standard, values: dict[str, Any], about: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that the form keeps, and with what is known about the filing: what decides on the needs."""
    kept = form.coerce(standard.form, values)
    kept = form.prune(standard.form, kept, {**kept, **about})
    return kept, {**kept, **about}
