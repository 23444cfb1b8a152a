"""One invented population written as EMIS and as CPRD Aurum: what is read differs only by what Aurum says it lacks."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.extracts.model import Extract
from synthetic_data.population import rates
from tests.extracts import aurum_folder, emis_folder

PATIENTS = 4000
DAY = date(2026, 11, 20).toordinal()
Key = tuple[object, ...]


class Both:
    """Both readings, and the number by which a patient of either is known in truth.csv."""

    def __init__(self, folder: Path) -> None:
        aurum_folder.write_both(folder, PATIENTS, practices=3, seed=7)
        self.emis, self.emis_extract = emis_folder.read(folder / "emis")
        self.aurum, self.aurum_extract = aurum_folder.read(folder / "aurum")
        with (folder / "emis" / "truth.csv").open(encoding="utf-8", newline="") as file:
            self.truth = {int(row["local_number"]): row["practice"] for row in csv.DictReader(file)}
        _name(self.emis, "CAST(local_number AS BIGINT)")
        _name(self.aurum, "CAST(substr(patient_id, 2, 12) AS BIGINT)")


def _name(con: duckdb.DuckDBPyConnection, number: str) -> None:
    con.execute(f"CREATE TEMP TABLE person AS SELECT *, {number} AS number FROM patient")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    return Both(tmp_path_factory.mktemp("both"))


def numbers(con: duckdb.DuckDBPyConnection, where: str) -> set[int]:
    return {row[0] for row in con.execute(f"SELECT number FROM person WHERE {where}").fetchall()}


def objectors(both: Both) -> set[int]:
    """Whose newest row about type 1 objections up to the extract objects; by what the EMIS files say."""
    query = f"""
        SELECT number FROM event JOIN person USING (person_row) JOIN code USING (code_id)
        WHERE read2 IN ('9Nu0.00', '9Nu1.00') AND coalesce(date, 0) <= {DAY}
        GROUP BY number HAVING max(2 * coalesce(date, 0) + CAST(read2 = '9Nu0.00' AS INTEGER)) % 2 = 1
    """
    return {row[0] for row in both.emis.execute(query).fetchall()}


def unacceptable(both: Both) -> set[int]:
    return numbers(both.emis, "date_of_birth IS NULL OR sex = 'U'")


def test_the_same_people_but_for_objectors_and_those_cprd_finds_wanting(both: Both) -> None:
    away, wanting = objectors(both), unacceptable(both)
    found = numbers(both.aurum, "true")
    assert found == numbers(both.emis, "true") - away - wanting
    withdrawn = rates.TYPE_1_DISSENT * rates.TYPE_1_WITHDRAWN
    assert len(away) / PATIENTS == pytest.approx(rates.TYPE_1_DISSENT - withdrawn, rel=0.25)
    assert wanting - away
    reason = "patients: not acceptable by CPRD's quality checks, left out with their rows"
    assert both.aurum_extract.left_out[reason] == len(wanting - away)
    practices = dict(both.aurum.execute("SELECT number, practice_id FROM person").fetchall())
    assert practices == {number: f"CPRD2{both.truth[number].removeprefix('ZZ')}" for number in found}


def test_what_is_said_of_each_patient(both: Both) -> None:
    columns = "number, sex, date_of_death, registered_from, registered_to, registration_type"
    found = numbers(both.aurum, "true")
    said = {row[0]: row for row in both.emis.execute(f"SELECT {columns} FROM person").fetchall() if row[0] in found}
    assert {row[0]: row for row in both.aurum.execute(f"SELECT {columns} FROM person").fetchall()} == said
    births = dict(both.emis.execute("SELECT number, date_of_birth FROM person").fetchall())
    precisions = Counter[str]()
    query = "SELECT number, date_of_birth, birth_precision FROM person"
    for number, born, precision in both.aurum.execute(query).fetchall():
        exact = date.fromordinal(births[number])
        assert date.fromordinal(born) == exact.replace(month=exact.month if precision == "month" else 1, day=1)
        precisions[precision] += 1
    assert precisions["month"] / len(found) == pytest.approx(0.18, abs=0.03)  # children
    assert set(precisions) == {"month", "year"}


def test_marks_that_aurum_does_not_carry(both: Both) -> None:
    found = numbers(both.aurum, "true")
    assert numbers(both.aurum, "is_restricted = 1 OR institution IS NOT NULL OR nhs_number IS NOT NULL") == set()
    assert numbers(both.emis, "is_restricted = 1") & found
    assert numbers(both.emis, "institution IS NOT NULL") & found
    tests = numbers(both.emis, "is_test = 1") & found
    by_type = numbers(both.emis, "is_test = 1 AND registration_type = 'other'") & found
    assert numbers(both.aurum, "is_test = 1") == by_type
    assert by_type < tests  # the others bear a flag in EMIS, and look like anybody here


EVENT = "snomed, read2, local, recorded_on"
ISSUE = "dmd, term, recorded_on, quantity, unit, duration_days"


@pytest.mark.parametrize(("table", "said"), [("event", EVENT), ("prescription", ISSUE)])
def test_the_same_rows_but_for_how_exactly_a_day_is_known(both: Both, table: str, said: str) -> None:
    found = numbers(both.aurum, "true")
    exact, inexact = Counter[Key](), list[Key]()
    for row in _rows(both.emis, table, said):
        if row[0] in found:
            exact[row] += row[2] in ("day", "unknown")
            inexact += [] if row[2] in ("day", "unknown") else [row]
    left = Counter(_rows(both.aurum, table, said))
    assert not +exact - left
    left.subtract(exact)
    _match_inexact(inexact, +left)
    assert len(inexact) / (len(inexact) + exact.total()) == pytest.approx(rates.MONTH_ONLY + rates.YEAR_ONLY, rel=0.2)


def _rows(con: duckdb.DuckDBPyConnection, table: str, said: str) -> list[Key]:
    """Whose, when, how exactly, and the rest."""
    query = f"SELECT number, date, date_precision, {said} FROM {table} JOIN person USING (person_row) "
    return con.execute(f"{query} LEFT JOIN code USING (code_id)").fetchall()


def _match_inexact(inexact: list[Key], left: Counter[Key]) -> None:
    """Each row known to a month or year has one of its own in the other extract, on a day in that time."""
    days = defaultdict[Key, list[int]](list)
    for (number, day, precision, *rest), times in left.items():
        assert precision == "day" and isinstance(day, int)
        days[number, *rest] += [day] * times
    for number, first, precision, *rest in sorted(inexact, key=lambda row: str(row[2])):  # months before years
        same = days[number, *rest]
        same.remove(next(day for day in same if _start(day, str(precision)) == first))
    assert not any(days.values())


def _start(day: int, precision: str) -> int:
    here = date.fromordinal(day)
    return here.replace(month=here.month if precision == "month" else 1, day=1).toordinal()


def test_marks_of_rows_that_aurum_does_not_carry(both: Both) -> None:
    for table in ("event", "prescription"):
        hidden = f"SELECT count(*) FILTER (is_confidential = 1) / count(*) FROM {table}"
        assert _one(both.emis, hidden) > 0.003
        assert _one(both.aurum, hidden) == 0
    kinds = "SELECT DISTINCT kind FROM prescription ORDER BY 1"
    assert both.emis.execute(kinds).fetchall() == [("acute",), ("repeat",), ("unknown",)]
    assert both.aurum.execute(kinds).fetchall() == [("unknown",)]
    assert _one(both.emis, "SELECT count(*) FROM code_parent") > 0
    assert _one(both.aurum, "SELECT count(*) FROM code_parent") == 0


def test_the_same_courses(both: Both) -> None:
    """How many issues each course of each patient has."""
    found = numbers(both.aurum, "true")
    query = """
        SELECT number, count(*) FROM prescription JOIN person USING (person_row) WHERE course IS NOT NULL
        GROUP BY number, course
    """
    assert Counter(both.aurum.execute(query).fetchall()) == Counter(
        row for row in both.emis.execute(query).fetchall() if row[0] in found
    )


def test_what_is_left_out_is_counted_alike(both: Both) -> None:
    """Deleted rows and patients, and rows without a patient, are not sent; what is left differs by who is left out."""

    def counted(extract: Extract) -> set[str]:
        return {reason for reason, count in extract.left_out.items() if count}

    assert counted(both.aurum_extract) == {
        "patients: not acceptable by CPRD's quality checks, left out with their rows",
        "patients: dummy patients, kept and marked",
        "observations: of patients who are not acceptable",
        "observations: with a code not in the dictionary, kept",
        "issues: of patients who are not acceptable",
    }
    wanting = unacceptable(both) - objectors(both)
    for table, noun in (("event", "observations"), ("prescription", "issues")):
        query = f"SELECT number FROM {table} JOIN person USING (person_row)"
        lost = sum(row[0] in wanting for row in both.emis.execute(query).fetchall())
        assert both.aurum_extract.left_out[f"{noun}: of patients who are not acceptable"] == lost


def _one(con: duckdb.DuckDBPyConnection, query: str) -> float:
    row = con.execute(query).fetchone()
    assert row is not None
    return float(row[0])
