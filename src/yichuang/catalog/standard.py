"""The standard (办事规程) of an item as frozen data: what the case engine reads and runs.

Clause 3.2a lists the eight parts a standard must have; each is a field here. The published document is the
canonical JSON of `Standard`; guide, form, flow and supervision points are all derived from it. Pure: no database.

Where a value comes from is part of the value: `confidence` is the legend of `items.yaml` (verified, secondary-source,
memory-high …) or `demo` for what this project designed; screens show it beside the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from yichuang.kernel.clock import Limit

DEMO = "demo"
VERIFIED = "verified"  # of a basis: its article was read in the text of the law
T = TypeVar("T")


def later_field(default: T) -> T:
    """A field added after the first standards were published. The canonical document leaves it out while it holds
    its default, so that documents published before keep their digest.
    """
    return field(default=default, metadata={"later": True})


class Role(StrEnum):
    """Class of a material (3.6a): must be there, may come later, comes from us, or is a promise."""

    PRIMARY = "primary"  # 主要材料
    NON_KEY = "non_key"  # 非关键材料
    SHARED = "shared"  # 共享材料: a certificate we hold replaces it
    PROMISE = "promise"  # 承诺书


class StepKind(StrEnum):
    """Kind of a step. The time of the first eight does not count in the limit (许可法 45 条)."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TESTING = "testing"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert_review"  # 专家评审
    REVIEW = "review"  # 审查(初审、复审、审核)
    SURVEY = "survey"  # 现场核查、勘验(两名以上)
    OPINION = "opinion"  # 其他部门意见(联合意见)
    PUBLICATION = "publication"  # 公示、公告

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.HEARING: "听证",
    StepKind.TENDER: "招标",
    StepKind.AUCTION: "拍卖",
    StepKind.INSPECTION: "检验",
    StepKind.TESTING: "检测",
    StepKind.QUARANTINE: "检疫",
    StepKind.APPRAISAL: "鉴定",
    StepKind.EXPERT_REVIEW: "专家评审",
    StepKind.REVIEW: "审查",
    StepKind.SURVEY: "现场核查",
    StepKind.OPINION: "征求意见",
    StepKind.PUBLICATION: "公示公告",
}

ARTICLE_45 = frozenset(list(StepKind)[:8])


class PostKind(StrEnum):
    """Kinds of post (岗位) that act on a case."""

    WINDOW = "window"  # 综合窗口: intake and acceptance
    REVIEWER = "reviewer"  # 审查岗
    SURVEYOR = "surveyor"  # 核查(勘验)岗
    HEAD = "head"  # 本机关负责人(决定、延期)
    OFFICE = "office"  # 政务服务办
    SUPERVISOR = "supervisor"  # 电子监察
    INSPECTOR = "inspector"  # 督查
    COUNSELLOR = "counsellor"  # 辅导员
    CASHIER = "cashier"  # 收费


class PointKind(StrEnum):
    """The four things supervision points watch (3.2g)."""

    PRECONDITION = "precondition"  # 前置条件
    PROCEDURE = "procedure"  # 程序
    TIME = "time"  # 时限
    FEE = "fee"  # 收费


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    USCC = "uscc"  # 统一社会信用代码
    RESIDENT_ID = "resident_id"  # 居民身份证号
    PHONE = "phone"
    PROJECT_CODE = "project_code"  # 投资项目统一代码


class Must(StrEnum):
    """What a value must be besides being well formed: a rule that the standard sets for a field."""

    PAST = "past"  # a day that has come: a training, a completion
    AHEAD = "ahead"  # of a new application, a day not before its filing: a planned opening, the end of a lease
    LOCAL = "local"  # a project code of this province, or of the central government


@dataclass(frozen=True)
class When:
    """Holds when the application's value named `field` is one of `values`.

    `field` is a form field's name, or one of the two every application has: `situation` (its code)
    and `agent` ("yes" when an agent acts).
    """

    field: str
    values: tuple[str, ...]

    def holds(self, application: dict[str, Any]) -> bool:
        value = application.get(self.field)
        given_values = value if isinstance(value, list) else [value]
        return any(_plain(v) in self.values for v in given_values)


