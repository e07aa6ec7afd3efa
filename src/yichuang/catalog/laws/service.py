"""What the register does when a standard is published: its founding, the index of citations, and tasks that end."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.door import move
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.replay import happened, read_streams
from yichuang.catalog.laws.acts import Follow, Found, HandOver
from yichuang.catalog.laws.citing import Citation, list_citations, name_line
from yichuang.catalog.laws.declared import LAW, law_id
from yichuang.catalog.laws.queries import list_law_faults, read_register
from yichuang.catalog.laws.register import Change, Citing, Register
from yichuang.catalog.laws.seeding import list_founding
from yichuang.catalog.laws.state import Amended, Cause, Hidden, Law, Publication, Repealed
from yichuang.catalog.models import Citing as CitingRow
from yichuang.catalog.models import InForce, LawTask, Published
from yichuang.catalog.models import Law as LawRow
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import now

_SHOWN = 5  # faults named in a refusal


def found_laws(laws: Iterable[Found], actor: Actor = SYSTEM) -> int:
    """Put laws into the first register (首批法规库). Returns how many."""
    commands = {law_id(found.law.title): found for found in laws}
    move(LAW, commands, {}, actor)
    return len(commands)


def is_moved() -> bool:
    """Whether the legal desk has done anything to the register, which ends its founding. One statement."""
    return LawRow.objects.filter(seq__gt=1).exists()


def demand_lawful(standard: Standard, actor: Actor = SYSTEM) -> None:
    """A standard cites only what everybody can read and what is law on its first day (3.5h). What is first published is
    the first register. Raises Refused, naming the lines.
    """
    if not is_moved():
        found_laws(list_founding(standard, read_register().laws), actor)
    faults = list_law_faults(standard)
    if not faults:
        return
    told = "".join(f"{name_line(f.line)}（{f.text}）：{f.why}" for f in faults[:_SHOWN])
    more = f"另有{len(faults) - _SHOWN}处。" if len(faults) > _SHOWN else ""
    lines = [{"line": f.line, "code": f.code, "why": f.why, "next": f.next} for f in faults]
    next = "".join(dict.fromkeys(f.next for f in faults))
    raise Refused("law-fault", told + more, clause="3.5h", next=next, lines=lines)


def note_citations(standard: Standard) -> None:
    """Note what a published standard cites, so that a law can tell who cites it. Two statements."""
    _note(standard.key, list_citations(standard, read_register().laws))


def follow_publication(standard: Standard) -> None:
    """A standard came into force: end the tasks of its item that it answers, and open those for changes that are still
    to come, or were entered since it was published. A handful of statements; three where no law of it ever changed.
    """
    register = read_register()
    published = Published.objects.values_list("published_at", flat=True).get(key=standard.key)
    cited = list_citations(standard, register.laws)
    open_tasks = LawTask.objects.filter(division=standard.division, item=standard.item, done="")
    ended: dict[str, list[int]] = defaultdict(list)
    known: set[tuple[str, int]] = set()  # changes that the item has an open task for
    for task in open_tasks:
        law = register.laws[task.title]
        known.add((law.id, task.change))
        if not _still_asks(law, task, _of_law(register, law, cited)):
            ended[law.id].append(task.number)
    commands = {}
    found = (register.find(citation.law) for citation in cited)
    changed = _list_changes((law for law in found if law), published)
    for law in {law.id: law for law in register.laws.values()}.values():
        mine = Citing(standard.key, standard.name, f"{standard.division}/{standard.department}",
                      tuple(_of_law(register, law, cited)))  # fmt: skip
        changes = (change for change in changed.get(law.id, ()) if (law.id, change.number) not in known)
        ahead = tuple((change, mine) for change in changes if any(map(change.asks, mine.citations)))
        if ended[law.id] or ahead:
            commands[uuid.UUID(law.id)] = Follow(standard.key, tuple(ended[law.id]), ahead)
    move(LAW, commands, {})


def _list_changes(laws: Iterable[Law], published: datetime) -> dict[str, list[Change]]:
    """The changes that stand, and that a version published at a moment and in force from today could not reckon with:
    those to come, and those entered since. By the id of the law. One statement; none where no law ever changed.
    """
    changed = {uuid.UUID(law.id): law for law in laws if law.changes}
    today = local_day(now())
    out: dict[str, list[Change]] = {}
    for id, entries in (read_streams(LAW, changed) if changed else {}).items():
        for entry in entries:
            change = _standing_change(changed[id], happened(LAW, entry))
            if change and (change.since > today or entry.recorded_at > published):
                out.setdefault(str(id), []).append(change)
    return out


def _standing_change(law: Law, entry: Happened) -> Change | None:
    """The change that an entry made, unless it was taken back since."""
    match entry.event:
        case Amended(version=version) if version in law.versions and version.since:
            newer = frozenset(v.name for v in law.versions if v.change >= version.change)
            return Change(version.change, Cause.AMENDED, version.since, version.changed, newer)
        case Repealed(since=since, source=source, change=number) if (law.gone, law.gone_by) == (since, source):
            return Change(number, Cause.REPEALED, since)
        case Hidden(change=number) if law.publication is not Publication.PUBLISHED:
            return Change(number, Cause.HIDDEN, local_day(entry.at))
    return None


def hand_over_tasks(division: str, item: str, department: str) -> None:
    """An item was moved to a department: its open tasks are that department's. One statement without any."""
    numbers: dict[uuid.UUID, list[int]] = defaultdict(list)
    rows = LawTask.objects.filter(division=division, item=item, done="").exclude(department=department)
    for law, number in rows.values_list("law_id", "number"):
        numbers[law].append(number)
    move(LAW, {law: HandOver(tuple(some), department) for law, some in numbers.items()}, {})


def _of_law(register: Register, law: Law, cited: Iterable[Citation]) -> list[Citation]:
    return [citation for citation in cited if register.find(citation.law) is law]


def _still_asks(law: Law, task: LawTask, cited: Iterable[Citation]) -> bool:
    """Whether a newly published standard still cites what a change has touched. A line that names no version means the
    law as it is now: who published it has looked at it.
    """
    if task.cause != Cause.AMENDED:
        return any(cited)
    newer = [v.name for v in law.versions if v.change >= task.change]
    brought = next((v for v in law.versions if v.change == task.change), None)
    return brought is not None and any(
        c.version and c.version not in newer and brought.touches(c.articles) for c in cited
    )


def _note(key: str, cited: Iterable[Citation]) -> None:
    CitingRow.objects.bulk_create(CitingRow(standard=key, **asdict(citation)) for citation in cited)


@transaction.atomic
def found_missing() -> int:
    """Give a store of before its register and its index of citations: what its standards in force cite. Returns how
    many laws came; none the second time.
    """
    noted = set(CitingRow.objects.values_list("standard", flat=True))
    keys = set(Published.objects.values_list("key", flat=True)) - noted
    register = read_register()
    laws: dict[str, Found] = {}
    if not is_moved():
        current = set(InForce.objects.values_list("current_id", flat=True))
        for key in sorted(keys & current):
            laws |= {
                found.law.title: found for found in list_founding(published_standard(key), {*register.laws, *laws})
            }
    number = found_laws(laws.values())
    titles = frozenset(read_register().laws)
    for key in sorted(keys):
        _note(key, list_citations(published_standard(key), titles))
    return number
