"""证照: names its holder in full, what it allows and for how long (39条)."""

from __future__ import annotations

from yichuang.cases.core import events as ev
from yichuang.documents.content import Licence
from yichuang.documents.context import Context, fields
from yichuang.documents.declaring import declare
from yichuang.documents.granted import open_term, scope


@declare("证照", word="证", title="许可证", template="licence.typ")
def licence(event: ev.CertificateMade, c: Context) -> Licence:
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
