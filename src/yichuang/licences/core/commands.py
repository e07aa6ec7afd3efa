"""What is done to a licence: by a case that acts on it, by officers, and by its holder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.aggregates.acts import Files, Text

# --- by a case, inside its own command --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Make:
    """Begin a licence: a case has made it, or it was made before."""

    number: str
    identifier: str
    type: str
    standard: str
    subject: str
    valid_from: date
    valid_to: date | None
    case: str
    form: Text
    made_on: date
    paper_seq: int = 0
    sole: str = ""
    adopted: bool = False
    void: bool = False  # made in error by a case that asked for a cancellation


@dataclass(frozen=True, slots=True)
class Apply:
    case: str
    situation: str
    subject: str
    item: str
    department: str
    on: date | None = None  # the day the case was filed; today for one that is being filed
    complete: bool = True  # nothing is left for the applicant to supply


@dataclass(frozen=True, slots=True)
class Wait:
    case: str
    on_applicant: bool


@dataclass(frozen=True, slots=True)
class Release:
    case: str


@dataclass(frozen=True, slots=True)
class Settle:
    """The decision that grants what was applied for."""

    case: str
    situation: str
    form: Text
    decision: str
    sole: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    case: str
    paper_seq: int


# --- by officers ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enter:
    """Record a paper licence of before this platform."""

    standard: str
    subject: str
    number: str  # as it stands on the paper
    valid_from: date
    valid_to: date | None
    form: Text  # {"applicant": …, "values": …}: what it states, as a case's form would say it
    sole: str = ""
    evidence: Files = ()  # the paper, scanned


@dataclass(frozen=True, slots=True)
class Correct:
    what: str
    value: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class OpenRevocation:
    ground: str
    reason: Text
    requested: bool = False
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class ServeNotice:
    method: str
    day: date  # on which it was served
    recipient: Text = ""  # who signed for it; nobody does for a publication
    evidence: Files = ()  # return receipt, post office's slip, witnesses' record or the publication


@dataclass(frozen=True, slots=True)
class ArrangeHearing:
    day: date
    place: Text


@dataclass(frozen=True, slots=True)
class HoldHearing:
    record: Text
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class DropRevocation:
    reason: Text


@dataclass(frozen=True, slots=True)
class Revoke:
    reason: Text
    compensation: Text = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    ground: str
    reason: Text
    document: Text = ""  # the decision, certificate or provision that it rests on, by its number
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """Take back the entry of a paper licence that was entered wrongly."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Suspend:
    until: date
    reason: Text
    evidence: Files = ()  # that the holder was told before, and what they said


@dataclass(frozen=True, slots=True)
class Restore:
    reason: Text


# --- by the holder ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    statement: Text
    evidence: Files = ()
    signer: Text = ""  # of the paper that a window takes in


@dataclass(frozen=True, slots=True)
class SignNotice:
    pass


@dataclass(frozen=True, slots=True)
class AskHearing:
    reason: Text = ""
    evidence: Files = ()
    signer: Text = ""  # of the paper that a window takes in
