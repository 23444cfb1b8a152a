"""The order in which people are reviewed is the rule's, and the same whatever order they were found in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.casefinding.list_rows import in_order
from pipeline.lists.row import ListRow
from pipeline.rules.load import load_rule
from tests.lists.invented import SAOIRSE

RULE = load_rule(Path("instep")).rule


def person(surname: str, newest: date | None) -> ListRow:
    return replace(SAOIRSE, surname=surname, newest=newest)


PEOPLE = [
    person("Adams", date(2026, 1, 1)),
    person("baker", date(2026, 3, 1)),
    person("Clark", None),
    person("Davies", date(2026, 3, 1)),
]


def surnames(people: list[ListRow], sort: Literal["newest", "name"]) -> str:
    return " ".join(row.surname for row in in_order(people, RULE.model_copy(update={"sort": sort})))


@given(st.permutations(PEOPLE))
def test_the_newest_certificate_comes_first_unless_the_rule_says_name(people: list[ListRow]) -> None:
    assert surnames(people, "newest") == "baker Davies Adams Clark"
    assert surnames(people, "name") == "Adams baker Clark Davies"
