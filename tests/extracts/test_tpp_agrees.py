"""The same population as EMIS and as TPP SystmOne: the same people, entries and issues but for what TPP cannot say."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipeline.codes.code_index import read_code_index
from pipeline.codes.codelist import available, load
from pipeline.codes.resolve import resolve
from pipeline.extracts.gaps import Topic
from pipeline.extracts.model import Extract
from synthetic_data import generate
from synthetic_data.plain.write import seven_characters
from synthetic_data.population.catalogue import CODES
from synthetic_data.tpp.codes import to_snomed, to_version2, tpp_codes
from tests.effort import longer, some
from tests.extracts import emis_folder
from tests.extracts.emis_folder import rows
from tests.extracts.test_omop_agrees import take_periods

pytestmark = longer

Row = tuple[object, ...]
Said = tuple[object, object, Row]  # whose, which day, and the rest
FORMATS = ("emis", "tpp")
FIRST_ID = 10**17  # SRPatient.RowIdentifier less this is `local_number`


@dataclass(frozen=True)
class Both:
    """Both readings, by format. In each store, table `person` is `patient` with the `number` truth.csv knows it by."""

    stores: dict[str, duckdb.DuckDBPyConnection]
    extracts: dict[str, Extract]

    def ask(self, query: str) -> list[list[Row]]:
        """What EMIS and what TPP answer."""
        return [rows(self.stores[name], query) for name in FORMATS]

    def ask_each(self, emis: str, tpp: str) -> list[list[Row]]:
        return [rows(self.stores["emis"], emis), rows(self.stores["tpp"], tpp)]


@pytest.fixture(scope="module", params=some((1, 2, 3), 1))
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """1,500 registrations in 3 practices, from three seeds. Read-only for the tests."""
    folder = tmp_path_factory.mktemp("both")
    stores, extracts = {}, {}
    for name in FORMATS:
        generate(name, patients=1500, practices=3, seed=request.param, out=folder / name)
        stores[name], extracts[name] = emis_folder.read(folder / name)
    said = [(folder / name / "truth.csv").read_text(encoding="utf-8") for name in FORMATS]
    assert said[0] == said[1]
    truth = list(csv.DictReader(said[0].splitlines()))
    stores["emis"].execute("CREATE TABLE person AS SELECT *, local_number AS number FROM patient")
    link(stores["tpp"], truth)
    yield Both(stores, extracts)


def link(con: duckdb.DuckDBPyConnection, truth: list[dict[str, str]]) -> None:
    """By practice and RowIdentifier, as docs/synthetic-data.md says; those who share a GUID have the first one's."""
    first: dict[str, int] = {}
    for row in truth:
        first.setdefault(row["patient_guid"], int(row["local_number"]))
    known = [(row["practice"], str(FIRST_ID + first[row["patient_guid"]]), row["local_number"]) for row in truth]
    assert len({each[:2] for each in known}) == len(known) and any(int(i) != FIRST_ID + int(n) for _, i, n in known)
    con.execute("CREATE TABLE truth (practice_id VARCHAR, patient_id VARCHAR, number VARCHAR)")
    con.executemany("INSERT INTO truth VALUES (?, ?, ?)", known)
    con.execute("CREATE TABLE person AS SELECT * FROM patient JOIN truth USING (practice_id, patient_id)")


def test_all_patients_are_linked(both: Both) -> None:
    emis, tpp = both.ask("SELECT practice_id, number FROM person ORDER BY ALL")
    assert emis == tpp and len(tpp) > 1450
    assert rows(both.stores["tpp"], "SELECT count(*) FROM patient") == [(len(tpp),)]


