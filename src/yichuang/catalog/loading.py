"""The catalogue's data as standards: facts of `items.yaml` joined with the designs under `standards/`.

Pure reading: YAML in, frozen dataclasses out, the same every time. No database, no present moment, no published
version enters here; what a department edits later lives in the store, this is only where it starts from (3.2a-3.2c).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yichuang.catalog.reading import read_fee, read_form, read_material, read_step, refuse_unknown_keys
from yichuang.catalog.standard import (
    ARTICLE_45,
    DEMO,
    Basis,
    Condition,
    Contested,
    Fee,
    Material,
    Point,
    PointKind,
    Procedure,
    Remedy,
    Result,
    Situation,
    Special,
    Standard,
    Step,
    StepKind,
    Unneeded,
)
from yichuang.kernel.clock import Limit, Unit

DATA = Path(__file__).parent / "data"
CITY = "410100"
_FULL_WIDTH = str.maketrans("(),;:", "（），；：")
_DESIGN = (
    frozenset({"item", "confidence", "department", "name", "keywords", "channels", "visits", "applicants", "counties"})
    | {"statutory", "promised", "situations", "bases", "condition_bases", "conditions", "materials", "extras", "steps"}
    | {"specials", "more_specials", "fees", "result", "points", "form", "checks", "hall_class", "unneeded"}
)


@dataclass(frozen=True)
class SeedDivision:
    """An administrative division (GB/T 2260) and its level (GB/T 39046 A.2: 3 city, 4 county)."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class DepartmentSeat:
    """A department in one division: its full name and its (synthetic) unified social credit code."""

    name: str
    uscc: str


@dataclass(frozen=True)
class SeedDepartment:
    """A department of the city; `name` is today's, `name_2018` that of the policy, `short` is for document numbers."""

    code: str
    name: str
    name_2018: str
    short: str
    nature: str  # GB/T 39046 A.3: 1 法定机关, 2 授权组织
    note: str
    seats: dict[str, DepartmentSeat] = field(default_factory=dict)  # by division


@dataclass(frozen=True)
class Deviation:
    """An approved difference of a county's standard from the city's (3.2c); `attribute` names what differs."""

    item: str
    division: str
    attribute: str
    reason: str
    approved_by: str
    document: str
    approved_on: str
    confidence: str = DEMO


