"""The form of one act of any life: what the act asks for, what is told before sending, and a refusal beside its field.

No rule: what must be filled in is said by the door; `required` here only spares a round trip where it always refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict

from yichuang.aggregates import door, uploads
from yichuang.aggregates.acts import Act, Asked, Offer
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.refusal import Refused
from yichuang.faces.fields import choice, day_field, demanded, files, short, text, tick, ticks, whole, words_of
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

Words = Mapping[str, str]  # value → what it says


class ActForm(forms.Form):
    """Without fields it is a button. A subclass adds fields (`build`) that choose from what its life knows."""

    button: ClassVar[str] = ""  # empty: the act's own label
    notice: str = ""  # what one should know before sending
    kind: str = ""  # of the button: secondary | warning
    speaks_of: ClassVar[Mapping[str, str]] = {}  # code of a refusal → the field it speaks of
    use_required_attribute = False

    def __init__(
        self, act: Act, step: str = "", data: Any = None, sent: Any = None, choices: Mapping[str, Words] | None = None
    ) -> None:
        self.act, self.step, self.choices = act, step, choices or {}
        super().__init__(data, sent, prefix=key_of(act, step))
        self.fields.update(self.build())

    def build(self) -> dict[str, forms.Field]:
        """The fields, in order: by default one for each thing the act asks for, but for what may stay empty and has
        nothing to choose from.
        """
        types = {f.name: str(f.type) for f in fields(self.act.command)}
        asks = {n: asked for n, asked in self.act.asks.items() if asked.required or self.choices.get(n) != {}}
        return {name: field_for(types[name], asked, self.choices.get(name)) for name, asked in asks.items()}

    @property
    def lacks(self) -> str:
        """The label of a field that must be chosen and has nothing to choose from: then the form can't be sent."""
        known = ((str(f.label), f) for f in self.fields.values() if f.required and isinstance(f, forms.ChoiceField))
        return next((label for label, field in known if not any(words_of(field))), "")

    @property
    def multipart(self) -> bool:
        """Whether it takes files."""
        return self.is_multipart()

    def recall(self) -> None:
        """Take what was sent as it was sent: the life has moved on and its choices with it, the door will say so."""
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                sent = self.data.getlist(self.add_prefix(name)) if isinstance(self.data, QueryDict) else []
                known = words_of(field)
                field.choices = [(v, known.get(v, v)) for v in sent]

    def content(self) -> dict[str, Any]:
        """Plain data for the command."""
        out = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return out | ({"step": self.step} if self.step else {})

    def refuse(self, refused: Refused) -> None:
        """Put what the door said beside the field it speaks of, else above the form."""
        name = str(refused.details.get("field", "")) or self.speaks_of.get(refused.code, "")
        self.add_error(name if name in self.fields else None, refused.message)

    def given(self) -> list[tuple[str, str]]:
        """(label, words) of what was filled in: kept before the reader's eyes when the act is no longer offered."""
        out = []
        for field in self:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            words = words_of(field.field)
            words_given = "、".join(str(words.get(v, v)) for v in values if v)
            if words_given:
                out.append((str(field.label), words_given))
        return out


@dataclass(frozen=True, slots=True)
class Failed:
    """An act that did not pass: its form as it was sent, the refusal, and the seq the page had been rendered at."""

    form: ActForm
    refused: Refused | None = None
    seen: int = 0

    @property
    def key(self) -> str:
        return key_of(self.form.act, self.form.step)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """For the error summary: what happened first, then each field; each with the place it leads to."""
        out = [(str(message), f"#act-{self.key}") for message in self.form.non_field_errors()]
        for bound in self.form.visible_fields():
            out += [(str(message), f"#{bound.auto_id}") for message in bound.errors]
        return out


def act_forms(
    offers: Iterable[Offer],
    form_of: Callable[[Offer], ActForm | None],
    address_of: Callable[[Offer], str],
    failed: Failed | None = None,
    opened: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The acts that pass as `macros/act.html` shows them: the one just refused as it was sent, and open, as are those
    named in `opened`. `form_of` gives None for an act that its page leaves out.
    """
    out = []
    for offer in offers:
        key = key_of(offer.act, offer.step)
        refused = failed is not None and failed.key == key
        form = failed.form if failed and refused else form_of(offer) if offer.allowed else None
        if offer.allowed and form is not None:
            entry = {"key": key, "label": offer.label, "step": "", "form": form, "url": address_of(offer)}
            out.append(entry | {"open": refused or offer.act.name in opened})
    return out


def keep_files(form: ActForm, actor: Actor, wanted: Iterable[str], kept: list[Upload]) -> dict[str, Any]:
    """The content of a form with its files kept, each by its id; `kept` are those that were, also when one is refused.
    Raises Refused(input).
    """
    out = form.content()
    for name in form.act.files:
        out[name] = []
        for file in form.cleaned_data.get(name, ()):
            if (file.size or 0) > uploads.MOST_BYTES:
                raise uploads.too_big(file.name or "")
            kept.append(uploads.keep(file.name or "", file.read(), actor=actor, material=name, wanted=wanted))
            out[name].append(str(kept[-1].id))
    return out


def key_of(act: Act, step: str = "") -> str:
    """The name of an act's form on its page."""
    return f"{act.name}-{step}" if step else act.name


def choices_of(act: Act, state: Any, facts: Any) -> dict[str, Words]:
    """What there is to choose from for the fields of an act, in this state."""
    return {name: asked.choices(state, facts) for name, asked in act.asks.items() if asked.choices}


def choices_at_birth(aggregate: Aggregate[Any, Any], act: Act, actor: Actor) -> dict[str, Words]:
    """The same for an act that begins a life: of one that is blank."""
    if not any(asked.choices for asked in act.asks.values()):
        return {}
    life = door.blank_life(aggregate)
    return choices_of(act, life.state, door.facts_of(aggregate, life, actor))


def field_for(type: str, asked: Asked, choices: Words | None = None) -> forms.Field:
    """The field that takes a value of a command's type. Raises ValueError for one that only a form of its own asks."""
    field = _field_for(type, asked, choices)
    return demanded(field, asked.demanded) if asked.demanded else field


def _field_for(type: str, asked: Asked, choices: Words | None) -> forms.Field:
    if choices is not None and type == "tuple[str, ...]":
        return ticks(asked.label, list(choices.items()), required=asked.required)
    if choices is not None:
        return choice(asked.label, list(choices.items()), required=asked.required)
    match type:
        case "bool":
            return tick(asked.label)
        case "Text":
            return text(asked.label, required=asked.required, hint=f"最多{asked.most}个字。")
        case "str":
            return short(asked.label, required=asked.required)
        case "int":
            return whole(asked.label, required=asked.required)
        case "date" | "date | None":
            return day_field(asked.label, required=asked.required)
        case "Files":
            return files(asked.label, required=asked.required)
        case _:
            raise ValueError(f"“{asked.label}” is asked by a form of its own")
