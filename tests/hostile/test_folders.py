"""Every format that is read is attacked; the folders are sound before they are damaged."""

from __future__ import annotations

import pytest

from pipeline.extracts.read import open_folder
from pipeline.extracts.registry import FORMATS
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import room, write_files
from tests.hostile.oracle import people, sound
from tests.hostile.people import PEOPLE

# Who a format lists that another would not: it does not say who is a test patient, or which rows are confidential.
UNSAID = {
    "explorer": {7, 9},
    "omop": {7, 9},
    "omop_parquet": {7, 9},
    "omop_duckdb": {7, 9},
    "tpp": {9},
    "aurum": {7, 9},
}


def test_every_format_has_a_folder_and_no_folder_is_of_two() -> None:
    found = set()
    for _name, make in FOLDERS.items():
        with room() as base:
            folder = write_files(base / "in", make())
            found.add(open_folder(folder).format.key)  # which refuses a folder of two
    assert {each.key for each in FORMATS} == found


@pytest.mark.parametrize("format", FOLDERS)
def test_the_sound_folder_lists_whom_it_should(format: str) -> None:
    seen = sound(format)
    expected = {person.number for person in PEOPLE if person.is_listed} | UNSAID.get(format, set())
    number = {_key(format, person.number): person.number for person in PEOPLE}
    assert {number[key] for key in people(seen)} == expected
    assert seen.rejects == ()


def _key(format: str, number: int) -> str:
    key = next((one for one in sorted(people(sound(format))) if _digit(format, one) == number), "")
    return key or f"nobody {number}"


def _digit(format: str, key: str) -> int:
    """The person's number as it stands in the supplier's key."""
    place = {"emis": 7, "explorer_older": 8, "aurum": 14}.get(format, -1)
    return int(key[place])


def test_text_formats_are_all_there() -> None:
    assert set(TEXT) <= set(FOLDERS)
