"""Nights in which an exclusion stands in a person's record at another practice, until it is taken back."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.runs.paths import RunPaths
from tests.night.small import BORN, NUMBERS, PRACTICES, Person, later, make_site, night, read_list, runs, somebody
from tests.night.small import PEOPLE as BOTH

SWAPPED = BORN.replace(month=BORN.day, day=BORN.month)


def ill(born: object = BORN) -> Person:
    """The first person's old record at the other practice. They have left it; pain stands in their own record only."""
    return Person("77", PRACTICES[1], NUMBERS[0], born=born, pain=None, cancer=later(-400), left=later(-300))  # type: ignore[arg-type]


def listed(site: object) -> list[str]:
    return [row["nhs_number"] for row in read_list(site)]  # type: ignore[arg-type]


def test_the_person_is_excluded_the_reason_recorded_and_the_list_lets_them_back(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    assert night(site, BOTH).exit_code == 0
    assert listed(site) == list(NUMBERS[:2])
    found = night(site, [*BOTH, ill()], later(1))
    assert found.exit_code == 0
    assert listed(site) == [NUMBERS[1]]
    last = sorted(path for path in runs(site).iterdir() if path.is_dir())[-1]
    with RunPaths(last).dropped(PRACTICES[0]).open(encoding="utf-8-sig", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["because"] == "an exclusion in another record of the same person"
    assert night(site, BOTH, later(2)).exit_code == 0
    assert listed(site) == list(NUMBERS[:2])


def test_someone_whom_the_rule_no_longer_finds_is_kept_off_as_well(tmp_path: Path) -> None:
    """Their pain is too long ago. Until then they would stay on the list."""
    site = make_site(tmp_path)
    gone = somebody(0, pain=later(-800))
    assert night(site, BOTH).exit_code == 0
    assert night(site, [gone, somebody(1), ill()], later(1)).exit_code == 0
    assert listed(site) == [NUMBERS[1]]


def test_a_mistyped_birth_does_not_part_the_records_and_another_does(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    assert night(site, [*BOTH, ill(SWAPPED)]).exit_code == 0
    assert listed(site) == [NUMBERS[1]]
    assert night(site, [*BOTH, ill(BORN.replace(year=1931, month=10, day=28))], later(1)).exit_code == 0
    assert listed(site) == list(NUMBERS[:2])
