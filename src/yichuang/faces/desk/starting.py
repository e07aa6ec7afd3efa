"""Third page of the intake at the window: the situation, the licence it acts on, who came, and whether the form begins
as an earlier application of the same applicant was filled in.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.cases import looking, queries
from yichuang.cases.filters import CaseFilter
from yichuang.cases.queries import Row
from yichuang.cases.view import CaseView, view
from yichuang.catalog import queries as catalog
from yichuang.catalog.listing.queries import find_open_key
from yichuang.catalog.standard import Standard, When
from yichuang.catalog.terms import terms_of
from yichuang.faces import frame, who
from yichuang.faces.desk import counter
from yichuang.faces.desk.intake import PLACE, at_window, counters_of, find_applicant
from yichuang.faces.fields import choice, day_field, demanded
from yichuang.faces.forms import django_errors
from yichuang.faces.licence_words import words_of_licence
from yichuang.faces.naming import SHUT
from yichuang.faces.web import day
from yichuang.ledger.actor import Actor
from yichuang.licences.service import Choice, list_choices
from yichuang.people import tries
from yichuang.people.kinds import ID_TYPES, RESIDENT_ID

BY_AGENT = "由代理人办理的必填"


class StartForm(forms.Form):
    """Situation, the licence it acts on, and the agent who came in the applicant's place."""

    situation = forms.ChoiceField(
        label="办理情形", widget=forms.RadioSelect, error_messages={"required": "请选择“办理情形”。"}
    )
    agent = forms.ChoiceField(
        label="谁来办理",
        widget=forms.RadioSelect,
        choices=[("no", "申请人本人（单位为法定代表人或经办人）"), ("yes", "代理人，持授权委托书")],
        initial="no",
    )
    agent_name = demanded(forms.CharField(label="代理人姓名", max_length=50), BY_AGENT)
    agent_type = demanded(forms.ChoiceField(label="代理人证件种类", choices=list(ID_TYPES.items())), BY_AGENT)
    agent_number = demanded(forms.CharField(label="代理人证件号码", max_length=30), BY_AGENT)
    agent_until = demanded(day_field("授权委托书截止日期"), BY_AGENT)

    def __init__(self, standard: Standard, held: list[Choice], earlier: tuple[Row, ...] = (), data: Any = None) -> None:
        first = standard.situations[0].code
        chosen = str(held[0].held.id) if len(held) == 1 else ""
        super().__init__(data, initial={"situation": first, "licence": chosen})
        if earlier:
            options = [(str(row.id), f"照{day(row.submitted_at)}的申请（{row.receipt}）") for row in earlier]
            hint = "填好以后逐项核对，变了的改过来；材料仍要重新收。"
            options.append(("blank", "从空白表填起"))
            self.fields["like"] = choice("申请表怎么填", options, many=6, hint=hint, required=False)
            self.initial["like"] = options[0][0]
            self.order_fields(("situation", "licence", "like"))
        field = self.fields["situation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(s.code, s.name) for s in standard.situations]
        terms = terms_of(standard.item)
        self.picking = When("situation", tuple(s.code for s in standard.situations if terms.needs_licence(s.code)))
        if held and self.picking.values:
            options = [(str(one.held.id), words_of_licence(one)) for one in held]
            self.fields["licence"] = demanded(choice("针对哪一张证照", options), "新办以外的必选")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("situation") in self.picking.values and not data.get("licence"):
            self.add_error("licence" if "licence" in self.fields else "situation", self.lacking)
        if data.get("agent") == "yes":
            for name in ("agent_name", "agent_number", "agent_until"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, f"请填写“{self.fields[name].label}”。")
        return data

    @property
    def lacking(self) -> str:
        """What is said where an application acts on a licence and none is chosen."""
        if "licence" in self.fields:
            return "请选择针对哪一张证照。"
        return "申请人没有本事项的证照，不能办理这种情形。请核对申请人；本平台启用前发的证照，先由作出决定的部门补记。"

    def came(self) -> counter.Agent | None:
        data = self.cleaned_data
        if data["agent"] != "yes":
            return None
        return counter.Agent(
            data["agent_name"], data["agent_type"] or RESIDENT_ID, data["agent_number"], data["agent_until"]
        )


@require_http_methods(["GET", "HEAD", "POST"])
@at_window
def start(request: HttpRequest, actor: Actor, subject_id: str, item: str) -> HttpResponse:
    """Third page: situation and agent; then the form opens as a draft of this clerk."""
    subject = find_applicant(subject_id)
    looking.trace_person(actor, subject.id)
    key = find_open_key(actor.division, item)
    if key is None:
        raise Http404(item)
    standard = catalog.standard(key)
    held = list_choices(subject.pk, standard, "")
    earlier = find_earlier(actor, subject.pk, item)
    form = StartForm(standard, held, earlier, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        agent = form.came() if form.is_valid() else None
        counts = counters_of(actor, agent.number) if agent else []
        if counts and (wait := tries.count_try(*counts)):
            form.add_error("agent_number", SHUT.format(tries.whole_minutes(wait)))
            status = 429
        elif form.is_valid():
            try:
                today = who.seated(request).day
                situation = form.cleaned_data["situation"]
                licence = form.cleaned_data.get("licence", "") if situation in form.picking.values else ""
                like = _read_earlier(actor, form.cleaned_data.get("like", ""))
                draft = counter.begin(actor, standard, subject, situation, agent, today, licence, like)
            except Invalid as error:
                if error.code == "other-name" and agent:
                    looking.trace_number(actor, agent.id_type, agent.number)
                field = {"number": "agent_number", "days": "agent_until"}.get(error.code, "agent_name")
                form.add_error(field, error.message)
            except Refused as refused:
                form.add_error("licence" if licence else None, refused.say())
            else:
                if counts:
                    tries.uncount_try(*counts)
                return redirect("desk:intake-form", draft_id=draft.pk)
    errors = django_errors(form)
    context = {
        "title": standard.name,
        "subject": subject,
        "standard": standard,
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "intake_start.html", context, status=status, active=PLACE)


MOST_EARLIER = 3


def find_earlier(actor: Actor, subject: str, item: str) -> tuple[Row, ...]:
    """The latest applications of an applicant for an item that the reader may see, at most three. One statement."""
    wanted = CaseFilter(open=None, subject=subject, item=item, sort="newest")
    return queries.cases(queries.scopes_of(actor), wanted, counted=(queries.PAGE, True)).rows[:MOST_EARLIER]


def _read_earlier(actor: Actor, chosen: str) -> CaseView | None:
    """The application whose form is carried on, on record as a look at it; None for a blank form."""
    if chosen in ("", "blank"):
        return None
    seen = view(actor, chosen)
    if seen is not None:
        looking.trace_case(actor, seen.row.id)
    return seen
