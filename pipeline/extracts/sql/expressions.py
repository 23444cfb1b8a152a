"""Small pieces of DuckDB SQL that turn a file's text into our types.

Every argument is one of our own column names (never text from a file) or SQL made here. Empty text is NULL.
"""

from __future__ import annotations

from pipeline.dates import EPOCH_DAY

_TRUE_WORDS = "('true', '1', 'y', 'yes', 't')"
_FALSE_WORDS = "('', 'false', '0', 'n', 'no', 'f')"


def text_sql(column: str) -> str:
    """The text without spaces around it."""
    return f"nullif(trim({column}), '')"


def nhs_number_sql(column: str) -> str:
    """An NHS number by its digits, whatever spaces or hyphens a program put between them."""
    return f"nullif(regexp_replace({column}, '[\\s\\x{{00A0}}\\x{{2010}}-\\x{{2015}}-]', '', 'g'), '')"


def guid_sql(column: str) -> str:
    """The GUID, in any case, with or without braces; NULL for any other text."""
    return f"try_cast(trim({column}) AS UUID)"


def key_sql(column: str) -> str:
    """A row's key as a UUID, which costs a third as much as text: its GUID, else the MD5 of its text."""
    return f"coalesce({guid_sql(column)}, CAST(md5({text_sql(column)}) AS UUID))"


def odd_key_sql(column: str) -> str:
    """The text of a key that is not a GUID."""
    return f"CASE WHEN {guid_sql(column)} IS NULL THEN {text_sql(column)} END"


def date_sql(column: str) -> str:
    """A DATE from `yyyy-mm-dd`, perhaps followed by a time; NULL if there is none or it cannot be read.

    LIKE tests the form, because a regular expression costs four times as much. Python has no year 0000, and DuckDB
    reads `(BC)` after a date.
    """
    form = f"{column} LIKE '____-__-__%' AND {column} > '0001' AND substr({column}, 11, 1) IN ('', ' ', 'T')"
    form += f" AND NOT suffix({column}, ')')"
    return f"CASE WHEN {form} THEN try_cast(left({column}, 10) AS DATE) END"


def ordinal_sql(date: str) -> str:
    """A DATE as our day number."""
    return f"CAST(date_diff('day', DATE '1970-01-01', {date}) + {EPOCH_DAY} AS INTEGER)"


def day_sql(column: str) -> str:
    """The day number of a text column, or NULL where there is none or it cannot be read."""
    return ordinal_sql(date_sql(column))


def unreadable_sql(column: str) -> str:
    """True where a date is given that cannot be read."""
    return f"({text_sql(column)} IS NOT NULL AND ({date_sql(column)}) IS NULL)"


def end_day_sql(column: str, earliest: str) -> str:
    """The day something ended. An end that cannot be read becomes its first possible day, so that it did end.

    `earliest` is SQL for a day number; if it is NULL too, the first day of the calendar is used.
    """
    return f"CASE WHEN {text_sql(column)} IS NOT NULL THEN coalesce({day_sql(column)}, {earliest}, 1) END"


def says_true_sql(column: str) -> str:
    """1 only where the file says true."""
    return f"CAST(coalesce(lower(trim({column})) IN {_TRUE_WORDS}, false) AS TINYINT)"


def may_be_true_sql(column: str) -> str:
    """0 only where the file says false or nothing; for marks that protect someone."""
    return f"CAST(coalesce(lower(trim({column})) NOT IN {_FALSE_WORDS}, false) AS TINYINT)"


def unclear_sql(column: str) -> str:
    """1 where the file says something that is neither true nor false."""
    return f"({may_be_true_sql(column)} - {says_true_sql(column)})"


def number_sql(column: str) -> str:
    """A finite number, or NULL."""
    number = f"try_cast({column} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def integer_sql(column: str) -> str:
    """A whole number written in digits, or NULL."""
    return f"CASE WHEN regexp_full_match(trim({column}), '-?\\d{{1,18}}') THEN try_cast(trim({column}) AS BIGINT) END"
