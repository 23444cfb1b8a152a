"""What a CPRD Aurum table is to us: the columns we take, found whatever their case and order, and what they mean.

Consultation, Problem, Referral and Staff only extend rows that are read anyway, or say nothing that a rule asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost


@dataclass(frozen=True)
class AurumTable:
    """A table of the extract. `columns`: the staging columns, each with its SQL over the supplier's cleaned columns.

    Every stage has `key`. `losses`: what the extract does not say where an optional column is not in a file.
    `without`: the same where the whole file has not come; empty for a table the reader cannot do without.
    """

    name: str
    stage: str
    layout: Layout
    columns: dict[str, str]
    dates: tuple[str, ...] = ()
    losses: dict[str, Lost] = field(default_factory=dict)
    without: tuple[Lost, ...] = ()
