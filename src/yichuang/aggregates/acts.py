"""Acts: what may be done to a life, by whom, and what comes of it. Pure.

A room above registers its acts in a table (`Acts`) and describes a life by plain functions (`Life`): what passing time
does, who may do an act, how an event changes the state. `decide` and `list_offers` are then the same for every life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from yichuang.aggregates.refusal import Refused
from yichuang.ledger.actor import Actor

Text = str  # what a person wrote: plain on the way in, then `vault:<id>:<field>:<digest>`, or empty
Files = tuple[str, ...]  # ids of files that the actor has sent (`aggregates.uploads`)
MOST = 2000  # characters of a text, unless an act says otherwise


class Facts(Protocol):
    """What every life needs to know of the outside; a room adds its own."""

    @property
    def now(self) -> datetime: ...
    @property
    def actor(self) -> Actor: ...


S = TypeVar("S")
F = TypeVar("F", bound=Facts)
C = TypeVar("C", bound=Callable[..., list[Any]])


@dataclass(frozen=True, slots=True)
class Tick:
    """Let time pass. No act of anybody: whatever is due by now happens, and nothing else."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the ledger has it: with who and when."""

    event: Any
    person: str
    at: datetime  # legal moment
    recorded: datetime
    channel: str = ""
    on_behalf_of: str = ""  # whom an agent acts for, or the absent officer stood in for


@dataclass(frozen=True, slots=True)
class Dated:
    """An event with the legal moment at which time did it; None: the actor did it, now."""

    event: Any
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act asks a person for, by the field of its command. `most` counts characters of a text. `choices` gives
    what there is to choose from (value → words) for a state and the facts. `judge` says in Chinese what is wrong with
    the text beside the other data of the act, or nothing: the door sees no text, so it is judged before. `demanded`
    says when a field that is not required must be given all the same (“窗口代收的必填”).
    """

    label: str = ""
    required: bool = False
    most: int = MOST
    choices: Callable[[Any, Any], Mapping[str, str]] | None = None
    judge: Callable[[Any, Mapping[str, Any]], str] | None = None
    demanded: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its command, what its button says, at which stages, and the check that answers with events.

    `who` is in the words of the room (posts, parties). `needs` names the facts that the check asks for beside those
    that every command knows; the room says how each is found (`Aggregate.needs`). `contested` names those that it asks
    for only when a unique index has refused what it did: the check then says why. An act that `creates` begins a life;
    one of the `system` is never offered to a person.
    """

    command: type[Any]
    label: str
    stages: frozenset[Any]
    who: Any
    check: Callable[[Any, Any, Any], list[Any]]
    name: str
    clause: str = ""
    needs: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    asks: Mapping[str, Asked] = field(default_factory=dict)
    creates: bool = False
    system: bool = False

    @property
    def private(self) -> tuple[str, ...]:
        """The fields of the command that hold what a person wrote."""
        return tuple(f.name for f in fields(self.command) if f.type == "Text")

    @property
    def files(self) -> tuple[str, ...]:
        """The fields of the command that name files."""
        return tuple(f.name for f in fields(self.command) if f.type == "Files")


class Acts(Mapping[type[Any], Act]):
    """The table of the acts of one kind of life, by command."""

    def __init__(self) -> None:
        self._acts: dict[type[Any], Act] = {}

    def __getitem__(self, command: type[Any]) -> Act:
        return self._acts[command]

    def __iter__(self) -> Iterator[type[Any]]:
        return iter(self._acts)

    def __len__(self) -> int:
        return len(self._acts)

    def register(
        self, command: type[Any], label: str, *, stages: frozenset[Any], who: Any, name: str = "", **more: Any
    ) -> Callable[[C], C]:
        """Register a check under its command. Raises ValueError when the command or the name is taken, or when a text
        would go into the ledger instead of the vault.
        """

        def add(check: C) -> C:
            act = Act(command, label, stages, who, check, name or snake_case(command.__name__), **more)
            hidden = {f.name for f in fields(command) if "Text" in str(f.type)}
            if hidden != set(act.private):
                raise ValueError(f"{command.__name__}: what people write is annotated `Text`, and nothing else")
            if unknown := act.asks.keys() - {f.name for f in fields(command)}:
                raise ValueError(f"{command.__name__} asks for {', '.join(sorted(unknown))}, which it has no field for")
            if command in self._acts or act.name in self.by_name:
                raise ValueError(f"{command.__name__} is decided twice")
            self._acts[command] = act
            return check

        return add

    @property
    def by_name(self) -> dict[str, Act]:
        """The acts by the name that pages and programs use."""
        return {act.name: act for act in self._acts.values()}


def snake_case(name: str) -> str:
    """The name of a class as pages and entries write it: `AskCorrection` → `ask_correction`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as a page or a program sees it: open, or the refusal that says why not."""

    act: Act
    step: str
    refusal: Refused | None

    @property
    def command(self) -> type[Any]:
        return self.act.command

    @property
    def label(self) -> str:
        return self.act.label

    @property
    def allowed(self) -> bool:
        return self.refusal is None


def _keep_event(event: Any, facts: Any) -> Any:
    return event


def _whole_life(state: Any, act: Act) -> list[str]:
    return [""]


@dataclass(frozen=True, slots=True)
class Life(Generic[S, F]):
    """A kind of life as plain functions.

    `lapse` answers with the state that passing time has made, and the events that made it so. `may` raises Refused
    when the actor may not do the act now, whatever the command says. `evolve` is total: a recorded event always
    applies. `places` are the steps at which an act can be done; `stamp` puts on an event what it was reckoned with.
    """

    acts: Acts
    evolve: Callable[[S, Happened], S]
    lapse: Callable[[S, F], tuple[S, list[Dated]]]
    may: Callable[[S, Act, F, str], None]
    places: Callable[[S, Act], list[str]] = _whole_life
    stamp: Callable[[Any, F], Any] = _keep_event

    def decide(self, state: S, command: Any, facts: F) -> tuple[S, list[Dated]]:
        """All that passing time and then the command do to the state.

        Raises Refused; what time did holds all the same, and the refusal carries it as `details["lapsed"]`.
        """
        state, dated = self.lapse(state, facts)
        if isinstance(command, Tick):
            return state, dated
        act = self.acts[type(command)]
        try:
            self.may(state, act, facts, getattr(command, "step", ""))
            events = [self.stamp(event, facts) for event in act.check(state, command, facts)]
        except Refused as refused:
            refused.details["lapsed"] = (state, dated)
            raise
        actor = facts.actor
        for event in events:
            state = self.evolve(
                state, Happened(event, actor.person, facts.now, facts.now, actor.channel, actor.on_behalf_of)
            )
        return state, [*dated, *map(Dated, events)]

    def list_offers(self, state: S, facts: F) -> list[Offer]:
        """Every act of a person at the stage that time has brought the life to, with what keeps it closed."""
        state, _ = self.lapse(state, facts)
        out = []
        for act in self.acts.values():
            if act.system or act.creates or getattr(state, "stage", None) not in act.stages:
                continue
            for step in self.places(state, act):
                try:
                    self.may(state, act, facts, step)
                except Refused as refused:
                    out.append(Offer(act, step, refused))
                else:
                    out.append(Offer(act, step, None))
        return out
