"""The same population as EMIS and as OMOP: the same people, events and prescriptions but for what OMOP cannot say."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.codes.code_index import read_code_index
from pipeline.codes.codelist import available, load
from pipeline.codes.resolve import resolve
from pipeline.extracts.model import Extract
from synthetic_data import generate
from tests.extracts import emis_folder
from tests.extracts.omop_folder import read_store, rows
from tests.synthetic_data.test_omop import EXTRACT_DATE, write_omop

TODAY = EXTRACT_DATE.toordinal()
Codes = tuple[str | None, str | None]


@dataclass(frozen=True)
class Both:
    emis: duckdb.DuckDBPyConnection
    omop: duckdb.DuckDBPyConnection
    extract: Extract
    folder: Path


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """4,000 registrations in 3 practices. Read-only for the tests; `kept` holds the EMIS patients that OMOP has."""
    folder = tmp_path_factory.mktemp("both")
    generate("emis", patients=4000, practices=3, seed=12, out=folder / "emis")
    write_omop(folder / "omop", 4000, 3, 12)
    emis, _ = emis_folder.read(folder / "emis")
    omop, extract = read_store(folder / "omop")
    emis.execute(
        "CREATE TABLE kept AS SELECT * FROM patient "
        "WHERE registration_type = 'regular' AND is_test = 0 AND date_of_birth IS NOT NULL"
    )
    omop.execute("CREATE TABLE kept AS FROM patient")
    yield Both(emis, omop, extract, folder)


def test_nothing_had_to_be_left_out_or_doubted(both: Both) -> None:
    assert (both.extract.left_out, both.extract.warnings) == ({}, ())
    assert sum(gap.is_missing for gap in both.extract.gaps) == 0


PERSON = (
    "local_number, practice_id, date_of_birth, birth_precision, sex, date_of_death, registered_from, registration_type"
)


def test_patients_agree(both: Both) -> None:
    """Link: `person_source_value` is truth's `local_number`. A departure from today on is not carried."""
    ends = f"CASE WHEN registered_to < {TODAY} THEN registered_to END"
    query = f"SELECT {PERSON}, {ends} FROM kept ORDER BY ALL"
    expected = rows(both.emis, query)
    assert rows(both.omop, query) == expected and len(expected) > 3500
    with (both.folder / "omop" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["local_number"]: row["practice"] for row in csv.DictReader(file)}
    assert all(truth[str(number)] == practice for number, practice, *_ in expected)


def test_patients_that_are_not_carried(both: Both) -> None:
    kinds = dict(
        both.emis.execute(
            "SELECT CASE WHEN is_test = 1 THEN 'test' WHEN date_of_birth IS NULL THEN 'unborn' "
            "WHEN registration_type <> 'regular' THEN 'other' ELSE 'kept' END, count(*) FROM patient GROUP BY 1"
        ).fetchall()
    )
    assert kinds["kept"] == rows(both.omop, "SELECT count(*) FROM patient")[0][0]
    assert kinds["test"] > 0 and kinds["other"] > 50  # `unborn` is one in five thousand


def test_marks_and_days_that_are_not_carried(both: Both) -> None:
    """Each is there in EMIS, and nowhere in OMOP; the reader says so."""
    lost = {
        "kept WHERE is_restricted = 1": "protected",
        "kept WHERE nhs_number IS NOT NULL": "NHS numbers",
        "kept WHERE surname IS NOT NULL": "does not hold names",
        "kept WHERE institution IS NOT NULL": "care home",
        "kept WHERE usual_gp IS NOT NULL": "usual GP",
        f"kept WHERE registered_to >= {TODAY}": "departures on or after",
        "event WHERE is_confidential = 1": "rows are confidential",
        "event WHERE recorded_on IS NOT NULL": "was entered",
        "event WHERE date_precision IN ('month', 'year')": "month or year",
        "prescription WHERE kind IN ('acute', 'repeat')": "acute or repeat",
        "prescription WHERE course IS NOT NULL": "course",
    }
    said = " ".join(gap.text for gap in both.extract.gaps)
    for rest, gap in lost.items():
        assert rows(both.emis, f"SELECT count(*) > 0 FROM {rest}") == [(True,)], rest
        assert rows(both.omop, f"SELECT count(*) FROM {rest}") == [(0,)], rest
        assert gap in said


EVENTS = """
    SELECT local_number, date, date_precision, snomed, read2 FROM event JOIN kept USING (person_row)
    LEFT JOIN code USING (code_id) WHERE date IS NOT NULL
"""


def mapped(emis: duckdb.DuckDBPyConnection) -> dict[object, str]:
    """OMOP maps by the Read code, so one that a second row of EMIS's dictionary knows without SNOMED has it too."""
    query = "SELECT DISTINCT read2, snomed FROM code WHERE read2 IS NOT NULL AND snomed IS NOT NULL"
    return {read: snomed for read, snomed in emis.execute(query).fetchall()}


