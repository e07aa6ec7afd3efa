"""Guides promise only what happens: no packaged standard says that somebody fetches, checks online or shares what
nobody does here (郑政文〔2018〕46号 三（二）, 三（五）).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Material, Standard

STANDARDS = load_standards()

# What nobody does on this platform
NEVER = re.compile(
    "调取|在线查验|电子查验|联网核|在线核验|成果库|成果共享|信息共享|数据共享|自动分送|自动赋码|自动核|在线确认|"
    "容缺|短信|电子签名|电子签章|一键|秒批|免申即享|查验不到|编号共享|编号查验|文号查验"
)
# What the platform does for some materials: the word → whether it does it for this one
KEPT = {
    "自动生成": lambda m: m.generated,  # from the form (`Way.FORM`)
    "无需填报": lambda m: bool(m.replaced_by or m.identity),  # a certificate or the real-name check stands in
    "本平台有": lambda m: bool(m.replaced_by),
    "实名核验": lambda m: m.identity,
}


def texts(value: Any) -> Iterator[str]:
    """Every text within a standard."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from texts(part)


@pytest.mark.clause("3.2e.2")
@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.key)
def test_a_standard_promises_nothing_that_nobody_does(standard: Standard) -> None:
    said = {text for text in texts(standard) if NEVER.search(text)}
    assert not said


@pytest.mark.clause("3.2e.2")
@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.key)
def test_what_a_material_is_spared_is_done(standard: Standard) -> None:
    broken = [(m.code, word, text) for m in standard.materials for word, text in _unkept(m)]
    assert not broken


def _unkept(material: Material) -> Iterator[tuple[str, str]]:
    for text in texts(material):
        for word, does in KEPT.items():
            if word in text and not does(material):
                yield word, text


def test_a_promise_is_found() -> None:
    """The search sees what it is to see."""
    assert NEVER.search("无需填报；按许可证号调取。") and NEVER.search("学历电子查验")
