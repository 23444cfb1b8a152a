"""Spells are sets of days: how the same days are cut into notes, in what order and how often, decides nothing."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.rules.model import Rule
from pipeline.search.input_tables import CodeUse
from tests.effort import effort, longer
from tests.search.engines import ENGINES, complete, decide

pytestmark = longer

INDEX = date(2026, 11, 20).toordinal()
NOT_FIT, DAYS = 1, 2  # code ids
USES = [CodeUse(1, NOT_FIT, "not_fit"), CodeUse(1, DAYS, "duration_days")]
Note = tuple[int, int]  # first day, length in days


def rule(gap: int, lasts: int) -> Rule:
    spell = {"gap": f"{gap} days", "lasts": f"{lasts} days", "assume": "28 days"}
    off_work = {"certificates": {"roles": ("not_fit",)}, "spell": spell}
    head = {"rule": "spell", "version": 1, "title": "Spell", "study": {"name": "None"}, "population": {}}
    return Rule.model_validate({**head, "criteria": {"off_work": off_work}, "include": "off_work"})


def person(number: int) -> dict[str, object]:
    return {
        "person_row": number, "practice_id": "A", "patient_id": str(number), "birth_precision": "unknown",
        "is_test": 0, "is_restricted": 0, "registration_type": "regular", "registered_from": 1,
    }  # fmt: skip


def rows(number: int, notes: list[Note]) -> list[dict[str, object]]:
    """A note and the row of its length, each pair in an encounter of its own."""
    return [
        {
            "person_row": number, "code_id": code, "date": starts, "date_precision": "day", "is_confidential": 0,
            "encounter": str(place), "value": length if code == DAYS else None,
            "source_file": 1, "source_key": f"{number}-{place}-{code}",
        }
        for place, (starts, length) in enumerate(notes)
        for code in (NOT_FIT, DAYS)
    ]  # fmt: skip


def listed(engine: str, asked: Rule, records: list[list[Note]]) -> list[bool]:
    """Whether each of these people, who have these notes, is found."""
    numbered = list(enumerate(records, 1))
    tables = complete(
        {
            "patient": [person(number) for number, _ in numbered],
            "event": [row for number, notes in numbered for row in rows(number, notes)],
        },
        date.fromordinal(INDEX),
    )
    found = decide(engine, asked, date.fromordinal(INDEX), tables, USES, ["A"])
    return [found[number].listed for number, _ in numbered]


OTHERS = st.lists(st.tuples(st.integers(INDEX - 200, INDEX), st.integers(1, 60)), max_size=4)


@pytest.mark.parametrize("engine", ENGINES)
@effort(few=20, many=200)
@given(
    starts=st.integers(INDEX - 200, INDEX - 100), first=st.integers(1, 40), second=st.integers(1, 40),
    overlap=st.integers(1, 40), others=OTHERS, gap=st.integers(0, 14), more=st.integers(-1, 1),
)  # fmt: skip
@example(starts=INDEX - 100, first=28, second=21, overlap=7, others=[], gap=0, more=0)
def test_the_same_days_are_the_same_spell(
    engine: str, starts: int, first: int, second: int, overlap: int, others: list[Note], gap: int, more: int
) -> None:
    whole = [(starts, first + second), *others]
    adjacent = [(starts, first), (starts + first, second), *others]
    overlapping = [(starts, first + min(overlap, second)), (starts + first, second), *others]
    cut = [whole, adjacent, overlapping, [*whole, *whole], adjacent[::-1], overlapping[::-1]]
    asked = rule(gap, max(1, first + second + more))
    assert len(set(listed(engine, asked, cut))) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_adjacent_notes_add_up_to_the_day(engine: str) -> None:
    # 28 days and 21 right after them are 49 days, not 50; a day between them is bridged by a gap of one, and counts.
    adjacent, apart = [(INDEX - 100, 28), (INDEX - 72, 21)], [(INDEX - 100, 28), (INDEX - 71, 21)]
    assert listed(engine, rule(0, 49), [adjacent, apart]) == [True, False]
    assert listed(engine, rule(0, 50), [adjacent, apart]) == [False, False]
    assert listed(engine, rule(1, 50), [adjacent, apart]) == [False, True]
