"""Who may publish. Drafting, examination and approval come with a later issue; until then the command line alone."""

from __future__ import annotations

from yichuang.aggregates.rights import Right

PUBLISH = Right("not-publisher", frozenset(), "办事规程由维护人员用命令发布。")
