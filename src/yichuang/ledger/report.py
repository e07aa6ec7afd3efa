"""The result of a verification: faults, notes that are no faults, and counts of what was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from yichuang.kernel.localtime import SHANGHAI

LISTED = 100  # faults of one kind that are named one by one; the others are counted


@dataclass(frozen=True, slots=True)
class Fault:
    # edited | broken | rewritten | removed | cut | inserted | time | seal | older | root
    # | vault | text | file | unreadable
    kind: str
    where: str
    text: str


@dataclass
class Report:
    entries: int = 0
    streams: int = 0
    seals: int = 0
    days: int = 0
    texts: int = 0  # rows of the vault that were compared
    files: int = 0  # files that were read and compared
    skipped: str = ""  # what was left out, in words
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)  # all faults, also those not listed
    sealed_to: int = 0  # number of the last seal that could be checked
    proven_by: str = ""  # outside | database
    unsealed: int = 0  # entries after the last seal

    @property
    def green(self) -> bool:
        return not self.kinds

    def add(self, kind: str, where: str, text: str) -> None:
        """Add a fault. Beyond LISTED faults of one kind it is only counted."""
        self.kinds[kind] += 1
        if self.kinds[kind] <= LISTED:
            self.faults.append(Fault(kind, where, text))

    @contextmanager
    def guard_part(self, part: str) -> Iterator[None]:
        """Run a part of the verification; any exception in it becomes a fault with the part's name. Data in tables and
        folders may have any shape, and one broken part must not stop the others.
        """
        try:
            yield
        except Exception as error:
            message = str(error).splitlines()[0][:200] if str(error) else ""
            self.add("unreadable", part, f"没有查完，这里的内容读不出来（{type(error).__name__}：{message}）。")

    def lines(self) -> Iterator[str]:
        yield f"条目 {self.entries}，流 {self.streams}，封存 {self.seals}，日根 {self.days}"
        yield f"个人信息原文 {self.texts} 份，文件 {self.files} 个已与账本所记的摘要比对。"
        if self.skipped:
            yield f"没有核对：{self.skipped}。"
        for fault in self.faults:
            yield f"✗ {fault.where}:{fault.text}"
        if more := self.kinds.total() - len(self.faults):
            yield f"✗ 另有 {more} 处同类问题没有逐条列出。"
        for note in self.notes:
            yield f"! {note}"
        if self.proven_by == "outside":
            yield f"封存 {self.sealed_to} 号以前的内容，已按库外保存的封存与日根核对。"
        elif self.seals:
            yield f"没有库外封存可比：{self.sealed_to} 号以前的内容只与库内封存一致，能改动数据库的人也能改动它。"
        if self.unsealed:
            since = f"自封存 {self.sealed_to} 号之后有 {self.unsealed} 条尚未封存"
            yield f"{since}：其链条完整，但是否被整体替换或截去无法证明。"
        yield "账本完好。" if self.green else f"发现 {self.kinds.total()} 处问题。"


def moment_words(microseconds: int) -> str:
    """A moment, in microseconds since 1970 UTC, as a person here reads it. Raises nothing."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
        return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError):
        return "（不是有效的时刻）"
