"""What may not be demanded in disguise (3.1c): forbidden forms without a law, filings that consent, proofs without a
basis. Pure; what counts as a proof is data (`data/proofs.yaml`). Each fault names the rule and the cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import yaml

from yichuang.catalog.check_parts import SETTING_RANKS, levels_cited
from yichuang.catalog.loading import DATA
from yichuang.catalog.standard import Material, Standard

FILING_RULE = "国办函〔2022〕110号：备案不得以事前同意为条件"
_FORMS = re.compile(r"事前备案|核准性备案|达标|验收|年检|换证")
_CONSENT = re.compile(r"批准|核准|审批|审定|许可|同意|准予|批复")
_CONSENTED = re.compile(
    r"(经|取得|获得|征得|报)[^，。；]{0,15}?(同意|批准|核准|许可|审批|审定)|(审查|审核|验收|评审)(通过|合格)"
)
_GENERAL = "行政许可法"  # sets no item of its own


@dataclass(frozen=True)
class Proofs:
    """What is a proof by its name, and what may take its place."""

    basis: str
    words: tuple[str, ...]
    others: tuple[str, ...]  # words of names that are no proof
    cures: tuple[str, ...]

    def is_proof(self, material: Material) -> bool:
        """Whether it must be made out by an organ or a third party; what we look up, or hold as a licence, is none."""
        plain = not (material.identity or material.replaced_by or material.generated)
        named = any(word in material.name for word in self.words)
        return plain and named and not any(word in material.name for word in self.others)


@cache
def load_proofs() -> Proofs:
    data = yaml.safe_load((DATA / "proofs.yaml").read_text(encoding="utf-8"))
    others = tuple(word for group in data["except"] for word in group["words"])
    return Proofs(data["basis"], tuple(data["words"]), others, tuple(data["cures"]))


def find_disguises(standard: Standard) -> Iterator[tuple[str, str]]:
    """Every fault: its code, and what is wrong by which rule and what to do instead."""
    yield from _find_forbidden_forms(standard)
    if standard.result.kind == "filing":
        yield from _find_consent(standard)
    elif standard.name.endswith("备案") and not _by_law(_all_bases(standard), standard):
        message = f"名称是“{standard.name}”，结果却要经审批，属于核准性备案（{FILING_RULE}）。"
        yield "filing-approves", f"{message}请改为备案（收到全部信息即为备案），或者写明设定许可的法律、法规。"
    yield from _find_proofs(standard)


def _find_forbidden_forms(standard: Standard) -> Iterator[tuple[str, str]]:
    requirements = [("事项名称", standard.name, _all_bases(standard))]
    requirements += [("条件", c.text, c.basis) for c in standard.conditions]
    requirements += [("材料", m.name, m.basis) for m in standard.materials]
    for kind, text, basis in requirements:
        match = _FORMS.search(text)
        if match and not _by_law(basis, standard):
            message = f"{kind}“{text}”以“{match.group()}”形式提出要求，没有法律、法规依据，不得公布。"
            yield "disguised", f"{message}请删去，或者写明设定它的法律、法规条款。"


def _all_bases(standard: Standard) -> str:
    return "；".join(basis.law for basis in standard.bases)


def _by_law(basis: str, standard: Standard) -> bool:
    """Whether a citation names a law or regulation that sets something, among the bases of the item."""
    setting = tuple(b for b in standard.bases if not b.law.startswith(_GENERAL))
    return bool(levels_cited(basis, setting) & SETTING_RANKS)


def _find_consent(standard: Standard) -> Iterator[tuple[str, str]]:
    """A filing takes note of what is told, and consents to nothing."""
    drop = "请删去；确需事先同意的，应当由法律、法规设定为许可。"
    if standard.steps:
        message = f"备案事项设有审查环节（{standard.steps[0].name}等），属于核准性备案（{FILING_RULE}）。"
        yield "filing-with-review", f"{message}收到全部信息即为备案，{drop}"
    if standard.procedure.code != "filing":
        message = f"备案事项按“{standard.procedure.name}”办理，可以不予许可，属于核准性备案（{FILING_RULE}）。"
        yield "filing-refuses", f"{message}请改按备案程序办理。"
    result = (standard.result.name, standard.result.certificate_type, standard.result.validity_note)
    said = [("结果", text, _CONSENT.search(text)) for text in result]
    said += [("条件", c.text, _CONSENTED.search(c.text)) for c in standard.conditions]
    said += [("环节任务", step.task, _CONSENTED.search(step.task)) for step in standard.steps]
    for kind, text, match in said:
        if match:
            message = f"备案事项的{kind}“{text}”以“{match.group()}”为前提（{FILING_RULE}）。"
            yield "filing-consents", f"{message}{drop}"


def _find_proofs(standard: Standard) -> Iterator[tuple[str, str]]:
    proofs = load_proofs()
    for material in standard.materials:
        if proofs.is_proof(material) and not levels_cited(material.basis, standard.bases) & SETTING_RANKS:
            message = f"要求提交“{material.name}”，只依据“{material.basis}”：证明应当有法律、法规或者国务院决定依据"
            yield "proof-without-law", f"{message}（{proofs.basis}）。请写明这样的依据，或者{'、'.join(proofs.cures)}。"
