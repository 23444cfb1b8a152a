"""Days of birth and of registration that cannot be are not known; the run says how many patients have them."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.database import connect
from pipeline.files.private import private_folder
from pipeline.store.apply import Settings, build_store
from pipeline.store.open import open_store
from tests.functional.plain import write_plain

BORN, BEGUN = date(1980, 5, 1), date(2010, 1, 1)


def read(
    folder: Path, born: str, begun: str, precision: str = "day"
) -> tuple[date | None, str, date | None, list[str]]:
    """The one patient's dates of birth and of registration, and what is said of days that cannot be."""
    folder.mkdir(exist_ok=True)
    write_plain(folder / "in", f"1,A00001,p1,,1,{born},{precision},{begun},regular,0,0\n", "")
    with connect(folder / "work") as con:
        store = private_folder(folder / "store")
        opened = open_store(con, store, build_store(folder / "in", store, Settings()))
        [row] = con.execute("SELECT date_of_birth, birth_precision, registered_from FROM patient").fetchall()
    days = [None if day is None else date.fromordinal(day) for day in (row[0], row[2])]
    return days[0], row[1], days[1], [said for said in opened.extract.warnings if "cannot be" in said]


@pytest.mark.parametrize("born", ["1900-01-01", "9999-12-31", "2026-11-21", "0202-03-04"])
def test_a_date_of_birth_that_cannot_be(tmp_path: Path, born: str) -> None:
    read_born, precision, begun, [said] = read(tmp_path, born, "2010-01-01")
    assert (read_born, precision, begun) == (None, "unknown", BEGUN)
    assert said.startswith("1 patient has a date of birth that cannot be")


@pytest.mark.parametrize("begun", ["1900-01-01", "9999-12-31", "2026-11-21", "1980-04-30"])
def test_a_start_of_registration_that_cannot_be(tmp_path: Path, begun: str) -> None:
    born, precision, read_begun, [said] = read(tmp_path, "1980-05-01", begun)
    assert (born, precision, read_begun) == (BORN, "day", None)
    assert said.startswith("1 patient has a start of registration that cannot be")


def test_the_last_days_that_can_be(tmp_path: Path) -> None:
    assert read(tmp_path / "born", "2026-11-20", "2026-11-20")[3] == []
    assert read(tmp_path / "year", "1980-01-01", "1980-01-01", "year")[3] == []
    assert read(tmp_path / "old", "1900-01-02", "1900-01-02")[3] == []


def warnings_of(folder: Path, *begun: str) -> list[str]:
    """What is said of one patient for each start of registration."""
    rows = [f"{n},A00001,p{n},,{n},1980-05-01,day,{day},regular,0,0" for n, day in enumerate(begun, 1)]
    write_plain(folder / "in", "\n".join(rows), "")
    with connect(folder / "work") as con:
        store = private_folder(folder / "store")
        return list(open_store(con, store, build_store(folder / "in", store, Settings())).extract.warnings)


def test_a_practice_that_lost_most_starts_is_named(tmp_path: Path) -> None:
    """A list that is empty for this reason is not left unexplained."""
    said = [one for one in warnings_of(tmp_path, *["1900-01-01"] * 3, "2010-01-01") if "registration" in one]
    assert said[0].startswith("3 patients have a start of registration that cannot be")
    assert "Ask the supplier for the days on which they registered." in said[0]
    assert said[1].startswith("Most patients of A00001 have no start of registration that can be (3 of 4), so hardly")


def test_a_practice_that_lost_half_of_them_is_not(tmp_path: Path) -> None:
    said = [one for one in warnings_of(tmp_path, "1900-01-01", "2010-01-01") if "registration" in one]
    assert len(said) == 1
