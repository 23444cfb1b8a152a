"""Words for nothing and stand-ins for none: inserted into a clean extract they change no list, and are said."""

from __future__ import annotations

from itertools import product

import duckdb
import pytest

from pipeline.extracts.csv import nothing
from pipeline.extracts.csv.relation import Dialect
from tests.effort import longer, some
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import look
from tests.hostile.oracle import sound
from tests.hostile.table import read_grid, write_grid

WORDS = ("NULL", "\\N", "NaN", "NaT", "None", "NA", "null", "(null)", "<NA>", "#N/A", "  NULL ")


def _filled(files: Files, dialect: Dialect, word: str) -> Files:
    """Every empty field of every file holds the word."""
    written = {}
    for name, content in files.items():
        grid = read_grid(content, dialect)
        rows = [[value or word for value in row] for row in grid.rows] if grid else []
        written[name] = write_grid(grid.__class__(grid.header, rows), dialect) if grid and rows else content
    return written


def _without_manifest(files: Files, changed: Files) -> Files:
    return {name: files[name] if "Manifest" in name else content for name, content in changed.items()}


@longer
@pytest.mark.parametrize(("format", "word"), some(product(TEXT, WORDS), 9))
def test_a_word_for_nothing_in_every_empty_field(format: str, word: str) -> None:
    files = FOLDERS[format]()
    seen = look(_without_manifest(files, _filled(files, TEXT[format], word)))
    assert seen.error == ""
    assert seen.listed == sound(format).listed
    assert any("hold a word for nothing" in warning and word.strip() in warning for warning in seen.warnings)


def _fractioned(files: Files, dialect: Dialect) -> Files:
    """Every column that holds nothing but whole numbers, as pandas writes it where one of them was missing."""
    written = {}
    for name, content in files.items():
        grid = read_grid(content, dialect)
        if grid is None or not grid.rows:
            written[name] = content
            continue
        whole = [all(not value or value.isdecimal() for value in column) for column in zip(*grid.rows, strict=True)]
        rows = [
            [f"{v}.0" if v and is_whole else v for v, is_whole in zip(row, whole, strict=True)] for row in grid.rows
        ]
        written[name] = write_grid(grid.__class__(grid.header, rows), dialect)
    return written


@longer
@pytest.mark.parametrize("format", some(TEXT, 4))
def test_whole_numbers_with_a_fraction_in_every_column(format: str) -> None:
    files = FOLDERS[format]()
    seen = look(_without_manifest(files, _fractioned(files, TEXT[format])))
    assert (seen.error, seen.listed, seen.left_out) == ("", sound(format).listed, sound(format).left_out)
    assert any("are written with a fraction" in warning for warning in seen.warnings)


ENDS = {
    "emis": ("Admin_Patient", ("DateOfDeath", "DateOfDeactivation"), "9999-12-31"),
    "plain": ("patient", ("date_of_death", "registered_to"), "2999-12-31"),
    "explorer": ("patient", ("date_of_death", "registration_end_datetime"), "9999-12-31T00:00:00"),
    "explorer_older": ("patient", ("date_of_death",), "2099-12-31"),
    "omop": ("observation_period", ("observation_period_end_date",), "9999-12-31"),
    "tpp": ("SRPatient.csv", ("DateDeath",), "01 Dec 9999 00:00"),
    "aurum": ("Patient_", ("emis_ddate", "cprd_ddate", "regenddate"), "31/12/9999"),
}
EARLY = {"emis": "1900-01-01", "plain": "1753-01-01", "tpp": "01 Jan 1900 00:00", "aurum": "01/01/1900"}


def _ended(format: str, stand_in: str) -> Files:
    part, columns, _ = ENDS[format]
    files = FOLDERS[format]()
    [name] = [each for each in files if part in each]
    grid = read_grid(files[name], TEXT[format])
    assert grid is not None
    places = [[each.lower() for each in grid.header].index(column.lower()) for column in columns]
    rows = [[value or stand_in if at in places else value for at, value in enumerate(row)] for row in grid.rows]
    return files | {name: write_grid(grid.__class__(grid.header, rows), TEXT[format])}


@pytest.mark.parametrize("format", ENDS)
def test_a_stand_in_for_no_death_and_no_end(format: str) -> None:
    seen = look(_ended(format, ENDS[format][2]))
    assert seen.error == ""
    assert seen.listed == sound(format).listed
    if format != "omop":  # in the small database every period has an end
        assert any("hold a word for nothing" in warning for warning in seen.warnings)


@pytest.mark.parametrize("format", EARLY)
def test_an_early_day_of_death_that_most_people_share_is_a_stand_in(format: str) -> None:
    seen = look(_ended(format, EARLY[format]))
    assert seen.error == ""
    assert seen.listed == sound(format).listed


@pytest.mark.parametrize("column", ["DateOfDeath", "value", "quantity", "code_id", "EffectiveDate"])
def test_the_cheap_look_passes_over_no_word(column: str) -> None:
    """Only columns that it suspects are looked at closely: `<NA>` was passed over, and everybody had died on it."""
    words = sorted({each for word in nothing._WORDS for each in (word, word.upper(), f" {word}", f"{word} ")})
    with duckdb.connect() as con:
        suspected = [
            con.execute(f"SELECT {nothing.suspect_sql(column, ())} FROM (SELECT ? AS {column})", [word]).fetchone()
            for word in words
        ]
    assert [word for word, found in zip(words, suspected, strict=True) if found != (True,)] == []
