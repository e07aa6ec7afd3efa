"""SQL of DuckDB for the values of the columns that a mapping names itself (`own_columns`), from events or raw rows."""

from __future__ import annotations

from yichuang.history.own_columns import OwnColumn


def quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def local_day(moment: str, zone: str) -> str:
    """SQL for the day of a moment where the log was made."""
    return f"({moment} at time zone {quote_text(zone)})::date"


def only_value(column: str) -> str:
    """SQL for the value of a case that its events agree on; null where they tell several."""
    return f"case when count(distinct {column}) = 1 then min({column}) end"


def day_or_text(column: OwnColumn, zone: str) -> str:
    """SQL for what the column says; null where it says nothing."""
    return local_day(f"{column.place}_at", zone) if column.dated else f"nullif({column.place}, '')"


def select_values(column: OwnColumn, zone: str) -> str:
    """SQL for the rows of the tables `dates` and `attributes`: of a case only where all its events agree."""
    value, name = day_or_text(column, zone), quote_text(column.name)
    if column.of_case:
        return (
            f"select case_id, 0 as seq, {name} as name, min({value}) as value from ev group by case_id"
            f" having count(distinct {value}) = 1"
        )
    return f"select case_id, seq, {name}, {value} from ev where {value} is not null"
