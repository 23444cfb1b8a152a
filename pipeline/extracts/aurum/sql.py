"""SQL that reads dates and numbers as CPRD writes them, over columns with our own names. Text is cleaned first."""

from __future__ import annotations

from pipeline.extracts.sql.expressions import day_sql, unreadable_sql

_PLACEHOLDER = "'9999-12-31'"
# As a spreadsheet writes dates: a day's number, or 3/15/20. The supplier's own form is always DD/MM/YYYY.
_SPREADSHEET = r"'\d{5}(\.\d+)?|\d{1,2}/\d{1,2}/\d{2,4}'"


def clean_sql(relation: str, columns: tuple[str, ...], dates: tuple[str, ...]) -> str:
    """A sub-query with the columns trimmed, `NA` (R's word for nothing) as NULL, and dates as yyyy-mm-dd."""
    chosen = []
    for column in columns:
        text = f"nullif(nullif(trim({column}), ''), 'NA')"
        chosen.append(f"{_iso_sql(text) if column in dates else text} AS {column}")
    return f"(SELECT {', '.join(chosen)} FROM {relation})"


def _iso_sql(text: str) -> str:
    """DD/MM/YYYY as YYYY-MM-DD; any other text unchanged, for the next step to judge."""
    turned = f"concat(substr({text}, 7, 4), '-', substr({text}, 4, 2), '-', left({text}, 2), substr({text}, 11))"
    return f"CASE WHEN {text} LIKE '__/__/____%' THEN {turned} ELSE {text} END"


def happened_sql(column: str) -> str:
    """The day of an event; 31/12/9999 means no date."""
    return f"CASE WHEN {column} <> {_PLACEHOLDER} THEN {day_sql(column)} END"


def fault_sql(column: str) -> str:
    """What is wrong with a date that is given: `placeholder`, `spreadsheet`, `unreadable` or NULL."""
    return (
        f"CASE WHEN {column} = {_PLACEHOLDER} THEN 'placeholder' WHEN {unreadable_sql(column)} THEN "
        f"CASE WHEN regexp_full_match({column}, {_SPREADSHEET}) THEN 'spreadsheet' ELSE 'unreadable' END END"
    )


def whole_sql(column: str) -> str:
    """The number of an entry in a lookup, written 3 or 3.0."""
    return f"try_cast({column} AS INTEGER)"
