"""监察发现: the list of findings and one finding with its grounds. Which exist for whom is `supervision.findings`'; a
rule is never judged here, a limit never reckoned.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.cases import queries
from yichuang.cases.view import cover_texts, view
from yichuang.catalog import queries as catalog
from yichuang.faces import requests, who
from yichuang.faces.dates import DayField
from yichuang.faces.fields import words_of
from yichuang.faces.telling import clock_of
from yichuang.faces.watch import frame
from yichuang.faces.watch.orders import WATCHERS
from yichuang.faces.watch.ticked import carry_out_ticked, offer_ticked
from yichuang.faces.web import day, moment
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.people_csv import people_csv
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.orders import queries as orders
from yichuang.orders.core.decide import WATCH
from yichuang.orders.core.state import CLOSED, Stage
from yichuang.org import queries as org
from yichuang.supervision import findings
from yichuang.supervision.computing import explain_finding
from yichuang.supervision.excusing import CAUSES
from yichuang.supervision.findings import FINDING_READERS, FindingFilter, Move
from yichuang.supervision.late_cases import find_late_case
from yichuang.supervision.own.known import OWN, rule_of
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of
from yichuang.supervision.reported import application_of
from yichuang.supervision.rules.catalogue import JUDGING
from yichuang.supervision.rules.naming import Names
from yichuang.supervision.rules.questions import AskedRule
from yichuang.supervision.rules.rule import Level, Rule

if TYPE_CHECKING:
    from yichuang.supervision.models import Finding

ACTIVE = "watch:findings"
MOST = 5_000  # rows of a file
STATES = {"": "open", "withdrawn": "withdrawn", "excused": "excused", "all": ""}
WHY = {
    "yellow": "按承诺的时限或应尽的义务衡量。",
    "red": "超过法定期限，或属于没有任何期限可以开脱的违规。",
}
GONE = {
    "ground_gone": "据以发现的情形已不存在（记录更正、时限顺延或规则改变）。",
    "calendar": "工作日历更正以后，据以发现的情形已不存在。",
    "rule_ended": "据以发现的自定规则已经停用或者改版。",
    "outage": "系统停运期间到期，恢复后第一个工作日以前已经补办，不追究。",
}
MOVES = {"found": "发现", "restated": "更新", "placed": "归并", "withdrawn": "撤销", "excused": "不再计数"}
PLACED = {
    True: "与别的发现出于同一原因，归在那条发现之下，不另计数，不另发牌。",
    False: "原来归在其下的发现已经不在，这条发现单独成立。",
}
# Rules that measure a clock of the case → its name on the case page; a step's clock is named by the place of the hit
CLOCKS = {"R-T01": "accept", "R-T02": "promised", "R-T03": "statutory", "R-T05": "statutory", "R-T06": "deliver"}
STEPS = "R-T04"


RULE_CHOICES = [
    ("", "全部"), ("R-O", "体外循环迹象（全部）"), (OWN, "自定规则（全部）"),
    *((r.code, f"{r.code} {r.title}") for r in JUDGING),
]  # fmt: skip
OWN_CODE = rf"{OWN}\d{{3,6}}(-\d{{1,4}})?"  # a rule as data, or a version of it


class Find(forms.Form):
    """Filters of the list; all optional. Who reads one department is asked for none, nor who reads one division, who
    follows no cards up, for those.
    """

    level = forms.ChoiceField(
        label="级别", required=False, choices=[("", "全部"), *((v.value, v.label) for v in Level)]
    )
    rule = forms.ChoiceField(label="规则", required=False, choices=RULE_CHOICES)
    department = forms.ChoiceField(label="部门", required=False)
    place = forms.ChoiceField(
        label="区划", required=False, choices=[("", "全部"), ("own", "本级"), ("below", "所辖区县")]
    )
    person = forms.CharField(label="人员", required=False, max_length=40, widget=forms.HiddenInput)
    q = forms.CharField(label="编号的一段、事项、部门、规则或办理人", required=False, max_length=60)
    first_day = DayField(label="发现于（从）", required=False)
    last_day = DayField(label="发现于（到）", required=False)
    watcher = forms.ChoiceField(label="跟进", required=False, choices=WATCHERS)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "现存"), ("withdrawn", "已撤销"), ("excused", "不再计数"), ("all", "全部")],
    )

    def __init__(self, data: Any, departments: dict[str, str], *, follows_up: bool, wide: bool) -> None:
        super().__init__(data)
        asked = data.get("rule", "")
        if re.fullmatch(OWN_CODE, asked):  # a page of the rule leads here
            rule = self.fields["rule"]
            assert isinstance(rule, forms.ChoiceField)
            rule.choices = [*RULE_CHOICES, (asked, asked)]
        if not follows_up:
            del self.fields["watcher"]
        if not wide:
            del self.fields["place"]
        if departments:
            field = self.fields["department"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "全部"), *departments.items()]
        else:
            del self.fields["department"]
        self.full_clean()

    def filter_for(self, actor: Actor) -> FindingFilter:
        given = self.cleaned_data
        text = given.get("q", "")
        return FindingFilter(
            STATES[given.get("state", "")],
            level=given.get("level", ""),
            rule=given.get("rule", ""),
            department=given.get("department", ""),
            place=given.get("place", ""),
            person=given.get("person", ""),
            text=text,
            named=orders.findings_by_serial(actor, tidy(text)) if text else None,
            among=orders.findings_of_watcher(actor) if given.get("watcher") else None,
            first_day=given.get("first_day"),
            last_day=given.get("last_day"),
        )

    def tags(self) -> dict[str, str]:
        """The filters in force: name → words."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        words = {name: self._said(name, value) for name, value in given.items() if name != "person"}
        if person := given.get("person"):
            words["person"] = org.names_of([person]).get(person, "不详")
        return {name: f"{self.fields[name].label}：{words_chosen}" for name, words_chosen in words.items()}

    def _said(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return words_of(field)[value]
        return day(value) if isinstance(value, date) else f"“{value}”"


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The findings that exist for the reader, by case, those with red ones first, and one act on the cards that were
    ticked; as a file when asked for it.
    """
    ticked = carry_out_ticked(request, actor) if request.method == "POST" else offer_ticked(request, actor)
    if request.method == "POST" and ticked is None:
        return redirect(request.get_full_path())
    watches = actor.post_kind in FINDING_READERS
    divisions = reach_of(actor).divisions if watches else (actor.division,)
    names = org.names_of_departments(divisions)
    wide = len(divisions) > 1
    form = Find(request.GET, names if watches else {}, follows_up=actor.post_kind in WATCH, wide=wide)
    filter = form.filter_for(actor)
    if request.GET.get("as") == "csv":
        return _file(actor, filter, names)
    listing = findings.page_by_case(actor, filter, requests.number(request.GET.get("page")))
    rows = [row for case in listing.cases for row in case]
    about, cards = _cases(row.case_id for row in rows), orders.orders_of_findings(actor, [row.id for row in rows])
    items = catalog.names_of_items({row.item for row in rows if row.item and row.case_id not in about})
    context = {
        "title": "监察发现",
        "found": listing,
        "size": findings.PAGE,
        "lines": [
            {
                "first": case[0],
                "findings": [(row, rule_of(row.rule), findings.sentence(row), cards.get(row.id)) for row in case],
                "case": about.get(case[0].case_id),
                "item": items.get((case[0].division, case[0].item), case[0].item),
                "application": application_of(case[0].case_id),
                "departments": sorted({names.get(row.department, row.department) for row in case}),
            }
            for case in listing.cases
        ],
        "form": form,
        "tags": form.tags(),
        "levels": {level.value: level.label for level in Level},
        "excuses": CAUSES,
        "stages": {stage.value: stage.label for stage in Stage},
        "scope": _scope(actor),
        "most": MOST,
        "ticked": ticked,
        "tickable": {
            card.id for card in cards.values() if card.division == actor.division and card.stage not in CLOSED
        },
        "watchers": org.names_of({card.watcher for card in cards.values()}),
        "command_id": new_command_id,
        "reading": reading,
    }
    status = ticked.status if ticked else 200
    return frame.page(request, actor, "findings.html", context, active=ACTIVE, status=status)


HEAD = ("级别", "状态", "规则", "发现了什么", "事项", "受理号", "办件编号", "部门", "发生或到期", "发现时间", "督办")


def _file(actor: Actor, filter: FindingFilter, names: dict[str, str]) -> HttpResponse:
    """The findings of the list as a file, with what the page shows and no more. That it was taken is on record."""
    rows = findings.list_narrowed(actor, filter, MOST)
    about, cards = _cases(row.case_id for row in rows), orders.orders_of_findings(actor, [row.id for row in rows])
    items = catalog.names_of_items({row.item for row in rows if row.item and row.case_id not in about})
    record(f"export/{actor.division}", "exported", {"name": "findings", "rows": len(rows)}, actor)
    lines = [
        (
            Level(row.level).label,
            "现存" if row.open else CAUSES.get(row.excused, "已撤销"),
            f"{row.rule} {rule_of(row.rule).title}",
            findings.sentence(row),
            *reversed(about.get(row.case_id, ("", items.get((row.division, row.item), row.item)))),
            row.number,
            names.get(row.department, row.department),
            row.day.isoformat() if row.day else "",
            moment(row.found_at),
            Stage(cards[row.id].stage).label if row.id in cards else "",
        )
        for row in rows
    ]
    response = HttpResponse(people_csv([HEAD, *lines]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="findings.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _scope(actor: Actor) -> str:
    """Which findings exist for the reader, in words."""
    if actor.post_kind in FINDING_READERS:
        return "本级和所辖各部门的发现。"
    if actor.post_kind == "head":
        return "本部门的发现，以及涉及您本人的发现。"
    return "只列涉及您本人的发现；别人的，由其部门负责人和监察岗位查看。"


def _cases(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """受理号 and title of cases, by id as findings keep it. One statement. The caller may see the findings."""
    return queries.titles_of(id for text in set(ids) if (id := requests.as_uuid(text)))


@require_safe
@who.for_officers
def one(request: HttpRequest, actor: Actor, finding_id: uuid.UUID) -> HttpResponse:
    """One finding: what, on what ground, who, which records, the computation, its life. 404 when not the reader's."""
    finding = findings.one(actor, finding_id)
    if finding is None:
        raise Http404("finding")
    rule = rule_of(finding.rule)
    ground = _ground(actor, finding)
    system, application = application_of(finding.case_id)
    seen = findings.seen(finding)
    moves = findings.moves(finding)
    excuse = findings.read_excuse(moves)
    above = findings.one(actor, finding.under) if finding.under else None
    beneath, count_beneath = findings.under(finding)
    named = bool(ground.case) or finding.person == actor.person or requests.as_uuid(finding.case_id) is None
    names = org.names_of({finding.person, *(entry.person for entry in seen)}) if named else {}
    posts = org.names_of_posts({entry.post for entry in seen})
    context = {
        "title": f"{rule.title}（{rule.code}）",
        "finding": finding,
        "rule": rule,
        "sentence": findings.sentence(finding),
        "level": Level(finding.level).label,
        "why_level": WHY[finding.level],
        "computation": explain_finding(finding),
        "late": find_late_case(finding) if finding.open and not (above and above.excused) else None,
        "department": frame.departments(finding.division).get(finding.department, finding.department),
        "item": frame.name_item(finding.division, finding.item),
        "made_by": made_by(rule, finding.version),
        "above": above,
        "beneath": [(row, rule_of(row.rule), findings.sentence(row)) for row in beneath],
        "count_beneath": count_beneath,
        "ground": ground,
        "system": system,
        "application": application,
        "who": _who(finding.person, names) if named else "",
        "post": next((posts.get(s.post, s.post) for s in seen if s.person == finding.person), ""),
        "seen": [
            (s, s.label, _who(s.person, names) if named and s.person else "", posts.get(s.post, "")) for s in seen
        ],
        "moves": [_told(rule, move, findings.names_of(finding)) for move in moves],
        "excused": CAUSES.get(finding.excused, ""),
        "excuse": cover_texts(actor, ground.case)(excuse) if excuse else "",
        "order": orders.find_order_of_finding(actor, finding.id),
        "stages": {stage.value: stage.label for stage in Stage},
    }
    return frame.page(request, actor, "finding.html", context, active=ACTIVE)


@dataclass(frozen=True, slots=True)
class Ground:
    """The case as the reader may see it (None: they may not), and the clock that the rule measures."""

    case: queries.Row | None
    clock: dict[str, Any] | None = None  # as the case page explains it, while the case still has it
    name: str = ""  # of the clock; empty: the rule measures none
    anchor: str = ""
    step: str = ""  # name and round of the step that took too long

    @property
    def href(self) -> str:
        return reverse("desk:case", args=[self.case.id]) if self.case else ""


def _ground(actor: Actor, finding: Finding) -> Ground:
    """One statement; five for a rule that measures a clock."""
    id = requests.as_uuid(finding.case_id)
    code, _, turn = finding.at.partition("/") if finding.rule == STEPS else ("", "", "")
    name = f"step.{code}.{turn}" if code else CLOCKS.get(finding.rule, "")
    anchor = f"step-{code}" if code else f"clock-{name}"
    if id is None:  # of no case, or of a department's application: the case of ours that it names
        return Ground(queries.visible_by_number(actor, finding.number) if finding.number else None)
    if not name:
        return Ground(queries.visible(actor, id))
    shown = view(actor, id)
    if shown is None:
        return Ground(None)
    clock = next((clock_of(c) for c in shown.clocks if c.running.name == name), None)
    titles = {step.code: step.name for step in shown.case.graph(shown.standard)}
    step = Names(titles).step(code, turn) if code else ""
    return Ground(shown.row, clock, name, anchor, step)


def made_by(rule: Rule, version: str) -> str:
    """Rule and parameters that made the finding, in Chinese; `version` as the finding keeps it."""
    if isinstance(rule, AskedRule):
        return f"第{rule.code.rpartition('-')[2]}版"
    number, *settings = version.split()
    parts = [f"第{number}版"]
    for setting in settings:
        name, _, value = setting.partition("=")
        known = rule.parameters.get(name)
        parts.append(f"{known.label}：{value}{known.unit}" if known else setting)
    return "，".join(parts)


def _who(person: str, names: dict[str, str]) -> str:
    if not person:
        return "没有指到具体的人；有牌的，由部门负责人签收或者指定责任人"
    return names.get(person) or ("系统" if person == "system" else "申请人")


def _told(rule: Rule, move: Move, names: Names) -> dict[str, Any]:
    """A move as the timeline shows it: what the finding said from then on, or why it went."""
    title = MOVES.get(move.kind, move.kind)
    if move.kind == "excused":
        return {"title": title, "by": "监察", "at": move.at, "text": f"{CAUSES[move.body['cause']]}，不再计数。"}
    if move.kind == "placed":
        return {"title": title, "by": "电子监察", "at": move.at, "text": PLACED[bool(move.body["under"])]}
    if move.kind == "withdrawn":
        text = GONE.get(move.body["reason"], GONE["ground_gone"])
    else:
        text = rule.sentence(move.body["at"], move.body["measured"], move.body["allowed"], names)
    sentence_of = f"{text}按规则{made_by(rule, move.body['version'])}。"
    return {"title": title, "by": "电子监察", "at": move.at, "text": sentence_of}
