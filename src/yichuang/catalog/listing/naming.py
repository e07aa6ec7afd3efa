"""Which names may come onto the list: none twice, none that has left it, and what resembles one only after a person's
written judgement (3.1b, 3.1d). Pure.
"""

from __future__ import annotations

from yichuang.aggregates.acts import Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.listing.facts import ListFacts
from yichuang.catalog.listing.resembling import measure_names
from yichuang.kernel.text import fold_text

_CHECK = "请核对事项名称。"


def demand_judgement(name: str, judgement: Text, facts: ListFacts) -> tuple[str, ...]:
    """3.1b: what resembles a cancelled item waits for a person's written judgement. The codes of those. Raises
    Refused.
    """
    ended = [other for other in facts.others() if not other.alive]
    alike = [other for other in ended if max(measure_names(name, n) for n in other.names) >= facts.share()]
    told = "、".join(f"“{other.name}”（{other.code}，依{other.ended_by}退出）" for other in alike)
    require(
        not alike or judgement,
        "resembles-ended",
        f"“{name}”与已经退出清单的{told}相近，要由人核对。",
        clause="3.1b",
        next="确属不同事项的，请写明两者在对象、条件、材料上的区别，记录在案；是同一事项的，不得列入。",
        kind=Kind.INPUT,
        field="judgement",
    )
    return tuple(other.code for other in alike)


def demand_new_name(name: str, facts: ListFacts) -> None:
    """3.1b: nothing on the list twice, and nothing that has ended comes back under its own name. Raises Refused."""
    wanted = fold_text(name)
    same = next((other for other in facts.others() if wanted in map(fold_text, other.names)), None)
    if same is None:
        return
    if same.alive:
        message = f"“{name}”已经在清单上（{same.code}）。"
        raise Refused("name-listed", message, clause="3.1d", next=_CHECK, kind=Kind.INPUT, field="name")
    message = f"“{name}”（{same.code}）已经退出清单：决定取消的事项不得继续审批或者变相审批。"
    raise Refused("name-ended", message, clause="3.1b", next=_CHECK, kind=Kind.INPUT, field="name")
