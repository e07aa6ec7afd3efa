"""Fields of forms with Chinese labels and messages, for the pages of every officer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms

from yichuang.faces.dates import DayField

Choices = list[tuple[str, str]]


F = TypeVar("F", bound=forms.Field)


def demanded(field: F, words: str) -> F:
    """A field that may stay empty, except where another answer asks for it: the label says so (“不予的必填”) instead of
    calling it optional.
    """
    field.required = False
    field.demanded = words  # type: ignore[attr-defined]
    return field


def text(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    words = {"required": f"请填写“{label}”。"}
    return forms.CharField(
        label=label, required=required, help_text=hint, widget=forms.Textarea, error_messages=words, strip=True
    )


def short(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    words = {"required": f"请填写“{label}”。"}
    return forms.CharField(label=label, required=required, help_text=hint, error_messages=words, max_length=200)


def whole(label: str, *, required: bool = True, hint: str = "") -> forms.IntegerField:
    words = {"required": f"请填写“{label}”。", "invalid": f"“{label}”请填写整数。"}
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, required=required, help_text=hint, widget=widget, error_messages=words)


def day_field(label: str, *, required: bool = True, hint: str = "") -> DayField:
    words = {"required": f"请填写“{label}”。"}
    return DayField(label=label, required=required, help_text=hint, error_messages=words)


class FilesInput(forms.FileInput):
    """A control for files, several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files as they were sent, in a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list) else [data] if data else []
        if self.required and not sent:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return sent


def files(label: str, *, required: bool = True, hint: str = "") -> FilesField:
    """A control for files; what may be kept is for `aggregates.uploads` to say."""
    words = {"required": f"请选择“{label}”的文件。"}
    return FilesField(label=label, required=required, help_text=hint, error_messages=words)


def choice(label: str, choices: Choices, *, required: bool = True, hint: str = "", many: int = 5) -> forms.ChoiceField:
    """Radios for a few choices, a list to open for more than `many`. The only one that can be chosen is chosen."""
    few = len(choices) <= many
    shown = choices if few else [("", "请选择"), *choices]
    words = {"required": f"请选择“{label}”。", "invalid_choice": f"请从“{label}”列出的选项中选择。"}
    return forms.ChoiceField(
        label=label,
        choices=shown,
        required=required,
        initial=choices[0][0] if required and len(choices) == 1 else None,
        help_text=hint,
        widget=forms.RadioSelect if few else forms.Select,
        error_messages=words,
    )


def tick(label: str, *, hint: str = "") -> forms.BooleanField:
    """One thing to tick, or not."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


def ticks(label: str, choices: Choices, *, required: bool = False, hint: str = "") -> forms.MultipleChoiceField:
    words = {"required": f"请勾选“{label}”。", "invalid_choice": f"请从“{label}”列出的选项中勾选。"}
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        error_messages=words,
    )


def words_of(field: forms.Field) -> dict[str, str]:
    """What each choice of a field says; none for a field without choices."""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return {str(value): str(words) for value, words in choices}


class FindForm(forms.Form):
    """Search and filters above a list, all optional: the words `q`, and choices."""

    def offer(self, name: str, choices: Iterable[tuple[str, str]], every: str = "全部") -> None:
        """What a filter can be set to, behind what it is when nothing is chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        offered = [("", every), *choices]
        field.choices = lambda: offered  # a list would be read twice before anybody asks for it

    def tags(self) -> dict[str, str]:
        """The filters in force: name → words."""
        out = {}
        for name, value in self.cleaned_data.items():
            if value and name != "list":
                field = self.fields[name]
                words = words_of(field)[value] if isinstance(field, forms.ChoiceField) else f"“{value}”"
                out[name] = f"{field.label if name != 'q' else '搜索'}：{words}"
        return out
