"""What a list of cases is narrowed by, as SQL on a row `a` of cases_access and `c` of cases_case. It sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yichuang.cases.core.lights import OF_APPLICANT
from yichuang.catalog.queries import find_items_by_name
from yichuang.catalog.words import LONGEST_SOUND, bigrams
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.text import drop_invisible

Scopes = list[tuple[str, str]]
# What a case is counted under: its level once time has warned, else what it waits for; "0" neither
LIGHT = "case when c.level > 0 or c.wait = '' then c.level::text else c.wait end"
LIMITED = "limited"  # scope of a mandate for a listed item, "<agent> <applicant> <item>": part of the scope `agent`
# In what order a list may be asked for: key → words; by default the nearest date first, of ended ones the latest
SORTS = {"oldest": "先收到的在前", "newest": "后收到的在前"}
READER, APPLICANT, OTHERS = "reader", "applicant", "others"  # for whom a case waits: for one of them, never two
# that the applicant has something to do: an answer, a fee or what was promised for later is no `wait` of its own
ASKED = "asked"
_ASKED = """(c.wait = any(%s) or (jsonb_typeof(c.state::jsonb -> 'allegation') = 'object'
    and c.state::jsonb -> 'allegation' ->> 'answered' is null)
  or (c.stage = 'accepted' and coalesce(c.state::jsonb #> '{gaps,wanted}', '[]') <> '[]'
    and c.state::jsonb #>> '{gaps,breached}' is null)
  or exists (select 1 from jsonb_each(coalesce(c.state::jsonb -> 'charges', '{}')) f
    where coalesce(f.value ->> 'paid', '') = '' and coalesce(f.value ->> 'waived', 'false') = 'false'))"""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a reader narrows a list by; empty means all."""

    open: bool | None = True
    text: str = ""
    level: int = 0  # at least this warning level
    light: str = ""  # what `watching.lights` counts it under: a level or a wait
    stage: str = ""
    department: str = ""
    item: str = ""
    division: str = ""
    subject: str = ""
    # for whom the case waits: APPLICANT; READER, whose scopes are the reader's `todo_scopes`; OTHERS, neither the
    # applicant nor who has it in `own`; ASKED, that its applicant has something to do
    waits: str = ""
    own: tuple[tuple[str, str], ...] = ()  # the reader's `todo_scopes`, for OTHERS
    sort: str = ""  # a key of SORTS

    @property
    def narrows(self) -> bool:
        """Whether it asks for more than a list of the navigation holds by itself."""
        return any((self.text, self.level, self.light, self.stage, self.department, self.item, self.subject))


def sql_scopes(scopes: Scopes) -> tuple[str, list[str]]:
    """The condition on a row `a` of case_access, and its parameters."""
    parts, values = [], []
    for kind, id in scopes:
        if kind == LIMITED:
            parts.append(
                "(a.scope_kind = 'agent' and a.scope_id = %s and exists (select 1 from cases_case i"
                " where i.id = a.case_id and i.subject = %s and i.item = %s))"
            )
            values += id.split(" ", 2)
        else:
            parts.append("(a.scope_kind = %s and a.scope_id = %s)")
            values += [kind, id]
    return " or ".join(parts), values


def sql_where(scopes: Scopes, filter: CaseFilter) -> tuple[str, list[Any]]:
    within, values = sql_scopes(scopes)
    parts = [f"({within})"]
    parameters: list[Any] = [*values]

    def add(sql: str, *values: Any) -> None:
        parts.append(sql)
        parameters.extend(values)

    if filter.open is not None:
        add("a.open = %s", filter.open)
    if filter.level:
        add("c.level >= %s", filter.level)
    if filter.light:
        add(f"{LIGHT} = %s", filter.light)
    if filter.stage:
        add("c.stage = %s", filter.stage)
    if filter.department:
        add("c.department = %s", filter.department)
    if filter.item:
        add("c.item = %s", filter.item)
    if filter.subject:
        add("c.subject = %s", filter.subject)
    if filter.waits == ASKED:
        add(_ASKED, list(OF_APPLICANT))
    elif filter.waits:
        add(f"c.wait {'= any' if filter.waits == APPLICANT else '<> all'}(%s)", list(OF_APPLICANT))
    if filter.waits == OTHERS and filter.own:
        mine, values = sql_scopes(list(filter.own))
        add(
            f"not exists (select 1 from cases_access m where m.case_id = a.case_id and ({mine.replace('a.', 'm.')}))",
            *values,
        )
    text = drop_invisible(filter.text[:200]).strip()
    if _is_number(text):
        number = tidy(text)
        add(f"(c.number = %s or c.receipt = %s or c.id in ({_BY_NUMBER}))", number, number, text, number, text, number)
    else:
        for word in text[:40].split():
            sql, values = _sql_word(word)
            add(sql, *values)
    return " and ".join(parts), parameters


# The cases in which a document or a licence with a number was issued: as typed, and tidied
_BY_NUMBER = """
select split_part(p.stream, '/', 2)::uuid from aggregates_paper p
where p.number in (%s, %s) and p.kind <> 'licence' and starts_with(p.stream, 'case/')
union all
select split_part(v.paper_stream, '/', 2)::uuid from licences_version v
where starts_with(v.paper_stream, 'case/') and v.licence_id in (
  select id from licences_licence where number = %s
  union all select licence_id from licences_version where identifier = %s)
"""


def _is_number(text: str) -> bool:
    """Whether a text is the whole number of something: of a case, a document or a licence; no name in letters."""
    number = tidy(text)
    shaped = len(number) >= 15 and number.isascii() and number.isalnum()
    return any(c.isdigit() for c in number) and (shaped or any(c in number for c in "〔.号"))


def _sql_word(word: str) -> tuple[str, list[Any]]:
    """The condition that a case has to do with a word: its item by name, or its numbers and its applicant by pairs of
    characters, by one character, or by pinyin.
    """
    # the item by its own column, whose frequencies the planner knows
    parts = ["c.item = any(%s)", "c.words @@ plainto_tsquery('simple', %s)"]
    values: list[Any] = [find_items_by_name(word)]
    letters = "".join(c for c in word.lower() if c.isalnum())
    values.append(bigrams(word) or "\x01")
    if len(letters) == 1 or (len(letters) > 1 and letters.isascii() and letters.isalpha()):
        parts.append("c.words @@ to_tsquery('simple', %s)")
        values.append(f"{letters[:LONGEST_SOUND]}:*")
    return f"({' or '.join(parts)})", values


def sql_order(filter: CaseFilter) -> tuple[str, str]:
    """The column a list is in order of, and what stands behind its `order by`."""
    if filter.sort:
        down = " desc" if filter.sort == "newest" else ""
        return "submitted_at", f"c.submitted_at{down}, a.case_id{down}"
    down = " desc" if filter.open is False else ""
    return "due_on", f"a.due_on{down}, a.case_id{down}"
