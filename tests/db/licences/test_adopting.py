"""Certificates of before: each becomes a licence, its number and its code unchanged; what never was one is said so."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.db.licences.lives import Licences
from tests.db.licences.test_life import OTHER_PLACE
from yichuang.aggregates import door
from yichuang.aggregates.models import Paper
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.cases.codec import CODEC
from yichuang.cases.core import events as ev
from yichuang.cases.service import replay_case
from yichuang.documents.queries import by_code, is_certificate
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.models import Entry
from yichuang.ledger.service import record
from yichuang.licences.adopting import PLACE, adopt_certificates
from yichuang.licences.core.state import Stage
from yichuang.licences.declared import LICENCE
from yichuang.licences.models import Licence, Version
from yichuang.licences.service import licence_id_of


def forget_licences() -> None:
    """The store as an older program left it: certificates in cases, and nothing of licences."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("delete from ledger_entry where stream like 'licence/%%'")
        cursor.execute("delete from licences_licence")
        cursor.execute("delete from licences_version")
        cursor.execute("delete from aggregates_scope where stream like 'licence/%%'")
        cursor.execute("delete from aggregates_timer where stream like 'licence/%%'")
        cursor.execute("delete from aggregates_place where name = %s", [PLACE])
        cursor.execute("set local session_replication_role = origin")


@pytest.mark.clause("3.5c.4")
@pytest.mark.door
def test_what_was_printed_before_stays_verifiable(licences: Licences) -> None:
    licence = licences.granted()
    before = Licence.objects.get()
    code = Paper.objects.get(kind="licence").code
    forget_licences()
    assert adopt_certificates() == 1
    after = Licence.objects.get()
    assert (after.pk, after.number, after.identifier) == (licence, before.number, before.identifier)
    assert (after.valid_from, after.valid_to) == (before.valid_from, before.valid_to)
    record = by_code(code)
    assert record and record.certificate and record.certificate.status == "valid"
    assert is_certificate(before.identifier)
    entry = Entry.objects.get(stream=LICENCE.stream(licence))
    assert (entry.source, entry.kind) == ("migrated", "made")
    assert rebuild(LICENCE).differences == []
    assert adopt_certificates() == 0
    licences.city.at("2018-06-01 10:00")
    licences.grant(licences.file("change", licence, premises_address=OTHER_PLACE))
    assert Version.objects.count() == 2


def test_a_number_that_a_cancellation_was_given_is_no_licence(licences: Licences) -> None:
    """注销 of before made a certificate with a new number: it is kept, and said to be none."""
    first = licences.granted()
    licences.city.at("2018-06-01 10:00")
    case = licences.file("cancel", first)
    licences.review(case)
    licences.decide(case)
    number, day = "郑市监许证字〔2018〕第00099号", date(2018, 6, 1)
    append(case, ev.CertificateMade(day, "食品经营许可证", day, None, number, "1.2.156.3005.2.99"))
    forget_licences()
    assert adopt_certificates() == 2
    void = Licence.objects.get(number=number)
    assert void.stage == Stage.CANCELLED.value
    assert not Licence.objects.filter(number=number, stage="valid").exists()
    assert is_certificate(number)


def append(case: str, event: Any) -> None:
    """An entry as the older program wrote it."""
    kind, _, body = CODEC.dump_event(event)
    record(f"case/{case}", kind, json.loads(body), SYSTEM)


def test_an_application_of_before_names_its_licence_first(licences: Licences, monkeypatch: Any) -> None:
    """Filed without one; the window names it, and only then it can be granted."""
    from yichuang.cases.core import intake

    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    with monkeypatch.context() as older:
        older.setattr(intake, "_licence_fits", lambda command, facts: None)
        case = licences.file("change", premises_address=OTHER_PLACE)
    licences.review(case)
    with pytest.raises(Refused) as refused:
        licences.decide(case)
    assert refused.value.code == "licence-missing"
    with pytest.raises(Refused) as absent:
        licences.city.do(case, "name_licence", licences.city.window, licence=str(uuid.uuid4()))
    assert absent.value.code == "not-your-licence"
    licences.city.do(case, "name_licence", licences.city.window, licence=str(licence))
    licences.decide(case)
    assert replay_case(case).licence == str(licence)
    assert licences.now(licence).licence.current.number == 2


def test_the_database_itself_holds_one_licence_a_place(licences: Licences) -> None:
    """Whatever a program forgets to ask: the door's own check is put aside."""
    from tests.db.licences.lives import make_of

    first = Licence.objects.get(pk=licences.granted())
    command = make_of(licences.now(first.pk).licence, number="另一个编号", sole=first.sole or "")
    with pytest.raises(IntegrityError), transaction.atomic():
        door.move(LICENCE, {licence_id_of("another"): command}, {"rivals": ()})
