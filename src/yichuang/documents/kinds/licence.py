"""证照: names its holder in full, what it allows and for how long (39条); a new version bears the same number."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Licence
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.documents.granted import open_term, scope
from yichuang.documents.licence_context import LicenceContext
from yichuang.licences.core.events import Printed


@declare("证照", word="证", title="许可证", template="licence.typ")
def licence(event: ev.CertificateMade | Printed, c: Context | LicenceContext) -> Licence:
    return _of_licence(c) if isinstance(c, LicenceContext) else _of_case(event, c)


def _of_case(event: ev.CertificateMade | Printed, c: Context) -> Licence:
    assert isinstance(event, ev.CertificateMade)  # cases print no other way
    stated = [(s.label, s.text) for s in c.content.stated] if c.content else scope(c)
    uscc, legal_name = c.applicant.uscc, c.applicant.legal_name
    if c.content:
        uscc, legal_name = c.content.uscc or uscc, c.content.legal_name or legal_name
    return Licence(
        title=event.type,
        number=event.number,
        identifier=event.identifier,
        holder=c.content.holder if c.content else c.applicant.name,
        fields=fields(
            ("统一社会信用代码", uscc),
            ("负责人", legal_name),
            ("许可事项" if c.licensing else "办理事项", c.standard.name),
            *stated,
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


def _of_licence(c: LicenceContext) -> Licence:
    """The version in force when the entry was made."""
    version = c.licence.current
    licensing = c.standard.procedure.code == "licence"
    return Licence(
        title=c.licence.type,
        number=c.licence.number,
        identifier=version.identifier,
        holder=c.content.holder,
        fields=fields(
            ("统一社会信用代码", c.content.uscc),
            ("负责人", c.content.legal_name),
            ("许可事项" if licensing else "办理事项", c.standard.name),
            *((s.label, s.text) for s in c.content.stated),
        ),
        issuer=c.organ,
        date=c.day,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        term="" if version.valid_to else open_term(c),
        verify_url=c.verify_url,
        code=c.code,
        seal_name=c.seal,
        demo=c.demo,
    )