def test_what_is_left_out_is_what_emis_leaves_out(both: Both) -> None:
    emis, tpp = (both.extracts[name].left_out for name in FORMATS)
    same = {
        "patients: removed by the supplier": "patients: deleted by the supplier",
        "patients: dummy patients, kept and marked": "patients: dummy patients, kept and marked",
    }
    for ours, theirs in (("coded entries", "observations"), ("medications", "issues")):
        same |= {
            f"{ours}: removed by the supplier": f"{theirs}: deleted by the supplier",
            f"{ours}: whose patient is not in the extract": f"{theirs}: whose patient is not in the extract",
            f"{ours}: of patients removed in the same delivery": f"{theirs}: of deleted patients",
        }
    assert {ours: tpp.get(ours, 0) for ours in same} == {ours: emis.get(theirs, 0) for ours, theirs in same.items()}
    assert 0 <= tpp["coded entries: without a code, kept"] - uncoded(both) < 5  # it counts those of nobody, too
    own = {"addresses: ended", "registrations: at another organisation", "coded entries: without a code, kept"}
    assert set(tpp) - set(same) == own
    assert both.extracts["tpp"].warnings == ()


def uncoded(both: Both) -> int:
    """Rows whose one code has neither Read nor SNOMED: with TPP they have none."""
    emis = "SELECT count(*) FROM event JOIN code USING (code_id) WHERE term LIKE '% neither %'"
    (there, here) = both.ask_each(emis, "SELECT count(*) FROM event WHERE code_id IS NULL")
    assert there == here and there != [(0,)]
    return int(str(there[0][0]))


def test_what_is_said_of_patients(both: Both) -> None:
    """In all that TPP says of them; test patients are registered like anybody, by EMIS's own type or not."""
    said = "number, nhs_number, date_of_birth, birth_precision, sex, date_of_death, registered_from, registered_to"
    said += ", is_test, title, given_name, address_1, address_2, address_3, address_4, address_5, postcode, email"
    emis, tpp = both.ask(f"SELECT {said} FROM person ORDER BY number")
    assert emis == tpp
    types = both.ask("SELECT is_test, registration_type, number FROM person ORDER BY number")
    differ = [(theirs, ours) for theirs, ours in zip(*types, strict=True) if theirs != ours]
    assert all((theirs[:2], ours[:2]) == ((1, "other"), (1, "regular")) for theirs, ours in differ)
    assert {row[1] for row in types[1]} == {"regular", "temporary", "other"}


def test_names_and_numbers(both: Both) -> None:
    """A letter that Windows-1252 does not have is lost; a mobile number is kept without spaces."""
    emis, tpp = both.ask("SELECT number, surname, mobile FROM person ORDER BY number")
    lost = 0
    for (number, surname, mobile), (same, ours, spoken) in zip(emis, tpp, strict=True):
        written = str(surname).encode("cp1252", errors="replace").decode("cp1252")
        lost += written != surname
        assert (number, written, mobile and str(mobile).replace(" ", "")) == (same, ours, spoken)
    assert 10 < lost < 100


def test_text_messages(both: Both) -> None:
    """TPP says who agrees; EMIS does not."""
    emis, tpp = both.ask("SELECT sms_consent, count(*) FROM person GROUP BY ALL ORDER BY ALL")
    assert [row[0] for row in emis] == [None] and [row[0] for row in tpp] == [0, 1, None]
    assert int(str(tpp[1][1])) > 700


def test_marks_that_tpp_does_not_carry(both: Both) -> None:
    """Each is there in EMIS, and nowhere in TPP; the reader says so."""
    lost = {
        "person WHERE is_restricted = 1": (Topic.RESTRICTED, "restricted"),
        "person WHERE institution IS NOT NULL": (Topic.CARE_HOME, "care home"),
        "person WHERE usual_gp IS NOT NULL": (Topic.OTHER, "usual GP"),
        "person WHERE local_number IS NOT NULL": (Topic.NAME, "number that the practice uses to find"),
        "event WHERE is_confidential = 1": (Topic.CONFIDENTIAL, "rows are confidential"),
        "event WHERE date_precision IN ('month', 'year')": (Topic.PRECISION, "known only to the month or year"),
        "prescription WHERE is_confidential = 1": (Topic.CONFIDENTIAL, "rows are confidential"),
    }
    gaps = both.extracts["tpp"].gaps
    for rest, (topic, word) in lost.items():
        (there,), (here,) = (said[0] for said in both.ask(f"SELECT count(*) FROM {rest}"))
        assert here == 0 and (there != 0 or "restricted" in rest), rest  # few records are restricted
        assert any(gap.topic is topic and word in gap.text for gap in gaps), word


