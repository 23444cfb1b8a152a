"""A CSV as a DuckDB relation: every column is text, found by position and given our name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.extracts.csv.nothing import NOTHING_ODD, Nothing, read_sql


@dataclass(frozen=True)
class Dialect:
    """How a supplier writes its text files. `quote` empty: a quotation mark is a character like any other."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"


COMMA = Dialect()
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}  # that a file may have between its columns


@dataclass(frozen=True)
class CsvRelation:
    """Where the wanted columns of a CSV are. `line_place`: the position of its column of line numbers, if any."""

    path: Path
    width: int
    places: dict[str, int]
    line_place: int | None = None
    dialect: Dialect = COMMA
    has_header: bool = True
    nothing: Nothing = NOTHING_ODD  # by the places' names in the file

    @property
    def parameters(self) -> list[str]:
        """The values for the question marks in the relation's SQL."""
        return [str(self.path)]


def csv_sql(relation: CsvRelation) -> str:
    """DuckDB's strict reader over columns c0, c1, and so on. Nothing is guessed, so any fault is an error."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(relation.width))
    quote, delimiter = relation.dialect.quote, relation.dialect.delimiter
    options = f"auto_detect = false, delim = '{delimiter}', quote = '{quote}', escape = '{quote}'"
    return f"read_csv(?, columns = {{{columns}}}, header = {str(relation.has_header).lower()}, {options})"


def relation_sql(relation: CsvRelation, columns: tuple[str, ...], with_line: bool = False) -> str:
    """A sub-query with our columns (NULL where the file has none) and, if asked, each row's `line`.

    If the file has no column of line numbers, rows are counted, which is right only if no field holds a line break.
    """
    chosen = [f'{_column(relation, column)} AS "{column}"' for column in columns]
    if with_line:
        counted = (
            f"row_number() OVER () + {int(relation.has_header)}"
            if relation.line_place is None
            else f"CAST(c{relation.line_place} AS BIGINT)"
        )
        chosen.append(f"{counted} AS line")
    return f"(SELECT {', '.join(chosen)} FROM {csv_sql(relation)})"


def empty_sql(columns: tuple[str, ...]) -> str:
    """The same columns with no rows, for a file that is missing."""
    chosen = ", ".join(f'CAST(NULL AS VARCHAR) AS "{column}"' for column in columns)
    return f"(SELECT {chosen} WHERE false)"


def _column(relation: CsvRelation, column: str) -> str:
    place = relation.places.get(column)
    return "CAST(NULL AS VARCHAR)" if place is None else read_sql(relation.nothing, column, f"c{place}")
