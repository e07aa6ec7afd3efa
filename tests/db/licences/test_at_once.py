"""Two officers of a department at the same moment: one licence a place all the same."""

from __future__ import annotations

from tests.db.cases.test_door import at_once
from tests.db.licences.lives import Licences
from tests.db.world import build
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.cases.service import replay_case
from yichuang.catalog import queries


def test_two_heads_who_grant_one_place_at_once(transactional_db: None) -> None:
    queries.standard.cache_clear()
    licences = Licences(build())  # whose rows other connections can see
    cases = [licences.file("new"), licences.file("new")]
    for case in cases:
        licences.review(case)
    answers = at_once(*[lambda case=case: licences.decide(case) for case in cases])  # type: ignore[misc]
    (lost,) = [answer for answer in answers if isinstance(answer, Refused)]
    granted = Case.objects.get(outcome="granted")
    assert lost.code == "licence-exists" and granted.receipt in lost.message
    assert granted.granted_place and Case.objects.filter(granted_place__isnull=False).count() == 1
    licences.city.do(str(granted.pk), "make_certificate", licences.city.window)
    assert replay_case(str(granted.pk)).made_on and not Case.objects.filter(granted_place__isnull=False).exists()
    assert rebuild(CASE).differences == []
