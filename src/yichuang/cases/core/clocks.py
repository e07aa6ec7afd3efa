"""Which clocks run on a case now, read from its state and the standard. The reckoning itself is `kernel.clock`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.cases.core.regimes import find_regime
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import ARTICLE_45, Standard, StepKind
from yichuang.kernel.clock import Clock, Limit, Suspension, Unit

LABELS = {
    "pre_review": "预审时限",
    "accept": "受理时限",
    "supply": "补正期限",
    "gap": "容缺补交期限",
    "promised": "承诺时限",
    "statutory": "法定时限",
    "deliver": "送达时限",
    "step": "环节时限",
    "special": "特别程序",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs, with its name ("promised", "step.S1.1") and generation."""

    name: str
    clock: Clock
    generation: int
    basis: str

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @property
    def label(self) -> str:
        return LABELS[self.family]


def running(case: Case, standard: Standard) -> list[Running]:
    """The clocks that run in the case's stage. Two run on an accepted case, promised and statutory, and one per
    step.
    """
    articles = standard.procedure.articles
    match case.stage:
        case Stage.SUBMITTED | Stage.RECEIVED if case.submitted_on:
            start = case.received_on or case.submitted_on
            if case.correction and case.correction.supplied:
                start = case.correction.supplied
            accept_within = Clock(standard.procedure.accept_within, start)
            accept = Running("accept", accept_within, case.generation, articles.get("accept_within", ""))
            if case.stage is Stage.SUBMITTED and case.pre_reviewed is None:
                pre_review = Clock(standard.procedure.pre_review_within, case.submitted_on)
                return [
                    Running("pre_review", pre_review, case.generation, articles.get("pre_review_within", "")),
                    accept,
                ]
            return [accept]
        case Stage.CORRECTION if case.correction:
            clock = Clock(standard.procedure.supply_within, case.correction.on, told=case.correction.due)
            return [Running("supply", clock, case.generation, articles.get("supply_within", ""))]
        case Stage.ACCEPTED:
            clocks = (*_step_clocks(case, standard), *_special_clocks(case, standard), *_gap_clock(case))
            return [*case_clocks(case, standard), *clocks]
        case Stage.DECIDED if not case.nothing_to_make:
            return delivery_clocks(case, standard)
    return []


def case_clocks(case: Case, standard: Standard) -> list[Running]:
    """Promised and statutory clock of an accepted case, also after it was decided (then stopped)."""
    if case.accepted_on is None:
        return []
    begin = _applied_on(case) or case.accepted_on if standard.statutory_from == "apply" else case.accepted_on
    out = []
    for name, limit, start in (
        ("promised", standard.promised, case.accepted_on),
        ("statutory", standard.statutory, begin),
    ):
        # days are granted in the unit of the statutory limit: they are no months of a promise counted in months
        extension = case.extension if limit.unit is standard.statutory.unit else 0
        clock = Clock(limit, start, case.suspensions, extension, case.answered_on)
        article = "decide_within" if name == "statutory" else name
        out.append(Running(name, clock, case.generation, standard.procedure.articles.get(article, "")))
    return out


def _applied_on(case: Case) -> date | None:
    """The day of the application, where the law counts from it: the days for which an applicant was asked to supply
    what was missing are no office's (as for acceptance, 32 条).
    """
    return case.correction.supplied if case.correction and case.correction.supplied else case.received_on


def delivery_clocks(case: Case, standard: Standard) -> list[Running]:
    """The limit of making what was granted (44条), none where nothing is to be made. It ends when the certificate lies
    ready: collecting it is the applicant's. It stands still while a fee is asked for and not paid.
    """
    if not (case.granted and case.makes_paper and case.decided_on):
        return []
    charges = [charge for charge in case.charges.values() if charge.demanded_on and not charge.waived]
    unpaid = tuple(Suspension(charge.demanded_on, charge.paid_on) for charge in charges if charge.demanded_on)
    moves = len(charges) + sum(charge.paid_on is not None for charge in charges)
    stopped = case.made_on or case.closed_on
    clock = Clock(standard.procedure.deliver_within, case.decided_on, unpaid, stopped=stopped)
    return [Running("deliver", clock, case.generation + moves, standard.procedure.articles.get("deliver_within", ""))]


def _step_clocks(case: Case, standard: Standard) -> list[Running]:
    out = []
    for step in case.graph(standard):
        state = case.steps.get(step.code)
        if state and state.status == "open" and state.on:
            clock = Clock(step.limit, state.on, case.suspensions)
            out.append(Running(f"step.{step.code}.{state.round}", clock, case.generation, ""))
    return out


def _special_clocks(case: Case, standard: Standard) -> list[Running]:
    """A special procedure's own time is what was notified in writing (45条): it counts in calendar days to `until`."""
    return [
        Running(
            f"special.{id}",
            Clock(Limit((s.until - s.on).days, Unit.DAY), s.on),
            0,
            standard.procedure.articles.get("stops", ""),
        )
        for id, s in case.specials.items()
        if s.ended is None
    ]


def _gap_clock(case: Case) -> list[Running]:
    """Until when the applicant supplies what was promised (3.6b): working days from acceptance, that nothing suspends.
    It stands while everything was handed in: checking is the office's.
    """
    gaps = case.gaps
    if gaps is None or not gaps.wanted or gaps.opened is None or gaps.breached:
        return []
    clock = Clock(Limit(gaps.days, Unit.WORKDAY), gaps.opened, told=gaps.due)
    return [Running("gap", clock, gaps.moves, find_regime(gaps.regime).source)]


def stops_clock(standard: Standard, kind: StepKind) -> bool:
    """Whether a special procedure of this kind stays out of the limit: the eight of 45条, or what the item's
    special law adds.
    """
    by_law = any(s.kind is kind and not s.counts for s in standard.specials)
    return by_law or (kind in ARTICLE_45 and kind in standard.procedure.stops)
