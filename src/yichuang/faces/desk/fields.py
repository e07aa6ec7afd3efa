"""What the forms of acts are made of: what they choose from, the form of an act, the registry by command.

A form offers only what the case and its standard know (materials, bases, steps, fees, officers present). What it
sends is plain data for `cases.prepare`; a refusal of the door comes back to the field it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from yichuang.aggregates.acts import Offer
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core import commands as co
from yichuang.cases.core.lateness import Lateness
from yichuang.cases.core.state import Case
from yichuang.catalog.standard import VERIFIED, Standard, Step
from yichuang.faces import act_form
from yichuang.faces.fields import Choices
from yichuang.ledger.actor import Actor

NAMES = {cls: name for name, cls in COMMANDS.items()}


@dataclass(frozen=True, slots=True)
class Matter:
    """What the forms of one case choose from."""

    case: Case
    standard: Standard
    actor: Actor
    today: date
    names: dict[str, str]  # officers by person
    present: dict[tuple[str, str], tuple[str, ...]]  # (department, kind of post) → persons present today
    versions: tuple[str, ...] = ()  # other published versions of the item
    filled: frozenset[str] = frozenset()  # fields and groups of the form with a value
    cited: tuple[str, ...] = ()  # bases that adverse opinions in force rest on
    lateness: Lateness | None = None  # how late it is by the office's doing
    gap_days: tuple[date, ...] = ()  # as `CaseView.gap_days`

    def step(self, code: str) -> Step:
        return self.standard.step(code)

    def colleagues(self, code: str) -> list[tuple[str, str]]:
        """Who may act on a step besides the actor; never who took the case in (受审分离)."""
        step = self.step(code)
        persons = self.present.get((f"{self.standard.division}/{step.department}", step.post.value), ())
        return [(p, self.names.get(p, p)) for p in persons if p != self.actor.person and p not in self.case.intake]


class ActForm(act_form.ActForm):
    """The form of one act on one case or step."""

    command: ClassVar[type[Any]]
    speaks_of: ClassVar[Mapping[str, str]] = {
        "reason-missing": "reason",
        "late-reason-missing": "late_reason",
        "not-late": "late_reason",
        "opinion-missing": "opinion",
        "too-few-officers": "officers",
        "not-a-holder": "officers",
        "unknown-verdict": "verdict",
        "unknown-special": "kind",
        "does-not-stop-clock": "kind",
        "until-past": "until",
        "extension-too-long": "days",
        "competent-missing": "competent",
        "unknown-outcome": "outcome",
        "falsified-outcome": "outcome",
        "falsified-granted": "granted",
        "not-alleged": "falsified",
        "not-heard": "falsified",
        "statement-missing": "statement",
        "basis-not-published": "bases",
        "basis-not-in-force": "bases",
        "basis-missing": "bases",
        "nothing-listed": "materials",
        "material-not-listed": "materials",
        "receipt-missing": "receipt",
        "unknown-method": "method",
        "recipient-missing": "recipient",
        "condition-not-met": "granted",
        "not-a-predecessor": "to",
        "steps-differ": "standard",
        "nothing-corrected": "opinion",
        "unknown-subject": "number",
        "wrong-applicant": "number",
        "too-many-tries": "number",
        "name-proven": "name",
        "unknown-ground": "ground",
        "nothing-to-pay-again": "ground",
        "served": "ground",
        "voucher-missing": "voucher",
        "request-missing": "paper",
        "signer-missing": "signer",
        "gap-main": "materials",
        "gap-left-out": "materials",
        "gap-days": "days",
        "licence-missing": "licence",
        "not-your-licence": "licence",
        "licence-ended": "licence",
    }

    def __init__(self, matter: Matter, offer: Offer, data: Any = None, sent: Any = None) -> None:
        self.matter, self.offer = matter, offer
        super().__init__(offer.act, offer.step, data, sent)

    @staticmethod
    def key(offer: Offer) -> str:
        return act_form.key_of(offer.act, offer.step)

    def build(self) -> dict[str, forms.Field]:
        return {}


# Acts that issue a document with what the form says: shown before it goes
PREVIEWED = frozenset({
    co.Receive, co.AskCorrection, co.Accept, co.Decline, co.AllegeFalsehood, co.StartSpecial, co.Extend, co.Decide,
    co.Terminate, co.RevokeAcceptance, co.RefundFee, co.TakeWithdrawal,
})  # fmt: skip

FORMS: dict[type[Any], type[ActForm]] = {}


def form_for(command: type[Any]) -> Any:
    """Register a form under its command. Raises ValueError when the command has one already."""

    def register(cls: type[ActForm]) -> type[ActForm]:
        if command in FORMS:
            raise ValueError(f"{command.__name__} has two forms")
        cls.command = command
        FORMS[command] = cls
        return cls

    return register


def needed(matter: Matter) -> Choices:
    """The materials this case needs, by code."""
    return [(m.code, m.name) for m in matter.standard.materials if m.code in matter.case.needed]


def checkable(matter: Matter) -> Choices:
    """The materials that came and of which there is an original to look at."""
    return [(m.code, m.name) for m in matter.standard.materials if m.code in matter.case.came and m.has_original]


def bases(matter: Matter) -> Choices:
    """The published bases that are law today or were on the day of the application: no others are cited (3.5h). One
    that nobody has checked, as a demo may have, says so here and not in the document.
    """
    standard, filed = matter.standard, matter.case.submitted_on or matter.today
    law = (*standard.bases_on(matter.today), *standard.bases_on(filed))
    unread = {b.words for b in standard.bases if b.confidence != VERIFIED}
    return [(words, f"{words}（条款没有核对）" if words in unread else words) for words in dict.fromkeys(law)]