def _yaml(name: str) -> Any:
    with (DATA / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


@cache
def load_items() -> dict[str, dict[str, Any]]:
    """The rows of items.yaml by item id, in Chinese punctuation; treat them as read-only."""
    return {row["id"]: _typeset(row) for row in _yaml("items.yaml")["items"]}


def _typeset(value: Any) -> Any:
    """The file of facts is kept as it came, in ASCII punctuation; what people read has the full-width kind."""
    if isinstance(value, dict):
        return {key: _typeset(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typeset(inner) for inner in value]
    if isinstance(value, str) and any(c > "\u2e7f" for c in value):
        return re.sub("(?<=[（），；：]) ", "", value.translate(_FULL_WIDTH))
    return value


@cache
def load_divisions() -> tuple[SeedDivision, ...]:
    """City first, then the counties."""
    return tuple(SeedDivision(**row) for row in _yaml("departments.yaml")["divisions"])


@cache
def load_departments() -> dict[str, SeedDepartment]:
    """Departments by code."""
    rows = _yaml("departments.yaml")["departments"]
    return {
        row["code"]: SeedDepartment(
            code=row["code"],
            name=row["name"],
            name_2018=row["name_2018"],
            short=row["short"],
            nature=row["nature"],
            note=row.get("note", ""),
            seats={division: DepartmentSeat(**seat) for division, seat in row["seats"].items()},
        )
        for row in rows
    }


@cache
def load_procedures() -> dict[str, Procedure]:
    """The three procedures by code: licence, registration, filing."""
    return {row["code"]: _procedure(row) for row in _yaml("procedures.yaml")["procedures"]}


@cache
def load_standards() -> tuple[Standard, ...]:
    """Every standard of every division, ordered by division and item.

    Raises KeyError or ValueError when the data is broken; `checker.list_findings` judges what loads.
    """
    common = _yaml("common.yaml") | {"sheets": _yaml("sheets.yaml")}
    points = _yaml("points.yaml")["points"]
    procedures = {t: row["code"] for row in _yaml("procedures.yaml")["procedures"] for t in row["task_types"]}
    standards = [
        _standard(_Source(facts, design, common, points, load_laws(), procedures[facts["task_type"]]), division)
        for facts, design in _designs()
        for division in load_divisions()
        if division.code == CITY or division.code in design.get("counties", {})
    ]
    return tuple(sorted(standards, key=lambda s: (s.division, s.item)))


@cache
def load_laws() -> dict[str, dict[str, str]]:
    """Rank and, as far as known, first and last day in force of each law, by its name in items.yaml. Another name that
    a law goes by says `alias_of`.
    """
    return {
        law: {"level": level, **{key: str(value) for key, value in (known or {}).items()}}
        for level, names in _yaml("laws.yaml").items()
        for law, known in names.items()
    }


@cache
def load_deviations() -> tuple[Deviation, ...]:
    """The approved deviations of counties from the city's base (3.2c)."""
    return tuple(
        Deviation(item=facts["id"], division=division, **spec["deviation"])
        for facts, design in _designs()
        for division, spec in sorted(design.get("counties", {}).items())
        if spec and "deviation" in spec
    )


@cache
def _designs() -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    """Pairs of facts and design, in the order of the items' ids; an item without a design file is not loaded."""
    items = load_items()
    names = sorted(path.name for path in (DATA / "standards").glob("*.yaml"))
    designs = [_yaml(f"standards/{name}") for name in names]
    for design in designs:
        refuse_unknown_keys(design, _DESIGN, design["item"])
    return tuple((items[design["item"]], design) for design in designs)


@dataclass(frozen=True)
class _Source:
    """The data that one item's standard is built from."""

    facts: dict[str, Any]
    design: dict[str, Any]
    common: dict[str, Any]
    points: list[dict[str, Any]]
    laws: dict[str, dict[str, str]]
    procedure: str


def _limit(row: dict[str, Any]) -> Limit:
    return Limit(row["value"], Unit(row["unit"]))


def _procedure(row: dict[str, Any]) -> Procedure:
    return Procedure(
        code=row["code"],
        name=row["name"],
        accept_within=_limit(row["accept_within"]),
        silence_accepts=row["silence_accepts"],
        supply_within=_limit(row["supply_within"]),
        pre_review_within=_limit(row["pre_review_within"]),
        stops=tuple(StepKind(kind) for kind in row["stops"]),
        extension=_limit(row["extension"]) if row["extension"] else None,
        deliver_within=_limit(row["deliver_within"]),
        remedies=tuple(row["remedies"]),
        articles=dict(row["articles"]),
        ways=_ways(),
        answer_within=_limit(row["answer_within"]) if "answer_within" in row else None,
    )


@cache
def _ways() -> tuple[Remedy, ...]:
    """The remedies by situation, the same for all procedures."""
    rows = _yaml("procedures.yaml")["ways"]
    return tuple(Remedy(**row | {"situation": Contested(row["situation"])}) for row in rows)


def _standard(source: _Source, division: SeedDivision) -> Standard:
    """One item's standard at one division: the same content, the division's own department, code and deviation."""
    facts, design = source.facts, source.design
    seat = load_departments()[design["department"]].seats[division.code]
    local = (design.get("counties", {}).get(division.code) or {}) if division.code != CITY else {}
    promised = local.get("promised") or design.get("promised") or facts["promised_limit_typical"]
    statutory = facts["statutory_limit"] | design.get("statutory", {})
    specials, fees = _specials(source), _fees(source)
    steps = tuple(read_step(row, design["department"], source.common) for row in design.get("steps", []))
    materials, result = tuple(_materials(source)), _result(source)
    standard = Standard(
        item=facts["id"],
        name=design.get("name", facts["name"]),
        division=division.code,
        department=design["department"],
        department_name=seat.name,
        item_code=f"{seat.uscc}{division.level}{facts['local_catalog_code_demo']}",
        version=1,
        task_type=facts["task_type"],
        level=division.level,
        hall_class=design.get("hall_class", source.common["hall_classes"][facts["task_type"]]),
        applicants=tuple(design.get("applicants", facts["applicant"])),
        instant=facts["project_type"] == "1",
        procedure=load_procedures()[source.procedure],
        bases=_bases(source),
        conditions=_conditions(source),
        materials=materials,
        steps=steps,
        statutory=_limit(statutory),
        statutory_from="accept" if statutory["from"] == "accept" else "apply",
        statutory_note=_statutory_note(statutory),
        statutory_extension=_limit(statutory["extension"]) if statutory.get("extension") else None,
        promised=_limit(promised),
        promised_confidence=promised.get("conf", DEMO),
        fees=fees,
        specials=specials,
        result=result,
        situations=tuple(Situation(**row) for row in design["situations"]),
        unneeded=tuple(Unneeded(**row) for row in design.get("unneeded", [])),
        points=(),
        form=read_form(design["form"], design.get("checks", []), source.common["sections"]),
        channels=tuple(design.get("channels", source.common["channels"])),
        visits=design.get("visits", 1 if any(s.kind is StepKind.SURVEY for s in steps) else 0),
        gaps_allowed=facts["rongque_allowed"],
        keywords=tuple(design["keywords"]),
        confidence=design["confidence"],
        uses_project_code=facts.get("uses_project_code", False) and not facts.get("assigns_project_code", False),
        assigns_project_code=facts.get("assigns_project_code", False),
    )
    return add_special_stops(replace(standard, points=_points(source, standard)))


def add_special_stops(standard: Standard) -> Standard:
    """45条 and what the item's special law adds: a special that does not count stops the clock in this item."""
    procedure = standard.procedure
    added = (s.kind for s in standard.specials if not s.counts and s.kind not in procedure.stops)
    return replace(standard, procedure=replace(procedure, stops=procedure.stops + tuple(dict.fromkeys(added))))


def _bases(source: _Source) -> tuple[Basis, ...]:
    rows = source.facts["legal_basis"] + source.design.get("bases", [])
    return tuple(Basis(row["law"], row["article"], confidence=row["confidence"], **_dated(source, row)) for row in rows)


def _dated(source: _Source, row: dict[str, Any]) -> dict[str, str]:
    """Rank and days in force of a law, as a basis holds them."""
    return {name: value for name, value in source.laws[row["law"]].items() if name != "alias_of"}


def _conditions(source: _Source) -> tuple[Condition, ...]:
    """The conditions of the facts. The article comes from the design, else from the first legal basis."""
    texts = source.facts["conditions"]
    first = source.facts["legal_basis"][0]
    default = f"{first['law'].split('（')[0]}{first['article'].split('（')[0]}"
    basis_by_number = source.design.get("condition_bases", {})
    unknown = set(basis_by_number) - set(range(1, len(texts) + 1))
    if unknown:
        raise ValueError(f"{source.facts['id']}:没有第 {sorted(unknown)} 项条件")
    conditions = [
        Condition(text, basis_by_number.get(number, default), source.facts["confidence"])
        for number, text in enumerate(texts, start=1)
    ]
    added = [Condition(row["text"], row["basis"]) for row in source.design.get("conditions", [])]
    return tuple(conditions + added)


def _materials(source: _Source) -> Iterator[Material]:
    """Materials in the order of the facts (M01 …), then those that a situation adds."""
    common, design = source.common, source.design
    facts = source.facts["materials"]
    codes = [f"M{number:02d}" for number in range(1, len(facts) + 1)]
    unknown = set(design.get("materials", {})) - set(codes)
    if unknown:
        raise ValueError(f"{source.facts['id']}:没有材料 {sorted(unknown)}")
    for code, row in zip(codes, facts, strict=True):
        design_row = common["materials"].get(row["name"], {}) | design.get("materials", {}).get(code, {})
        yield read_material(code, row | design_row, common)
    certificate = _result(source).certificate_type
    for number, extra in enumerate(design.get("extras", []), start=len(facts) + 1):
        # an extra is a template's name, a template with changes ({use: original, when: …}) or a material of its own
        spec = {"use": extra} if isinstance(extra, str) else dict(extra)
        row = common["extras"].get(spec.pop("use", ""), {}) | spec
        row = {k: v.format(cert=certificate) if isinstance(v, str) else v for k, v in row.items()}
        yield read_material(f"M{number:02d}", row, common)


def _fees(source: _Source) -> tuple[Fee, ...]:
    """The fees of an item that charges, else none. The design says how to compute what the facts only describe."""
    if not source.facts["fee"]["charge"]:
        return ()
    return tuple(read_fee(row) for row in source.design["fees"])


def _specials(source: _Source) -> tuple[Special, ...]:
    """The special procedures of the facts as the design changes them, then those the design's own steps need."""
    changes = source.design.get("specials", {})
    common = source.common
    out = []
    for row in source.facts["special_procedures"]:
        kind = StepKind(common["special_kinds"][row["kind"]])
        changed = changes.get(row["kind"], {})
        basis = common["special_basis"]["article_45" if kind in ARTICLE_45 else str(kind)]
        out.append(
            Special(
                kind=kind,
                name=changed.get("name", row["kind"]),
                typical=Limit(changed.get("typical", row["typical_workdays"]), Unit.WORKDAY),
                counts=changed.get("counts", row["counts_in_limit"]),
                basis=changed.get("basis", basis),
            )
        )
    for row in source.design.get("more_specials", []):
        typical = Limit(row["typical"], Unit.WORKDAY)
        out.append(Special(StepKind(row["kind"]), row["name"], typical, row["counts"], row["basis"]))
    return tuple(out)


def _result(source: _Source) -> Result:
    design, facts, validity = source.design.get("result", {}), source.facts["result"], source.facts["validity"]
    return Result(
        name=facts["name"],
        kind=design.get("kind", facts["type"]),
        certificate_type=design.get("certificate", facts["name"]),
        validity_months=validity["years"] * 12 if validity["years"] else None,
        validity_note=design.get("note", validity.get("note", "")),
        confidence=validity.get("conf", source.facts["confidence"]),
        fields=tuple(design.get("fields", ())),
    )


def _statutory_note(statutory: dict[str, Any]) -> str:
    alternatives = [
        f"{alternative['situation']}{_limit(alternative).label}" for alternative in statutory.get("alternatives", [])
    ]
    return "；".join(part for part in [statutory.get("note", ""), *alternatives] if part)


def _points(source: _Source, standard: Standard) -> tuple[Point, ...]:
    """The supervision points of 3.2g: the common ones that fit this standard, then the item's own."""
    traits = {
        "gaps": standard.gaps_allowed,
        "timed": not standard.instant,
        "charges": bool(standard.fees),
        "free": not standard.fees,
        "agency": any(m.source == "agency" for m in standard.materials),
    }
    out: list[Point] = []
    for row in source.points + source.design.get("points", []):
        if not traits.get(row.get("only", ""), True):
            continue
        for at in _places(row, standard.steps):
            code = f"P{len(out) + 1:02d}"
            out.append(Point(code, PointKind(row["kind"]), at, row["rule"], dict(row["parameters"])))
    return tuple(out)


def _places(row: dict[str, Any], steps: tuple[Step, ...]) -> list[str]:
    return [s.code for s in steps if s.kind in row["each"]] if "each" in row else [row["at"]]


__all__ = [
    "CITY",
    "DATA",
    "DepartmentSeat",
    "Deviation",
    "SeedDepartment",
    "SeedDivision",
    "add_special_stops",
    "load_departments",
    "load_deviations",
    "load_divisions",
    "load_items",
    "load_laws",
    "load_procedures",
    "load_standards",
]
