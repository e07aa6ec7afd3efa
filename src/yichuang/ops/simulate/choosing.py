"""Which licence an application of a simulation acts on, and who files it after all.

What a life was drawn to do may not be open to its applicant when the day comes: then it is a new application, and of
another applicant where this one may not file it. One process chooses for all cases of a department.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from yichuang.aggregates.refusal import Refused
from yichuang.cases.core.state import Case
from yichuang.catalog.terms import NEW, terms_of
from yichuang.licences.queries import HeldLicence, find_hindrances, list_licences_of, read_licence
from yichuang.licences.service import demand_applicable
from yichuang.ops.simulate.cast import Cast, SimulatedApplicant
from yichuang.ops.simulate.lives import CaseLife

LONG = timedelta(days=200)  # what ends sooner is renewed, and nothing else is asked for


class Choosing:
    """Chooses at the moment of filing, and remembers who has filed for an item of which a holder has one licence.

    `kept` are licences of stories, on which no drawn life acts.
    """

    def __init__(self, cast: Cast, kept: set[uuid.UUID]) -> None:
        self.cast, self.kept = cast, kept
        self.filed: set[tuple[str, str]] = set()  # applicant and item
        self.applicants = {a.id: a for a in (*cast.persons, *cast.organisations)}

    def choose(self, life: CaseLife, today: date) -> tuple[CaseLife, HeldLicence | None]:
        """The life as it is filed now, with the licence it acts on."""
        item = life.standard.item
        if terms_of(item).needs_licence(life.situation):
            if held := self._pick(life, today):
                return life, held
            life = replace(life, situation=NEW)
        applicant = self._free(life)
        self.filed.add((applicant.id, item))
        return (life if applicant.id == life.applicant.id else _filed_by(life, applicant)), None

    def recall(self, life: CaseLife, case: Case) -> CaseLife:
        """The life as an interrupted run has filed it."""
        if not case.licence:
            self.filed.add((case.subject, life.standard.item))
        life = replace(life, situation=case.situation)
        return life if case.subject == life.applicant.id else _filed_by(life, self.applicants[case.subject])

    def _pick(self, life: CaseLife, today: date) -> HeldLicence | None:
        """The licence that the applicant may have acted on now: the life's own first. None without one."""
        for held in self._candidates(life):
            if held.standard.division != life.standard.division or not held.licence.alive:
                continue
            own = life.paper is not None and held.id == life.paper.licence_id
            valid_to = held.licence.valid_to
            if not own and life.situation != "renew" and valid_to and valid_to < today + LONG:
                continue
            try:
                demand_applicable(held, life.situation, life.applicant.id, life.standard)
            except Refused:
                continue
            if not find_hindrances(life.applicant.id, life.standard.item, "")[1]:
                return held
        return None

    def _candidates(self, life: CaseLife) -> Iterator[HeldLicence]:
        own = read_licence(life.paper.licence_id) if life.paper else None
        if own:
            yield own
        for held in sorted(list_licences_of(life.applicant.id, life.standard), key=lambda h: h.licence.number):
            if held.id not in self.kept and not (own and held.id == own.id):
                yield held

    def _free(self, life: CaseLife) -> SimulatedApplicant:
        """The applicant, or the next one who may file a new application for the item."""
        terms, item = terms_of(life.standard.item), life.standard.item
        one_each = terms.sole is not None and not terms.sole.by
        if not one_each and not terms.safety:
            return life.applicant
        among = self.cast.organisations if life.applicant.organisation else self.cast.persons
        start = next(n for n, a in enumerate(among) if a.id == life.applicant.id)
        for applicant in (*among[start:], *among[:start]):
            if one_each and (applicant.id, item) in self.filed:
                continue
            rivals, barred = find_hindrances(applicant.id, item, "-" if one_each else "")
            if not rivals and not barred:
                return applicant
        return life.applicant


def _filed_by(life: CaseLife, applicant: SimulatedApplicant) -> CaseLife:
    return replace(life, applicant=applicant, agent=life.agent and applicant.agent is not None)
