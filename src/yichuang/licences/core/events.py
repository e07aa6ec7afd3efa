"""What happened to a licence, as frozen data. `Text` values are vault references; nothing personal is here.

`version` counts what the licence has said: 1 as made. `paper_seq` is the entry of the case that issued the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates.acts import Files, Text


@dataclass(frozen=True, slots=True)
class Made:
    """证照制发(许可法39条)。`adopted`: 此前已制发，补记入册。"""

    number: str
    identifier: str
    type: str
    standard: str  # Standard.key
    subject: str  # holder
    on: date
    valid_from: date
    valid_to: date | None
    case: str  # the case whose decision made it; empty for one made before this platform
    form: Text  # of the case: what the licence states is read from it
    paper_seq: int = 0
    sole: str = ""  # of a holder with this value there is one valid licence
    adopted: bool = False
    evidence: Files = ()  # of one entered by an officer: the paper, scanned


@dataclass(frozen=True, slots=True)
class Applied:
    """有人就本证照提出申请：变更、延续、补办或者注销。"""

    case: str
    situation: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """延续申请还不齐，或者齐的时候已经晚于法定时间(True)；已按时补齐(False)。前者届满没有决定的，不视为准予延续。"""

    case: str
    on_applicant: bool


@dataclass(frozen=True, slots=True)
class Released:
    """申请没有准予，或者已经撤回、终止：证照照旧。"""

    case: str


@dataclass(frozen=True, slots=True)
class Changed:
    """准予变更(49条)。"""

    case: str
    version: int
    identifier: str
    on: date
    form: Text
    decision: str = ""  # 文号
    sole: str = ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """准予延续(50条二款)。`deemed`: 届满前没有决定，视为准予。"""

    case: str
    version: int
    identifier: str
    on: date
    valid_from: date
    valid_to: date | None
    decision: str = ""
    deemed: bool = False
    number: str = ""  # of the document that says so, when deemed


@dataclass(frozen=True, slots=True)
class Reissued:
    """补发：原证遗失或者损毁。"""

    case: str
    version: int
    identifier: str
    on: date
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """更正笔误：编号不变，另出一版。"""

    version: int
    identifier: str
    on: date
    what: str  # name of what was wrong
    value: Text
    reason: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """按现行内容制证。`case` 与 `paper_seq`：由该办件的制证条目出具；空：由本条目出具。"""

    version: int
    on: date
    case: str = ""
    paper_seq: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class RevocationOpened:
    """启动撤销(69条)或者撤回(8条二款)，出具告知书：理由、依据和陈述申辩、听证的权利。"""

    kind: str  # revoke | withdraw
    ground: str
    on: date
    requested: bool  # at the request of somebody concerned
    reason: Text
    evidence: Files
    number: str = ""


@dataclass(frozen=True, slots=True)
class NoticeServed:
    """告知书送达(签收)：陈述申辩、要求听证的期限自被告知之日起算(47条)。"""

    method: str  # as a case's documents are served; `answered`: by their answer the holder was seen to know
    on: date
    respond_by: date
    recipient: Text
    reckoned: str = ""
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """被许可人陈述、申辩(36条)。"""

    statement: Text
    evidence: Files
    on: date
    signer: Text = ""  # of a paper that a window took in


@dataclass(frozen=True, slots=True)
class HearingAsked:
    """要求听证(47条)：行政机关应当在二十日内组织。"""

    reason: Text
    on: date
    hold_by: date
    reckoned: str = ""
    evidence: Files = ()
    signer: Text = ""


@dataclass(frozen=True, slots=True)
class HearingArranged:
    """举行听证的七日前通知时间、地点(48条一款一项)。"""

    day: date
    place: Text
    reckoned: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class HearingHeld:
    """听证笔录(48条一款五项)：决定应当根据它作出。"""

    on: date
    host: str  # person; never one who handled the matter (48条一款三项)
    record: Text
    evidence: Files
    number: str = ""


@dataclass(frozen=True, slots=True)
class RevocationDropped:
    """不予撤销(撤回)：证照照旧。没有理由的，是证照已因其他原因终止，程序随之结束。"""

    kind: str
    on: date
    reason: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class Revoked:
    """撤销(69条)或者撤回(8条二款)的决定。"""

    kind: str
    ground: str
    on: date
    reason: Text
    compensation: Text
    bases: tuple[str, ...]
    remedies: tuple[str, ...]
    barred_until: date | None = None  # the last day on which the holder may not apply again (79条)
    number: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """注销(70条)。`ground`: 届满未延续由时间造成；依申请的由办件的决定作出，文书在办件里。"""

    ground: str
    on: date
    case: str = ""
    decision: str = ""
    reason: Text = ""
    evidence: Files = ()
    bases: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    number: str = ""
    document: Text = ""


@dataclass(frozen=True, slots=True)
class EntryUndone:
    """撤销补记：记错了。原件的效力不因此改变；编号可以重新补记。"""

    on: date
    reason: Text


@dataclass(frozen=True, slots=True)
class Suspended:
    """暂扣：只按特别法。"""

    on: date
    until: date
    basis: str
    reason: Text
    remedies: tuple[str, ...]
    number: str = ""
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """恢复：提前(有理由)，或者暂扣期满由时间造成。"""

    on: date
    reason: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class Reminded:
    """有效期届满前的提醒。"""

    version: int
    days: int
    valid_to: date


KINDS: dict[str, type[Any]] = {
    "made": Made,
    "applied": Applied,
    "waiting": Waiting,
    "released": Released,
    "changed": Changed,
    "renewed": Renewed,
    "reissued": Reissued,
    "corrected": Corrected,
    "printed": Printed,
    "revocation_opened": RevocationOpened,
    "notice_served": NoticeServed,
    "answered": Answered,
    "hearing_asked": HearingAsked,
    "hearing_arranged": HearingArranged,
    "hearing_held": HearingHeld,
    "revocation_dropped": RevocationDropped,
    "revoked": Revoked,
    "cancelled": Cancelled,
    "entry_undone": EntryUndone,
    "suspended": Suspended,
    "restored": Restored,
    "reminded": Reminded,
}

# Event names in Chinese, for timelines and exports.
LABELS: dict[str, str] = {
    "made": "制发证照",
    "applied": "提出申请",
    "waiting": "延续申请是否齐全",
    "released": "申请结束，证照照旧",
    "changed": "准予变更",
    "renewed": "准予延续",
    "reissued": "补发",
    "corrected": "更正",
    "printed": "制作新版证照",
    "revocation_opened": "启动撤销（撤回）程序",
    "notice_served": "送达告知书",
    "answered": "陈述申辩",
    "hearing_asked": "要求听证",
    "hearing_arranged": "通知听证",
    "hearing_held": "举行听证",
    "revocation_dropped": "终止撤销（撤回）程序",
    "revoked": "撤销（撤回）",
    "cancelled": "注销",
    "entry_undone": "撤销补记",
    "suspended": "暂扣",
    "restored": "恢复",
    "reminded": "到期提醒",
}
