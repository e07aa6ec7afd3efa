"""What a new application is filled with: what the applicant's earlier ones said, and the numbers of certificates they
hold, each with where it came from. Nobody answers twice (3.5f). Reads only, in the reader's scopes.

An answer that would not pass today, such as a day that has gone by, is left to be given anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yichuang.aggregates.prepare import exact_json
from yichuang.cases import queries
from yichuang.cases.filters import CaseFilter
from yichuang.cases.view import CaseView, view
from yichuang.catalog import form
from yichuang.catalog.certificates import list_certificate_fields
from yichuang.catalog.standard import Standard
from yichuang.kernel.clock import format_day
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.licences.queries import list_valid_certificates
from yichuang.people.models import Subject

MOST_READ = 3  # earlier applications that are read


@dataclass(frozen=True, slots=True)
class Known:
    """Values of a form by field or group, and where each came from, in words."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: Any, source: str) -> None:
        """Keep a value, where none is known yet."""
        if value not in (None, "", []) and name not in self.values:
            self.values[name] = value
            self.sources[name] = source


def find_known(actor: Actor, standard: Standard, subject: Subject, situation: str) -> Known:
    """What is known of an application that is begun. Three statements and three for each application read."""
    known, agent = Known(), subject.id not in actor.own_subjects
    _add_certificates(known, standard, list_valid_certificates(subject.id))
    for seen in _read_earlier(actor, standard, subject):
        _add_answers(known, standard, seen)
    return _keep_valid(known, standard, {"situation": situation, "agent": "yes" if agent else "no"}, now())


def _read_earlier(actor: Actor, standard: Standard, subject: Subject) -> Iterable[CaseView]:
    """The latest applications of the applicant that this reader sees, those for the same item first."""
    newest = CaseFilter(open=None, subject=subject.id, sort="newest")
    rows = queries.cases(queries.scopes_of(actor), newest, counted=(queries.PAGE, True)).rows
    nearest = sorted(rows, key=lambda row: row.item != standard.item)  # stable: else the latest first
    for row in nearest[:MOST_READ]:
        if seen := view(actor, row.id):
            yield seen


def _add_answers(known: Known, standard: Standard, seen: CaseView) -> None:
    filed = (seen.form or {}).get("values") or {}
    source = f"来自{format_day(local_day(seen.row.submitted_at))}的“{seen.standard.name}”申请"
    for name, value in list_same_answers(standard, seen.standard, filed).items():
        known.add(name, value, source)


def list_same_answers(standard: Standard, before: Standard, filed: dict[str, Any]) -> dict[str, Any]:
    """What an earlier application answers of a form: of another item, only plain fields that ask the very same; of this
    item, groups too. Pure.
    """
    values = exact_json(form.coerce(before.form, filed)) if filed else {}
    asked = {f.name: f for section in before.form.sections if not section.repeat for f in section.fields}
    out: dict[str, Any] = {}
    for section in standard.form.sections:
        if section.repeat and before.item == standard.item:
            out[section.code] = values.get(section.code)
        for f in () if section.repeat else section.fields:
            old = asked.get(f.name)
            if old and (old.type, old.label, old.choices) == (f.type, f.label, f.choices):
                out[f.name] = values.get(f.name)
    return {name: value for name, value in out.items() if value is not None}


def _add_certificates(known: Known, standard: Standard, held: Iterable[tuple[str, str, str, Any]]) -> None:
    """The numbers of certificates that the applicant holds; none where they hold two of a kind."""
    numbers: dict[str, list[str]] = {}
    for _, number, type, _ in held:
        numbers.setdefault(type, []).append(number)
    for f, type in list_certificate_fields(standard, numbers):
        if len(numbers[type]) == 1:
            known.add(f.name, numbers[type][0], f"来自您持有的{type}")


def _keep_valid(known: Known, standard: Standard, context: dict[str, str], moment: datetime) -> Known:
    """Without what the form would refuse today."""
    today = local_day(moment)
    values = form.prune(standard.form, form.coerce(standard.form, known.values), context)
    wrong = form.validate(standard.form, values, context, form.Filing(standard.division, today, today))
    bad = {key.partition(".")[0] for key in wrong}
    good = {name: value for name, value in known.values.items() if name not in bad}
    return Known(good, {name: source for name, source in known.sources.items() if name in good})