def only(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """What each stands for, where that is one thing."""
    found = defaultdict[str, set[str]](set)
    for key, value in pairs:
        found[key].add(value)
    return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}


def expected_codes() -> dict[Row, Row]:
    """EMIS's SNOMED, Read v2 and term of each code, and what TPP must come to: SNOMED, CTV3 and Read v2."""
    snomed_of, read_of = only(to_snomed()), only(to_version2())
    found: dict[Row, Row] = {}
    for code, ours in zip(CODES, tpp_codes(), strict=False):
        read = read_of.get(ours.ctv3)
        said = (ours.snomed or snomed_of.get(ours.ctv3), ours.ctv3 or None, f"{read}00" if read else None)
        found[code.snomed or None, seven_characters(code) or None, code.term.strip()] = said
    found[None, None, None] = (None, tpp_codes()[-1].ctv3, None)
    return found


EVENTS = """
    SELECT number, coalesce(date, 0), date_precision, {codes}, recorded_on,
        encounter IS NOT NULL AND coalesce(term LIKE '%MED3%', false), unit, value IS NOT NULL
    FROM event JOIN person USING (person_row) LEFT JOIN code USING (code_id)
"""


def test_events_agree(both: Both) -> None:
    """Every row once: whose, of which day, entered when, coded how. A vague date is some day of its month or year."""
    emis, tpp = both.ask_each(
        EVENTS.format(codes="struct_pack(s := snomed, r := read2, t := trim(term))"),
        EVENTS.format(codes="struct_pack(s := snomed, c := ctv3, r := read2)"),
    )
    means = expected_codes()
    exact = Counter[Said]()
    vague: dict[str, list[Said]] = {"month": [], "year": []}
    for number, day, precision, codes, *rest in emis:
        key = (number, day, (means[tuple(codes.values())], *rest))  # type: ignore[attr-defined]
        if precision in vague:
            vague[str(precision)].append(key)
        else:
            exact[key] += 1
    left = Counter((row[0], row[1], (tuple(row[3].values()), *row[4:])) for row in tpp)  # type: ignore[attr-defined]
    assert exact - left == Counter() and exact.total() > 80_000
    left -= exact
    for precision, given in vague.items():
        assert len(given) > 100
        take_periods(left, given, precision)  # type: ignore[arg-type]
    assert left == Counter()
    assert {row[2] for row in tpp} == {"day", "unknown"}


def found_rows(con: duckdb.DuckDBPyConnection, name: str) -> Counter[Row]:
    """Whose rows a shipped list finds, in which role and when they were entered."""
    matches = resolve([load(name)], None, read_code_index(con)).matches
    con.execute("CREATE OR REPLACE TEMP TABLE matched (code_id BIGINT, role VARCHAR)")
    con.executemany("INSERT INTO matched VALUES (?, ?)", [(each.code_id, each.role or "") for each in matches])
    query = "SELECT number, role, recorded_on FROM {} JOIN person USING (person_row) JOIN matched USING (code_id)"
    return Counter(rows(con, query.format("event")) + rows(con, query.format("prescription")))


def test_shipped_lists_find_the_same_rows(both: Both) -> None:
    for name in available():
        emis, tpp = (found_rows(both.stores[each], name) for each in FORMATS)
        assert emis == tpp, name
        assert emis or name == "safeguarding", name  # three people in a thousand


