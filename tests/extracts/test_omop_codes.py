"""OMOP: which codes a row carries, and what lies above them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.codes.code_index import read_code_index
from pipeline.codes.codelist import CodeList, load
from pipeline.codes.resolve import resolve
from pipeline.extracts.model import Extract
from tests.extracts.omop_folder import (
    ABOVE,
    BACKACHE,
    CODEINE,
    CONCEPTS,
    DMD_CODEINE,
    FIBROMYALGIA,
    HIERARCHY,
    READ_FIBROMYALGIA,
    TOP,
    Row,
    Tables,
    ancestor,
    athena_text,
    concept,
    condition,
    drug,
    is_a,
    observation,
    read_store,
    rows,
    small_database,
    write_csv,
)

EMIS_ID = "1814041000006118"  # a description of EMIS's, not a concept


def database(**tables: list[Row]) -> Tables:
    return {name: table for name, table in small_database(**tables).items() if table and name != "death"}


def read(tmp_path: Path, **tables: list[Row]) -> tuple[duckdb.DuckDBPyConnection, Extract]:
    return read_store(write_csv(tmp_path / "in", database(**tables)))


def coded(standard: int, source: int, value: str) -> dict[str, str]:
    return {
        "condition_concept_id": str(standard),
        "condition_source_concept_id": str(source),
        "condition_source_value": value,
    }


CODED = [
    # Standard concept, source concept, source value; then SNOMED and Read.
    (FIBROMYALGIA, READ_FIBROMYALGIA, "anything", "203082005", "N239.00"),
    (FIBROMYALGIA, 0, "", "203082005", None),
    (0, READ_FIBROMYALGIA, "", None, "N239.00"),
    (BACKACHE, FIBROMYALGIA, "", "203082005", None),  # what was recorded is SNOMED too: it comes first
    (0, 0, "N239.00-Fibromyalgia", None, "N239.00"),
    (0, 0, "N239.11 Fibromyalgia syndrome", None, "N239.11"),
    (0, 0, "N239.", None, "N239.00"),
    (0, 0, "n239.00", None, "n239.00"),  # another code: case counts
    (0, 0, "1M52.00", None, "1M52.00"),
    (BACKACHE, 0, "N145.00", "161891005", "N145.00"),
    (BACKACHE, 0, "279039007", "279039007", None),
    (0, 0, "279039007 - Low back pain", "279039007", None),
    (0, 0, "279039008", None, None),  # wrong check digit
    (0, 0, EMIS_ID, None, None),
    (0, 0, "12345", None, None),  # digits may be anybody's number
    (0, 0, "1234567", None, None),
    (0, 0, "Cough", None, None),
    (0, 0, "54.50", None, None),
    (0, 999999, "N239.00", None, "N239.00"),  # a source concept that the table lacks
    (0, BACKACHE, "N239.00", "161891005", None),  # the source concept says what the code is
]


def test_what_was_recorded_comes_before_what_it_was_mapped_to(tmp_path: Path) -> None:
    given = [condition(n, **coded(*row[:3])) for n, row in enumerate(CODED, 100)]
    con, _ = read(tmp_path, condition_occurrence=given, observation=[])
    found = rows(con, "SELECT snomed, read2 FROM event LEFT JOIN code USING (code_id) ORDER BY source_key")
    assert found == [row[3:] for row in CODED]


def test_codes_nobody_explains_are_counted(tmp_path: Path) -> None:
    given = [condition(1), condition(2, **coded(999999, 0, "")), condition(3, **coded(0, 0, ""))]
    con, extract = read(tmp_path, condition_occurrence=given)
    assert rows(con, "SELECT source_key FROM event WHERE code_id IS NULL ORDER BY 1") == [("2",), ("3",)]
    assert extract.left_out == {"clinical rows: with a code not in the dictionary, kept": 2}
    assert extract.warnings == ("concept.csv lacks 1 of the 5 concepts that rows use. Ask for the whole table.",)


MEDICINES = [
    # Standard concept, source concept, source value; then dm+d and term.
    (CODEINE, DMD_CODEINE, "x", "42010411000001105", "Codeine 30mg tablets"),
    (CODEINE, 0, "42010411000001105", "42010411000001105", "codeine phosphate 30 MG Oral Tablet"),
    (CODEINE, 0, "", None, "codeine phosphate 30 MG Oral Tablet"),
    (CODEINE, 0, "Codeine 30mg tabs (Actavis)", None, "Codeine 30mg tabs (Actavis)"),  # as the practice calls it
    (CODEINE, 0, "48921020", None, "codeine phosphate 30 MG Oral Tablet"),  # Gemscript: no dm+d id
    (0, 0, "Zapain 30mg/500mg tablets", None, "Zapain 30mg/500mg tablets"),
    (0, 0, "376689004", None, "376689004"),  # wrong check digit
    (0, 0, EMIS_ID, None, EMIS_ID),
]


def test_medicines_by_dmd_or_by_name(tmp_path: Path) -> None:
    given = [
        drug(n, drug_concept_id=str(standard), drug_source_concept_id=str(own), drug_source_value=value)
        for n, (standard, own, value, _, _) in enumerate(MEDICINES, 100)
    ]
    con, _ = read(tmp_path, drug_exposure=given)
    query = (
        "SELECT dmd, term, is_medicine, snomed, read2 FROM prescription JOIN code USING (code_id) ORDER BY source_key"
    )
    found = rows(con, query)
    assert found == [(dmd, term, 1, None, None) for _, _, _, dmd, term in MEDICINES]


def test_one_number_in_events_and_drugs_is_two_codes(tmp_path: Path) -> None:
    vaccine = {"drug_concept_id": str(BACKACHE), "drug_source_concept_id": "0", "drug_source_value": ""}
    con, _ = read(tmp_path, drug_exposure=[drug(1, **vaccine)])
    assert rows(con, "SELECT is_medicine FROM event JOIN code USING (code_id) WHERE term = 'Backache'") == [(0,)]
    assert rows(con, "SELECT is_medicine, snomed FROM prescription JOIN code USING (code_id)") == [(1, "161891005")]


def below(con: duckdb.DuckDBPyConnection, tmp_path: Path, code: str) -> set[object]:
    """The source keys of the rows a list with one SNOMED code and its children finds."""
    resolution = resolve([_list(tmp_path, code)], None, read_code_index(con))
    ids = [match.code_id for match in resolution.matches]
    return {key for (key,) in con.execute("SELECT source_key FROM event WHERE code_id IN ?", [ids]).fetchall()}


def _list(tmp_path: Path, code: str) -> CodeList:
    (tmp_path / "list.csv").write_text(f"code,system,term,include_children\n{code},snomed,a,true\n", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("title: a\nversion: '1'\n", encoding="utf-8")
    return load("list", tmp_path)


ONE, OTHER, THIRD = (
    condition(1),
    condition(2, **coded(FIBROMYALGIA, READ_FIBROMYALGIA, "")),
    condition(3, **coded(BACKACHE, FIBROMYALGIA, "")),
)


@pytest.mark.parametrize(
    "tables",
    [
        {"concept_ancestor": HIERARCHY},
        # The level between is not in the database: the deeper rows stand in for it.
        {"concept_ancestor": [ancestor(BACKACHE, TOP, 2), ancestor(FIBROMYALGIA, TOP, 3)]},
        # One of them has both a near one and one that is not above it.
        {"concept_ancestor": [*HIERARCHY[:2], ancestor(BACKACHE, TOP, 2), ancestor(FIBROMYALGIA, TOP, 2)]},
        {
            "concept_ancestor": [],
            "concept_relationship": [is_a(BACKACHE, ABOVE), is_a(FIBROMYALGIA, ABOVE), is_a(ABOVE, TOP)],
        },
        # Both, each knowing a part.
        {
            "concept_ancestor": [ancestor(ABOVE, TOP, 1)],
            "concept_relationship": [is_a(BACKACHE, ABOVE), is_a(FIBROMYALGIA, ABOVE)],
        },
    ],
    ids=["levels", "deeper only", "mixed", "is a", "both"],
)
def test_everything_below_a_concept_is_found(tmp_path: Path, tables: Tables) -> None:
    con, extract = read(tmp_path, condition_occurrence=[ONE, OTHER, THIRD], observation=[], **tables)
    assert below(con, tmp_path, "404684003") == {"1", "2", "3"}  # a code that no row has
    assert below(con, tmp_path, "161891005") == {"1", "3"}  # 3 was recorded otherwise and mapped to it
    assert below(con, tmp_path, "203082005") == {"2", "3"}
    assert "the hierarchy of codes:" not in " ".join(gap.text for gap in extract.gaps)


def test_a_level_stands_once_though_deeper_rows_repeat_it(tmp_path: Path) -> None:
    con, _ = read(tmp_path, condition_occurrence=[ONE], observation=[])
    terms = "SELECT c.term, p.term FROM code_parent JOIN code c USING (code_id) JOIN code p ON p.code_id = parent_id"
    found = rows(con, f"{terms} WHERE c.is_medicine = 0 ORDER BY ALL")
    assert found == [("Backache", "Backache"), ("Backache", "Pain"), ("Pain", "Clinical finding")]


def test_what_is_no_parent(tmp_path: Path) -> None:
    related = [
        is_a(BACKACHE, ABOVE, invalid_reason="D"),
        is_a(FIBROMYALGIA, ABOVE, relationship_id="Maps to"),
        is_a(FIBROMYALGIA, TOP),
        is_a(TOP, FIBROMYALGIA),  # a circle
    ]
    con, _ = read(tmp_path, condition_occurrence=[ONE, OTHER], concept_ancestor=[], concept_relationship=related)
    assert below(con, tmp_path, "22253000") == set()
    assert below(con, tmp_path, "404684003") == {"2"}


def test_without_a_hierarchy_only_the_code_itself_is_found(tmp_path: Path) -> None:
    con, extract = read(tmp_path, condition_occurrence=[ONE, THIRD], observation=[], concept_ancestor=[])
    assert rows(con, "FROM code_parent") == []
    assert below(con, tmp_path, "161891005") == {"1"}
    assert "the hierarchy of codes: a list entry with its children finds only itself" in " ".join(
        gap.text for gap in extract.gaps
    )


def test_the_vocabulary_as_athena_gives_it(tmp_path: Path) -> None:
    """Tabs, dates without dashes, and quotation marks that mean nothing, paired or not."""
    named = concept(BACKACHE, '"Severe" backache', "SNOMED", "161891005")
    unused = [concept(n, '"An unused" concept, "or two', "SNOMED", str(n)) for n in range(5000, 5100)]
    tables = database(condition_occurrence=[ONE], observation=[observation(1)])
    concepts = [named, *unused, *(each for each in CONCEPTS if each["concept_id"] != str(BACKACHE))]
    folder = write_csv(tmp_path / "in", {k: v for k, v in tables.items() if not k.startswith("concept")})
    (folder / "CONCEPT.csv").write_text(athena_text(concepts).replace("\n", "\r\n"), encoding="utf-8", newline="")
    (folder / "CONCEPT_ANCESTOR.csv").write_text(athena_text(HIERARCHY), encoding="utf-8", newline="")
    con, extract = read_store(folder)
    found = rows(con, "SELECT term, snomed FROM event JOIN code USING (code_id) WHERE source_file < 7 ORDER BY 1")
    assert ('"Severe" backache', "161891005") in found
    assert below(con, tmp_path, "22253000") == {"1"}
    assert rows(con, "SELECT count(*) FROM code WHERE term LIKE '%unused%'") == [(0,)]
    assert extract.warnings == () and max(file.rejected for file in extract.files) == 0
