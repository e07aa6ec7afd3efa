"""Every scenario of the `.feature` files in this folder. Steps live in `steps_*.py`."""

from __future__ import annotations

from pytest_bdd import scenarios

from tests.clauses import (
    steps_acting,
    steps_asking,
    steps_counties,
    steps_entering,
    steps_feedback,
    steps_gaps,
    steps_guidance,
    steps_halls,
    steps_late,
    steps_laws,
    steps_licensing,
    steps_listing,
    steps_looking,
    steps_ordering,
    steps_overseeing,
    steps_pleading,
    steps_preparing,
    steps_publishing,
    steps_rating,
    steps_revising,
    steps_searching,
    steps_seeing,
    steps_sense,
    steps_sharing,
    steps_telling,
    steps_turns,
    steps_undoing,
    steps_watching,
    steps_worklists,
)
from tests.clauses.steps_overseeing import holding

__all__ = ["holding"]

# pytest-bdd keeps a step as a fixture of its module under a name of its own: bring them here
STEPS = (
    steps_acting,
    steps_asking,
    steps_counties,
    steps_entering,
    steps_feedback,
    steps_gaps,
    steps_guidance,
    steps_halls,
    steps_late,
    steps_laws,
    steps_licensing,
    steps_listing,
    steps_looking,
    steps_ordering,
    steps_overseeing,
    steps_pleading,
    steps_preparing,
    steps_publishing,
    steps_rating,
    steps_revising,
    steps_searching,
    steps_seeing,
    steps_sense,
    steps_sharing,
    steps_telling,
    steps_turns,
    steps_worklists,
    steps_undoing,
    steps_watching,
)
for steps in STEPS:
    globals().update({name: step for name, step in vars(steps).items() if name.startswith("pytestbdd_stepdef")})

scenarios(".")
