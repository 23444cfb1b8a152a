"""Links, pipes and folders where a file should be: an error in words, at once, and nothing read that was not meant."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.effort import longer, some
from tests.hostile.clock import within
from tests.hostile.folders import FOLDERS
from tests.hostile.looking import Seen, look_at, room, write_files
from tests.hostile.oracle import sound

pytestmark = longer

PATIENT = {
    "emis": "291_Admin_Patient_20261120013000_45E7CD20-EE37-41AB-90D6-DC9D4B03D102.csv",
    "plain": "patient.csv",
    "plain_parquet": "patient.parquet",
    "explorer": "patient.csv",
    "omop": "person.csv",
    "omop_duckdb": "cdm.duckdb",
    "tpp": "SRPatient.csv",
    "aurum": "study_Extract_Patient_001.txt",
}
# Optional, or at least not the file by which a format is known.
OTHER = {
    "emis": "291_Admin_UserInRole_20261120013000_45E7CD20-EE37-41AB-90D6-DC9D4B03D102.csv",
    "plain": "event.csv",
    "explorer": "medication_drug_record.csv",
    "omop": "death.csv",
    "tpp": "SRMapping.csv",
    "aurum": "PatientType.txt",
}


def put(format: str, name: str, make: Callable[[Path], object]) -> Seen:
    """Look at a sound folder in which `make` has put something else in the place of one file."""
    with room() as base, within(10):
        files = FOLDERS[format]()
        (base / "elsewhere").mkdir()
        (base / "elsewhere" / "file").write_bytes(files.pop(name, b"a,b\n"))
        folder = write_files(base / "in", files)
        make(folder / name)
        return look_at(folder, base / "out")


def to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


WAYS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "link to nothing": to("/nowhere/at/all"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to an endless device": to("/dev/zero"),
    "link to an empty device": to("/dev/null"),
    "link to a file of others": to("/etc/passwd"),
    "link to a folder": to(".."),
}


@pytest.mark.parametrize(("format", "way"), some([(format, way) for format in PATIENT for way in WAYS], 19))
def test_no_file_in_the_place_of_the_patients(format: str, way: str) -> None:
    assert put(format, PATIENT[format], WAYS[way]).error


@pytest.mark.parametrize(
    ("format", "way"), some([(one, way) for way in ("pipe", "folder", "link to nothing") for one in OTHER], 5)
)
def test_no_file_in_the_place_of_another_table(format: str, way: str) -> None:
    """A table that may be missing is then named as missing."""
    seen = put(format, OTHER[format], WAYS[way])
    assert seen.error or (seen.gaps != sound(format).gaps) or seen.listed == sound(format).listed


def test_a_link_to_a_file_that_lies_elsewhere_is_read() -> None:
    """Extracts are large, and links to another disk are in order: whoever gives the folder gives what it links to."""
    seen = put("plain", "patient.csv", to("../elsewhere/file"))
    assert seen.listed == sound("plain").listed


@pytest.mark.parametrize("format", ["tpp", "aurum"])
def test_a_folder_that_holds_itself(format: str) -> None:
    """Both are looked for in sub-folders."""
    with room() as base, within(10):
        folder = write_files(base / "in", FOLDERS[format]())
        (folder / "again").symlink_to(folder)
        (folder / "everything").symlink_to("/")
        assert look_at(folder, base / "out").listed == sound(format).listed
