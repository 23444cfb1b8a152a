"""One population as EMIS bulk files and as both generations of Explorer exports: what is told twice must agree.

Every difference is one that the Explorer reader declares; each is counted here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.dates import month_ends
from pipeline.extracts.model import Extract
from synthetic_data.explorer.files import find_objectors
from synthetic_data.population.chunk import Chunk
from tests.extracts import emis_folder
from tests.extracts.explorer_folder import read
from tests.extracts.explorer_population import EXTRACT_DATE, write_population

Rows = list[tuple[object, ...]]

_FROM_EVENT = (
    "FROM event e JOIN patient p USING (person_row) LEFT JOIN code c USING (code_id) "
    "WHERE coalesce(c.term, '') NOT LIKE '%as marked by the supplier%'"
)
_FROM_ISSUE = "FROM prescription e JOIN patient p USING (person_row) JOIN code c USING (code_id)"


@dataclass(frozen=True)
class Told:
    """A format's account of the population. `links`: each patient's key, worked out from EMIS's practice and GUID."""

    con: duckdb.DuckDBPyConnection
    extract: Extract
    links: dict[object, str]

    def rows(self, query: str) -> Rows:
        """Rows whose first column is a patient, linked."""
        return [(self.links[row[0]], *row[1:]) for row in self.con.execute(query).fetchall()]


@dataclass(frozen=True)
class Three:
    emis: Told
    current: Told
    older: Told
    chunks: list[Chunk]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("population")
    chunks = write_population(folder, 500)
    con, extract = emis_folder.read(folder / "emis")
    named = con.execute("SELECT person_row, practice_id, patient_id FROM patient").fetchall()
    links = {row: hashlib.md5(f"{ods}:{{{guid}}}".encode()).hexdigest() for row, ods, guid in named}
    return Three(Told(con, extract, links), _told(folder / "current"), _told(folder / "older"), chunks)


def _told(folder: Path) -> Told:
    con, extract = read(folder)
    named = con.execute("SELECT person_row, patient_id FROM patient").fetchall()
    return Told(con, extract, {row: str(key).replace("-", "").lower() for row, key in named})


def test_current_patients(told: Three) -> None:
    """All but the day of birth, the type of registration, test patients and restricted records."""
    columns = "sex, date_of_death, registered_from, registered_to, institution"
    query = f"SELECT person_row, {columns} FROM patient"
    assert Counter(told.emis.rows(query)) == Counter(told.current.rows(query))
    births = {link: _month(day) for link, day in told.emis.rows("SELECT person_row, date_of_birth FROM patient")}
    current = {link: day for link, day in told.current.rows("SELECT person_row, date_of_birth FROM patient")}
    assert births == current
    kinds = told.current.con.execute(
        "SELECT DISTINCT registration_type, is_test, is_restricted FROM patient"
    ).fetchall()
    assert kinds == [("regular", 0, 0)]
    assert told.current.extract.pseudonymised_because


def test_who_is_one_person_is_the_same(told: Three) -> None:
    """The supplier's pseudonyms join the same registrations as the NHS numbers do."""
    query = "SELECT person_row, nhs_number FROM patient WHERE nhs_number IS NOT NULL"
    groups = [_groups(format.rows(query)) for format in (told.emis, told.current)]
    assert groups[0] == groups[1]
    assert any(len(group) > 1 for group in groups[0])


def test_current_events(told: Three) -> None:
    """Rows dated exactly or not at all agree in everything; of the others, the current models show some day."""
    query = f"SELECT person_row, c.snomed, c.read2, e.value IS NULL, e.unit, e.date, e.date_precision {_FROM_EVENT}"
    _agree_but_for_precision(told.emis.rows(query), told.current.rows(query))
    hidden = _count(told.emis, f"{_FROM_EVENT} AND is_confidential = 1")
    assert hidden and not _count(told.current, f"{_FROM_EVENT} AND is_confidential = 1")
    assert not _count(told.current, "FROM event e WHERE recorded_on IS NOT NULL AND code_id <> 0 AND encounter <> ''")


def test_current_issues(told: Three) -> None:
    query = (
        f"SELECT person_row, c.dmd, c.term, e.kind, e.quantity, e.duration_days, e.date, e.date_precision {_FROM_ISSUE}"
    )
    _agree_but_for_precision(told.emis.rows(query), told.current.rows(query))


def test_encounters_join_the_same_rows(told: Three) -> None:
    """A consultation here is one row of the generator's, so what matters is which rows have one."""
    query = f"SELECT person_row, c.snomed, c.read2 {_FROM_EVENT} AND encounter IS NOT NULL AND c.read2 LIKE '9D1%'"
    assert Counter(told.emis.rows(query)) == Counter(told.current.rows(query))


def test_objections_marked_on_patients(told: Three) -> None:
    """For each patient whose newest word on secondary use is a dissent: one on the day of the extract, one undated."""
    objectors = sum(int((find_objectors(chunk) & ~chunk.registrations.deleted).sum()) for chunk in told.chunks)
    marked = (
        "SELECT person_row, c.read2, e.date FROM event e JOIN code c USING (code_id) WHERE c.term LIKE '%as marked by%'"
    )
    rows = told.current.rows(marked)
    assert len(rows) == 2 * objectors > 0
    assert Counter(row[1:] for row in rows) == {
        ("9Nu0.00", EXTRACT_DATE.toordinal()): objectors,
        ("9Nu0.00", None): objectors,
    }
    assert {row[:2] for row in told.older.rows(marked)} == {row[:2] for row in rows}


