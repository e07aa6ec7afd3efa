"""搜索用词: what people searched and was not understood, the words of each item, and who handles what is not on the
list. For the government-service office of the city; what it sets holds with the next search.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Refused
from yichuang.catalog import search_words
from yichuang.catalog.search import find_answer, list_entries
from yichuang.catalog.searching.data import Elsewhere, Words
from yichuang.catalog.searching.lexicon import Target
from yichuang.faces import frame, who
from yichuang.faces.fields import choice, short
from yichuang.faces.forms import django_errors
from yichuang.ledger.actor import Actor
from yichuang.org.queries import city_code

ACTIVE = (frame.SEARCH_WORDS, "")
SHOWN = 50  # searches that were not understood
MATTER, ITEM = "elsewhere", "item"


class WordForm(forms.Form):
    """A word for what is looked at."""

    use_required_attribute = False

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        hint = "只留最要紧的词，两个字以上；两个词都说到才算的，中间写“+”，例如“树+砍”。"
        self.fields = {"word": short("说法", hint=hint)}


class LeadForm(WordForm):
    """A word, and what it leads to."""

    def __init__(self, targets: list[tuple[str, str]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["target"] = choice("说的是哪件事", targets, many=0)


class MatterForm(forms.Form):
    """A matter that another place handles."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, new: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields = {
            "matter": short("事情"),
            "place": short("由谁办理", hint="写办理机关的种类或者名称；地址和时限以它公布的为准。"),
            "basis": short("依据"),
        }
        if new:
            self.fields["code"] = short("代号", hint="小写字母，可以有短横，例如 marriage；以后不能改。")


@require_http_methods(["GET", "HEAD"])
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was not understood, and the ways to the words. Four statements."""
    rows, total = search_words.list_missed(actor, SHOWN)
    vocabulary = search_words.read_vocabulary()
    context = {
        "title": "搜索用词",
        "rows": rows,
        "total": total,
        "items": [(e.item, e.name, vocabulary.items.get(e.item, Words())) for e in list_entries(city_code())],
        "matters": vocabulary.elsewhere,
    }
    return frame.page(request, actor, "search_words.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def missed(request: HttpRequest, actor: Actor, missed_id: int) -> HttpResponse:
    """One search that was not understood: give it a word, or settle that nothing is to be done."""
    row = search_words.find_missed(missed_id, actor)
    if row is None:
        raise Http404(missed_id)
    if request.method == "POST" and request.POST.get("step") == "settle":
        search_words.settle_missed(missed_id, actor)
        messages.success(request, f"“{row.words}”不再列出；再有人这样搜，还会列出来。")
        return redirect(frame.SEARCH_WORDS)
    form = LeadForm(_targets(), request.POST if request.method == "POST" else None, initial={"word": row.words})
    if request.method == "POST" and form.is_valid():
        kind, _, code = form.cleaned_data["target"].partition(":")
        try:
            word = search_words.set_word(Target(code, kind == MATTER), form.cleaned_data["word"], True, actor)
            search_words.settle_missed(missed_id, actor)
        except Refused as refused:
            _tell(form, refused)
        else:
            messages.success(request, f"“{word}”已加上，马上有用。")
            return redirect(frame.SEARCH_WORDS)
    near = find_answer(row.division, row.words)
    context = {"title": "补一个说法", "row": row, "form": form, "near": near}
    return _form_page(request, actor, "search_missed.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def target(request: HttpRequest, actor: Actor, kind: str, code: str) -> HttpResponse:
    """The words of an item or of a matter handled elsewhere; a POST adds one, takes one away, or describes anew."""
    search_words.demand_keeper(actor)
    vocabulary = search_words.read_vocabulary()
    name, matter, said = _find_target(vocabulary, kind, code)
    sent = request.POST if request.method == "POST" else None
    step = sent.get("step", "") if sent is not None else ""
    form = WordForm(sent if step == "add" else None)
    described = {"matter": matter.matter, "place": matter.place, "basis": matter.basis} if matter else {}
    about = MatterForm(sent if step == "describe" else None, initial=described) if matter else None
    try:
        if step in ("drop", "add") and sent is not None and (step == "drop" or form.is_valid()):
            word = sent.get("word", "")
            word = search_words.set_word(Target(code, kind == MATTER), word, step == "add", actor)
            messages.success(request, f"“{word}”已{'加上' if step == 'add' else '去掉'}，马上有用。")
            return redirect("desk:search-target", kind, code)
        if about and matter and (step == "unlist" or (step == "describe" and about.is_valid())):
            given = about.cleaned_data if step == "describe" else described
            search_words.set_elsewhere(_describe(code, given), actor, listed=step == "describe")
            messages.success(request, "已改好，马上有用。" if step == "describe" else f"“{name}”不再列出。")
            return redirect("desk:search-target", kind, code) if step == "describe" else redirect(frame.SEARCH_WORDS)
    except Refused as refused:
        _tell(about if about and step == "describe" else form, refused)
    failed = about if about and step == "describe" else form
    context = {"title": name, "kind": kind, "code": code, "said": said, "matter": matter, "form": form, "about": about}
    return _form_page(request, actor, "search_target.html", context, failed)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def add_matter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A further matter that another place handles."""
    search_words.demand_keeper(actor)
    form = MatterForm(request.POST if request.method == "POST" else None, new=True)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if code in search_words.read_vocabulary().elsewhere:
            form.add_error("code", "已经有这个代号，请换一个。")
        else:
            try:
                search_words.set_elsewhere(_describe(code, form.cleaned_data), actor)
            except Refused as refused:
                _tell(form, refused)
            else:
                messages.success(request, "已加上。请再写上人们的说法，没有说法搜不到它。")
                return redirect("desk:search-target", MATTER, code)
    context = {"title": "增加一件别处办的事", "form": form}
    return _form_page(request, actor, "search_matter.html", context, form)


def _describe(code: str, given: dict[str, str]) -> Elsewhere:
    return Elsewhere(code, given["matter"], given["place"], given["basis"], who.today())


def _find_target(vocabulary: search_words.Vocabulary, kind: str, code: str) -> tuple[str, Elsewhere | None, Words]:
    """Name, description and words of a target. Raises Http404."""
    if kind == MATTER and code in vocabulary.elsewhere:
        matter, said = vocabulary.elsewhere[code]
        return matter.matter, matter, said
    names = {e.item: e.name for e in list_entries(city_code())} if kind == ITEM else {}
    if code not in names:
        raise Http404(code)
    return names[code], None, vocabulary.items.get(code, Words())


def _targets() -> list[tuple[str, str]]:
    items = [(f"{ITEM}:{e.item}", e.name) for e in list_entries(city_code())]
    others = search_words.read_vocabulary().elsewhere
    return items + [(f"{MATTER}:{code}", f"别处办：{matter.matter}") for code, (matter, _) in others.items()]


def _tell(form: forms.Form, refused: Refused) -> None:
    field = refused.details.get("field")
    form.add_error(field if field in form.fields else None, f"{refused.message}{refused.next}")


def _form_page(
    request: HttpRequest, actor: Actor, name: str, context: dict[str, Any], form: forms.Form
) -> HttpResponse:
    errors = django_errors(form)
    more = {"errors": errors, "has_errors": bool(errors)}
    return frame.page(request, actor, name, context | more, active=ACTIVE, status=422 if errors else 200)