def _plain(value: Any) -> str:
    """Form values as `When` compares them: yes/no for booleans, text for the rest."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def applies(when: When | None, application: dict[str, Any]) -> bool:
    return when is None or when.holds(application)


@dataclass(frozen=True)
class Basis:
    """A legal basis: law or rule with its article. `level` ranks it (law, admin_reg, local_reg, rule, document)."""

    law: str
    article: str
    level: str
    confidence: str
    in_force_from: str = later_field("")  # ISO day; empty: not known, taken as in force
    in_force_to: str = later_field("")  # last day in force

    @property
    def words(self) -> str:
        """As acts cite it."""
        return f"{self.law} {self.article}"

    def in_force(self, day: date) -> bool:
        """Whether the basis was in force on that day (Zhengzhou time). Unknown dates count as in force."""
        return self.in_force_from <= day.isoformat() <= (self.in_force_to or "9999")


@dataclass(frozen=True)
class Condition:
    text: str
    basis: str
    confidence: str = DEMO


@dataclass(frozen=True)
class Material:
    code: str  # M01 …, unique within the standard
    name: str
    role: Role
    necessity: str  # GB/T 39046 family: 1 必要, 2 非必要, 3 容缺后补
    form: str  # paper | electronic | both
    source: str  # applicant | gov | agency
    copies: int  # 份数
    format: str  # 材料格式: 原件/复印件, page size, seal
    how_to_fill: str  # 填报须知
    acceptance: str  # 受理标准
    basis: str  # 要求依据
    replaced_by: str | None = None  # certificate type that replaces it (3.5c)
    blank_form: str | None = None  # name of the blank form (空白表格)
    sample: str | None = None  # name of the sample (示范样本)
    when: When | None = None
    confidence: str = DEMO
    file_kinds: tuple[str, ...] = ("pdf", "jpg", "png")  # kinds of file taken online
    generated: bool = later_field(
        False
    )  # the filled-in form of the standard is itself this material (3.5c 申报材料表单化)
    declares: str = later_field("")  # what its blank form has the signer declare
    fields: tuple[Field, ...] = later_field(())  # what its blank form asks for
    rows: int = later_field(0)  # 0: the fields are asked once; more: they are the columns of a list with so many lines
    identity: bool = later_field(False)  # says who the applicant, or its head, is: a real-name check replaces it

    @property
    def may_come_later(self) -> bool:
        """Whether an application may be accepted while it lacks this material (3.6a)."""
        return self.role is Role.NON_KEY and self.necessity == "3"

    @property
    def has_original(self) -> bool:
        """Whether there is an original on paper to compare with."""
        return self.form != "electronic"

    @property
    def has_blank(self) -> bool:
        """Whether there is a blank form (空白表格) of it."""
        return bool(self.blank_form) and (self.generated or bool(self.fields))

    @property
    def has_sample(self) -> bool:
        """Whether there is a filled-in sample (示范样本) of it."""
        return self.has_blank or (bool(self.sample) and bool(self.fields))


@dataclass(frozen=True)
class Step:
    code: str  # S1 …
    name: str
    kind: StepKind
    after: tuple[str, ...]  # codes of the steps it comes after; empty: opens at acceptance
    department: str  # department code, e.g. "scjg"
    post: PostKind
    limit: Limit
    officers: int = 1  # at least this many act together (34条三款: two for a site check)
    silence_agrees: bool = False  # 超时默许 (3.7f), only for opinions of other departments
    when: When | None = None
    task: str = ""  # what is examined, for the officer
    confidence: str = DEMO
    apart: tuple[str, ...] = later_field(())  # codes of first reviews: whoever did one does not do this second one


@dataclass(frozen=True)
class Special:
    """A special procedure the item knows; `counts` says whether its time counts in the limit."""

    kind: StepKind
    name: str
    typical: Limit
    counts: bool
    basis: str
    confidence: str = DEMO


@dataclass(frozen=True)
class Fee:
    """A charge (58、59条). Amount in fen: `fixed`, or `rate` × the number in form field `per`."""

    code: str
    name: str
    standard: str  # the published text of the tariff
    basis: str
    basis_level: str
    fixed: int = 0
    rate: int = 0
    per: str | None = None
    when: When | None = None
    confidence: str = DEMO
    collected_here: bool = True  # False: a tax or price published here but paid elsewhere; its amount is 0


@dataclass(frozen=True)
class Result:
    name: str
    kind: str  # license | approval | registration | filing
    certificate_type: str  # name of the certificate type it issues
    validity_months: int | None  # None: no term, or as approved
    validity_note: str = ""
    confidence: str = DEMO
    fields: tuple[str, ...] = later_field(())  # names of the form's fields that the certificate states (39条)
    public: bool | None = later_field(None)  # whether everybody may read the decision; None: as its procedure has it


@dataclass(frozen=True)
class Point:
    """A supervision point (监察节点): names its rule and the rule's parameters."""

    code: str
    kind: PointKind
    at: str  # step code, or accept | decide | deliver | fee
    rule: str  # e.g. R-T03
    parameters: dict[str, Any] = field(default_factory=dict)
    confidence: str = DEMO


@dataclass(frozen=True)
class Situation:
    code: str  # new | change | renew | reissue | cancel
    name: str  # 新办 …
    instant: bool = False  # 即办
    note: str = ""
    confidence: str = DEMO


