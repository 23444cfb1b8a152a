"""The same population as EMIS and as plain tables: all that is read of one is read of the other."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipeline.codes.code_index import read_code_index
from pipeline.codes.codelist import available, load
from pipeline.codes.resolve import resolve
from pipeline.extracts.model import Extract
from pipeline.tables import EVENT, PATIENT, PRESCRIPTION, Table
from synthetic_data import generate
from tests.effort import longer, some
from tests.extracts import emis_folder
from tests.extracts.emis_folder import rows

pytestmark = longer

Row = tuple[object, ...]
FORMATS = ("emis", "plain")


@dataclass(frozen=True)
class Both:
    """Both readings, by format, and the rows of truth.csv. Read-only for the tests."""

    stores: dict[str, duckdb.DuckDBPyConnection]
    extracts: dict[str, Extract]
    truth: list[dict[str, str]]

    def ask(self, query: str) -> list[list[Row]]:
        """What EMIS and what the plain tables answer."""
        return [rows(self.stores[name], query) for name in FORMATS]


@pytest.fixture(scope="module", params=some((1, 2, 3), 1))
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """1,500 registrations in 3 practices, from three seeds."""
    folder = tmp_path_factory.mktemp("both")
    stores, extracts = {}, {}
    for name in FORMATS:
        generate(name, patients=1500, practices=3, seed=request.param, out=folder / name)
        stores[name], extracts[name] = emis_folder.read(folder / name)
    said = [(folder / name / "truth.csv").read_text(encoding="utf-8") for name in FORMATS]
    assert said[0] == said[1]
    yield Both(stores, extracts, list(csv.DictReader(said[0].splitlines())))


def shown(table: Table, *left_out: str) -> str:
    """A table's columns but for numbers that each store gives afresh."""
    ours = ("person_row", "code_id", "source_file", "source_key", "encounter", "course", *left_out)
    return ", ".join(name for name in table.names if name not in ours)


def test_nothing_is_lacking_and_what_is_left_out_is_what_emis_leaves_out(both: Both) -> None:
    """Deleted rows and patients are not written at all."""
    emis, plain = (both.extracts[name].left_out for name in FORMATS)
    assert (both.extracts["plain"].gaps, both.extracts["plain"].warnings) == ((), ())
    same = {
        "event: rows whose patient is not in the extract": "observations: whose patient is not in the extract",
        "event: rows with a code not in the code table, kept": "observations: with a code not in the dictionary, kept",
        "prescription: rows whose patient is not in the extract": "issues: whose patient is not in the extract",
        "patient: dummy patients, kept and marked": "patients: dummy patients, kept and marked",
    }
    assert plain == {ours: emis[theirs] for ours, theirs in same.items() if theirs in emis}
    rest = set(emis) - set(same.values())
    assert {reason.partition(": ")[2] for reason in rest} == {"deleted by the supplier", "of deleted patients"}


def test_patients_agree(both: Both) -> None:
    emis, plain = both.ask(f"SELECT {shown(PATIENT)} FROM patient ORDER BY ALL")
    assert emis == plain and len(emis) > 1450
    truth = {(row["practice"], row["patient_guid"].strip("{}"), row["local_number"]) for row in both.truth}
    found = set(rows(both.stores["plain"], "SELECT practice_id, patient_id, local_number FROM patient"))
    assert found <= truth and len(truth - found) < 15  # the deleted
    by_row = "SELECT count(*) FROM patient WHERE is_test + is_restricted > 0 OR institution IS NOT NULL"
    assert rows(both.stores["plain"], by_row)[0][0] != 0


def test_practices_agree(both: Both) -> None:
    """But for who supplies them, and what is written in EMIS only: that one organisation is no practice."""
    emis, plain = both.ask("SELECT practice_id, name, extract_date FROM practice ORDER BY ALL")
    assert emis == plain and len(plain) == 3


CODES = "snomed, read2, dmd, term, is_medicine"
NAMED = f"""
    SELECT practice_id, patient_id, {{columns}}, {CODES} FROM {{table}} JOIN patient USING (person_row)
    LEFT JOIN code USING (code_id)
"""


def test_events_agree(both: Both) -> None:
    """Every column of every row; of measured values, that there is one, for each format draws its own."""
    columns = f"{shown(EVENT, 'value')}, value IS NOT NULL"
    emis, plain = (Counter(said) for said in both.ask(NAMED.format(columns=columns, table="event")))
    assert emis == plain and emis.total() > 80_000
    kinds = {row[3] for row in plain}
    assert kinds == {"day", "month", "year", "unknown"}
    assert any(row[6] for row in plain) and any(row[-1] is None for row in plain)  # confidential; a code not known


def test_prescriptions_agree(both: Both) -> None:
    columns = shown(PRESCRIPTION)
    emis, plain = (Counter(said) for said in both.ask(NAMED.format(columns=columns, table="prescription")))
    assert emis == plain and emis.total() > 40_000
    assert {row[5] for row in plain} == {"acute", "repeat", "unknown"}


def test_courses_agree(both: Both) -> None:
    """How many issues each course has, and between which days."""
    emis, plain = both.ask(
        "SELECT practice_id, patient_id, count(*), min(date), max(date) FROM prescription "
        "JOIN patient USING (person_row) WHERE course IS NOT NULL GROUP BY practice_id, patient_id, course ORDER BY ALL"
    )
    assert emis == plain and len(emis) > 2000


def test_what_lies_in_one_consultation_agrees(both: Both) -> None:
    """All but everyday rows have a consultation of their own, and of those some do."""
    query = "SELECT count(encounter), count(DISTINCT encounter) FROM event JOIN code USING (code_id) WHERE term IN {}"
    notes = rows(both.stores["emis"], "SELECT DISTINCT term FROM code WHERE term LIKE '%MED3%' ORDER BY 1")
    names = "(" + ", ".join(f"'{name}'" for (name,) in notes) + ")"
    emis, plain = both.ask(query.format(names))
    assert emis == plain and emis[0][0] == emis[0][1] != 0
    shares = [said[0][0] for said in both.ask("SELECT count(encounter) / count(*) FROM event")]
    assert shares[0] == pytest.approx(shares[1], rel=0.05)


def test_code_hierarchies_agree(both: Both) -> None:
    emis, plain = both.ask(
        "SELECT c.read2, c.term, p.read2, p.term FROM code_parent h JOIN code c ON c.code_id = h.code_id "
        "JOIN code p ON p.code_id = h.parent_id ORDER BY ALL"
    )
    assert emis == plain and len(emis) > 50


def found_by(con: duckdb.DuckDBPyConnection, name: str) -> set[Row]:
    found = {match.code_id for match in resolve([load(name)], None, read_code_index(con)).matches}
    return {tuple(row) for code_id, *row in rows(con, f"SELECT code_id, {CODES} FROM code") if code_id in found}


def test_shipped_lists_find_the_same_codes(both: Both) -> None:
    empty = set()
    for name in available():
        emis, plain = (found_by(both.stores[each], name) for each in FORMATS)
        assert emis == plain, name
        empty |= set() if emis else {name}
    assert not empty
