"""The pure core of a case: state, commands, events, decide, evolve, lapse. No clock, no database, no randomness
inside.
"""

from yichuang.cases.core import gaps, intake, lateness, outcome, pleading, review, undoing  # noqa: F401  the acts register themselves
