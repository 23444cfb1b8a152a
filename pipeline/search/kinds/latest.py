"""`latest`: what the newest row says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.rules.criteria import LatestCriterion
from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.days import is_newer, newest_day
from pipeline.search.doubt.readings import Reading, Variant, turned
from pipeline.search.doubt.windows import row_counts
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.kinds.rows import evidence_step, own_rows, titled
from pipeline.search.seen import Seen, say_outside
from pipeline.search.sentences import say_rows
from pipeline.search.step import Step


@dataclass(frozen=True)
class Latest:
    """The newest row, and whether it has one of the roles. An undated row is oldest; a tie goes against a letter."""

    criterion: LatestCriterion
    has_spells: bool = False

    def months(self, has_coded_months: bool) -> set[int]:
        return set()

    def steps(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """For a person the wanted role must be newest however the dates fall out; against one it need only may be."""
        hits, wanted = basis.table("hits"), basis.role_list(self.criterion.latest.roles)
        this = self._newest(f"role IN ({wanted})", variant.reading, basis)
        other = self._newest(f"NOT role IN ({wanted})", turned(variant.reading), basis)
        yield Step(
            basis.criterion_table(variant, "people"),
            (hits,),
            f"Everyone who meets {titled(variant)}: their newest row has one of its roles.",
            f"SELECT l.person_row FROM (SELECT person_row, {this} AS this_day, {other} AS other_day FROM {hits} "
            f"WHERE {own_rows(variant)} GROUP BY person_row) l "
            f"WHERE {is_newer(variant.reading)}",
        )

    def _newest(self, roles: str, reading: Reading, basis: Basis) -> str:
        counts = row_counts(self.criterion.latest, reading, basis.index)
        return f"MAX(CASE WHEN {roles} AND {counts} THEN {newest_day(reading)} END)"

    def evidence(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """The newest rows with a role that decided."""
        hits, chosen, rows = basis.table("hits"), basis.table("chosen"), basis.criterion_table(variant, "rows")
        counts = row_counts(self.criterion.latest, variant.reading, basis.index)
        wanted = f"role IN ({basis.role_list(self.criterion.latest.roles)})"
        yield Step(
            rows,
            (hits, chosen),
            f"The rows of people chosen that count for {titled(variant)}, and have one of its roles.",
            f"SELECT h.* FROM {hits} h JOIN {chosen} c ON c.person_row = h.person_row "
            f"WHERE {own_rows(variant)} AND {counts} AND {wanted}",
        )
        day = newest_day("against")
        newest = f"SELECT person_row, MAX({day}) AS newest FROM {rows} GROUP BY person_row"
        table = f"(SELECT x.* FROM {rows} x JOIN ({newest}) y ON y.person_row = x.person_row AND {day} = y.newest)"
        yield evidence_step(variant, basis, table, (rows,))

    def say_evidence(self, rows: Sequence[EvidenceRow], spells: Sequence[Spell]) -> str:
        return say_rows("recorded", rows)

    def nearest_miss(self, seen: Seen) -> str:
        if not seen.inside:
            return say_outside(seen.rows)
        newest = max(seen.inside, key=lambda hit: hit.newest)
        if newest.is_confidential:
            return f"the newest row is confidential, {newest.when}"
        return f"the newest row is '{readable(newest.role)}', {newest.when}"
