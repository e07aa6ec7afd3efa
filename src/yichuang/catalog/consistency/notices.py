"""Telling whose turn a deviation or a proposal is (3.2b, 3.2c): the city's department remarks, the county's office
approves, the county's department answers or follows.
"""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.following import Followed as Entry
from yichuang.catalog.consistency import deviation, proposal
from yichuang.catalog.consistency.attributes import Attribute
from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
from yichuang.catalog.models import Deviation as DeviationRow
from yichuang.catalog.models import Proposal as ProposalRow
from yichuang.catalog.telling import DRAFTERS, OFFICE, Turn, tell_turn
from yichuang.kernel.localtime import chinese_date
from yichuang.ledger.actor import SYSTEM
from yichuang.org.queries import city_code, get_department
from yichuang.people.notices import MessageKind, make_notice_follower

# {department}: of the county, that differs; {words}: what differs; {until}: by when the city's department may speak
OF_DEVIATIONS: dict[type[Any], MessageKind] = {
    deviation.Explained: MessageKind(
        "偏差待提出意见", "{department}说明了与市级基准不同的理由：{words}。请在{until}前（含当日）提出意见。"
    ),
    deviation.Remarked: MessageKind(
        "偏差待审定", "市级部门对{department}的偏差提出了意见：{words}。请批准或者不批准。"
    ),
    deviation.Approved: MessageKind("偏差已批准", "与市级基准的不同已经批准：{words}。"),
    deviation.HandedOver: MessageKind(
        "偏差随事项移交", "事项改由{department}实施，与市级基准的不同由您部门负责：{words}。"
    ),
    deviation.Declined: MessageKind("偏差没有批准", "与市级基准的不同没有批准：{words}。请修订规程，与基准一致。"),
}
# {proposer}: department of the city; {about}: the item and the attribute; {due}: by when an answer is due
OF_PROPOSALS: dict[type[Any], MessageKind] = {
    proposal.Proposed: MessageKind("市级部门的建议待答复", "{proposer}对{about}提出建议，请在{due}前（含当日）答复。"),
    proposal.HandedOver: MessageKind(
        "市级部门的建议待答复", "事项改由{department}实施，{proposer}对{about}的建议请在{due}前（含当日）答复。"
    ),
    proposal.Adopted: MessageKind("建议已采纳", "{department}采纳了您部门对{about}的建议。"),
    proposal.Declined: MessageKind("建议没有采纳", "{department}没有采纳您部门对{about}的建议，理由请看答复。"),
}


def name_proposal(row: ProposalRow) -> str:
    """What messages call it: the item and the attribute."""
    return f"{row.item}的{Attribute(row.attribute).label}"


def _send_deviation(kind: MessageKind, entry: Entry, event: Any, row: DeviationRow) -> None:
    """To those who can do what it asks, while it waits for them; how it ended, to the county's department."""
    waits = row.stage == deviation.Stage.EXPLAINED
    county = Turn(row.department, DRAFTERS)
    match event:
        case deviation.Explained():
            line = f"{city_code()}/{row.department.partition('/')[2]}"
            turn = Turn(line, DRAFTERS) if waits and not row.remarks else None
        case deviation.Remarked():
            turn = Turn(row.division, OFFICE) if waits else None
        case deviation.Approved() if entry.actor == SYSTEM.person:
            turn = None  # on paper, before the platform began
        case _:
            turn = county
    if turn is None:
        return
    words = {
        "department": get_department(row.department).name,
        "words": f"{row.item}，{row.words}",
        "until": chinese_date(row.remarks_until),
    }
    link, key = f"/lives/deviations/{row.pk}", f"entry/{entry.position}"
    tell_turn(turn, kind.title, kind.text.format(**words), link, key=key, by=[entry.actor], at=entry.recorded_at)


def _send_proposal(kind: MessageKind, entry: Entry, event: Any, row: ProposalRow) -> None:
    """To the county's department, while it may answer; the answer, to the city's."""
    asks = isinstance(event, proposal.Proposed | proposal.HandedOver)
    if asks and row.stage != proposal.Stage.OPEN:
        return
    if isinstance(event, proposal.Proposed) and event.target.department != row.department:
        return  # the item was moved: its new department is told of that
    words = {
        "proposer": get_department(row.proposer).name,
        "department": get_department(row.department).name,
        "about": name_proposal(row),
        "due": chinese_date(row.due_on),
    }
    turn = Turn(row.department if asks else row.proposer, DRAFTERS)
    link, key = f"/lives/proposals/{row.pk}", f"entry/{entry.position}"
    tell_turn(turn, kind.title, kind.text.format(**words), link, key=key, by=[entry.actor], at=entry.recorded_at)


DEVIATION_FOLLOWER = make_notice_follower("deviation_notices", DEVIATION, OF_DEVIATIONS, _send_deviation)
PROPOSAL_FOLLOWER = make_notice_follower("proposal_notices", PROPOSAL, OF_PROPOSALS, _send_proposal)
