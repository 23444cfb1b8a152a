"""Practices whose extract is too old: one warning, however many there are."""

from datetime import date

from pipeline.casefinding.warnings import say_left_out, say_without_codes
from pipeline.people.searched_practices import Practice


def practice(number: int, is_searched: bool) -> Practice:
    return Practice(f"A8100{number}", "", date(2026, 11, number), is_searched)


def test_nothing_is_said_if_every_practice_is_searched() -> None:
    assert list(say_left_out([practice(1, True)])) == []


def test_one_practice_is_named_with_its_day() -> None:
    [said] = say_left_out([practice(1, True), practice(2, False)])
    assert said.startswith("A81002 was not searched: its extract is from 02/11/2026")


def test_many_practices_are_one_warning_with_their_number_and_the_oldest() -> None:
    [said] = say_left_out([practice(number, False) for number in (3, 1, 2)])
    assert said.startswith("3 practices were not searched") and "A81001, of 01/11/2026" in said


def test_criteria_without_codes_are_joined_as_people_speak() -> None:
    assert say_without_codes(["a"]) == "No code of a is in this extract, so no one can meet it or be left out by it"
    assert say_without_codes(["pain_core", "b", "c"]).startswith("No code of pain core, b or c is in this extract")
