"""`certificates`: fit notes merged into spells off work.

A note is `[date, date + length)`. Its length is coded in the same encounter (the longest, if several), else assumed.
A coded length that may lie after the index date may not count: for a person the note then ends as early as it may,
against one as late. With `assume: none` a note without a length covers its own day for a person, and against one as
many as a note may.
Notes are merged first, over the whole record up to the index date, and the window is applied to the spells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.rules.criteria import After, CertificatesCriterion
from pipeline.rules.selection import DURATION_ROLES
from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.days import (
    LONGEST_DAYS,
    UNDATED,
    length_counts,
    length_unknown,
    longest_sql,
    note_begins,
    note_counts,
    note_ends,
    shortest_sql,
)
from pipeline.search.doubt.readings import Variant
from pipeline.search.doubt.windows import Window
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.kinds.anchors import anchor_step, rows_after
from pipeline.search.kinds.rows import evidence_step, own_rows, titled
from pipeline.search.seen import Seen
from pipeline.search.sentences import say_spells
from pipeline.search.step import Step
from pipeline.search.table_names import CriterionTable

# Coded lengths are believed up to a year; anything else is a typing error and the length is assumed.
LONGEST = {"duration_days": LONGEST_DAYS, "duration_weeks": 52, "duration_months": 12}


@dataclass(frozen=True)
class Certificates:
    """A spell that is long enough as a whole, with a day in the window."""

    criterion: CertificatesCriterion
    has_spells: bool = True

    def months(self, has_coded_months: bool) -> set[int]:
        after = self.criterion.after.within.months if self.criterion.after else None
        coded = set(range(1, LONGEST["duration_months"] + 1)) if has_coded_months else set()
        return coded if after is None else coded | {after}

    def steps(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        if self.criterion.after:
            yield anchor_step(variant, self.criterion.after, basis)
            yield self._rows(variant, self.criterion.after, basis)
        yield self.notes(variant, basis)
        yield self._spells(variant, basis)
        yield self._people(variant, basis)

    def evidence(self, variant: Variant, basis: Basis) -> Iterator[Step]:
        """The spells that count, and their notes. Against a person, undated notes count too."""
        yield self._lasting(variant, basis)
        hits, notes, lasting = self._source(variant, basis), *self._tables(variant, basis, "notes", "lasting")
        table = (
            f"(SELECT x.*, s.starts AS counted FROM {hits} x LEFT JOIN {notes} n ON n.person_row = x.person_row "
            "AND n.source_file = x.source_file AND n.source_key = x.source_key "
            f"LEFT JOIN {lasting} s ON s.person_row = n.person_row AND n.starts BETWEEN s.starts AND s.ends "
            f"WHERE {own_rows(variant)})"
        )
        undated = f"(h.{UNDATED} AND h.role IN ({self._roles(basis)}))"
        counts = "h.counted IS NOT NULL" if variant.reading == "for" else f"(h.counted IS NOT NULL OR {undated})"
        yield evidence_step(variant, basis, table, (hits, notes, lasting), counts)

    def say_evidence(self, rows: Sequence[EvidenceRow], spells: Sequence[Spell]) -> str:
        return say_spells(spells)

    def nearest_miss(self, seen: Seen) -> str:
        """The longest spell in the window, or the newest elsewhere."""
        window, wanted = seen.window, self.criterion.spell.lasts.days or 0
        inside = [s for s in seen.spells if s.starts <= window.last and (window.first is None or s.ends > window.first)]
        if inside:
            longest = max(inside, key=lambda spell: spell.ends - spell.starts)
            days = longest.ends - longest.starts
            return f"the longest spell in the window is {days} of {wanted} days: {longest.said}"
        if seen.spells:
            return f"no spell in the window; the newest is {max(seen.spells, key=lambda spell: spell.ends).said}"
        after = self.criterion.after
        where = f" within {after.within} of {readable(after.criterion)}" if after else ""
        return f"no note with an exact date{where} that may count"

    def _source(self, variant: Variant, basis: Basis) -> str:
        """The table that holds its notes: all hits, or those that come after what they must come after."""
        return basis.criterion_table(variant, "rows") if self.criterion.after else basis.table("hits")

    def _rows(self, variant: Variant, after: After, basis: Basis) -> Step:
        condition = f"{own_rows(variant)} AND role IN ({self._roles(basis)})"
        reads, sql = rows_after(variant, after, basis, condition)
        return Step(basis.criterion_table(variant, "rows"), reads, f"The notes that count for {titled(variant)}.", sql)

    def notes(self, variant: Variant, basis: Basis) -> Step:
        """A row per note with its first day, the day after its last, and whether its length was assumed."""
        hits, shift, whole = basis.table("hits"), basis.table("month_shift"), basis.table("whole_number")
        source, ends = self._source(variant, basis), note_ends(variant.reading)
        return Step(
            basis.criterion_table(variant, "notes"),
            tuple(dict.fromkeys((hits, source, whole, shift))),
            f"The notes of {titled(variant)}: from which day to which each lasts, and whether its length is assumed.",
            f"WITH coded AS ({_coded_lengths(variant, basis)}), ended AS ({self._ends(variant, basis)}) "
            "SELECT person_row, source_file, source_key, first_day AS starts, "
            f"{ends} AS ends, CASE WHEN {self._is_assumed(variant, ends)} THEN 1 ELSE 0 END AS assumed "
            "FROM ended",
        )

    def _is_assumed(self, variant: Variant, ends: str) -> str:
        """A note's own day is no assumption."""
        if self.criterion.spell.assume is None and variant.reading == "for":
            return "1 = 0"
        return f"certain_end IS NULL AND {ends} = assumed_end"

    def _ends(self, variant: Variant, basis: Basis) -> str:
        """Each note with the ends it may have: by its certain lengths, by those that may count, and as assumed."""
        begins, shift = note_begins(variant.reading), basis.table("month_shift")
        certain = longest_sql(f"{begins} + c.days", "s.shifted")
        doubtful = {"for": shortest_sql, "against": longest_sql}[variant.reading]
        unknown = length_unknown(self.criterion.spell.assume, variant.reading)
        return (
            f"SELECT n.person_row, n.source_file, n.source_key, n.first_day, {certain} AS certain_end, "
            f"{doubtful(f'{begins} + c.doubtful_days', 't.shifted')} AS doubtful_end, "
            f"{begins} + {unknown} AS assumed_end FROM {self._source(variant, basis)} n "
            "LEFT JOIN coded c ON c.person_row = n.person_row AND c.encounter = n.encounter "
            f"LEFT JOIN {shift} s ON s.day = {begins} AND s.months = c.months "
            f"LEFT JOIN {shift} t ON t.day = {begins} AND t.months = c.doubtful_months "
            f"WHERE {own_rows(variant, 'n.')} AND n.role IN ({self._roles(basis)}) AND {note_counts(variant.reading)}"
        )

    def _spells(self, variant: Variant, basis: Basis) -> Step:
        """The furthest end so far, then a running count of the breaks. No day after the index date counts."""
        notes, spells = self._tables(variant, basis, "notes", "spells")
        gap, after_index = self.criterion.spell.gap, basis.index.toordinal() + 1
        order = "PARTITION BY person_row ORDER BY starts, source_file, source_key"
        return Step(
            spells,
            (notes,),
            f"The spells of {titled(variant)}: notes at most {gap} apart, merged.",
            f"WITH reach AS (SELECT n.*, MAX(ends) OVER ({order} "
            f"ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM {notes} n), "
            f"island AS (SELECT r.*, SUM(CASE WHEN starts - {gap.days} <= reached THEN 0 ELSE 1 END) OVER ({order} "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell FROM reach r) "
            "SELECT person_row, spell, MIN(starts) AS starts, "
            f"CASE WHEN MAX(ends) > {after_index} THEN {after_index} ELSE MAX(ends) END AS ends, "
            f"{_known_end(after_index)} AS known, COUNT(*) AS notes, SUM(assumed) AS assumed "
            "FROM island GROUP BY person_row, spell",
        )

    def _people(self, variant: Variant, basis: Basis) -> Step:
        spells, people = self._tables(variant, basis, "spells", "people")
        comment = f"Everyone who meets {titled(variant)}: a spell is long enough and has a day in the window."
        lasting = f"SELECT person_row FROM {spells} WHERE {self._lasts(basis)} GROUP BY person_row"
        if variant.reading == "for" or Window.of(self.criterion.certificates, basis.index).is_empty:
            return Step(people, (spells,), comment, lasting)
        hits = self._source(variant, basis)
        undated = (
            f"SELECT person_row FROM {hits} WHERE {own_rows(variant)} "
            f"AND {UNDATED} AND role IN ({self._roles(basis)}) GROUP BY person_row"
        )
        either = f"SELECT person_row FROM ({lasting} UNION ALL {undated}) o GROUP BY person_row"
        return Step(people, (spells, hits), f"{comment} An undated note may be any.", either)

    def _lasting(self, variant: Variant, basis: Basis) -> Step:
        spells, lasting = self._tables(variant, basis, "spells", "lasting")
        chosen = basis.table("chosen")
        return Step(
            lasting,
            (spells, chosen),
            f"The spells of people chosen that count for {titled(variant)}.",
            f"SELECT {variant.number} AS variant, s.person_row, s.starts, s.ends, s.known, s.notes, s.assumed "
            f"FROM {spells} s JOIN {chosen} c ON c.person_row = s.person_row WHERE {self._lasts(basis)}",
        )

    def _lasts(self, basis: Basis) -> str:
        """The condition on a row of `spells`: long enough as a whole, with a day in the window."""
        window = Window.of(self.criterion.certificates, basis.index)
        start = f" AND ends > {window.first}" if window.first is not None else ""
        return f"ends - starts >= {self.criterion.spell.lasts.days} AND starts <= {window.last}{start}"

    def _roles(self, basis: Basis) -> str:
        return basis.role_list(self.criterion.certificates.roles)

    @staticmethod
    def _tables(variant: Variant, basis: Basis, *tables: CriterionTable) -> tuple[str, ...]:
        return tuple(basis.criterion_table(variant, table) for table in tables)


