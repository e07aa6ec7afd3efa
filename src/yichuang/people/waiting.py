"""Mandates given to somebody by name and number wait, found by a keyed hash, until that person has an account.

So giving a mandate reveals nothing about its agent. Granting and revoking are in `people.mandates`.
"""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.people.models import Mandate, Subject


def identity_digest(id_type: str, number: str, name: str) -> str:
    """A keyed hash of document and name, to find a person without storing either."""
    return salted_hmac("yichuang.people.identity", f"{id_type}\n{number}\n{name}", algorithm="sha256").hexdigest()


def take_up_mandates(agent: Subject, actor: Actor) -> None:
    """Assign the mandates that wait for this person to them, each on record."""
    digest = identity_digest(agent.id_type, agent.id_number, agent.name)
    mandates = Mandate.objects.filter(agent=None, agent_digest=digest, revoked_at=None).exclude(principal=agent)
    for mandate in mandates.select_for_update():
        mandate.agent = agent
        mandate.save(update_fields=["agent"])
        body = {"mandate": mandate.pk, "agent": agent.id}
        record(f"people/subject/{mandate.principal_id}", "mandate_taken_up", body, actor)
