"""What the forms of acts are made of: what they choose from, the form of an act, the registry by command.

A form offers only what the case and its standard know (materials, bases, steps, fees, officers present). What it
sends is plain data for `cases.prepare`; a refusal of the door comes back to the field it speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from yichuang.aggregates.acts import Offer
from yichuang.aggregates.refusal import Refused
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core.state import Case
from yichuang.catalog.standard import Standard, Step
from yichuang.faces.fields import Choices, words_of
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

    def step(self, code: str) -> Step:
        return self.standard.step(code)

    def colleagues(self, code: str) -> list[tuple[str, str]]:
        """Who may act on a step besides the actor; never who took the case in (受审分离)."""
        step = self.step(code)
        found = self.present.get((f"{self.standard.division}/{step.department}", step.post.value), ())
        return [(p, self.names.get(p, p)) for p in found if p != self.actor.person and p not in self.case.intake]


class ActForm(forms.Form):
    """The form of one act on one case or step. Without fields of its own it is a button."""

    command: ClassVar[type[Any]]
    button: ClassVar[str] = ""  # empty: the act's own label
    notice: ClassVar[str] = ""  # what the officer should know before sending
    kind: ClassVar[str] = ""  # of the button
    use_required_attribute = False

    def __init__(self, matter: Matter, offer: Offer, data: Any = None) -> None:
        self.matter, self.offer = matter, offer
        super().__init__(data, prefix=self.key(offer))
        self.fields.update(self.build())
        self.told: Refused | None = None

    @staticmethod
    def key(offer: Offer) -> str:
        return NAMES[offer.command] + (f"-{offer.step}" if offer.step else "")

    def build(self) -> dict[str, forms.Field]:
        return {}

    @property
    def lacks(self) -> str:
        """The label of a field that must be chosen and has nothing to choose from: then the form can't be sent."""
        fields = ((str(f.label), f) for f in self.fields.values() if f.required and isinstance(f, forms.ChoiceField))
        return next((label for label, field in fields if not any(words_of(field))), "")

    def recall(self) -> None:
        """Take what was sent as it was sent: the case has moved on and its choices with it, the door will say so."""
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                sent = self.data.getlist(self.add_prefix(name)) if isinstance(self.data, QueryDict) else []
                known = words_of(field)
                field.choices = [(v, known.get(v, v)) for v in sent]

    def content(self) -> dict[str, Any]:
        """Plain data for `prepare`."""
        out = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return out | ({"step": self.offer.step} if self.offer.step else {})

    def refuse(self, refused: Refused) -> None:
        """Put what the door said beside the field it speaks of, else above the form."""
        self.told = refused
        name = _SPEAKS_OF.get(refused.code, "")
        self.add_error(name if name in self.fields else None, refused.message)

    def given(self) -> list[tuple[str, str]]:
        """(label, words) of what was filled in: kept before the reader's eyes when the act is no longer offered."""
        out = []
        for field in self:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            words = words_of(field.field)
            said = "、".join(str(words.get(v, v)) for v in values if v)
            if said:
                out.append((str(field.label), said))
        return out


_SPEAKS_OF = {
    "reason-missing": "reason",
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
}
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


def bases(matter: Matter) -> Choices:
    """The published bases that are law today or were on the day of the application: no others are cited (3.5h)."""
    standard, filed = matter.standard, matter.case.submitted_on or matter.today
    law = (*standard.bases_on(matter.today), *standard.bases_on(filed))
    return [(words, words) for words in dict.fromkeys(law)]