ISSUES = """
    SELECT number, {day}, dmd, term, quantity, {unit}, {length}, recorded_on FROM prescription
    JOIN person USING (person_row) LEFT JOIN code USING (code_id) WHERE date_precision {which}
"""
SINGULAR = "CASE unit WHEN 'patches' THEN 'patch' ELSE rtrim(unit, 's') END"
LENGTH = "CASE WHEN date_precision <> 'unknown' THEN duration_days END"  # without a beginning there is no length


def test_prescriptions_agree(both: Both) -> None:
    """Patient, day, product, quantity and length of every row, though a supply begins on another day than its event.

    Of vague dates, all but the day.
    """
    emis = ISSUES.format(day="date", unit="unit", length=LENGTH, which="IN ('day', 'unknown')")
    tpp = ISSUES.format(day="date", unit=SINGULAR, length="duration_days", which="<> ''")
    exact, found = (Counter(said) for said in both.ask_each(emis, tpp))
    assert exact - found == Counter() and exact.total() > 40_000
    emis = ISSUES.format(day="0", unit="unit", length=LENGTH, which="IN ('month', 'year')")
    vague = Counter(rows(both.stores["emis"], emis))
    rest = Counter((number, 0, *said) for number, _, *said in (found - exact).elements())
    assert vague == rest and vague.total() > 100


def test_kinds_agree_but_for_issues_without_a_course(both: Both) -> None:
    """Of those EMIS does not know the kind; TPP calls half of them issued elsewhere, the others acute."""
    emis, tpp = (
        {str(kind): int(str(count)) for kind, count in said}
        for said in both.ask("SELECT kind, count(*) FROM prescription GROUP BY ALL")
    )
    assert set(emis) == {"acute", "repeat", "unknown"} and set(tpp) == {"acute", "repeat", "elsewhere"}
    assert emis["repeat"] == tpp["repeat"]
    assert emis["acute"] + emis["unknown"] == tpp["acute"] + tpp["elsewhere"]
    assert tpp["elsewhere"] == pytest.approx(emis["unknown"] / 2, rel=0.2)


def test_courses_agree(both: Both) -> None:
    """How many issues each course of repeats has; TPP has no courses of acute ones."""
    query = """
        SELECT number, count(*) FROM prescription JOIN person USING (person_row)
        WHERE course IS NOT NULL AND kind = 'repeat' GROUP BY number, course ORDER BY ALL
    """
    emis, tpp = both.ask(query)
    assert emis == tpp and len(tpp) > 2000
    (of_acute,), (none,) = (
        said[0] for said in both.ask("SELECT count(*) FROM prescription WHERE course IS NOT NULL AND kind <> 'repeat'")
    )
    assert of_acute != 0 and none == 0


def test_rows_of_one_day_share_an_event(both: Both) -> None:
    """In EMIS each row has a consultation of its own, in TPP each day that has one at all."""
    query = (
        "SELECT count(DISTINCT encounter), count(DISTINCT (person_row, date)) FROM event WHERE encounter IS NOT NULL"
    )
    (emis_own, emis_days), (tpp_own, tpp_days) = (said[0] for said in both.ask(query))
    assert int(str(emis_own)) > int(str(emis_days)) and tpp_own == tpp_days


def test_a_code_that_counts_through_the_hierarchy_alone(both: Both) -> None:
    """Osteoarthritis of the knee is the supplier's own code in both, below that for osteoarthritis."""
    emis, tpp = both.ask("SELECT count(*) FROM event JOIN code USING (code_id) WHERE term LIKE '%knee (local code)'")
    assert emis == tpp and emis != [(0,)]
    above = rows(
        both.stores["tpp"],
        "SELECT p.ctv3 FROM code_parent h JOIN code c ON c.code_id = h.code_id JOIN code p ON p.code_id = h.parent_id "
        "WHERE c.ctv3 = 'Yzz01' ORDER BY 1",
    )
    assert above == [("N....",), ("XE1DV",)]
