"""What of a guidance stands in the tables of the log contract, by which supervision judges. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.flattening import Row
from yichuang.guidance.state import Guidance, NoticeIssued, Withdrawn, evolve
from yichuang.kernel.localtime import local_day
from yichuang.ledger.envelope import Envelope


@dataclass
class GuidanceFlattener:
    """A guidance being read: its state as `evolve` has it, and what that does not keep."""

    id: str
    codec: Codec
    guidance: Guidance = field(init=False)
    more: Row = field(default_factory=lambda: {"source": "door", "noticed_at": None, "withdrawn_on": None})

    def __post_init__(self) -> None:
        self.guidance = Guidance(self.id)

    def take(self, entry: Envelope) -> None:
        event = self.codec.load_event(entry.kind, entry.v, entry.body)
        happened = Happened(event, entry.actor, entry.occurred_at, entry.recorded_at, entry.channel)
        self.guidance = evolve(self.guidance, happened)
        if isinstance(event, NoticeIssued):
            self.more["noticed_at"] = entry.occurred_at
        if isinstance(event, Withdrawn):
            self.more["withdrawn_on"] = local_day(entry.occurred_at)

    def rows(self) -> dict[str, list[Row]]:
        """The rows of the guidance after the entries read; see `Flattener`."""
        guidance, matter = self.guidance, self.guidance.matter
        if matter is None:
            return {"guidances": [], "guidance_lines": []}
        row = {
            "guidance": self.id,
            "number": guidance.number,
            "division": matter.division,
            "item": matter.item,
            "standard": matter.standard,
            "department": matter.department,
            "applicant": guidance.subject,
            "hard": guidance.hard,
            "asked_on": guidance.asked_on,
            "due_on": guidance.answer_by,
            "done_on": guidance.done_on,
            "done_by": guidance.done_by,
        }
        lines = [
            {
                "guidance": self.id,
                "material": line.material,
                "state": line.state,
                "lacked": line.lacked,
                "sure": line.situation is not None,
                "situation": line.situation or "",
            }
            for line in guidance.lines
        ]
        return {"guidances": [row | self.more], "guidance_lines": lines}
