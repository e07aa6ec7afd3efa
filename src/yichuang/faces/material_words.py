"""Words about materials that the guide, the pages of a case and the desk share. No rule and no view."""

from __future__ import annotations

from yichuang.cases.core.state import REAL_NAME

# What happens, not what the class is called: nothing is accepted while a material lacks, also of 容缺后补
NECESSITY = {"1": "必要", "2": "非必要", "3": "受理前补齐"}


def words_of_held(held: str) -> str:
    """What stands in for a material, from `Case.held`; empty when nothing does."""
    if held == REAL_NAME:
        return "已经实名核验，免于提交"
    return f"以电子证照{held}代替" if held else ""
