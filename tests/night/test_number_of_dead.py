"""Nights in which someone has the NHS number of a person who has died at another practice, until it is corrected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.casefinding.reasons import DOUBTS
from tests.night.small import BORN, NUMBERS, PRACTICES, Person, later, make_site, night, read_list, somebody

SWAPPED = date(BORN.year, BORN.day, BORN.month)


def dead(born: date, number: str = NUMBERS[0]) -> Person:
    return Person("77", PRACTICES[1], number, born=born, died=later(-30))


def test_a_death_by_a_date_of_birth_that_may_be_mistyped_keeps_off_until_the_number_is_put_right(
    tmp_path: Path,
) -> None:
    site = make_site(tmp_path)
    assert night(site, [somebody(0), somebody(1), dead(SWAPPED)]).exit_code == 0
    assert [row["nhs_number"] for row in read_list(site)] == [NUMBERS[1]]
    assert night(site, [somebody(0), somebody(1), dead(SWAPPED)]).exit_code == 0
    assert night(site, [somebody(0), somebody(1), dead(SWAPPED, NUMBERS[5])], later(1)).exit_code == 0
    assert [row["nhs_number"] for row in read_list(site)] == list(NUMBERS[:2])


def test_a_death_by_another_date_of_birth_is_marked_on_each_nights_list(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    for day in (0, 1):
        assert night(site, [somebody(0), somebody(1), dead(date(1931, 10, 28))], later(day)).exit_code == 0
        assert [DOUBTS["number_of_dead"] in row["flags"] for row in read_list(site)] == [True, False]
