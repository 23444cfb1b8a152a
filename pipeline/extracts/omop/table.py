"""How we describe an OMOP table: the columns we read, and how each becomes a staging column.

Column names are those of the Common Data Model 5.4, found in any case and order. Ids are whole numbers there, but a
tool that has no empty integers writes them as `12.0`: both forms are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost
from pipeline.extracts.sql.expressions import date_sql, ordinal_sql, text_sql


@dataclass(frozen=True)
class OmopTable:
    """One table of the CDM. `columns`: the staging columns of `stage`, each with its SQL over the table's columns.

    `without`: what is not known if the table is missing; empty for a required table. `losses`: the same for an optional
    column. `row_id`: the column with a row's own key, if rows are evidence. `is_vocabulary`: it may be a file of
    Athena's, with tabs between columns and no quoting.
    """

    name: str
    stage: str
    layout: Layout
    columns: dict[str, str]
    without: tuple[Lost, ...] = ()
    losses: dict[str, Lost] = field(default_factory=dict)
    row_id: str = ""
    is_vocabulary: bool = False


def id_sql(column: str) -> str:
    """The digits of an id; NULL where empty."""
    whole = (
        f"CASE WHEN contains({column}, '.') THEN regexp_replace(trim({column}), '\\.0+$', '') ELSE trim({column}) END"
    )
    return f"nullif({whole}, '')"


def integer_sql(column: str) -> str:
    """A whole number, or NULL."""
    return f"try_cast({id_sql(column)} AS BIGINT)"


def concept_sql(column: str) -> str:
    """A concept's number; the CDM writes 0 for none."""
    return f"nullif({integer_sql(column)}, 0)"


def key_sql(column: str, kind: int = 0) -> str:
    """An id as a UUID that keeps the ids' order. `kind`, a hexadecimal digit, separates tables whose ids overlap."""
    number = integer_sql(column)
    return (
        f"CASE WHEN {number} >= 0 THEN CAST('{kind:x}' || lpad(to_hex({number}), 31, '0') AS UUID) "
        f"ELSE CAST(md5('{kind} ' || {id_sql(column)}) AS UUID) END"
    )


def dashed_sql(column: str) -> str:
    """A date's text with dashes, even if a tool left them out, as Athena does."""
    parts = f"{column}[1:4] || '-' || {column}[5:6] || '-' || {column}[7:8]"
    return f"CASE WHEN length({column}) = 8 AND NOT contains({column}, '-') THEN {parts} ELSE {column} END"


def day_sql(column: str) -> str:
    """The day number, or NULL where there is none or it cannot be read."""
    return ordinal_sql(date_sql(f"({dashed_sql(column)})"))


def unreadable_sql(column: str) -> str:
    """True where a date is given that cannot be read."""
    return f"({text_sql(column)} IS NOT NULL AND ({day_sql(column)}) IS NULL)"


def ended_sql(column: str, earliest: str) -> str:
    """The day something ended. An end that cannot be read becomes the first possible day, so that it did end."""
    return f"CASE WHEN {text_sql(column)} IS NOT NULL THEN coalesce({day_sql(column)}, {earliest}, 1) END"
