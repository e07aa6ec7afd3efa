"""Licences worth looking at: one story for each thing that can happen to a licence, told in the city's own departments.

Some belong to the persons whose accounts a demo offers. A story is a paper licence with a case that acts on it, or with
what officers and its holder do to it, at days counted back from the end of the history. Nothing here reads the store.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from yichuang.catalog.standard import PostKind, Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import Actor
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import Cast, SimulatedApplicant
from yichuang.ops.simulate.lives import CaseLife, plain_life
from yichuang.ops.simulate.papers import NAMESPACE, PaperLife, first_moment, last_day_to_renew
from yichuang.ops.simulate.planner import SILENT

FOOD, NURSE = "410100/ZZ-001/", "410100/ZZ-004/"
CASES = 900_000  # the index of the first case of a story: no drawn life has it
SERVED = {"method": "direct", "recipient": "经营场所负责人"}
YEAR = 365


@dataclass(frozen=True)
class LicenceAct:
    """What somebody does to a licence, and when."""

    moment: datetime
    name: str
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LicenceStory:
    paper: PaperLife
    acts: tuple[LicenceAct, ...] = ()
    life: CaseLife | None = None

    def command_id(self, number: int) -> uuid.UUID:
        """The id of the n-th act on the licence."""
        return uuid.uuid5(NAMESPACE, f"{self.paper.seed}/act/{self.paper.key}/{number}")


class Showcase:
    """The stories of a history. `standards`, `cast` and `days` are those of its lives."""

    def __init__(
        self, seed: int, standards: Sequence[Standard], cast: Cast, calendar: WorkingCalendar, days: Sequence[date]
    ) -> None:
        self.seed, self.cast, self.calendar = seed, cast, calendar
        self.first, self.last = days[0], days[-1]
        by_prefix = {prefix: s for s in standards for prefix in (FOOD, NURSE) if s.key.startswith(prefix)}
        self.food, self.nurse = by_prefix[FOOD], by_prefix[NURSE]
        self._told = 0

    def list_stories(self) -> list[LicenceStory]:
        """All stories, in an order that is always the same."""
        self._told = 0
        return [story for told in (self._cases(), self._endings(), self._others()) for story in told]

    # --- by an application --------------------------------------------------------------------------------------------

    def _cases(self) -> Iterator[LicenceStory]:
        """Changed, renewed, reissued, cancelled; and one whose renewal nobody decided in time."""
        nurse = self.cast.person_named("张三")
        yield self._applied(self.nurse, nurse, "change", before=80, ends=50)
        for n, situation in enumerate(("renew", "reissue", "cancel")):
            yield self._applied(self.food, self.cast.firm(20 + n), situation, before=90 - 3 * n, ends=300 + 40 * n)
        yield self._applied(self.food, self.cast.firm(24), "renew", before=60, ends=-20, fate=SILENT)

    def _applied(
        self, standard: Standard, holder: SimulatedApplicant, situation: str, *, before: int, ends: int, fate: str = ""
    ) -> LicenceStory:
        """An application so many days before the end, for a licence that `ends` so many days after it."""
        index = CASES + self._told
        day = self.calendar.next_working(self._day(before))
        submitted = hours.local_moment(day, time(9, 20))
        life = plain_life(self.seed, index, standard, situation, holder, submitted)
        last = self._day(-ends)
        if situation == "renew" and not fate:
            last = last_day_to_renew(standard, day, life.random("ends"), self.calendar)
        paper = self._paper(standard, holder, last)
        return LicenceStory(paper, life=replace(life, fate=fate, paper=paper))

    # --- by officers --------------------------------------------------------------------------------------------------

    def _endings(self) -> Iterator[LicenceStory]:
        """Revoked for fraud after a hearing, and after one that was held too late; withdrawn, cancelled by the organ,
        expired; one under revocation.
        """
        yield self._revoked(self.cast.firm(25), before=95)
        yield self._revoked(self.cast.firm(29), before=88, arranged_after=18)
        yield self._withdrawn(self.cast.firm(26))
        ended = {"ground": "body_ended", "reason": "持证人已经办理主体注销登记，依法终止。"}
        ended["document"] = "登记机关出具的准予注销登记通知书"
        yield self._story(self.cast.firm(27), 2 * YEAR, self._act(70, "cancel", self._head(), ended))
        yield self._story(self.cast.firm(28), -30)
        forged = {"ground": "fraud", "reason": "核查发现，申请时提交的场所使用证明系伪造，有出租方的书面说明。"}
        opened = self._act(3, "open_revocation", self._reviewer(), forged)
        served = self._act(2, "serve_notice", self._head(), {**SERVED, "day": self.calendar.next_working(self._day(2))})
        yield self._story(self.cast.firm_headed_by("李四"), 2 * YEAR, opened, served)

    def _revoked(self, holder: SimulatedApplicant, *, before: int, arranged_after: int = 2) -> LicenceStory:
        """The holder answers and is heard; who opened the proceeding does not host the hearing (48条). It is arranged
        so many working days after it was asked for.
        """
        opened = self.calendar.next_working(self._day(before))
        told, asked = (self.calendar.add(opened, days) for days in (1, 2))
        arranged = self.calendar.add(asked, arranged_after)
        hearing = self.calendar.add(arranged, 7 if arranged_after > 2 else 10)
        decided = self.calendar.add(hearing, 4)
        found = {"ground": "fraud", "reason": "申请时提交的健康证明系伪造，签发机构书面否认签发。", "requested": True}
        answer = {"statement": "证明由代办人提供，本店并不知情，愿意重新办理。"}
        place = {"day": hearing, "place": "上午九时三十分，市政务服务大厅听证室"}
        record = {"record": "被许可人到场陈述，承认证明不实；调查人员出示复函，双方对笔录无异议并签字。"}
        reason = "证明系伪造，有复函和听证笔录为证；不知情的申辩没有证据，不予采纳。"
        acts = (
            LicenceAct(_at(opened, 10), "open_revocation", self._reviewer(), found),
            LicenceAct(_at(told, 15), "answer", holder.actor, answer),
            LicenceAct(_at(asked, 11), "ask_hearing", holder.actor, {"reason": "请求当面说明情况。"}),
            LicenceAct(_at(arranged, 10), "arrange_hearing", self._head(), place),
            LicenceAct(_at(hearing, 14), "hold_hearing", self._head(), record),
            LicenceAct(_at(decided, 10), "revoke", self._head(), {"reason": reason, "compensation": "无。"}),
        )
        return self._story(holder, 2 * YEAR, *acts)

    def _withdrawn(self, holder: SimulatedApplicant) -> LicenceStory:
        opened = self.calendar.next_working(self._day(60))
        decided = self.calendar.add(opened, 8)
        found = {"ground": "facts_changed", "reason": "经营场所所在地块已依法征收，房屋即将拆除。"}
        said = {
            "reason": "准予许可所依据的客观情况发生重大变化，为公共利益需要，予以撤回。",
            "compensation": "停业损失由征收部门按征收补偿方案补偿。",
        }
        acts = (
            LicenceAct(_at(opened, 10), "open_revocation", self._reviewer(), found),
            LicenceAct(_at(opened, 15), "serve_notice", self._reviewer(), {**SERVED, "day": opened}),
            LicenceAct(_at(decided, 10), "revoke", self._head(), said),
        )
        return self._story(holder, 2 * YEAR, *acts)

    def _others(self) -> Iterator[LicenceStory]:
        """Corrected, and to be renewed now; suspended."""
        right = {"what": "legal_name", "value": "李四", "reason": "负责人姓名打印错误。"}
        corrected = self._act(100, "correct", self._head(), right)
        yield self._story(self.cast.firm_headed_by("李四"), 75, corrected)
        grave = {"until": self._day(-90), "reason": "执业活动中违反护理技术规范，情节较重。"}
        suspended = self._act(40, "suspend", self._officer(PostKind.HEAD, self.nurse), grave)
        yield self._story(self.cast.persons[7], 3 * YEAR, suspended, standard=self.nurse)

    # --- parts of a story ---------------------------------------------------------------------------------------------

    def _story(
        self, holder: SimulatedApplicant, ends: int, *acts: LicenceAct, standard: Standard | None = None
    ) -> LicenceStory:
        """A licence that `ends` so many days after the history, with its acts."""
        return LicenceStory(self._paper(standard or self.food, holder, self._day(-ends)), acts)

    def _paper(self, standard: Standard, holder: SimulatedApplicant, last: date) -> PaperLife:
        self._told += 1
        since = min(last.replace(day=1) - timedelta(days=5 * YEAR), self.first - timedelta(days=60))
        moment = first_moment(self.calendar, self.first)
        return PaperLife(self.seed, f"S{self._told:02d}", standard, holder, since, last, moment)

    def _act(self, before: int, name: str, actor: Actor, data: dict[str, Any]) -> LicenceAct:
        return LicenceAct(_at(self.calendar.next_working(self._day(before)), 10), name, actor, data)

    def _day(self, before: int) -> date:
        """The day so many days before the end of the history; after it, when negative."""
        return self.last - timedelta(days=before)

    def _head(self) -> Actor:
        return self._officer(PostKind.HEAD, self.food)

    def _reviewer(self) -> Actor:
        return self._officer(PostKind.REVIEWER, self.food)

    def _officer(self, kind: PostKind, standard: Standard) -> Actor:
        return self.cast.officers_at(f"{standard.division}/{standard.department}", kind)[0]


def _at(day: date, hour: int) -> datetime:
    return hours.local_moment(day, time(hour, 30))
