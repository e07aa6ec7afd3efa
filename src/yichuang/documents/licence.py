"""The licence (证照) a grant leads to: holder, scope, term. It imitates no official form. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from yichuang.cases.core import events as ev
from yichuang.catalog.standard import Field, FieldType
from yichuang.documents.context import Context, fields, on
from yichuang.documents.kinds import Licence
from yichuang.kernel.clock import Limit, Unit


def licence(event: ev.CertificateMade, c: Context) -> Licence:
    """证照: names its holder in full, what it allows and for how long (39条)."""
    return Licence(
        title=event.type,
        number=event.number,
        identifier=event.identifier,
        holder=c.applicant.name,
        fields=fields(
            ("统一社会信用代码", c.applicant.uscc),
            ("负责人", c.applicant.legal_name),
            ("许可事项" if c.licensing else "办理事项", c.standard.name),
            *scope(c),
        ),
        issuer=c.organ,
        date=c.day,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        term="" if event.valid_to else open_term(c),
        verify_url=c.verify_url,
        code=c.code,
        seal_name=c.seal,
        demo=c.demo,
    )


def scope(c: Context) -> list[tuple[str, str]]:
    """What the standard has the certificate state of the form, as (label, value); empty once the form was destroyed."""
    if c.values is None:
        return []
    stated = [c.form_field(name) for name in c.standard.result.fields]
    given = [(f, c.values.get(f.name)) for f in stated if f]
    return [(f.label, _shown(f, value) + f.unit) for f, value in given if value not in (None, "", [])]


def _shown(field: Field, value: Any) -> str:
    if field.type is FieldType.DATE:
        return on(date.fromisoformat(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(str(v) for v in value)
    text = str(value)
    return text[:-2] if text.endswith(".0") else text


def term(c: Context) -> str:
    """How long what is granted will hold, before the licence is made."""
    months = c.standard.result.validity_months
    if months is None:
        return open_term(c)
    length = f"{months // 12}年" if months % 12 == 0 else Limit(months, Unit.MONTH).label
    return f"{length}，自证照制作之日起算"


def open_term(c: Context) -> str:
    """The term of what has no number of months, as far as the standard knows it; other remarks are not printed."""
    note = c.standard.result.validity_note
    if "长期" in note:
        return "长期有效"
    return note if note.startswith("按") else "期限依照法律、法规的规定"
