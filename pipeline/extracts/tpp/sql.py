"""SQL that reads ids and dates as TPP writes them, over columns with our own names. Text is cleaned first."""

from __future__ import annotations

from pipeline.extracts.sql.expressions import date_sql, day_sql, ordinal_sql, unreadable_sql
from pipeline.extracts.sql.keys import number_key_sql

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTH = " ".join(f"WHEN '{name}' THEN '{number:02}'" for number, name in enumerate(_MONTHS, start=1))


def clean_sql(relation: str, columns: tuple[str, ...], dates: tuple[str, ...]) -> str:
    """A sub-query with the columns trimmed, an empty one NULL, and dates as yyyy-mm-dd."""
    chosen = []
    for column in columns:
        text = f"nullif(trim({column}), '')"
        chosen.append(f"{_iso_sql(text) if column in dates else text} AS {column}")
    return f"(SELECT {', '.join(chosen)} FROM {relation})"


def _iso_sql(text: str) -> str:
    """`5 Mar 2026 14:05:00` as `2026-03-05 14:05:00`, in any locale; any other text unchanged, to be judged later."""
    padded = f"(CASE WHEN {text} LIKE '_ %' THEN '0' || {text} ELSE {text} END)"
    month = f"CASE upper(substr({padded}, 4, 3)) {_MONTH} END"
    turned = f"substr({padded}, 8, 4) || '-' || {month} || '-' || left({padded}, 2) || substr({padded}, 12)"
    form = f"({text} LIKE '__ ___ ____%' OR {text} LIKE '_ ___ ____%')"
    return f"CASE WHEN {form} THEN coalesce({turned}, {text}) ELSE {text} END"


def link_sql(column: str) -> str:
    """The id of another row; -1 and 0 mean none."""
    return f"nullif(nullif({column}, '-1'), '0')"


def link_key_sql(column: str) -> str:
    """The key of another row, or NULL."""
    return number_key_sql(link_sql(column))


def dated_sql(column: str) -> dict[str, str]:
    """The staging columns for a row's own date, from SQL over cleaned text."""
    return {
        "date": day_sql(column),
        "date_precision": f"CASE WHEN ({date_sql(column)}) IS NULL THEN 'unknown' ELSE 'day' END",
        "date_fault": f"CAST({unreadable_sql(column)} AS TINYINT)",
    }


def length_sql(start: str, end: str) -> str:
    """The length of a course in days, from its two dates; NULL unless it is between one day and ten years."""
    days = f"({ordinal_sql(date_sql(end))} - {ordinal_sql(date_sql(start))})"
    return f"CASE WHEN {days} BETWEEN 1 AND 3660 THEN {days} END"


def ctv3_sql(column: str) -> str:
    """A CTV3 code: five characters in their own case, with any missing dots added back."""
    return f"CASE WHEN length({column}) < 5 THEN rpad({column}, 5, '.') ELSE {column} END"


def read2_sql(column: str) -> str:
    """The seven characters of a Read v2 code written with five or seven; NULL for anything else."""
    five = f"rpad({column}, 5, '.') || '00'"
    return (
        f"CASE WHEN regexp_full_match({column}, '[0-9A-Za-z]{{1,5}}\\.*') AND length({column}) <= 5 THEN {five} "
        f"WHEN length({column}) = 7 AND regexp_full_match(left({column}, 5), '[0-9A-Za-z]{{1,5}}\\.*') "
        f"AND regexp_full_match(right({column}, 2), '[0-9A-Za-z]{{2}}') THEN {column} END"
    )
