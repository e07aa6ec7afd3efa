"""What codes are called where a finding is told to people: steps, materials, fees, and the units of limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yichuang.catalog.standard import Standard, StepKind
from yichuang.kernel.clock import Limit, Unit


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a standard gives. Without any, a code is its own name, and a limit has no unit."""

    steps: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    fees: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # promised, statutory, or the code of a step → unit

    def step(self, code: str, round: str = "1") -> str:
        """资料审查, or of a later round 资料审查（第2轮）."""
        name = self.steps.get(code, code)
        return f"{name}（第{round}轮）" if round not in ("", "1") else name

    def survey(self, code: str) -> str:
        """A step that examines, by code and round; what else examines has no name of its own."""
        step, _, round = code.partition("/")
        return f"“{self.step(step, round)}”" if step in self.steps else "现场核查或者技术审查"

    def limit(self, amount: int | None, of: str) -> str:
        """10个工作日; without a known unit 10（单位见办事规程）."""
        return name_limit(amount, self.units.get(of, ""))


NO_NAMES = Names()


def names_of_standard(standard: Standard) -> Names:
    """The names and units of a published standard."""
    units = {step.code: step.limit.unit.value for step in standard.steps}
    units |= {"promised": standard.promised.unit.value, "statutory": standard.statutory.unit.value}
    return Names(
        {step.code: step.name for step in standard.steps},
        {material.code: material.name for material in standard.materials},
        {fee.code: fee.name for fee in standard.fees},
        units=units,
    )


def name_limit(amount: int | None, unit: str) -> str:
    """A limit as people write it: 20个工作日, 3个月, 当场."""
    if amount is None:
        return "—"
    return Limit(amount, Unit(unit)).label if unit in set(Unit) else f"{amount}（单位见办事规程）"


def name_lateness(days: int | None) -> str:
    """How long after its last day: 3个工作日; where only rest days lie between, less than one."""
    return "不足1个工作日" if days == 0 else f"{'—' if days is None else days}个工作日"


def name_amount(fen: int | None) -> str:
    """An amount of fen (分) as people write it: 1,234.50元."""
    return "—" if fen is None else f"{fen // 100:,}.{fen % 100:02d}元"


def name_kind(kind: str) -> str:
    """What a kind of step is called: 听证, 检验; empty for one that is none."""
    return StepKind(kind).label if kind in set(StepKind) else ""
