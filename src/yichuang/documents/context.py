"""What a case's document is made from, and the words all of them share: who applied, what was asked for, which days.

Pure: no database, no present moment. What never enters: what a kind says (`kinds`), and layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yichuang.cases.core.clocks import case_clocks
from yichuang.cases.core.state import Case
from yichuang.catalog.standard import Field as FormField
from yichuang.catalog.standard import Material, Standard
from yichuang.catalog.terms import Terms, terms_of
from yichuang.documents.content import Field
from yichuang.documents.declaring import KINDS
from yichuang.documents.issue import Issue
from yichuang.kernel.clock import Clock
from yichuang.licences.core.content import Content
from yichuang.licences.core.state import Licence

LICENSING = "行政许可法"
AT_WINDOW = "政务服务大厅综合窗口"


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant as known at filing. `kind` is person, organisation or unknown (empty)."""

    name: str
    kind: str = ""
    uscc: str = ""
    legal_name: str = ""

    @property
    def you(self) -> str:
        return {"person": "你", "organisation": "你单位"}.get(self.kind, "你（单位）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Issue):
    """What a case's document knows besides."""

    before: Case
    state: Case
    standard: Standard
    applicant: Applicant
    values: dict[str, Any] | None  # of the form; None once destroyed
    receipt: str  # 受理号
    query_code: str
    phone: str = ""
    departments: dict[str, str] = field(default_factory=dict)  # names of the departments of the steps, by code
    licence: Licence | None = None  # the one the case acts on
    content: Content | None = None  # what that licence says by the case's decision, or in force without one

    @property
    def case(self) -> Case:
        return self.state

    # --- words ---------------------------------------------------------------------------------------------------

    @property
    def licensing(self) -> bool:
        """Whether 行政许可法 governs: the other procedures (登记、备案) may not borrow its articles."""
        return self.standard.procedure.code == "licence"

    @property
    def terms(self) -> Terms:
        return terms_of(self.standard.item)

    @property
    def permission(self) -> str:
        """What the decision gives, in the words of the procedure."""
        return self.standard.permission

    @property
    def matter(self) -> str:
        """食品经营许可（新办）."""
        situation = self.standard.situation(self.case.situation)
        return f"{self.standard.name}（{situation.name}）" if situation else self.standard.name

    def law(self, *articles: str) -> tuple[str, ...]:
        """Articles of 行政许可法 for a licence; nothing for other procedures."""
        return tuple(f"{LICENSING}{article}" for article in articles) if self.licensing else ()

    def rule(self, name: str) -> tuple[str, ...]:
        """The article behind a rule of the procedure; data of our own making is no legal basis and is left out."""
        return self.standard.procedure.basis(name)

    # --- days ----------------------------------------------------------------------------------------------------

    def limits(self, case: Case | None = None) -> list[tuple[str, Clock]]:
        """The promised and the statutory clock of an accepted case, with their labels."""
        return [(running.label, running.clock) for running in case_clocks(case or self.case, self.standard)]

    # --- parts ---------------------------------------------------------------------------------------------------

    def material(self, code: str) -> Material:
        return next(m for m in self.standard.materials if m.code == code)

    def form_field(self, name: str) -> FormField | None:
        """A field of the form by its name, `group.name` or `group.0.name`."""
        last = name.rpartition(".")[2]
        return next((f for s in self.standard.form.sections for f in s.fields if f.name == last), None)

    @property
    def title(self) -> str:
        """The kind's own title, in the words of the procedure."""
        return KINDS[self.kind].title_for(self.permission)


def fields(*pairs: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(label, value) for label, value in pairs if value)