@dataclass(frozen=True)
class Unneeded:
    """A case in which the law asks for no such permission: whoever says yes to `asked` need not apply (3.4e, 3.5a)."""

    asked: str  # what applies to the person: 只销售预包装食品
    instead: str  # what to do then
    basis: str
    confidence: str = DEMO


@dataclass(frozen=True)
class Field:
    name: str  # ascii identifier, unique within the form (or within its repeated group)
    label: str
    type: FieldType
    required: bool = True
    hint: str = ""
    choices: tuple[str, ...] = ()
    min: float | None = None  # number: least value; text: least length
    max: float | None = None  # number: greatest value; text: greatest length
    unit: str = ""  # 平方米, 万元 …
    when: When | None = None
    examples: tuple[str, ...] = later_field(())  # what a sample fills in, line by line in a list; else it is invented
    must: Must | None = later_field(None)  # noqa: RUF009 - a constant


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    fields: tuple[Field, ...]
    when: When | None = None
    repeat: tuple[int, int] | None = None  # (least, most) rows: the section is a repeated group


@dataclass(frozen=True)
class Check:
    """A check across fields. kinds: not_after, not_less, sum_at_most, differ, needs."""

    kind: str
    fields: tuple[str, ...]  # a field of a repeated group is written "group.field"
    message: str


@dataclass(frozen=True)
class Form:
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()


class Contested(StrEnum):
    """The situations in which somebody is told how to contest (救济)."""

    DECISION = "decision"  # a decision was made: refused, not accepted, terminated, revoked
    INACTION = "inaction"  # the statutory time has passed without one
    UNTOLD = "untold"  # there is one, and nobody told how to contest it

    @property
    def label(self) -> str:
        return {"decision": "对决定不服", "inaction": "到期没有决定", "untold": "没有告知怎样申请复议"}[self]


@dataclass(frozen=True)
class Remedy:
    """A way to contest: review (行政复议) or suit (行政诉讼), as data that the legal office confirms."""

    situation: Contested
    way: str  # review | suit
    period: str  # 可以自知道本决定之日起六十日内; 应当先… where review comes before any suit (行政复议法23条)
    basis: str
    confidence: str
    organ: str = ""  # to whom; empty: the government of the organ's level, the court that has jurisdiction
    online: str = ""  # address at which it is asked for online (行政复议法22条二款)

    @property
    def words(self) -> str:
        """As acts record it and documents print it, the organ put in where it is not named."""
        asked = "申请行政复议" if self.way == "review" else "提起行政诉讼"
        to = f"向{self.organ}" if self.organ else ""
        return f"{self.period}依法{to}{asked}（{self.basis}）"


@dataclass(frozen=True)
class Procedure:
    """How cases of a kind run (许可 · 登记与确认 · 备案与公共服务), as data with its articles."""

    code: str  # licence | registration | filing
    name: str
    accept_within: Limit  # 32条一款四项
    silence_accepts: bool  # 逾期不告知,自收到之日起即为受理
    supply_within: Limit  # how long the applicant has to supply what a correction notice lists
    pre_review_within: Limit
    stops: tuple[StepKind, ...]  # 45条: what does not count in the limit
    extension: Limit | None  # 42条一款
    deliver_within: Limit  # 44条
    remedies: tuple[str, ...]  # told with every refusal (38条二款)
    articles: dict[str, str] = field(default_factory=dict)  # rule or act → article, for "凭什么"
    ways: tuple[Remedy, ...] = later_field(())  # remedies by situation
    # to be heard before a falsehood is found (78条); None: this procedure knows no such finding
    answer_within: Limit | None = later_field(None)  # noqa: RUF009  a frozen value

    def tell_remedies(self, situation: Contested = Contested.DECISION) -> tuple[str, ...]:
        """What is told in a situation. A standard published before remedies were data knows those of a decision."""
        told = tuple(way.words for way in self.ways if way.situation is situation)
        return told or (self.remedies if situation is Contested.DECISION else ())

    @property
    def review_online(self) -> str:
        """Where review of a decision is asked for online; empty where nobody has said."""
        return next((way.online for way in self.ways if way.situation is Contested.DECISION and way.online), "")

    def clause(self, act: str) -> str:
        """The article a rule or an act of this procedure rests on, as screens show it; empty when there is none."""
        return self.articles.get(act, "")

    def basis(self, act: str) -> tuple[str, ...]:
        """The same as documents may cite it: data of our own making is no legal basis and is left out."""
        return tuple(part for part in self.clause(act).split("；") if part and "演示" not in part)


# What is asked for, as people and documents say it, by the code of the procedure
PERMISSIONS = {"licence": "行政许可", "registration": "登记", "filing": "备案"}
_NUMBER_WORDS = {"registration": "登", "filing": "备"}


