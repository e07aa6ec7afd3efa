"""What is wrong with each thing that a correction asks for: the phrases offered, and the reasons as one text.

The phrases come from the standard (its 受理标准) and from what is usually wrong with a paper or a field; each may be
written otherwise. `find_why` reads the reason of one thing out of the text again, for whoever is to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable

from yichuang.catalog.standard import Material

OF_PAPERS = (
    "没有交",
    "看不清，请重新扫描或者拍照",
    "缺页，请补齐",
    "没有签名或者盖章",
    "已经过期，请交现行有效的",
    "与申请表填写的不一致",
)
OF_FIELDS = ("没有填写", "填写不完整", "与证照或者材料不一致")


def list_phrases(material: Material) -> tuple[str, ...]:
    """What may be wrong with a material: its own standard of acceptance first."""
    own = (f"不符合受理标准：{material.acceptance.rstrip('。')}",) if material.acceptance else ()
    return (*OF_PAPERS[:1], *own, *OF_PAPERS[1:])


def write_whys(whys: Iterable[tuple[str, str]], more: str) -> str:
    """The reasons of the things by name, and what else is to be said, as the text of a notice."""
    lines = [f"《{name}》{why.strip().rstrip('。；')}。" for name, why in whys]
    return "".join((*lines, more))


def find_why(name: str, text: str) -> str:
    """The reason that `write_whys` wrote for a thing; empty when it wrote none."""
    before, start, after = text.partition(f"《{name}》")
    return after.partition("。")[0] if start and (not before or before.endswith("。")) else ""
