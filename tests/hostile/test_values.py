"""Numbers and days out of all range: they are no value, never another one, and never an error of the database."""

from __future__ import annotations

import pytest

from tests.effort import LONG, longer, some
from tests.hostile.damage import spoil
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.looking import look
from tests.hostile.oracle import judge, sound, strangers
from tests.hostile.table import read_grid

DAYS = {
    "plain": "2026-03-15",
    "emis": "2026-03-15",
    "explorer": "2026-03-15 00:00:00.000000 UTC",
    "explorer_older": "2026-03-15T00:00:00.000Z",
    "omop": "2026-03-15",
    "tpp": "15 Mar 2026 00:00:00",
    "aurum": "15/03/2026",
}
# The 29th of February of no leap year, the year 0, the last year of the calendar and beyond, and no days at all.
NO_DAYS = ("2025-02-29", "0000-00-00", "0000-01-01", "10000-01-01", "2026-13-01", "2026-00-10", "-2026-03-15", "+2026")
EDGES = ("0001-01-01", "9999-12-31")
NUMBERS = (
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "170141183460469231731687303715884105728",
    "1" + "0" * 400,
    "1e308",
    "1e309",
    "-1e309",
    "inf",
    "nan",
    "1_000",
    "0x7f",
    "\u0661",
    "--1",
    "1,5",
    " 1 ",
    "1\u00a0",
    "00000000000000000000001",
)

pytestmark = longer


def written(format: str, day: str) -> str:
    """A day as the format writes them, as far as it can be."""
    if format == "aurum":
        return "/".join(reversed(day.split("-")))
    if format == "tpp":
        year, month, number = ([*day.split("-"), "01", "01"])[:3]
        months = dict(
            enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
        )
        return f"{number} {months.get(int(month) if month.isdigit() else 0, month)} {year} 00:00:00"
    return DAYS[format].replace("2026-03-15", day)


@pytest.mark.parametrize(("format", "day"), some([(one, day) for one in DAYS for day in (*NO_DAYS, *EDGES)], 3))
def test_a_day_that_no_calendar_has_in_every_date(format: str, day: str) -> None:
    """In every column of days of every file at once: nobody is added, and nothing breaks."""
    files = FOLDERS[format]()
    for name, content in files.items():
        grid = read_grid(content, TEXT[format])
        assert grid is not None
        places = [n for n, title in enumerate(grid.header) if "date" in title.lower() and "update" not in title.lower()]
        for place in places:
            if any(row[place] for row in grid.rows) and not title_is_made(grid.header[place]):
                damage = spoil(format, files, name, place, -1, written(format, day))
                files[name] = damage.files[name]
    seen = look(files)
    assert seen.error or not strangers(seen, sound(format)) or day in EDGES


def title_is_made(title: str) -> bool:
    """Columns that say when the extract was made: without them it is refused for that."""
    return title in ("extract_date", "model_updated_datetime", "source_release_date", "DateExtractTo", "lcd")


@pytest.mark.parametrize(("format", "number"), some([(one, each) for one in DAYS for each in NUMBERS], 2))
def test_numbers_out_of_range_in_every_key(format: str, number: str) -> None:
    """The first row of each file gets it in its first column, which is a key or a number nearly everywhere."""
    files = FOLDERS[format]()
    for name in files:
        grid = read_grid(files[name], TEXT[format])
        if grid is not None and grid.rows and "anifest" not in name:
            text = number.encode(TEXT[format].encoding, errors="replace").decode(TEXT[format].encoding)
            judge(spoil(format, files, name, 0, 0, text)) if LONG else None
            files[name] = spoil(format, files, name, 0, 0, text).files[name]
    seen = look(files)
    assert seen.error or seen.says_more_than(sound(format)) or not strangers(seen, sound(format))


@pytest.mark.parametrize(
    ("format", "part", "column"),
    [("plain", "patient", "date_of_death"), ("emis", "Admin_Patient", "DateOfDeath"), ("omop", "death", "death_date")],
)
def test_a_day_before_christ_is_no_day_of_ours(format: str, part: str, column: str) -> None:
    """DuckDB writes it so. Without its end it would be a day two thousand years from now, when nobody has died yet."""
    files = FOLDERS[format]()
    [name] = [each for each in files if part in each]
    grid = read_grid(files[name], TEXT[format])
    assert grid is not None
    place = [each.lower() for each in grid.header].index(column.lower())
    died = next(number for number, row in enumerate(grid.rows) if row[place])
    seen = look(spoil(format, files, name, place, died, "4000-01-01 (BC)").files)
    assert not strangers(seen, sound(format)) or seen.says_more_than(sound(format))