def test_events_agree(both: Both) -> None:
    """Patient, day and codes of every row, once each; a vague date is some day of its month or year."""
    standard = mapped(both.emis)
    exact: Counter[tuple[str, int, Codes]] = Counter()
    vague: dict[str, list[tuple[str, int, Codes]]] = {"month": [], "year": []}
    gained = 0
    for number, day, precision, snomed, read in both.emis.execute(EVENTS).fetchall():
        codes = (snomed or standard.get(read), read)
        gained += codes != (snomed, read)
        if precision == "day":
            exact[number, day, codes] += 1
        else:
            vague[precision].append((number, day, codes))
    found = both.omop.execute(EVENTS).fetchall()
    assert {precision for _, _, precision, _, _ in found} == {"day"}
    left = Counter((number, day, (snomed, read)) for number, day, _, snomed, read in found)
    assert exact - left == Counter() and exact.total() > 200_000
    left -= exact
    for precision, given in vague.items():
        assert len(given) > 100
        take_periods(left, given, precision)
    assert left == Counter()
    assert gained > 50


def take_periods(left: Counter[tuple[str, int, Codes]], given: list[tuple[str, int, Codes]], precision: str) -> None:
    """For each of the vague rows, take one from `left` that lies in its period."""
    waiting: dict[tuple[str, Codes], list[int]] = defaultdict(list)
    for (number, day, codes), count in left.items():
        waiting[number, codes] += [day] * count
    for number, first, codes in given:
        day = next(day for day in waiting[number, codes] if first_day(day, precision) == first)
        waiting[number, codes].remove(day)
        left[number, day, codes] -= 1
    for key in [key for key, count in left.items() if not count]:
        del left[key]


def first_day(day: int, precision: str) -> int:
    whole = date.fromordinal(day)
    return whole.replace(day=1, month=whole.month if precision == "month" else 1).toordinal()


def test_events_without_a_date_are_the_only_ones_lost(both: Both) -> None:
    undated = "SELECT count(*) FROM event JOIN kept USING (person_row) WHERE date IS NULL"
    everything = "SELECT count(*) FROM event JOIN kept USING (person_row)"
    (lost,), (all_of_emis,), (all_of_omop,) = (
        rows(con, query)[0] for con, query in ((both.emis, undated), (both.emis, everything), (both.omop, everything))
    )
    assert isinstance(lost, int) and lost > 100 and all_of_omop == all_of_emis - lost  # type: ignore[operator]


USED = """
    SELECT code_id, snomed, read2, dmd, CASE WHEN is_medicine = 1 THEN term END FROM code
    WHERE code_id IN (SELECT code_id FROM event UNION SELECT code_id FROM prescription)
"""


def found_by(con: duckdb.DuckDBPyConnection, name: str, standard: Mapping[object, str]) -> set[tuple[object, ...]]:
    """What rows are coded with that a shipped list finds, in words that mean the same in both."""
    found = {match.code_id for match in resolve([load(name)], None, read_code_index(con)).matches}
    used = {code_id: (snomed or standard.get(read), read, *rest) for code_id, snomed, read, *rest in rows(con, USED)}
    return {used[code_id] for code_id in found & used.keys()}


def test_shipped_lists_find_the_same_codes(both: Both) -> None:
    """But for EMIS's own code for osteoarthritis of the knee, which is mapped to nothing."""
    standard = mapped(both.emis)
    lost = {}
    for name in available():
        emis, omop = (found_by(con, name, standard) for con in (both.emis, both.omop))
        assert omop <= emis, name
        lost[name] = emis - omop
    assert {name: codes for name, codes in lost.items() if codes} == {"painful-condition": {(None, None, None, None)}}
    uses = (
        "SELECT count(*) > 100 FROM event JOIN code USING (code_id) WHERE term LIKE '%Osteoarthritis of knee (local%'"
    )
    assert rows(both.emis, uses) == rows(both.omop, uses) == [(True,)]
    assert any("local code without a concept" in gap.text for gap in both.extract.gaps)


def test_one_condition_lies_in_several_tables(both: Both) -> None:
    """A Read code that maps to nothing is an observation, whatever it means."""
    query = (
        "SELECT DISTINCT file FROM event JOIN code USING (code_id) JOIN source_file ON source_file = file_id "
        "WHERE term LIKE 'Fibromyalgia%' ORDER BY 1"
    )
    assert rows(both.omop, query) == [("condition_occurrence.csv",), ("observation.csv",)]


ISSUES = """
    SELECT local_number, {day}, dmd, term, quantity, unit, duration_days FROM prescription
    JOIN kept USING (person_row) LEFT JOIN code USING (code_id) WHERE date IS NOT NULL AND {which}
"""


def test_prescriptions_agree(both: Both) -> None:
    """Patient, day, product, quantity and length of every row; of vague dates, all but the day."""
    exact = Counter(both.emis.execute(ISSUES.format(day="date", which="date_precision = 'day'")).fetchall())
    found = Counter(both.omop.execute(ISSUES.format(day="date", which="true")).fetchall())
    assert exact - found == Counter() and exact.total() > 100_000
    vague = Counter(both.emis.execute(ISSUES.format(day="0", which="date_precision <> 'day'")).fetchall())
    rest = Counter((number, 0, *said) for number, _, *said in (found - exact).elements())
    assert vague == rest and vague.total() > 100
