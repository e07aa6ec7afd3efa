"""Every scenario of the `.feature` files in this folder. Steps live in `steps_*.py`."""

from __future__ import annotations

from pytest_bdd import scenarios

from tests.clauses import steps_acting, steps_looking, steps_ordering, steps_rating, steps_seeing, steps_watching

# pytest-bdd keeps a step as a fixture of its module under a name of its own: bring them here
for steps in (steps_acting, steps_looking, steps_ordering, steps_rating, steps_seeing, steps_watching):
    globals().update({name: step for name, step in vars(steps).items() if name.startswith("pytestbdd_stepdef")})

scenarios(".")
