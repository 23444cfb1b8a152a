"""Keys from ids that are numbers of up to 19 digits, kept as text: a UUID of the digits themselves costs little."""

from __future__ import annotations

_DIGITS = r"'\d{1,19}'"


def number_key_sql(column: str) -> str:
    """A UUID of an id's own digits, else the MD5 of its text."""
    return f"CASE WHEN {_is_number(column)} THEN CAST({_hex(column, 32)} AS UUID) ELSE CAST(md5({column}) AS UUID) END"


def owned_key_sql(owner: str, column: str) -> str:
    """A UUID of two ids, the patient's and the row's, so that no row is lost if its id alone is not unique."""
    both = f"CAST({_hex(owner, 16)} || {_hex(column, 16)} AS UUID)"
    text = f"CAST(md5({owner} || ':' || {column}) AS UUID)"
    return f"CASE WHEN {_is_number(owner)} AND {_is_number(column)} THEN {both} ELSE {text} END"


def _is_number(column: str) -> str:
    return f"regexp_full_match({column}, {_DIGITS})"


def _hex(column: str, width: int) -> str:
    return f"lpad(to_hex(try_cast({column} AS UBIGINT)), {width}, '0')"