@dataclass(frozen=True)
class Standard:
    item: str  # ZZ-001
    name: str
    division: str  # 410100
    department: str  # department code within the division
    department_name: str
    item_code: str  # 实施编码, 31 characters (demo: not official)
    version: int
    task_type: str  # GB/T 39046 A.1
    level: str  # A.2 行使层级
    hall_class: str  # which of the four classes of 3.4a
    applicants: tuple[str, ...]  # person | corp
    instant: bool  # 即办件
    procedure: Procedure
    bases: tuple[Basis, ...]
    conditions: tuple[Condition, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    statutory: Limit
    statutory_from: str  # accept | apply
    statutory_note: str
    statutory_extension: Limit | None
    promised: Limit
    promised_confidence: str
    fees: tuple[Fee, ...]
    specials: tuple[Special, ...]
    result: Result
    situations: tuple[Situation, ...]
    points: tuple[Point, ...]
    form: Form
    channels: tuple[str, ...]  # window | online | mobile | post
    visits: int  # 到办事现场次数
    gaps_allowed: bool  # 容缺 (3.6a)
    reviewer_may_decide: bool = False  # default: reviewer and decider are two persons
    valid_from: str = "2018-03-01"
    keywords: tuple[str, ...] = ()  # everyday words people search by
    uses_project_code: bool = False
    confidence: str = DEMO
    assigns_project_code: bool = False  # 赋码: the project gets its code by this item, so it cannot be asked for one
    unneeded: tuple[Unneeded, ...] = later_field(())

    @property
    def key(self) -> str:
        """Names one version of one standard: `410100/ZZ-001/1`."""
        return f"{self.division}/{self.item}/{self.version}"

    def bases_on(self, day: date | None) -> tuple[str, ...]:
        """The legal bases in force on that day, as acts cite them; all of them without a day."""
        return tuple(b.words for b in self.bases if day is None or b.in_force(day))

    def main_basis_on(self, day: date) -> tuple[str, ...]:
        """The first basis in force on that day, one that was checked before others; none when none is in force."""
        known = sorted((b for b in self.bases if b.in_force(day)), key=lambda b: b.confidence != VERIFIED)
        return tuple(b.words for b in known[:1])

    def step(self, code: str) -> Step:
        return next(s for s in self.steps if s.code == code)

    def situation(self, code: str) -> Situation | None:
        return next((s for s in self.situations if s.code == code), None)

    @property
    def materials_later(self) -> tuple[Material, ...]:
        """What may come after acceptance; nothing for an item that is not on the list of 3.6a, or is done at once."""
        listed = self.gaps_allowed and not self.instant
        return tuple(m for m in self.materials if m.may_come_later) if listed else ()

    @property
    def permission(self) -> str:
        """What a decision gives, in the words of the procedure: only 行政许可 is called so."""
        return PERMISSIONS.get(self.procedure.code, "办理")

    @property
    def number_word(self) -> str:
        """What stands for the procedure in the numbers of documents: 许, 登, 备."""
        return _NUMBER_WORDS.get(self.procedure.code, "许")

    @property
    def is_result_public(self) -> bool:
        """Whether everybody may read a decision that grants: by 许可法 40 条 a licence, all else only where it says so.
        A land register, for one, is open to the holder and to who has an interest.
        """
        public = self.result.public
        return self.procedure.code == "licence" if public is None else public

    def name_wanted(self, materials: Iterable[str], fields: Iterable[str]) -> tuple[str, ...]:
        """What a notice of correction asks for, by name: materials, then fields of the form (`name`, `group.name` or
        `group.0.name`).
        """
        names = {m.code: m.name for m in self.materials}
        labels = {f.name: f.label for section in self.form.sections for f in section.fields}
        last = ((name, name.rpartition(".")[2]) for name in fields)
        return (
            *(names.get(code, code) for code in materials),
            *(f"申请表“{labels.get(field, name)}”" for name, field in last),
        )

    def materials_for(self, application: dict[str, Any]) -> tuple[Material, ...]:
        """The materials this application needs (材料随情形增减)."""
        return tuple(m for m in self.materials if applies(m.when, application))

    def steps_for(self, application: dict[str, Any]) -> tuple[Step, ...]:
        """The steps this application runs through."""
        return bridge_steps(self.steps, tuple(s.code for s in self.steps if not applies(s.when, application)))


def bridge_steps(steps: tuple[Step, ...], skipped: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps without the skipped ones. A successor of a skipped step follows that step's predecessors instead."""
    if not skipped:
        return steps
    after = {s.code: s.after for s in steps}

    def through(codes: tuple[str, ...]) -> tuple[str, ...]:
        out: list[str] = []
        for code in codes:
            out.extend(through(after[code]) if code in skipped else (code,))
        return tuple(dict.fromkeys(out))

    return tuple(replace(s, after=through(s.after)) for s in steps if s.code not in skipped)
