"""How we describe a TPP table: the columns we read, and how each becomes a staging column.

The person who sets up an extract chooses its tables and columns, so only the keys are needed. Column names are TPP's
(formats 88 to 93), found in any case and order. Free text next to codes is never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost
from pipeline.extracts.sql.expressions import says_true_sql, unclear_sql
from pipeline.extracts.sql.keys import number_key_sql

_KEYS = ("RowIdentifier", "IDOrganisationVisibleTo")


class ColumnGap(NamedTuple):
    """What is lost without an optional column. Several things may be lost with one column."""

    column: str
    lost: Lost


@dataclass(frozen=True)
class TppTable:
    """One table of the extract. `columns`: the staging columns, each with its SQL over TPP's cleaned columns.

    Every stage has `key` and `deleted`; those of patients' rows have `org` too. `is_reference`: it holds codes or
    names, not patients, and comes only when it changes. `without`: what is lost if the file is missing; empty for a
    required table.
    """

    name: str
    stage: str
    layout: Layout
    columns: dict[str, str]
    losses: tuple[ColumnGap, ...] = ()
    without: tuple[Lost, ...] = ()
    is_reference: bool = False


def owned_layout(
    needed: tuple[str, ...], optional: tuple[str, ...], dates: tuple[str, ...] = (), ids: tuple[str, ...] = ()
) -> Layout:
    """The layout of a table of patients' rows."""
    own = (*_KEYS, *needed)
    return Layout(own, (*optional, "RemovedData"), "RowIdentifier", "number", dates, ("RowIdentifier", *ids))


def reference_layout(needed: tuple[str, ...], optional: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> Layout:
    return Layout(("RowIdentifier", *needed), (*optional, "RemovedData"), "RowIdentifier", "number", (), ids)


def org_sql(column: str) -> str:
    """An organisation's key, from its ODS code."""
    return f"CAST(md5(upper({column})) AS UUID)"


DELETED = {"deleted": says_true_sql("RemovedData"), "unclear": unclear_sql("RemovedData")}
REFERENCE_ROW = {"key": number_key_sql("RowIdentifier"), **DELETED}
OWNED_ROW = {"org": org_sql("IDOrganisationVisibleTo"), **REFERENCE_ROW}
