"""SQL for the criteria that count rows: `events`, `prescriptions`, `latest`. Each SELECT gives the people found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.dates import Duration
from pipeline.rules.model import Counted, LatestCriterion
from pipeline.search.readings import Reading, Variant
from pipeline.search.windows import Window

# A date known to the day. Others may be the same date as any other, so for a person they prove no second date.
EXACT_DAY = "CASE WHEN first_day = last_day THEN first_day END"
INEXACT = "CASE WHEN first_day = last_day THEN 0 ELSE 1 END"


def rows_in_window(variant: Variant, index: date) -> str:
    """The hits of a criterion that lie in its window."""
    window = Window.of(variant.criterion.selection, index)
    return (
        f"SELECT {variant.number} AS variant, h.* FROM hits h "
        f"WHERE criterion = {variant.criterion_number} AND left_out = '' AND {window.sql(variant.reading)}"
    )


def counted_people(variant: Variant, criterion: Counted) -> str:
    """People with enough rows in the window (`matched`), and, under `persists`, rows far enough apart."""
    enough = _enough(criterion, variant.reading)
    grouped = f"FROM matched WHERE variant = {variant.number} GROUP BY person_row HAVING {enough}"
    if criterion.persists is None:
        return f"SELECT person_row {grouped}"
    return _persisting(criterion.persists, variant.reading, grouped)


def _enough(criterion: Counted, reading: Reading) -> str:
    if criterion.at_least == 1 or criterion.count == "rows":
        return f"COUNT(*) >= {criterion.at_least}"
    dates = f"COUNT(DISTINCT {EXACT_DAY})"
    if reading == "against":  # each row in doubt may be a date of its own
        dates = f"{dates} + SUM({INEXACT})"
    return f"{dates} >= {criterion.at_least}"


def _persisting(length: Duration, reading: Reading, grouped: str) -> str:
    """First match + `length` <= last match. For a person between exact dates; against one between possible ones."""
    if reading == "for":
        ends, doubt = f"MIN({EXACT_DAY}) AS earliest, MAX({EXACT_DAY}) AS latest", "0"
    else:
        ends = "MIN(first_day) AS earliest, MAX(last_day) AS latest"
        doubt = "CASE WHEN COUNT(*) >= 2 AND SUM(CASE WHEN first_day IS NULL THEN 1 ELSE 0 END) >= 1 THEN 1 ELSE 0 END"
    several = grouped if reading == "for" else f"{grouped} AND COUNT(*) >= 2"
    inner = f"(SELECT person_row, {ends}, {doubt} AS undated {several}) f"
    if length.days is not None:
        return f"SELECT f.person_row FROM {inner} WHERE f.undated = 1 OR f.earliest + {length.days} <= f.latest"
    return (
        f"SELECT f.person_row FROM {inner} "
        f"LEFT JOIN month_shift s ON s.day = f.earliest AND s.months = {length.months} "
        "WHERE f.undated = 1 OR s.shifted <= f.latest"
    )


def latest_people(variant: Variant, criterion: LatestCriterion, roles: Mapping[str, int], index: date) -> str:
    """People whose newest row has one of the roles. An undated row is oldest; a tie goes against a letter."""
    window = Window.of(criterion.latest, index)
    wanted = role_list(criterion.latest.roles, roles)
    if variant.reading == "for":
        this = _newest(f"role IN ({wanted}) AND {window.sql('for')}", "first_day")
        other = _newest(f"NOT role IN ({wanted}) AND {window.sql('against')}", "last_day")
        test = "this_day > COALESCE(other_day, -1)"
    else:
        this = _newest(f"role IN ({wanted}) AND {window.sql('against')}", "last_day")
        other = _newest(f"NOT role IN ({wanted}) AND {window.sql('for')}", "first_day")
        test = "this_day >= COALESCE(other_day, -1)"
    return (
        f"SELECT l.person_row FROM (SELECT person_row, {this} AS this_day, {other} AS other_day FROM hits "
        f"WHERE criterion = {variant.criterion_number} AND left_out = '' GROUP BY person_row) l WHERE {test}"
    )


def _newest(condition: str, day: str) -> str:
    return f"MAX(CASE WHEN {condition} THEN COALESCE({day}, 0) END)"


def role_list(names: tuple[str, ...], roles: Mapping[str, int]) -> str:
    """Roles as their numbers in this run, for IN (...)."""
    return ", ".join(str(roles[name]) for name in sorted(names))
