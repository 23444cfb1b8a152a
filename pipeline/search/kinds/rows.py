"""SQL that several kinds of criterion share: which rows are theirs, and how rows become evidence."""

from __future__ import annotations

from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.readings import Variant
from pipeline.search.kinds.kind import EVIDENCE_COLUMNS
from pipeline.search.step import Step


def own_rows(variant: Variant, alias: str = "") -> str:
    """The condition on a row of `hits` that it is the criterion's, and may take part. `alias` is `h.`, for example."""
    return f"{alias}criterion = {variant.criterion_number} AND {alias}left_out = ''"


def titled(variant: Variant) -> str:
    """`'off work', read against the person`: what the comments of a criterion's steps call it."""
    return f"'{readable(variant.name)}', read {'for' if variant.reading == 'for' else 'against'} the person"


def evidence_step(variant: Variant, basis: Basis, table: str, reads: tuple[str, ...], condition: str = "") -> Step:
    """The rows of a table (h) that meet a condition, of the chosen people who meet the criterion."""
    columns = ", ".join(f"h.{column}" for column in EVIDENCE_COLUMNS)
    chosen, people = basis.table("chosen"), basis.criterion_table(variant, "people")
    where = f" WHERE {condition}" if condition else ""
    return Step(
        basis.criterion_table(variant, "evidence"),
        (*reads, chosen, people),
        f"The rows behind {titled(variant)}.",
        f"SELECT {variant.number} AS variant, {columns} FROM {table} h "
        f"JOIN {chosen} c ON c.person_row = h.person_row JOIN {people} m ON m.person_row = h.person_row{where}",
    )
