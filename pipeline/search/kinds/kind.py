"""What the search must know of a kind of criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pipeline.search.basis import Basis
from pipeline.search.doubt.readings import Variant
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.seen import Seen
from pipeline.search.step import Step

# What `evidence` keeps of each row of the record.
EVIDENCE_COLUMNS = (
    "person_row", "criterion", "role", "code_id", "first_day", "last_day", "impossible_day", "amount", "encounter",
    "is_confidential", "source_file", "source_key",
)  # fmt: skip


class Kind(Protocol):
    """One criterion of this kind, whichever way it is read."""

    @property
    def has_spells(self) -> bool:
        """Whether it leaves tables `spells` and, of people chosen, `lasting`."""

    def months(self, has_coded_months: bool) -> set[int]:
        """How many months after a day of `hits` it may have to count."""

    def steps(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """Its tables. The last is `people`: everyone it holds for, each once."""

    def evidence(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """The tables that say why, for people in `chosen`. The last is `evidence`: the rows behind it."""

    def say_evidence(self, rows: Sequence[EvidenceRow], spells: Sequence[Spell]) -> str:
        """The rows and spells behind it as a sentence of a list, to follow the criterion's title."""

    def nearest_miss(self, seen: Seen) -> str:
        """How near a record came that has rows, but not what the criterion wants."""
