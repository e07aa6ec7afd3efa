"""The filters of the pages of figures: how far back, which department, which item. Only the reader's own division."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest

from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.supervision.figures import Asked
from yichuang.supervision.findings import FINDING_READERS
from yichuang.supervision.reach import Reach

PERIODS = {"30": "近30天", "90": "近90天", "366": "近一年"}
USUAL = "90"


class Ask(forms.Form):
    """What figures are counted of; all optional. A reader of one department is not asked for departments."""

    days = forms.ChoiceField(label="提交于", required=False, choices=list(PERIODS.items()))
    department = forms.ChoiceField(label="部门", required=False)
    item = forms.ChoiceField(label="事项", required=False)

    def __init__(
        self, data: Any, departments: dict[str, str], items: dict[str, str], lines: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(data)
        if lines:
            self.fields["lines"] = forms.ChoiceField(label="画出", required=False, choices=list(lines))
        for name, choices in (("department", departments), ("item", items)):
            if not choices:
                del self.fields[name]
                continue
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "全部"), *choices.items()]
        self.full_clean()

    def given(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    @property
    def period(self) -> str:
        return PERIODS[self.given("days") or USUAL]


def ask(
    request: HttpRequest, actor: Actor, *, items: bool = True, lines: Sequence[tuple[str, str]] = ()
) -> tuple[Ask, Asked, dict[str, str]]:
    """The form, what it asks for within the reader's own division, and the names of departments. `lines` are choices
    of how many lines a picture has. Raises PermissionDenied for a post that does not watch.
    """
    frame.only_watchers(actor)
    names = frame.departments(actor.division)
    listed = {entry.item: entry.name for entry in search.list_entries(actor.division)} if items else {}
    form = Ask(request.GET, names if actor.post_kind in FINDING_READERS else {}, listed, lines)
    reach = Reach((actor.division,), "" if actor.post_kind in FINDING_READERS else actor.department)
    since = who.seated(request).day - timedelta(days=int(form.given("days") or USUAL))
    return form, Asked(reach, since, form.given("department"), form.given("item")), names
