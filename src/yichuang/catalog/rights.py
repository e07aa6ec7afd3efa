"""Who may found a catalogue: the command line alone. Every further version is published by its examination. And who
keeps the words by which it is searched.
"""

from __future__ import annotations

from yichuang.aggregates.rights import Right

PUBLISH = Right("not-publisher", frozenset(), "首批规程由维护人员用命令发布，以后的由同级政务服务办审定发布。", "3.2d")
SEARCH = Right("not-office", frozenset({"office"}), "搜索用词由市政务服务办维护。")
