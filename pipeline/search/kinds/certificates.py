"""SQL for certificates: fit notes merged into spells off work.

A note is `[date, date + length)`. Its length is coded in the same encounter (the longest, if several), else assumed.
Notes are merged first, over the whole record up to the index date, and the window is applied to the spells.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.rules.criteria import CertificatesCriterion
from pipeline.rules.selection import DURATION_ROLES
from pipeline.search.doubt.readings import Variant
from pipeline.search.doubt.windows import Window
from pipeline.search.role_numbers import role_list
from pipeline.search.step import Step

# Coded lengths are believed up to a year; anything else is a typing error and the length is assumed.
LONGEST = {"duration_days": 366, "duration_weeks": 52, "duration_months": 12}


def spell_steps(variant: Variant, roles: Mapping[str, int], index: date) -> tuple[Step, ...]:
    """Steps `notes_v<n>` (a row per note) and `spells_v<n>` (a row per spell), in that order."""
    assert isinstance(variant.criterion, CertificatesCriterion)
    notes, spells = f"notes_v{variant.number}", f"spells_v{variant.number}"
    gap = variant.criterion.spell.gap.days or 0
    return Step(notes, _notes(variant, variant.criterion, roles)), Step(spells, _merged(notes, gap, index))


def off_work_people(variant: Variant, criterion: CertificatesCriterion, roles: Mapping[str, int], index: date) -> str:
    """People with a spell that is long enough and has a day in the window."""
    counts = counting_spell(criterion, index)
    lasting = f"SELECT person_row FROM spells_v{variant.number} WHERE {counts} GROUP BY person_row"
    if variant.reading == "for":
        return lasting
    undated = (
        f"SELECT person_row FROM hits WHERE criterion = {variant.criterion_number} AND left_out = '' "
        f"AND first_day IS NULL AND role IN ({role_list(criterion.certificates.roles, roles)}) GROUP BY person_row"
    )
    return f"SELECT person_row FROM ({lasting} UNION ALL {undated}) o GROUP BY person_row"


def counting_spell(criterion: CertificatesCriterion, index: date) -> str:
    """The condition on a row of `spells_v<n>`: long enough as a whole, with a day in the window."""
    window = Window.of(criterion.certificates, index)
    start = f" AND ends > {window.first}" if window.first is not None else ""
    return f"ends - starts >= {criterion.spell.lasts.days} AND starts <= {window.last}{start}"


def _notes(variant: Variant, criterion: CertificatesCriterion, roles: Mapping[str, int]) -> str:
    """A row per note with its first day, the day after its last, and whether its length was assumed."""
    certain = variant.reading == "for"
    # Against a person a note may have started on the last day its date allows, and so reach that much further.
    begins = "n.first_day" if certain else "n.last_day"
    which = "n.first_day = n.last_day AND n.is_confidential = 0 AND COALESCE(c.hidden, 0) = 0" if certain else "1 = 1"
    days, shifted = f"{begins} + c.days", "s.shifted"
    longest = f"CASE WHEN {shifted} > COALESCE({days}, 0) THEN {shifted} ELSE {days} END"
    return (
        f"WITH coded AS ({_coded_lengths(variant, roles)}) "
        "SELECT n.person_row, n.source_file, n.source_key, n.first_day AS starts, "
        f"COALESCE({longest}, {begins} + {criterion.spell.assume.days}) AS ends, "
        f"CASE WHEN {longest} IS NULL THEN 1 ELSE 0 END AS assumed "
        "FROM hits n LEFT JOIN coded c ON c.person_row = n.person_row AND c.encounter = n.encounter "
        f"LEFT JOIN month_shift s ON s.day = {begins} AND s.months = c.months "
        f"WHERE n.criterion = {variant.criterion_number} AND n.left_out = '' AND n.first_day IS NOT NULL "
        f"AND n.role IN ({role_list(criterion.certificates.roles, roles)}) AND {which}"
    )


def _coded_lengths(variant: Variant, roles: Mapping[str, int]) -> str:
    """The longest coded length per encounter, in days and in months. `whole_number` turns amounts into integers.

    One that is no believable length still hides the note, for a person, if it is confidential.
    """
    day, week, month = (roles[role] for role in DURATION_ROLES)
    in_days = (
        f"CASE WHEN h.role = {day} AND w.n <= {LONGEST['duration_days']} THEN w.n "
        f"WHEN h.role = {week} AND w.n <= {LONGEST['duration_weeks']} THEN 7 * w.n END"
    )
    in_months = f"CASE WHEN h.role = {month} AND w.n <= {LONGEST['duration_months']} THEN w.n END"
    return (
        f"SELECT h.person_row, h.encounter, MAX({in_days}) AS days, MAX({in_months}) AS months, "
        "MAX(h.is_confidential) AS hidden FROM hits h LEFT JOIN whole_number w ON w.amount = h.amount "
        f"WHERE h.criterion = {variant.criterion_number} AND h.left_out = '' AND h.role IN ({day}, {week}, {month}) "
        "AND h.encounter IS NOT NULL GROUP BY h.person_row, h.encounter"
    )


def _merged(notes: str, gap: int, index: date) -> str:
    """Notes into spells: the furthest end so far, then a running count of the breaks. No day after the index counts."""
    order = "PARTITION BY person_row ORDER BY starts, source_file, source_key"
    after_index = index.toordinal() + 1
    return (
        f"WITH reach AS (SELECT n.*, MAX(ends) OVER ({order} "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM {notes} n), "
        f"island AS (SELECT r.*, SUM(CASE WHEN starts - {gap} <= reached THEN 0 ELSE 1 END) OVER ({order} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell FROM reach r) "
        "SELECT person_row, spell, MIN(starts) AS starts, "
        f"CASE WHEN MAX(ends) > {after_index} THEN {after_index} ELSE MAX(ends) END AS ends, "
        "COUNT(*) AS notes, SUM(assumed) AS assumed FROM island GROUP BY person_row, spell"
    )
