"""Damage that makes a whole file unusable: it was saved by a spreadsheet, or lost dictionary lines that rows need.

A spreadsheet rounds ids after 15 digits, and rewrites long numbers and dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipeline.codes.systems import verhoeff_ok
from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.csv.nothing import suspect_sql
from pipeline.extracts.csv.relation import CsvRelation, relation_sql

# EMIS ids of 16 digits or more end in a SNOMED check digit; one in ten rounded ids passes by chance, and a few local
# ids may be wrong at their source.
LONG_ID = 16
FAILING_SHARE = 0.05
# Enough to decide: a damaged file fails nine ids in ten. Testing every id of a national dictionary would take seconds.
_TESTED = 5_000

_SPREADSHEET_DATE = r"\s*(\d{5}(\.\d+)?|\d{1,2}/\d{1,2}/\d{2,4}( .*)?)\s*"
_EXPONENT = r"\s*\d(\.\d+)?[Ee]\+\d+\s*"


@dataclass(frozen=True)
class Tally:
    """`empty`: rows with nothing in any wanted column. `suspect`: the columns that may hold words for nothing."""

    rows: int
    empty: int
    suspect: tuple[str, ...]


def count_rows(con: duckdb.DuckDBPyConnection, relation: CsvRelation, layout: Layout, file: str) -> Tally:
    """Count the rows, in one pass over the file.

    Raises ExtractError where dates or ids look as a spreadsheet writes them.
    Every wanted column is read, because DuckDB checks the encoding of the columns it reads only.
    """
    dates = [column for column in layout.dates if column in relation.places]
    ids = [column for column in layout.ids if column in relation.places]
    parts = [f"count(*) FILTER ({_looks_damaged(column)}) * 2 > count({column})" for column in dates]
    parts += [
        f"count(*) FILTER (contains(upper({column}), 'E+') AND regexp_full_match({column}, ?)) > 0" for column in ids
    ]
    forms = [_SPREADSHEET_DATE] * len(dates) + [_EXPONENT] * len(ids)
    seen = [f'count("{column}")' for column in relation.places]
    odd = [suspect_sql(column, layout.dates) for column in relation.places]
    rows = relation_sql(relation, tuple(relation.places))
    quoted = ", ".join(f'"{column}"' for column in relation.places)
    empty = f"count(*) FILTER (coalesce({quoted}) IS NULL)"
    query = f"SELECT {', '.join(['count(*)', empty, *parts, *odd, *seen])} FROM {rows}"
    row = con.execute(query, [*forms, *relation.parameters]).fetchone()
    assert row is not None  # an aggregate always gives one
    for column, damaged in zip([*dates, *ids], row[2:], strict=False):
        if damaged:
            raise saved_by_spreadsheet(file, column)
    suspect = zip(relation.places, row[2 + len(parts) :], strict=False)
    return Tally(int(row[0]), int(row[1]), tuple(column for column, is_odd in suspect if is_odd))


def _looks_damaged(column: str) -> str:
    """The cheap test first: nearly every date is written as it should be."""
    return f"{column} NOT LIKE '____-__-__%' AND regexp_full_match({column}, ?)"


def check_ids(ids: Iterable[str], file: str, column: str) -> None:
    """Raises ExtractError if more than one in twenty of the long ids fail their check digit."""
    tested = [text for text in ids if len(text) >= LONG_ID and text.isdecimal()]
    failing = sum(not verhoeff_ok(text) for text in tested)
    if failing > FAILING_SHARE * len(tested):
        raise saved_by_spreadsheet(file, column)


def check_staged_ids(
    con: duckdb.DuckDBPyConnection, stage: str, staged: str, file: str, column: str, where: str = "true"
) -> None:
    """As `check_ids`, for the column `staged` of a staging table, which the file calls `column`."""
    query = (
        f"SELECT DISTINCT {staged} FROM {stage} WHERE length({staged}) >= {LONG_ID} AND {where} "
        f"ORDER BY {staged} LIMIT {_TESTED}"
    )
    check_ids((str(row[0]) for row in con.execute(query).fetchall()), file, column)


def refuse_torn_dictionary(file: str, lost: int, unknown: int) -> None:
    """Raises ExtractError where `lost` lines of a dictionary may hold what `unknown` rows need.

    A lost line may be the code of a diagnosis that keeps people off the list.
    """
    if lost and unknown:
        raise ExtractError(
            f"{file}: {lost} lines cannot be read, and {unknown} rows have codes it does not list. "
            "Ask for the file again."
        )


def saved_by_spreadsheet(file: str, column: str) -> ExtractError:
    return ExtractError(
        f"{file} was saved by a spreadsheet, which changed the column {column}: long numbers lose their last digits, "
        "and dates their form. Use the supplier's own file, never opened and saved again."
    )


def cut_short(error: duckdb.Error, file: str) -> Exception:
    """An ExtractError for a file that DuckDB cannot read to its end. If memory or disk ran out, `error` itself."""
    if isinstance(error, duckdb.OutOfMemoryException) or "No space left" in str(error):
        return error
    return ExtractError(f"{file} cannot be read to the end. Copy it again.")
