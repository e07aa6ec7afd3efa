"""What every document knows of the entry that issued it, whatever the kind of life: its number, its day, who issues it
to whom, the texts of the event, and how dates are reckoned.

Pure: no database, no present moment. A kind of life adds what its own documents need (`context.Context` for cases).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.catalog.laws.register import Register, cite_on
from yichuang.documents import citing
from yichuang.documents.content import DEMO_SEAL, Document
from yichuang.documents.declaring import KINDS
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Clock, due_on, explain

NOTHING_KNOWN = Register()
SEAL = "行政审批专用章"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All that the outside knows about one document. `before` and `state` are the life before and after its event."""

    kind: str  # of the document, by code
    before: Any
    state: Any
    calendar: WorkingCalendar
    day: date  # of issue
    number: str
    code: str
    texts: dict[str, str]  # private texts of the event, by field
    organ: str  # who issues it, in full
    short: str  # 市监
    to: str  # whom it addresses
    reference: str  # the number of the life it belongs to
    verify_url: str
    demo: bool
    division: str = ""  # 郑州市
    channel: str = ""  # by which the act came
    officers: tuple[str, ...] = ()  # names of who acted: public by law
    earlier: tuple[tuple[str, str], ...] = ()  # kind and number of the documents issued before this one
    review_online: str = ""  # where review is asked for online
    register: Register = NOTHING_KNOWN  # of laws, for what the document cites

    @property
    def seal(self) -> str:
        return DEMO_SEAL if self.demo else SEAL

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    def text(self, name: str) -> str:
        """A private text of the event as a sentence: it ends with a full stop. Empty when there is none."""
        text = self.texts.get(name, "").strip()
        return text if not text or text[-1] in "。！？；" else f"{text}。"

    def due(self, clock: Clock) -> date:
        return due_on(clock, self.calendar, self.day).day

    def reckoning(self, clock: Clock) -> str:
        """How the due day is found, in sentences of the code that finds it."""
        return "".join(explain(clock, self.calendar, self.day))

    def cite_laws(self, bases: Iterable[str]) -> Iterator[str]:
        """The bases as the register of laws has them on the day of issue."""
        on_day = (cite_on(self.register, basis, self.day) for basis in bases)
        return (basis for basis in on_day if basis)

    def remedies(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Review and litigation (许可法 38 条二款) with the body to turn to: the government of the organ's level."""
        ways = []
        for text in texts:
            way, _, basis = text.partition("（")
            way = way.replace("依法申请行政复议", f"依法向{self.division}人民政府申请行政复议")
            way = way.replace("依法提起行政诉讼", "依法向有管辖权的人民法院提起行政诉讼")
            cited = "、".join(citing.citations(basis.rstrip("）"))) if basis else ""
            ways.append(way + (f"（{cited}）" if cited else ""))
        if not ways:
            return ()
        if ways[0].startswith("应当先"):  # review before any suit: no choice between the two
            return (f"如不服本决定，{'；'.join(ways)}。",)
        return (f"如不服本决定，{'，也'.join(ways)}。",)

    def document(self, paragraphs: Iterable[str], *, bases: Iterable[str] = (), **more: Any) -> Document:
        """A document of this life with everything that all of them carry."""
        more.setdefault("title", self.title)
        more.setdefault("to", self.to)
        return Document(
            kind=self.kind,
            number=self.number,
            organ=self.organ,
            organ_short=self.short,
            case_number=self.reference,
            date=self.day,
            paragraphs=tuple(p for p in paragraphs if p),
            bases=tuple(f"{cited}。" for cited in citing.merged(self.cite_laws(bases))),
            verify_url=self.verify_url,
            code=self.code,
            seal_name=self.seal,
            demo=self.demo,
            review_online=self.review_online if more.get("remedies") else "",
            **more,
        )
