"""The codes of the field, a module for each: what is wrong with one, its parts, how one is made.

In every module `check` and `parse` take anything and never raise; `build` raises ValueError, in Chinese, for parts
that make no code. Numbers are drawn elsewhere: nothing here counts, stores or asks a register.
"""

from __future__ import annotations

from .problem import Problem, tidy

__all__ = ["Problem", "tidy"]
