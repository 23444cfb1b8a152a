"""SQL for `latest`: what the newest row says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.rules.criteria import LatestCriterion
from pipeline.search.doubt.readings import Variant
from pipeline.search.doubt.windows import Window
from pipeline.search.role_numbers import role_list


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
