"""`events` and `prescriptions`: rows in a window, enough of them and not too many, after another criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.dates import Duration
from pipeline.rules.criteria import EventsCriterion, PrescriptionsCriterion
from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.amounts import number_of
from pipeline.search.doubt.days import span
from pipeline.search.doubt.readings import Reading, Variant, turned
from pipeline.search.doubt.windows import row_counts
from pipeline.search.evidence_text import EvidenceRow, Spell, say_day
from pipeline.search.kinds.anchors import anchor_step, rows_after
from pipeline.search.kinds.rows import evidence_step, own_rows, titled
from pipeline.search.seen import Hit, Seen, say_outside
from pipeline.search.sentences import say_rows
from pipeline.search.step import Step


@dataclass(frozen=True)
class Counted:
    """Rows in a window, counted."""

    criterion: EventsCriterion | PrescriptionsCriterion
    has_spells: bool = False

    def months(self, has_coded_months: bool) -> set[int]:
        after = self.criterion.after
        lengths = [length for length in (self.criterion.reach, after and after.within) if length]
        return {length.months for length in lengths if length.months is not None}

    def steps(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """Where there may be too many, the rows of the other reading too: they are what speaks against it."""
        both = self.criterion.at_most is not None
        for one in (variant, replace(variant, reading=turned(variant.reading))) if both else (variant,):
            if self.criterion.after:
                yield anchor_step(one, self.criterion.after, basis)
            yield self._rows(one, basis)
        if self.criterion.same:
            reads, sql = self._enough(variant, basis)
            said = f"Each person with each meaning that is enough by itself for {titled(variant)}."
            yield Step(basis.criterion_table(variant, "same"), reads, said, sql)
        yield self._people(variant, basis)

    def evidence(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """The rows that count; of one meaning, only those of the meanings that are enough."""
        rows, same = basis.criterion_table(variant, "rows"), basis.criterion_table(variant, "same")
        if not self.criterion.same:
            yield evidence_step(variant, basis, rows, (rows,))
            return
        alike = f"SELECT r.* FROM {rows} r JOIN {same} s ON s.person_row = r.person_row AND s.meaning = r.meaning"
        yield evidence_step(variant, basis, f"({alike})", (rows, same))

    def say_evidence(self, rows: Sequence[EvidenceRow], spells: Sequence[Spell]) -> str:
        return say_rows("issued" if isinstance(self.criterion, PrescriptionsCriterion) else "recorded", rows)

    def nearest_miss(self, seen: Seen) -> str:
        criterion, inside = self.criterion, seen.inside
        if criterion.at_most is not None:
            return f"not between {criterion.least} and {criterion.at_most} {criterion.count}"
        if not inside:
            return say_outside(seen.rows)
        if criterion.after:
            return f"not enough rows within {criterion.after.within} of {readable(criterion.after.criterion)}"
        if criterion.selection.value:
            return "not enough rows with the value"
        if criterion.same:
            return "no one condition has enough entries by itself, far enough apart"
        if criterion.count == "drugs":
            return f"fewer than {criterion.least} drugs"
        return self._too_few_dates(inside)

    def _too_few_dates(self, inside: Sequence[Hit]) -> str:
        criterion = self.criterion
        dates = sorted({hit.exact_day for hit in inside if hit.exact_day is not None})
        found = len(inside) if criterion.count in ("rows", "issues") else max(len(dates), 1)
        if found < criterion.least:
            return f"{found} of {criterion.least} {criterion.count} needed"
        if len(dates) < 2:
            return f"no two exact dates, so nothing shows that they lie {criterion.reach} apart"
        first, last = say_day(dates[0], dates[0]), say_day(dates[-1], dates[-1])
        return f"{first} to {last}, which is less than {criterion.reach} apart"

    def _rows(self, variant: Variant, basis: Basis) -> Step:
        """The hits that lie in the window, have the value and come after what they must come after."""
        hits = basis.table("hits")
        condition = f"{own_rows(variant)} AND {row_counts(variant.criterion.selection, variant.reading, basis.index)}"
        reads: tuple[str, ...] = (hits,)
        sql = f"SELECT h.* FROM {hits} h WHERE {condition}"
        if self.criterion.after:
            reads, sql = rows_after(variant, self.criterion.after, basis, condition)
        return Step(basis.criterion_table(variant, "rows"), reads, f"The rows that count for {titled(variant)}.", sql)

    def _people(self, variant: Variant, basis: Basis) -> Step:
        comment = f"Everyone who meets {titled(variant)}."
        reads, sql = self._enough(variant, basis)
        if self.criterion.same:
            same = basis.criterion_table(variant, "same")
            reads, sql = (same,), f"SELECT person_row FROM {same} GROUP BY person_row"
        if self.criterion.at_most is not None:
            other = replace(variant, reading=turned(variant.reading))
            rows = basis.criterion_table(other, "rows")
            reads, sql = (*reads, rows), self._not_too_many(sql, rows, other.reading, self.criterion.at_most)
        return Step(basis.criterion_table(variant, "people"), reads, comment, sql)

    def _enough(self, variant: Variant, basis: Basis) -> tuple[tuple[str, ...], str]:
        """The tables read, and the people with enough rows, far enough apart. With `at_most` alone, none will do.

        Of one meaning: the people and the meanings.
        """
        rows, person, shift = basis.criterion_table(variant, "rows"), basis.table("person"), basis.table("month_shift")
        if not self.criterion.least:
            return (person,), f"SELECT person_row FROM {person}"
        keys = ("person_row", "meaning") if self.criterion.same else ("person_row",)
        enough = f"{self._number(variant.reading)} >= {self.criterion.least}"
        grouped = f"FROM {rows} GROUP BY {', '.join(keys)} HAVING {enough}"
        length = self.criterion.reach
        if length is None:
            return (rows,), f"SELECT {', '.join(keys)} {grouped}"
        reads = (rows,) if length.months is None else (rows, shift)
        return reads, _reaching(length, variant.reading, keys, grouped, shift)

    def _not_too_many(self, people: str, rows: str, reading: Reading, most: int) -> str:
        over = f"SELECT person_row FROM {rows} GROUP BY person_row HAVING {self._number(reading)} > {most}"
        return (
            f"SELECT e.person_row FROM ({people}) e LEFT JOIN ({over}) m ON m.person_row = e.person_row "
            "WHERE m.person_row IS NULL"
        )

    def _number(self, reading: Reading) -> str:
        return number_of(self.criterion.count, reading)


def _reaching(length: Duration, reading: Reading, keys: Sequence[str], enough: str, shift: str) -> str:
    """First match + `length` <= last match. For a person between exact dates; against one between possible ones."""
    earliest, latest, undated = span(reading)
    several = enough if reading == "for" else f"{enough} AND COUNT(*) >= 2"
    columns = f"{', '.join(keys)}, {earliest} AS earliest, {latest} AS latest, {undated} AS undated"
    inner, outer = f"(SELECT {columns} {several}) f", ", ".join(f"f.{key}" for key in keys)
    if length.days is not None:
        return f"SELECT {outer} FROM {inner} WHERE f.undated = 1 OR f.earliest + {length.days} <= f.latest"
    return (
        f"SELECT {outer} FROM {inner} LEFT JOIN {shift} s ON s.day = f.earliest AND s.months = {length.months} "
        "WHERE f.undated = 1 OR s.shifted <= f.latest"
    )
