"""Pieces of SQL that EMIS-X Explorer columns share. Arguments are our own words for columns (`explorer.table`)."""

from __future__ import annotations

from pipeline.extracts.sql.expressions import date_sql, day_sql, ordinal_sql, says_true_sql, text_sql, unreadable_sql
from pipeline.extracts.sql.read2 import OWN_CODES, read_code_sql

# EMIS writes the precision of a date in letters; a supplier's example also shows words.
_PRECISION = "upper(trim(how_exact))"
_DAY, _MONTH, _YEAR, _UNKNOWN = "('YMD', 'YMDT', 'DAY')", "('YM', 'MONTH')", "('Y', 'YEAR')", "('U', 'UNKNOWN')"
_FIVE = "([0-9A-Za-z]{5}|[0-9A-Za-z]{4}\\.|[0-9A-Za-z]{3}\\.{2}|[0-9A-Za-z]{2}\\.{3}|[0-9A-Za-z]\\.{4})"


def dated(word: str) -> dict[str, str]:
    """The staging columns for a row's date: the day, its precision and what is wrong with it. Needs `how_exact`.

    No time zone is applied: the suppliers' own examples write a plain day as midnight UTC.
    """
    date = date_sql(word)
    return {
        "date": ordinal_sql(
            f"CASE WHEN {_PRECISION} IN {_DAY} THEN {date} "
            f"WHEN {_PRECISION} IN {_MONTH} THEN CAST(date_trunc('month', {date}) AS DATE) "
            f"WHEN {_PRECISION} IN {_YEAR} THEN CAST(date_trunc('year', {date}) AS DATE) END"
        ),
        "date_precision": f"CASE WHEN ({date}) IS NULL THEN 'unknown' WHEN {_PRECISION} IN {_DAY} THEN 'day' "
        f"WHEN {_PRECISION} IN {_MONTH} THEN 'month' WHEN {_PRECISION} IN {_YEAR} THEN 'year' ELSE 'unknown' END",
        "date_fault": f"CASE WHEN {unreadable_sql(word)} THEN 'date that cannot be read' "
        f"WHEN {text_sql(word)} IS NOT NULL AND coalesce({_PRECISION}, '') NOT IN "
        f"{_DAY[:-1]}, {_MONTH[1:-1]}, {_YEAR[1:-1]}, {_UNKNOWN[1:]} "
        "THEN 'date of a precision that is not known' END",
    }


def made_sql() -> str:
    """The day the supplier's system last wrote a row: a date, a timestamp, or fourteen digits."""
    digits = "CASE WHEN regexp_full_match(trim(made), '\\d{14}') THEN try_strptime(left(trim(made), 8), '%Y%m%d') END"
    return f"coalesce({day_sql('made')}, {ordinal_sql(f'CAST({digits} AS DATE)')})"


def flag_sql(word: str) -> str:
    """1 or 0 where the file says anything, else NULL."""
    return f"CASE WHEN {text_sql(word)} IS NOT NULL THEN {says_true_sql(word)} END"


def identifier_sql(word: str) -> str:
    """A concept or code id; 0 means none."""
    return f"nullif({text_sql(word)}, '0')"


def concept_sql(word: str) -> str:
    """A concept id, or NULL for anything that cannot be one."""
    return f"CASE WHEN regexp_full_match(trim({word}), '[1-9]\\d{{5,17}}') THEN trim({word}) END"


def read2_sql(seven: str, emis: str) -> str:
    """A Read v2 code of seven characters: from one of seven or five, else from EMIS's own way of writing it."""
    given = f"trim({seven})"
    return (
        f"CASE WHEN regexp_matches({given}, '{OWN_CODES}') THEN NULL "
        f"WHEN regexp_full_match({given}, '{_FIVE}[0-9A-Za-z]{{2}}') THEN {given} "
        f"WHEN regexp_full_match({given}, '{_FIVE}') THEN {given} || '00' ELSE {read_code_sql(emis)} END"
    )


def kind_sql(word: str) -> str:
    """`acute`, `repeat` or, for any other text, `unknown`; NULL where nothing is given."""
    said = f"lower(trim({word}))"
    return (
        f"CASE WHEN {said} = 'acute' THEN 'acute' WHEN {said} IN ('repeat', 'repeat dispensing', 'automatic') "
        f"THEN 'repeat' WHEN {text_sql(word)} IS NOT NULL THEN 'unknown' END"
    )
