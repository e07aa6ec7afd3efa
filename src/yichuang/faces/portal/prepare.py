"""准备清单: a few questions, and one page of what this person has to bring, when it will be done, what it costs, where.

Everything comes from the standard and from what we hold. Nobody needs an account; who is logged in is told besides what
need not be brought, because it is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases import drafts
from yichuang.catalog import preparing
from yichuang.catalog.preparing import Answers, Preparation
from yichuang.catalog.standard import Material, Standard
from yichuang.faces import guide, who
from yichuang.faces.guide import MaterialRow
from yichuang.faces.portal.items import current
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.preparing import reckon_dates
from yichuang.org.queries import get_calendar, list_open_halls
from yichuang.people import queries as people

if TYPE_CHECKING:
    from yichuang.people.models import Subject


@dataclass(frozen=True, slots=True)
class Line:
    """A material of the list. `why` says why it need not be brought, or when it must; empty: it must be."""

    row: MaterialRow
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The materials in three groups: to bring, perhaps to bring, not to bring."""

    bring: tuple[Line, ...]
    perhaps: tuple[Line, ...]
    spared: tuple[Line, ...]


@require_safe
def prepare(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """The questions; with an answer to any of them, the list."""
    standard = current(division, item)
    subjects = _list_subjects(request, standard)
    subject = next((s for s in subjects if s.pk == request.GET.get("subject")), None)
    answers = preparing.read_answers(standard, request.GET.dict())
    if subjects:
        answers.pop(preparing.WHOM, None)
    today = who.today()
    context = {
        "title": f"{standard.name}：准备清单",
        "s": standard,
        "questions": [q for q in preparing.list_questions(standard) if not (subjects and q.name == preparing.WHOM)],
        "answers": answers,
        "subjects": subjects,
        "subject": subject,
        "asked": bool(answers or subject),
        "kept": urlencode(answers | ({"subject": subject.pk} if subject else {})),
        "confidence": guide.confidence,
    }
    if context["asked"]:
        found = preparing.prepare_for(standard, answers)
        context |= {
            "found": found,
            "lines": _group_lines(standard, found, answers, subject, _first(request, subjects)),
            "fees": [(fee, guide.when_text(standard, fee.when, "收取")) for fee in found.fees],
            "dates": None if found.instant else reckon_dates(standard, today, get_calendar()),
            "today": today,
            "halls": list_open_halls(division, today),
            "guide": guide.guide(standard, answers.get("situation", ""), answers.get("agent", "")),
        }
    return page_for_all(request, "prepare.html", context)


def _list_subjects(request: HttpRequest, standard: Standard) -> list[Subject]:
    """For whom the account logged in may apply for this item; nobody for a visitor."""
    if not request.user.is_authenticated or who.account_of(request).kind != "citizen":
        return []
    known = people.list_subjects(who.applicant(request, item=standard.item).subjects)
    return [subject for subject in known if drafts.may_apply(standard, subject)]


def _first(request: HttpRequest, subjects: list[Subject]) -> str:
    """What to do before what we hold can be looked up."""
    if not request.user.is_authenticated:
        return "登录"
    return "选定以谁的名义办" if subjects else "账号绑定申请人"


def _group_lines(
    standard: Standard, found: Preparation, answers: Answers, subject: Subject | None, first: str
) -> Lines:
    """Which materials this person brings. What we hold is looked up for the applicant chosen; without one, `first` is
    what to do before it can be.
    """
    held = drafts.certificates(subject.pk, [m.replaced_by for m in found.materials if m.replaced_by]) if subject else {}
    checked = subject is not None and people.is_identified(subject.pk)
    bring, perhaps, spared = [], [], []
    for number, material in enumerate(found.materials, start=1):
        row = guide.material_row(standard, number, material)
        if why := _spare(material, held, checked):
            spared.append(Line(row, why))
        elif preparing.is_open(material.when, answers):
            perhaps.append(Line(row, row.when))
        else:
            bring.append(Line(row, "" if subject else _may_spare(material, first)))
    return Lines(tuple(bring), tuple(perhaps), tuple(spared))


def _spare(material: Material, held: dict[str, drafts.Certificate], checked: bool) -> str:
    """Why a material need not be brought; empty when it must."""
    if material.generated:
        return "填完申请表自动生成"
    if material.identity and checked:
        return "已经实名核验"
    certificate = held.get(material.replaced_by or "")
    return f"已查到{certificate.type} {certificate.number}" if certificate else ""


def _may_spare(material: Material, first: str) -> str:
    """What may spare the material once we know for whom it is."""
    if material.identity:
        return f"{first}后，已经实名核验的不用交"
    return f"{first}后，查得到“{material.replaced_by}”的不用交" if material.replaced_by else ""
