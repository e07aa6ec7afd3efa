"""Words about materials that the guide, the pages of a case and the desk share. No rule and no view."""

from __future__ import annotations

from yichuang.cases.core.state import REAL_NAME
from yichuang.catalog.standard import Material, Role, Standard

# What happens, not what the class is called: without a promise nothing is accepted while a material lacks
_ROLES = {Role.PRIMARY: "主要材料", Role.NON_KEY: "非关键材料", Role.PROMISE: "承诺书"}


def words_of_role(material: Material) -> str:
    """The class of a material. 共享材料 is one that something we hold replaces; no other department is asked for it."""
    replaced = material.identity or material.replaced_by
    return _ROLES.get(material.role) or ("可由证照代替" if replaced else "证明材料")


def words_of_need(material: Material, standard: Standard | None = None) -> str:
    """Whether the applicant must bring a material, and whether it may come later by its standard (3.6a)."""
    if material.identity:
        return "必要，实名核验过的免交"
    if material.replaced_by:
        return "必要，本平台有证照的免交"
    if standard is not None and material in standard.materials_later:
        return "可以承诺后补"
    return "受理前补齐" if material.necessity == "3" else "必要"


def words_of_held(held: str) -> str:
    """What stands in for a material, from `Case.held`; empty when nothing does."""
    if held == REAL_NAME:
        return "已经实名核验，免于提交"
    return f"以电子证照{held}代替" if held else ""
