"""What is wrong or strange in the rows of a piece, as SQL of DuckDB over the table `typed` of `deriving`."""

from __future__ import annotations

from yichuang.history.mapping import Mapping
from yichuang.history.own_values import day_or_text

REASONS = {
    "case": "没有办件标识，不知是哪一件的",
    "activity": "没有动作名称",
    "at": "没有时间",
    "time": "时间读不懂",
    "year": "年份不可信（1970至2100年以外）",
}
_OF_CASE = {"started": ("办件的开始日期", "received"), "ended": ("办件的结束日期", "closed")}  # title, kind of event
_CONTENT = 'concat_ws(\',\', "case", activity, "at", person)'
_RECORDED_WRONG = "wrong = '' and recorded <> '' and recorded_at is null"
SELECT_REJECTED = f"""
    select line, case wrong {" ".join(f"when '{name}' then '{text}'" for name, text in REASONS.items())} end as reason,
      {_CONTENT} as content from typed where wrong <> ''
"""
_REMARKS = f"""
    select line, remark, '' as content from noted
    union all
    select line, '与前面一条在所映射的各列上完全相同，可能重复：保留，不另作环节', {_CONTENT}
    from typed where wrong = '' and twin
    union all
    select line, '应当完成的日期读不懂：当作没有写', {_CONTENT}
    from typed where wrong = '' and due <> '' and due_at is null
    union all
    select line, '记录时间读不懂：按动作时间', {_CONTENT} from typed where {_RECORDED_WRONG}
"""
_UNREAD = f"""
    select "case" as case_id, case when wrong = 'activity' then '' else kind end as kind, step, activity, line, wrong
    from typed where wrong <> ''
    union all
    select "case", 'recorded', step, activity, line, 'recorded' from typed where {_RECORDED_WRONG}
"""


def select_remarks(mapping: Mapping) -> str:
    """SQL for what is strange: line, remark in Chinese, and content."""
    parts = [_REMARKS]
    for name in mapping.case.keys() & _OF_CASE.keys():
        title, _ = _OF_CASE[name]
        parts += [_unreadable_of_case(title, name), _several_of_case(title, f"{name}_at")]
    for column in mapping.own_columns:
        place, title = column.place, f"“{column.name}”".replace("'", "''")
        if column.dated and column.of_case:
            parts.append(_unreadable_of_case(f"办件的{title}", place))
        elif column.dated:
            parts.append(
                f"select line, '日期{title}读不懂：当作没有写', {_CONTENT} from typed"
                f" where wrong = '' and {place} <> '' and {place}_at is null"
            )
        if column.of_case:
            parts.append(_several_of_case(f"办件的{title}", day_or_text(column, mapping.timezone)))
    return " union all ".join(parts)


def select_unread(mapping: Mapping) -> str:
    """SQL for what is not known of a case, or of which case: kinds of event by whose rules it cannot be judged."""
    parts = [_UNREAD]
    for name in mapping.case.keys() & _OF_CASE.keys():
        _, kind = _OF_CASE[name]
        parts.append(
            f"""select "case", '{kind}', '', null, min(line), '{name}' from typed where wrong = '' group by "case"
            having count(distinct {name}_at) > 1 or bool_or({name} <> '' and {name}_at is null)"""
        )
    return " union all ".join(parts)


def _unreadable_of_case(title: str, place: str) -> str:
    """SQL for a remark on each case with such a date, on the first line of it."""
    return (
        f"""select min(line), '{title}读不懂：当作没有写', "case" from typed"""
        f""" where wrong = '' and {place} <> '' and {place}_at is null group by "case" """
    )


def _several_of_case(title: str, value: str) -> str:
    """SQL for a remark on each case whose events tell several values, on its first line."""
    return (
        f"""select min(line), '{title}写了不止一个：当作没有写', "case" from typed where wrong = '' group by "case" """
        f"having count(distinct {value}) > 1"
    )
