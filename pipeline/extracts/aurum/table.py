"""How we describe a CPRD Aurum table: the columns we read, in any case and order, and what they mean.

Consultation, Problem, Referral and Staff only add details to rows we already read, or hold nothing that a rule uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost


@dataclass(frozen=True)
class AurumTable:
    """A table of the extract. `columns`: the staging columns, each with its SQL over the supplier's cleaned columns.

    Every stage has `key`. `losses`: what the extract cannot say if a file lacks an optional column.
    `without`: what it cannot say if the whole file is missing; empty for a required table.
    """

    name: str
    stage: str
    layout: Layout
    columns: dict[str, str]
    dates: tuple[str, ...] = ()
    losses: dict[str, Lost] = field(default_factory=dict)
    without: tuple[Lost, ...] = ()
