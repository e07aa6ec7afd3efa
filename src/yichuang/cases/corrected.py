"""What a correction of who applied entails outside the ledger of the case: in the register, and with files."""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.models import Upload
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.cases.declared import CASE
from yichuang.ledger.actor import Actor
from yichuang.people import queries as people
from yichuang.people.models import Account
from yichuang.people.service import correct_name


def follow_correction(case: Case, event: ev.ApplicantCorrected, name: str, actor: Actor) -> None:
    """What a correction entails outside the ledger of the case: a wrong name in the register is mended; files that the
    former applicant sent lie with the case no more. Doing it twice is doing it once.
    """
    if not event.former:
        subject = people.load_subject(case.subject)
        if subject is not None and name and subject.name != name:
            correct_name(subject, name, actor)
        return
    senders = Account.objects.exclude(kind="officer")
    theirs = Upload.objects.filter(stream=CASE.stream(case.id)).exclude(pk__in=case.files)
    accounts = {f"a:{id}" for id in senders.filter(pk__in=_accounts(theirs)).values_list("pk", flat=True)}
    theirs.filter(account__in=accounts).update(stream="")


def _accounts(uploads: Any) -> list[int]:
    persons = uploads.values_list("account", flat=True)
    return [int(person[2:]) for person in persons if person.startswith("a:") and person[2:].isdigit()]