def _known_end(after_index: int) -> str:
    """How far a spell reaches by the dates and the coded lengths of its notes, without the length of any other."""
    furthest = "MAX(CASE WHEN assumed = 1 THEN starts ELSE ends END)"
    return f"CASE WHEN {furthest} > {after_index} THEN {after_index} ELSE {furthest} END"


def _coded_lengths(variant: Variant, basis: Basis) -> str:
    """Per encounter, in days and in months: the longest of the lengths that certainly count, and of those that may.

    Of those that may, for a person, the shortest. `whole_number` turns amounts into integers.

    One that is no believable length still keeps the note from helping a person, if it may not help by itself.
    """
    day, week, month = (basis.roles[role] for role in DURATION_ROLES)
    in_days = (
        f"CASE WHEN h.role = {day} AND w.n <= {LONGEST['duration_days']} THEN w.n "
        f"WHEN h.role = {week} AND w.n <= {LONGEST['duration_weeks']} THEN 7 * w.n END"
    )
    in_months = f"CASE WHEN h.role = {month} AND w.n <= {LONGEST['duration_months']} THEN w.n END"
    counts, furthest = length_counts("h.", basis.index.toordinal()), "MIN" if variant.reading == "for" else "MAX"
    certain = (
        f"MAX(CASE WHEN {counts} THEN {in_days} END) AS days, MAX(CASE WHEN {counts} THEN {in_months} END) AS months"
    )
    doubtful = (
        f"{furthest}(CASE WHEN NOT {counts} THEN {in_days} END) AS doubtful_days, "
        f"{furthest}(CASE WHEN NOT {counts} THEN {in_months} END) AS doubtful_months"
    )
    return (
        f"SELECT h.person_row, h.encounter, {certain}, {doubtful}, MIN(h.may_help) AS may_help "
        f"FROM {basis.table('hits')} h LEFT JOIN {basis.table('whole_number')} w ON w.amount = h.amount "
        f"WHERE {own_rows(variant, 'h.')} AND h.role IN ({day}, {week}, {month}) "
        "AND h.encounter IS NOT NULL GROUP BY h.person_row, h.encounter"
    )
