"""What is granted: its scope as the form states it, and for how long it holds. Pure."""

from __future__ import annotations

from yichuang.catalog.stated import list_stated
from yichuang.documents.context import Context
from yichuang.documents.licence_context import LicenceContext
from yichuang.kernel.clock import Limit, Unit


def scope(c: Context) -> list[tuple[str, str]]:
    """What the standard has the certificate state of the form, as (label, value); empty once the form was destroyed."""
    return [(stated.label, stated.text) for stated in list_stated(c.standard, c.values)]


def term(c: Context) -> str:
    """How long what is granted will hold, before the licence is made."""
    months = c.standard.result.validity_months
    if months is None:
        return open_term(c)
    length = f"{months // 12}年" if months % 12 == 0 else Limit(months, Unit.MONTH).label
    return f"{length}，自证照制作之日起算"


def open_term(c: Context | LicenceContext) -> str:
    """The term of what has no number of months, as far as the standard knows it; other remarks are not printed."""
    note = c.standard.result.validity_note
    if "长期" in note:
        return "长期有效"
    return note if note.startswith("按") else "期限依照法律、法规的规定"
