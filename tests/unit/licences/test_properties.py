"""What may never happen to a licence, whatever is done to it and whenever anybody looks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.unit.licences.bench import HEAD, HOLDER, HOME, PROOF, REVIEWER, REVIEWER2, Life
from yichuang.aggregates.refusal import Refused
from yichuang.licences.core import commands as co
from yichuang.licences.core import events as ev
from yichuang.licences.core.state import Licence, Stage

ENDED = frozenset({Stage.EXPIRED, Stage.REVOKED, Stage.WITHDRAWN, Stage.CANCELLED})


def acts(random: Random, life: Life, step: int) -> tuple[Any, Any]:
    """Anything anybody might do next, sensible or not. A case applies once."""
    new, case = f"c{step}", random.choice([*life.licence.applications, "c99"])
    situation = random.choice(("change", "renew", "renew", "reissue", "cancel"))
    choices: tuple[tuple[Any, Any], ...] = (
        (co.Apply(new, situation, "s:1", "ZZ-001", HOME), HOLDER),
        (co.Apply(new, "renew", "s:1", "ZZ-001", HOME), HOLDER),
        (co.Settle(case, life.licence.applications.get(case, situation), f"vault:{case}:form:1", "号"), HEAD),
        (co.Release(case), HEAD),
        (co.Wait(case, random.random() < 0.5), HOLDER),
        (co.Print(case, 7), HEAD),
        (co.Correct("holder", "vault:x:value:1", "vault:x:reason:1"), HEAD),
        (co.OpenRevocation(random.choice(("fraud", "law_changed")), "r"), REVIEWER),
        (co.ServeNotice("direct", life.now.date(), "r", PROOF), REVIEWER),
        (co.Answer("s"), HOLDER),
        (co.AskHearing(), HOLDER),
        (co.ArrangeHearing(life.calendar.add(life.now.date(), 8), "p"), HEAD),
        (co.HoldHearing("r"), REVIEWER2),
        (co.DropRevocation("r"), HEAD),
        (co.Revoke("r", "c"), HEAD),
        (co.Cancel(random.choice(("penalty", "other_cancel")), "r", "d", PROOF), HEAD),
    )
    weights = [4, 4, 6, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0.3, 0.1]
    return random.choices(choices, weights)[0]


def pause(random: Random, life: Life) -> int:
    """Days until the next act; now and then until two months before the licence ends."""
    last = life.licence.valid_to
    left = (last - life.now.date()).days - 60 if last else 0
    return left if left > 0 and random.random() < 0.1 else random.choice((0, 1, 5, 20, 60, 200))


def plain(licence: Licence) -> Licence:
    """Without what only says how often somebody looked."""
    return replace(licence, entries=0, last_at=None, reminded=())


@pytest.mark.parametrize("seed", range(150))
def test_no_history_breaks_the_law(seed: int) -> None:
    """Side by side: one licence swept at every step, and one that nobody sweeps until something is done to it."""
    random, swept, unswept = Random(seed), Life().made(), Life().made()
    ended: Licence | None = None
    for step in range(40):
        days = pause(random, swept)
        swept.later(days).tick()
        unswept.later(days)
        command, actor = acts(random, swept, step)
        answers = []
        for life in (swept, unswept):
            with suppress(Refused):
                answers.append(len(life.do(command, actor)) > 0)
        assert plain(swept.seen()) == plain(unswept.seen()), (seed, command)
        licence = swept.seen()
        numbers = [v.number for v in licence.versions]
        assert numbers == list(range(1, len(numbers) + 1))
        identifiers = [v.identifier for v in licence.versions]
        assert len(set(identifiers)) == len(identifiers)
        if ended:
            found_out = ended.ending and ended.ending.ground in ("expired", "asked") and licence.stage is Stage.REVOKED
            assert licence.stage == ended.stage or found_out, "what has ended stays ended"
            assert licence.versions == ended.versions
        if licence.stage in ENDED:
            ended = ended or licence
    for life in (swept, unswept):
        deemed = [d.event.case for d in life.did if isinstance(d.event, ev.Renewed) and d.event.deemed]
        assert len(deemed) == len(set(deemed)), "a case renews by silence once"
        ends = [d.event for d in life.did if isinstance(d.event, (ev.Revoked, ev.Cancelled))]
        grounds = [end.ground for end in ends]
        assert len(ends) <= 1 or (len(ends) == 2 and grounds[0] in ("expired", "asked") and grounds[1] == "fraud")


def test_the_histories_reach_every_end() -> None:
    """Else the test above proves nothing."""
    seen: set[Any] = set()
    for seed in range(150):
        random, life = Random(seed), Life().made()
        for step in range(40):
            life.later(pause(random, life)).tick()
            command, actor = acts(random, life, step)
            with suppress(Refused):
                life.do(command, actor)
        seen |= {life.licence.stage, *(v.why for v in life.licence.versions)}
    assert seen >= {Stage.EXPIRED, Stage.CANCELLED, "renewed", "deemed", "changed", "reissued", "corrected"}
    assert seen & {Stage.REVOKED, Stage.WITHDRAWN}
