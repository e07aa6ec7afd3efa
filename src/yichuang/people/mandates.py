"""Mandates (授权): grants and revokes them, each an entry with ids, and informs both sides.

Refusals are `Invalid`, with a Chinese message and a code. What an agent may do on a case is the door's
affair; here only who may speak for whom. A mandate for somebody who is not on record yet waits (`people.waiting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.people import face, queries
from yichuang.people.messages import notify
from yichuang.people.models import Account, Mandate, Subject
from yichuang.people.service import check_person, refuse
from yichuang.people.waiting import identity_digest


def grant_mandate(
    principal: Subject,
    agent: Subject,
    *,
    items: Sequence[str] | None,
    first_day: date,
    last_day: date,
    actor: Actor,
    evidence: dict[str, str] | None = None,
) -> Mandate:
    """Let `agent` act for `principal` (许可法 29条: 申请人可以委托代理人), for the items listed, or all when None.

    Granted by the principal online, or entered at a window from the letter of authority, whose particulars are then
    the evidence. An agent can't pass a mandate on. Raises Invalid.
    """
    if principal.pk == agent.pk:
        raise refuse("same", "委托人与代理人不能是同一人。")
    digest = identity_digest(agent.id_type, agent.id_number, agent.name) if agent.kind == "person" else ""
    return _give_mandate(principal, agent, agent.name, digest, items, first_day, last_day, actor, evidence)


def offer_mandate(
    principal: Subject,
    *,
    name: str,
    id_type: str,
    number: str,
    items: Sequence[str] | None,
    first_day: date,
    last_day: date,
    actor: Actor,
) -> Mandate:
    """As `grant_mandate`, for an agent whom the principal names by name and document number.

    It is given whether or not that person is on record, so that it tells nothing about them: it works as soon as
    somebody of this name and number is. Raises Invalid for a name or number that can't be one.
    """
    number = tidy(number)
    name = check_person(name, id_type, number)
    if (principal.id_type, principal.id_number) == (id_type, number):
        raise refuse("same", "委托人与代理人不能是同一人。")
    subject = queries.find_subject(id_type=id_type, number=number)
    agent = subject if subject is not None and subject.name == name else None
    digest = identity_digest(id_type, number, name)
    return _give_mandate(principal, agent, name, digest, items, first_day, last_day, actor, None)


def _give_mandate(
    principal: Subject,
    agent: Subject | None,
    agent_name: str,
    agent_digest: str,
    items: Sequence[str] | None,
    first_day: date,
    last_day: date,
    actor: Actor,
    evidence: dict[str, str] | None,
) -> Mandate:
    if items is not None and not items:
        raise refuse("scope", "请选择授权办理的事项，或选择“全部事项”。")
    if last_day < first_day:
        raise refuse("days", "授权的结束日期不能早于开始日期。")
    _may_speak(principal, actor, evidence)
    with transaction.atomic():
        letter = vault.lodge(principal.id, {**evidence}) if evidence else None
        mandate = Mandate.objects.create(
            principal=principal,
            agent=agent,
            agent_name=agent_name,
            agent_digest=agent_digest,
            all_items=items is None,
            items=sorted(set(items or ())),
            first_day=first_day,
            last_day=last_day,
            evidence=letter.id if letter else None,
            granted_by=actor.person,
            granted_at=now(),
        )
        body = {
            "mandate": mandate.pk,
            "agent": agent.id if agent else "",
            "items": mandate.items,
            "all_items": mandate.all_items,
            "first_day": str(first_day),
            "last_day": str(last_day),
            "evidence": letter.ref("") if letter else "",
        }
        record(f"people/subject/{principal.id}", "mandate_granted", body, actor)
        _tell_granted(mandate, actor)
    return mandate


def _may_speak(principal: Subject, actor: Actor, evidence: dict[str, str] | None) -> None:
    if actor.post_kind == "window":
        if not evidence:
            raise refuse("evidence", "窗口代录授权须登记授权委托书。")
    elif principal.pk not in _own_subjects(actor):
        message = "只有委托人本人（单位为法定代表人）可以授权，代理人不能转委托。"
        raise Refused("forbidden", message, next="请由委托人本人办理。", kind=Kind.FORBIDDEN)


def revoke_mandate(mandate: Mandate, actor: Actor) -> None:
    """End the mandate now. The principal may always revoke; so may the agent (辞去委托) and a window for them.

    Raises Refused(forbidden) for anybody else, and Invalid for a mandate that has been revoked already.
    """
    with transaction.atomic():
        locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
        if locked.revoked_at is not None:
            raise refuse("revoked", "该授权已经撤销。")
        if actor.post_kind != "window" and not _own_subjects(actor) & {locked.principal_id, locked.agent_id}:
            message = "只有委托人或代理人本人可以撤销授权。"
            raise Refused("forbidden", message, next="请由本人办理，或者带证件到综合窗口。", kind=Kind.FORBIDDEN)
        locked.revoked_at = now()
        locked.save(update_fields=["revoked_at"])
        record(f"people/subject/{locked.principal_id}", "mandate_revoked", {"mandate": locked.pk}, actor)
        _tell_revoked(locked, actor)
    mandate.revoked_at = locked.revoked_at


def _own_subjects(actor: Actor) -> set[str]:
    """The subjects the acting account is or heads; mandates do not count."""
    if not actor.person.startswith("a:") or actor.post:
        return set()
    account = Account.objects.filter(pk=int(actor.person[2:]), is_active=True).first()
    return set(queries.own_subjects(account)) if account else set()


# --- telling both sides -----------------------------------------------------------------------------------------------


def _tell_granted(mandate: Mandate, actor: Actor) -> None:
    """Tell principal and agent that the mandate was registered, except the one who did it."""
    where = "由综合窗口登记。" if actor.post_kind == "window" else ""
    text = (
        f"{where or '已登记。'}代理人{face.mask_name(mandate.name_of_agent)}可以代您办理{_scope_words(mandate)}。"
        "如果不是您授权的，请马上在“我的账号”里撤销，或者到窗口撤销。"
    )
    notify(mandate.principal_id, "已登记您给代理人的授权", text, "/account", by=actor.person)
    _tell_agent_later(mandate, where, actor)


def _tell_revoked(mandate: Mandate, actor: Actor) -> None:
    """Tell principal and agent that the mandate has ended and who ended it, except the one who did it."""
    masked = face.mask_name(mandate.name_of_agent)
    by_agent = actor.post_kind != "window" and mandate.principal_id not in _own_subjects(actor)
    by = "综合窗口" if actor.post_kind == "window" else f"代理人{masked}" if by_agent else "委托人"
    ended = (
        f"您给代理人{masked}的授权已由{by}结束，从现在起该代理人看不到您的办件。"
        "代理人经手办件的查询码已更换，请在办件页面查看，或者到窗口查询。"
    )
    notify(mandate.principal_id, "您给代理人的授权已结束", ended, "/account", by=actor.person)
    _tell_agent_later(mandate, by, actor)


def _scope_words(mandate: Mandate) -> str:
    return f"{'全部事项' if mandate.all_items else '所列事项'}，{mandate.first_day}至{mandate.last_day}"


def _tell_agent_later(mandate: Mandate, by: str, actor: Actor) -> None:
    """Let the worker tell the agent, so that the request takes the same time whether the agent is on record or not."""
    from yichuang.people.tasks import tell_agent as task

    task.defer(mandate=mandate.pk, ended=mandate.revoked_at is not None, by=by, person=actor.person)


def tell_agent(mandate_id: int, *, ended: bool, by: str, person: str) -> None:
    """Tell the agent of a mandate, if they are on record, that it began or ended. `by` names the actor in words; the
    account `person` acted and gets no message.
    """
    mandate = Mandate.objects.select_related("principal").get(pk=mandate_id)
    if mandate.agent_id is None:
        return
    name = mandate.principal.name
    if ended:
        title, text = "一份授权已结束", f"“{name}”给您的授权已由{by}结束，从现在起您不能再查看和办理其办件。"
    else:
        title, text = "您收到一份授权", f"“{name}”授权您代办{_scope_words(mandate)}。{by}"
    notify(mandate.agent_id, title, text, "/account", by=person)
