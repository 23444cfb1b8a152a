"""SQL for `after`: the days from which another criterion lets its rows count."""

from __future__ import annotations

from pipeline.dates import Duration
from pipeline.rules.criteria import After
from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.days import anchor_days, any_anchor, comes_after
from pipeline.search.doubt.readings import READINGS, Variant, plain_variant
from pipeline.search.doubt.windows import row_counts
from pipeline.search.found_rows import hit_columns
from pipeline.search.kinds.rows import own_rows, titled
from pipeline.search.step import Step


def anchor_step(variant: Variant, after: After, basis: Basis) -> Step:
    """Table `anchors`: the days that an `after` may start on (`lo`..`hi`), and end on (`lo_ends`..`hi_ends`)."""
    hits, anchor = basis.table("hits"), plain_variant(basis.rule, after.criterion)
    days = f"SELECT person_row, {_days(variant, after, anchor, basis)}"
    shift = basis.table("month_shift")
    return Step(
        basis.criterion_table(variant, "anchors"),
        (hits,) if after.within.months is None else (hits, shift),
        f"The days from which {titled(variant)} may begin: between which {'each' if after.date == 'any' else 'the'} "
        f"{'' if after.date == 'any' else after.date + ' '}date of "
        f"'{readable(after.criterion)}' lies, and {after.within} after each.",
        _with_ends(days, after.within, shift),
    )


def _days(variant: Variant, after: After, anchor: Variant, basis: Basis) -> str:
    """The days `lo` and `hi` between which the date lies, of each person, or of each of a person's rows."""
    selection, index, own = anchor.criterion.selection, basis.index.toordinal(), own_rows(anchor)
    hits = basis.table("hits")
    if after.date == "any":
        low, high = any_anchor(variant.reading, index)
        counts = row_counts(selection, variant.reading, basis.index)
        return f"{low} AS lo, {high} AS hi FROM {hits} WHERE {own} AND {counts} GROUP BY person_row, {low}, {high}"
    certain, possible = (row_counts(selection, reading, basis.index) for reading in READINGS)
    low, high = anchor_days(after.date, certain, possible, variant.reading, index)
    return f"{low} AS lo, {high} AS hi FROM {hits} WHERE {own} GROUP BY person_row"


def rows_after(variant: Variant, after: After, basis: Basis, condition: str) -> tuple[tuple[str, ...], str]:
    """The tables read, and the hits (h) that meet a condition and come after an anchor, each once."""
    hits, anchors = basis.table("hits"), basis.criterion_table(variant, "anchors")
    sql = (
        f"FROM {hits} h JOIN {anchors} a ON a.person_row = h.person_row "
        f"WHERE {condition} AND {comes_after(variant.reading)}"
    )
    if after.date != "any":
        return (hits, anchors), f"SELECT h.* {sql}"
    columns = ", ".join(f"h.{column}" for column in hit_columns(basis.rule))
    return (hits, anchors), f"SELECT {columns} {sql} GROUP BY {columns}"


def _with_ends(days: str, length: Duration, shift: str) -> str:
    known = "WHERE n.lo IS NOT NULL AND n.hi IS NOT NULL"
    if length.days is not None:
        ends = f"n.lo + {length.days} AS lo_ends, n.hi + {length.days} AS hi_ends"
        return f"SELECT n.person_row, n.lo, n.hi, {ends} FROM ({days}) n {known}"
    return (
        f"SELECT n.person_row, n.lo, n.hi, s.shifted AS lo_ends, t.shifted AS hi_ends FROM ({days}) n "
        f"LEFT JOIN {shift} s ON s.day = n.lo AND s.months = {length.months} "
        f"LEFT JOIN {shift} t ON t.day = n.hi AND t.months = {length.months} {known}"
    )
