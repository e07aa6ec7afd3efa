"""Codes used in approvals, one module for each: check a code, parse it into parts, build one.

In every module `check` and `parse` take any object and never raise; `build` raises ValueError, in Chinese, for parts
that make no code. Serial numbers are drawn elsewhere: nothing here counts, stores or asks a register.
"""

from __future__ import annotations

from .problem import Problem, tidy

__all__ = ["Problem", "tidy"]
