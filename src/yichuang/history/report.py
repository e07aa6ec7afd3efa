"""Writes the result of judging a data set as one HTML page without other files: for screen, phone and paper."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader
from markupsafe import Markup

from yichuang.history.coverage import ASIDE
from yichuang.history.grouping import LEADING
from yichuang.history.judgement import Judgement
from yichuang.history.language import CHINESE, Language
from yichuang.history.process import ARROW, find_map, name_activity, save_map
from yichuang.supervision.compiled import find_cache_folder
from yichuang.supervision.process_drawing import Words, draw_map
from yichuang.supervision.process_map import name_span, pick_edges
from yichuang.supervision.rules.catalogue import RULES
from yichuang.supervision.rules.naming import NO_NAMES, Names
from yichuang.supervision.rules.rule import Level, Rule, Scope, Status

SHOWN = 20  # cases of a rule that the page names; the Parquet file has all
DEPARTMENTS = 100
DRAWN = (15, 40, 100)  # edges of the process map, to choose from
VARIANTS = 20
STEPS = 40  # activities of a variant that the page names

GROUPS = {"division": "区划", "item": "事项", "applicant": "申请人", "channel": "渠道"}  # columns of a case


def write_report(
    judgement: Judgement, path: Path, notes: Sequence[str] = (), group_by: str = "", language: Language = CHINESE
) -> None:
    """Write the page, and beside it the files of the process map; `notes` are remarks on the data for its reader,
    `group_by` is one of `list_groups` or empty.
    """
    levels = {
        (rule, level): n
        for rule, level, n in _rows(judgement, f"select rule, level, count(*) from {LEADING} group by all")
    }
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
        bytecode_cache=_find_template_cache(),
    )  # fmt: skip
    page = environment.get_template("report.html").render(
        language=language,
        say=language.say,
        manifest=judgement.manifest,
        notes=notes,
        engine={"duckdb": "DuckDB", "spark": "Spark", "postgres": "PostgreSQL"}[judgement.engine],
        counts=_counts(judgement),
        lines=[
            {
                "verdict": verdict,
                "title": language.name_rule(verdict.rule),
                "ground": language.cite_ground(verdict.rule),
                "basis": language.cite_basis(verdict.rule),
                "weak": language.tell_weak(verdict.rule),
                "red": levels.get((verdict.rule.code, Level.RED.value), 0),
                "yellow": levels.get((verdict.rule.code, Level.YELLOW.value), 0),
                "parameters": [
                    language.tell_parameter(p.label, verdict.parameters[name], p.unit)
                    for name, p in verdict.rule.parameters.items()
                ],
                "blind": _blind(judgement, verdict.rule),
                "lacks": judgement.lacks(verdict.rule),
                "share": judgement.share(verdict),
                "coverage": language.say(judgement.coverage[verdict.rule.code].describe()),
                "hits": _first(judgement, verdict.rule, language) if verdict.hits else [],
                "leading": sum(levels.get((verdict.rule.code, level.value), 0) for level in Level),
            }
            for verdict in judgement.verdicts
        ],
        waiting=[rule for rule in RULES if rule.status is Status.WAITING],
        departments=_departments(judgement),
        people=_people(judgement),
        cases=_cases(judgement),
        **_describe_map(judgement, path.parent, language),
        group=GROUPS.get(group_by, group_by),
        groups=_groups(judgement, group_by) if group_by else [],
        months=_rows(
            judgement,
            f"select coalesce(strftime(day, '%Y-%m'), '不明') as month, count(*) filter (level = 'red'),"
            f" count(*) filter (level = 'yellow') from {LEADING} group by 1 order by 1",
        ),
        aside=_rows(
            judgement,
            f"select case_id, list(rule order by rule) from {ASIDE} group by 1 order by 1 limit {DEPARTMENTS}",
        ),
        followed=judgement.hit_count - judgement.leading_count,
        seconds=sum(verdict.seconds for verdict in judgement.verdicts) + sum(judgement.parts.values()),
        shown=SHOWN,
    )
    path.write_text(page, encoding="utf-8")


def _find_template_cache() -> FileSystemBytecodeCache | None:
    """Where compiled templates are kept between runs; None where nothing can be written."""
    folder = find_cache_folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileSystemBytecodeCache(str(folder), "%s.template") if os.access(folder, os.W_OK) else None


def _rows(judgement: Judgement, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    return judgement.con.execute(statement, list(parameters)).fetchall()


def _counts(judgement: Judgement) -> dict[str, int]:
    rows = _rows(
        judgement,
        f"""
        select (select count(*) from log_cases), (select count(*) from log_events),
               (select count(*) from log_standards),
               (select count(*) from {LEADING} where level = 'red'),
               (select count(*) from {LEADING} where level = 'yellow'),
               (select count(distinct case_id) from {LEADING} where case_id <> '')
        """,
    )
    return dict(zip(("cases", "events", "standards", "red", "yellow", "touched"), rows[0], strict=True))


def _departments(judgement: Judgement) -> list[tuple[Any, ...]]:
    """Rows of department, number of cases, red and yellow hits, the most red first."""
    return _rows(
        judgement,
        f"""
        with found as (
          select coalesce(nullif(h.department, ''), c.department, '') as department, h.level
          from {LEADING} h left join log_cases c using (case_id)
        ), filed as (select department, count(*) as cases from log_cases group by 1)
        select coalesce(nullif(department, ''), '不明'), coalesce(any_value(filed.cases), 0),
               count(*) filter (level = 'red') as red, count(*) filter (level = 'yellow') as yellow
        from found left join filed using (department)
        group by department order by red desc, yellow desc limit {DEPARTMENTS}
        """,
    )


def _people(judgement: Judgement) -> list[tuple[Any, ...]]:
    """Rows of person, number of cases with a hit, red and yellow hits, the most red first."""
    return _rows(
        judgement,
        f"""
        select person, count(distinct case_id), count(*) filter (level = 'red') as red,
               count(*) filter (level = 'yellow') as yellow
        from {LEADING} where person not in ('', 'system') group by 1 order by 3 desc, 4 desc, 1 limit {DEPARTMENTS}
        """,
    )


def _cases(judgement: Judgement) -> list[tuple[Any, ...]]:
    """Rows of case, item, its rules, red and yellow hits, the most red first."""
    return _rows(
        judgement,
        f"""
        select coalesce(nullif(any_value(c.number), ''), h.case_id), coalesce(any_value(c.item), ''),
               list(distinct rule order by rule), count(*) filter (level = 'red'),
               count(*) filter (level = 'yellow')
        from {LEADING} h left join log_cases c using (case_id)
        where h.case_id <> '' group by h.case_id order by 4 desc, 5 desc, h.case_id limit {DEPARTMENTS}
        """,
    )


def _describe_map(judgement: Judgement, folder: Path, language: Language) -> dict[str, Any]:
    """What the page says of the process map and the variants; the files of both are written into the folder."""
    process = find_map(judgement)
    save_map(judgement, process, folder)

    def say_span(seconds: float | None) -> str:
        return language.say(name_span(seconds))

    words = Words(
        lambda activity: name_activity(judgement, activity), say_span, language.say("开始"), language.say("最后")
    )
    picked = {most: pick_edges(process.edges, most) for most in DRAWN}
    by_size = {len(edges): edges for edges in picked.values()}
    names = {activity.name: words.name(activity.name) for activity in process.activities}
    variants = process.variants[:VARIANTS]
    numbers = dict(
        _rows(
            judgement,
            "select case_id, coalesce(nullif(number, ''), case_id) from log_cases where case_id in (select unnest(?))",
            [[variant.example for variant in variants]],
        )
    )
    return {
        "process": process,
        "drawings": [(size, Markup(draw_map(process.activities, by_size[size], words))) for size in sorted(by_size)],
        "edges": [
            (names.get(edge.source or "", words.start), names.get(edge.target or "", words.end), edge,
             say_span(edge.median))
            for edge in picked[DRAWN[-1]]
        ],
        "variants": [
            (number, variant.number, f"{variant.number / process.cases:.1%}", say_span(variant.median),
             ARROW.join(names[name] for name in variant.path[:STEPS])
             + (language.say(f" …… 共 {len(variant.path)} 个动作") if len(variant.path) > STEPS else ""),
             numbers.get(variant.example, variant.example))
            for number, variant in enumerate(variants, 1)
        ],
        "variants_shown": f"{sum(variant.number for variant in variants) / max(process.cases, 1):.1%}",
    }  # fmt: skip


def list_groups(judgement: Judgement) -> list[str]:
    """By what the cases of this data set can be grouped: their columns, and the attributes that it keeps of them."""
    kept = _rows(judgement, "select distinct name from log_attributes where seq = 0 order by 1")
    return [*GROUPS, *(name for (name,) in kept)]


def _groups(judgement: Judgement, name: str) -> list[tuple[Any, ...]]:
    """Rows of a value of a column or attribute, number of its cases, of those with a hit, red and yellow hits."""
    own = "select case_id, value from log_attributes where seq = 0 and name = ?"
    grouped = f"select case_id, {name} as value from log_cases" if name in GROUPS else own
    return _rows(
        judgement,
        f"""
        with grouped as ({grouped}),
        valued as (select case_id, coalesce(value, '') as value from log_cases left join grouped using (case_id)),
        filed as (select value, count(*) as cases from valued group by 1),
        found as (
          select value, count(distinct case_id) as touched, count(*) filter (level = 'red') as red,
                 count(*) filter (level = 'yellow') as yellow
          from {LEADING} h join valued using (case_id) group by 1
        )
        select coalesce(nullif(value, ''), '不明'), cases, coalesce(touched, 0), coalesce(red, 0), coalesce(yellow, 0)
        from filed left join found using (value) order by 4 desc, 5 desc, 1 limit {DEPARTMENTS}
        """,
        [] if name in GROUPS else [name],
    )


def _first(judgement: Judgement, rule: Rule, language: Language) -> list[dict[str, Any]]:
    """The latest hits of a rule, the gravest first, each with a sentence."""
    rows = _rows(
        judgement,
        f"""
        select coalesce(nullif(c.number, ''), h.case_id),
               coalesce(nullif(h.item, ''), c.item), h."at", h.level, h.person, h.day,
               h.measured, h.allowed, coalesce(c.standard, '')
        from {LEADING} h left join log_cases c using (case_id) where rule = ?
        order by h.level, h.day desc nulls last, h.case_id, h."at" limit {SHOWN}
        """,
        [rule.code],
    )
    names = _names(judgement, {row[-1] for row in rows})
    return [
        {
            "case": case or language.say("许多件"),
            "item": item,
            "level": level,
            "person": person,
            "day": day,
            "sentence": language.write_sentence(rule, at, measured, allowed, names.get(standard, NO_NAMES)),
        }
        for case, item, at, level, person, day, measured, allowed, standard in rows
    ]


def _names(judgement: Judgement, standards: set[str]) -> dict[str, Names]:
    """What steps are called in these standards, and the units of their limits, as far as the data set says."""
    wanted = sorted(standards - {""})
    if not wanted:
        return {}
    among = f"where standard in ({', '.join('?' * len(wanted))})"
    steps = _rows(
        judgement,
        f"select standard, step, name, limit_unit from log_standard_steps {among}",
        wanted,
    )
    limits = _rows(
        judgement,
        f"select standard, promised_unit, statutory_unit from log_standards {among}",
        wanted,
    )
    return {
        key: Names(
            {step: name for standard, step, name, _ in steps if standard == key and name},
            units={"promised": promised, "statutory": statutory}
            | {step: unit for standard, step, _, unit in steps if standard == key},
        )
        for key, promised, statutory in limits
    }


def _blind(judgement: Judgement, rule: Rule) -> int:
    """The number of standards without a supervision point for the rule (3.2g)."""
    if rule.everywhere or rule.scope is Scope.POPULATION:
        return 0
    rows = _rows(
        judgement,
        "select count(*) from log_standards s anti join log_points p on p.standard = s.standard and p.rule = ?",
        [rule.code],
    )
    return int(rows[0][0])