def test_older_patients(told: Three) -> None:
    """Names, births, deaths; whether someone is regular, and registered now, from what their rows say."""
    columns = "sex, date_of_birth, date_of_death, surname, given_name, postcode"
    query = f"SELECT person_row, {columns} FROM patient"
    assert Counter(told.emis.rows(query)) == Counter(told.older.rows(query))
    assert not told.older.extract.pseudonymised_because
    day = EXTRACT_DATE.toordinal()
    now = f"registered_from <= {day} AND coalesce(registered_to, {day + 1}) > {day} AND date_of_death IS NULL"
    is_now = (
        f"SELECT person_row, registration_type = 'regular', is_test, is_restricted, coalesce({now}, false) FROM patient"
    )
    emis, older = (
        dict(_pairs(told.emis.rows(is_now))),
        dict(_pairs(told.older.rows(is_now.replace(now, "registered_from > 0")))),
    )
    silent = (
        "SELECT person_row FROM patient WHERE person_row NOT IN "
        "(SELECT person_row FROM event UNION SELECT person_row FROM prescription)"
    )
    unknown = {link for (link,) in told.older.rows(silent)}
    reason = "patients: without a row that says whether they are registered, kept as not"
    assert told.older.extract.left_out.get(reason, 0) == len(unknown)
    assert {link for link in emis if emis[link] != older[link]} <= unknown


def test_older_events(told: Three) -> None:
    """Rows agree in everything, precision, day of entry and confidentiality too."""
    columns = "c.snomed, c.read2, e.unit, e.date, e.date_precision, e.recorded_on, "
    query = f"SELECT person_row, {columns} e.is_confidential {_FROM_EVENT} AND e.code_id IS NOT NULL"
    visible = query.replace("e.is_confidential", "0")
    assert Counter(told.emis.rows(visible)) == Counter(told.older.rows(visible))
    # EMIS also hides what was said in a confidential consultation, of which the older tables say nothing.
    lost = Counter(told.emis.rows(query)) - Counter(told.older.rows(query))
    assert {row[-1] for row in lost} <= {1}


def test_older_courses(told: Three) -> None:
    """Of each course its newest issue; those of other days are what the format loses."""
    query = f"SELECT person_row, coalesce(course, source_key), c.term, c.dmd, date, date_precision {_FROM_ISSUE}"
    courses: dict[tuple[object, object], Rows] = {}
    for link, course, *issue in told.emis.rows(query):
        courses.setdefault((link, course), []).append(tuple(issue))
    exact = {key: rows for key, rows in courses.items() if all(row[3] in ("day", "unknown") for row in rows)}
    expected = Counter((key[0], *_newest(rows)) for key, rows in exact.items())
    found = Counter(told.older.rows(f"SELECT person_row, c.term, c.dmd, date {_FROM_ISSUE}"))
    assert not expected - found
    assert sum(found.values()) == len(courses)
    assert sum((found - expected).values()) == len(courses) - len(exact) < 0.15 * len(courses)
    assert sum(map(len, courses.values())) > 5 * len(courses)  # the issues that are lost


def test_the_extract_day(told: Three) -> None:
    """The current models say when they were made. Of the older tables it is guessed, a week late at most."""
    days = {name: told_by.con.execute("SELECT DISTINCT extract_date FROM practice").fetchall() for name, told_by in (
        ("current", told.current), ("older", told.older))}  # fmt: skip
    today = EXTRACT_DATE.toordinal()
    assert days["current"] == [(today,)]
    assert all(today - 3 <= int(day) <= today + 6 for (day,) in days["older"])


def test_practices(told: Three) -> None:
    """The customer numbers of the EMIS extract; and in the older tables, patients without medicines have none."""
    assert told.current.con.execute("SELECT practice_id FROM practice ORDER BY 1").fetchall() == [
        (f"CDB{number}",) for number in (90001, 90002, 90003)
    ]
    homeless = "SELECT person_row FROM patient WHERE practice_id = 'EXPLORER'"
    treated = "SELECT person_row FROM prescription"
    assert told.older.rows(homeless)
    assert not {*told.older.rows(homeless)} & {*told.older.rows(treated)}


def _agree_but_for_precision(emis: Rows, current: Rows) -> None:
    """`current` says `day` of every date; the last two columns are the date and its precision."""
    exact = Counter(row for row in emis if row[-1] in ("day", "unknown"))
    assert not exact - Counter(current)
    vague, shown = [row for row in emis if row[-1] in ("month", "year")], Counter(current) - exact
    assert len(vague) == sum(shown.values()) > 0
    assert {row[-1] for row in shown} == {"day"}
    days: dict[tuple[object, ...], list[int]] = {}
    for row in shown.elements():
        days.setdefault(row[:-2], []).append(int(str(row[-2])))
    for *who, first, precision in sorted(vague, key=lambda row: row[-1] == "year"):
        here = days[tuple(who)]
        last = month_ends(int(str(first)))[precision == "year"]
        here.remove(next(day for day in sorted(here) if int(str(first)) <= day <= last))


def _groups(rows: Rows) -> set[frozenset[object]]:
    by_number: dict[object, set[object]] = {}
    for link, number in rows:
        by_number.setdefault(number, set()).add(link)
    return {frozenset(links) for links in by_number.values()}


def _newest(rows: Rows) -> tuple[object, ...]:
    """Term, dm+d id and day of the newest issue; an undated one only where there is no other."""
    return max(rows, key=lambda row: int(str(row[2] or 0)))[:3]


def _pairs(rows: Rows) -> list[tuple[object, tuple[object, ...]]]:
    return [(row[0], row[1:]) for row in rows]


def _month(day: object) -> object:
    return None if day is None else date.fromordinal(int(str(day))).replace(day=1).toordinal()


def _count(told: Told, rest: str) -> int:
    found = told.con.execute(f"SELECT count(*) {rest}").fetchone()
    return int(found[0]) if found else 0
