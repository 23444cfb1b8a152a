"""Which records are another of a person's: those in which a death would keep them off."""

from pipeline.people.other_records import find_others, rows_of
from tests.people.test_one_person import BROKEN, OTHER, record


def others(*records_of: object, wanted: tuple[int, ...] = (1,)) -> dict[int, frozenset[int]]:
    return rows_of(find_others(records_of, wanted))  # type: ignore[arg-type]


def test_records_of_one_number_that_may_be_one_persons() -> None:
    """By an equal birth, an unknown one, or one that may be mistyped; whether the registration has ended or not."""
    found = others(
        record(1),
        record(2, current=False),
        record(3, born=None),
        record(4, born=(720_001, 720_001)),
        record(5, born=(700_000, 700_000)),
        record(6, OTHER),
    )
    assert found == {1: frozenset({2, 3, 4})}


def test_without_a_valid_number_there_are_no_other_records() -> None:
    assert others(record(1, ""), record(2, "")) == others(record(1, BROKEN), record(2, BROKEN)) == {}


def test_spaces_in_a_number_part_no_records() -> None:
    assert others(record(1), record(2, "999 000 0018")) == {1: frozenset({2})}


def test_three_records_where_one_birth_is_unknown_are_compared_in_pairs() -> None:
    """The third may be either of two people who were certainly born on different days; they are not each other."""
    two = (record(1), record(2, born=(730_000, 730_000)), record(3, born=None))
    assert others(*two, wanted=(1, 2, 3)) == {1: {3}, 2: {3}, 3: {1, 2}}
