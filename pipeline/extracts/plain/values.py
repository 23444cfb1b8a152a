"""What the values of a canonical table may be, as SQL: the conversion of each, and the faults of a row."""

from __future__ import annotations

from pipeline.extracts.sql.expressions import (
    date_sql,
    day_sql,
    integer_sql,
    nhs_number_sql,
    number_sql,
    ordinal_sql,
    text_sql,
)
from pipeline.tables import Column, Table

_WRITE = {
    "day": "write a date as yyyy-mm-dd",
    "flag": "write true or false",
    "integer": "write a whole number",
    "number": "write a number",
}
# The reader fills these itself if a file has none.
FILLED = ("source_file", "source_key")
# A date known to the month or year is kept as its first possible day; one without a precision is not used.
_DATED = {"date": "date_precision", "date_of_birth": "birth_precision"}
_PRECISION_OF = {precision: date for date, precision in _DATED.items()}


def value_sql(column: Column) -> str:
    """The value as it is kept: a date moves to its first possible day, and its precision follows it."""
    name = f"s.{column.name}"
    if column.name in _DATED:
        return _dated_sql(name, f"s.{_DATED[column.name]}")
    if column.name in _PRECISION_OF:
        date = _dated_sql(f"s.{_PRECISION_OF[column.name]}", name)
        return f"CASE WHEN {date} IS NULL THEN 'unknown' ELSE {_convert_sql(column)} END"
    return _convert_sql(column)


def _convert_sql(column: Column) -> str:
    """The text in our type, or NULL if it is empty or not a value of the column."""
    name = f"s.{column.name}"
    if column.choices:
        words = ", ".join(f"'{word}'" for word in column.choices)
        return f"CASE WHEN lower(trim({name})) IN ({words}) THEN lower(trim({name})) END"
    if column.kind == "flag":
        return f"CASE lower(trim({name})) WHEN 'true' THEN 1 WHEN '1' THEN 1 WHEN 'false' THEN 0 WHEN '0' THEN 0 END"
    if column.name == "nhs_number":
        return f"CASE WHEN contains({name}, ':') THEN {text_sql(name)} ELSE {nhs_number_sql(name)} END"
    return {"text": text_sql, "integer": integer_sql, "number": number_sql, "day": day_sql}[column.kind](name)


def _dated_sql(date: str, precision: str) -> str:
    parts = " ".join(
        f"WHEN '{word}' THEN CAST(date_trunc('{word}', {date_sql(date)}) AS DATE)" for word in ("day", "month", "year")
    )
    return ordinal_sql(f"CASE lower(trim({precision})) {parts} END")


def _is_wrong_sql(column: Column) -> str:
    """True where there is text that is not a value of the column."""
    return f"({text_sql('s.' + column.name)} IS NOT NULL AND ({_convert_sql(column)}) IS NULL)"


def fault_sql(table: Table, only_needed: bool) -> str:
    """The first fault of a row, as a sentence that names the column but never the value; NULL for a row without faults.

    `only_needed`: check only the columns that a row must have to be kept.
    """
    tests = []
    for column in _checked(table):
        if column.needed:
            tests.append(f"WHEN {text_sql('s.' + column.name)} IS NULL THEN '{column.name} is empty'")
        if _has_form(column) and (column.needed or not only_needed):
            tests.append(f"WHEN {_is_wrong_sql(column)} THEN '{column.name}: {_advice(column)}'")
    return f"CASE {' '.join(tests)} END"


def spared_sql(table: Table) -> str:
    """How many values of a row are wrong but not needed."""
    wrong = [
        f"CAST({_is_wrong_sql(column)} AS INTEGER)"
        for column in _checked(table)
        if _has_form(column) and not column.needed
    ]
    return " + ".join(["0", *wrong])


def _checked(table: Table) -> list[Column]:
    return [column for column in table.columns if column.name not in FILLED]


def _has_form(column: Column) -> bool:
    """Whether only some values are valid: a plain text column accepts any."""
    return column.kind != "text" or bool(column.choices)


def _advice(column: Column) -> str:
    return f"write one of {', '.join(column.choices)}" if column.choices else _WRITE[column.kind]
