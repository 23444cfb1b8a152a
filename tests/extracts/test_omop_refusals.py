"""OMOP: what is refused, in which words, and what a database file cannot make us do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.model import Earlier, Notes
from pipeline.extracts.omop.files import find_deliveries
from pipeline.extracts.omop.open import attach_database
from pipeline.extracts.read import open_folder, read_delivery
from pipeline.tables import SOURCE_FILE
from tests.extracts import emis_folder
from tests.extracts.omop_folder import (
    CONCEPTS,
    DMD_CODEINE,
    Tables,
    concept,
    condition,
    drug,
    observation,
    period,
    person,
    read_store,
    rows,
    small_database,
    source,
    write_csv,
    write_duckdb,
    write_parquet,
)


def refusal(folder: Path) -> str:
    with pytest.raises(ExtractError) as caught:
        read_store(folder)
    return str(caught.value)


def without(table: str, column: str) -> Tables:
    tables = small_database()
    tables[table] = [{name: value for name, value in row.items() if name != column} for row in tables[table]]
    return tables


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("person", "year_of_birth"),
        ("observation_period", "observation_period_end_date"),
        ("condition_occurrence", "condition_concept_id"),
        ("drug_exposure", "drug_exposure_start_date"),
        ("concept", "concept_code"),
        ("concept_ancestor", "min_levels_of_separation"),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, table: str, column: str) -> None:
    assert refusal(write_csv(tmp_path / "in", without(table, column))).startswith(f"{table}.csv: no column {column} in")


@pytest.mark.parametrize("write", [write_parquet, write_duckdb])
def test_a_missing_column_is_named_in_any_file(tmp_path: Path, write: Callable[[Path, Tables], Path]) -> None:
    said = refusal(write(tmp_path / "in", without("observation", "person_id")))
    assert "observation" in said and "no column person_id" in said


@pytest.mark.parametrize("table", ["observation_period", "concept"])
def test_a_missing_table_is_named(tmp_path: Path, table: str) -> None:
    tables = {name: given for name, given in small_database().items() if name != table}
    assert refusal(write_csv(tmp_path / "in", tables)).startswith(f"The OMOP database has no table {table}.")


def test_no_table_of_rows_at_all(tmp_path: Path) -> None:
    wanted = ("person", "observation_period", "concept", "drug_exposure")
    said = refusal(write_csv(tmp_path / "in", {name: small_database()[name] for name in wanted}))
    assert said.startswith("The OMOP database has none of the tables condition_occurrence, observation, ")


def test_a_table_that_lies_there_twice(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", small_database())
    write_parquet(folder, {"death": small_database()["death"]})
    assert "holds death both as text and as .parquet" in refusal(folder)
    (folder / "death.parquet").unlink()
    write_duckdb(folder, {"death": small_database()["death"]})
    assert refusal(folder) == "death is in cdm.duckdb and also in a file next to it. Keep one of them."


@pytest.mark.parametrize(
    "tables",
    [
        {"condition_occurrence": [condition(1, condition_start_date="15/03/2026")]},
        {"person": [person() | {"person_id": "1.23457E+17"}]},
        {"drug_exposure": [drug(1, drug_source_value="4.20104E+16")]},
        {"drug_exposure": [drug(1, drug_source_value="42010411000001100", drug_source_concept_id="0")]},
        {"concept": [*CONCEPTS[:5], concept(DMD_CODEINE, "Codeine 30mg tablets", "dm+d", "42010411000001100")]},
        {"cdm_source": [source(source_release_date="45000")]},
    ],
    ids=["date", "person", "exponent", "rounded value", "rounded concept", "release"],
)
def test_what_a_spreadsheet_does(tmp_path: Path, tables: Tables) -> None:
    assert "saved by a spreadsheet" in refusal(write_csv(tmp_path / "in", small_database(**tables)))


def test_rounded_numbers_in_parquet(tmp_path: Path) -> None:
    folder = write_parquet(tmp_path / "in", small_database())
    for person_id, is_refused in (("CAST(1 AS DOUBLE)", False), ("1.0e17::DOUBLE", True)):
        query = f"SELECT * REPLACE ({person_id} AS person_id) FROM read_parquet('{folder / 'person.parquet'}')"
        duckdb.execute(f"CREATE OR REPLACE TABLE changed AS {query}; COPY changed TO '{folder / 'person.parquet'}'")
        if is_refused:
            assert "the column person_id holds rounded numbers" in refusal(folder)
        else:
            assert rows(read_store(folder)[0], "SELECT patient_id FROM patient") == [("1",)]


def test_files_cut_short(tmp_path: Path) -> None:
    for number, write in enumerate((write_parquet, write_duckdb)):
        folder = write(tmp_path / f"in{number}", small_database())
        path = next(folder.glob("person.parquet" if number == 0 else "*.duckdb"))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        said = refusal(folder)
        assert path.name in said and "cannot be read" in said


def test_a_vocabulary_with_lost_lines_or_of_another_database(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "in", small_database())
    good = (folder / "concept.csv").read_text(encoding="utf-8")
    (folder / "concept.csv").write_text(good + "5000,one column too few\n", encoding="utf-8")
    assert refusal(folder) == "concept.csv: some lines cannot be read. Ask for the vocabulary's own file again."
    other = small_database(concept=[CONCEPTS[0]])
    assert refusal(write_csv(tmp_path / "other", other)).startswith("concept.csv lacks 3 of the 4 concepts")
    none = small_database(concept=[concept(77, "Other", "SNOMED", "22253000")])
    assert refusal(write_csv(tmp_path / "none", none)).startswith("concept has no rows that can be read, or none that")


def test_nobody_in_it_and_no_day_to_it(tmp_path: Path) -> None:
    nobody = small_database(person=[person() | {"person_id": ""}])
    assert refusal(write_csv(tmp_path / "in", nobody)).startswith("person has no rows that can be read")
    timeless = small_database(cdm_source=[source(source_release_date="", cdm_release_date="")])
    timeless["observation_period"] = [period(1, end="")]
    assert "does not say when its records were taken" in refusal(write_csv(tmp_path / "timeless", timeless))


def test_it_is_always_whole(tmp_path: Path) -> None:
    folder = open_folder(write_csv(tmp_path / "in", small_database()))
    with pytest.raises(ExtractError, match=r"always a whole extract\. Build a new store"), duckdb.connect() as con:
        read_delivery(folder, folder.deliveries[0], con, tmp_path, earlier=Earlier(0, ()))


def test_other_folders_are_not_omop(tmp_path: Path) -> None:
    assert find_deliveries(emis_folder.write_extract(tmp_path / "emis", emis_folder.small_extract())) == []
    tmp_path.joinpath("other").mkdir()
    for name in ("person.csv", "observation.csv", "data.db"):
        tmp_path.joinpath("other", name).write_text("IDPatient,Born\n1,1980\n", encoding="utf-8")
    assert find_deliveries(tmp_path / "other") == []
    assert len(find_deliveries(write_duckdb(tmp_path / "db", small_database()))) == 1


SECRET = "nobody may read this"


def test_views_of_a_database_file_are_never_run(tmp_path: Path) -> None:
    """A view could read any file of whoever opens it, even by being asked for its columns."""
    secret = tmp_path / "secret.csv"
    secret.write_text(f"term\n{SECRET}\n", encoding="utf-8")
    tables = small_database()
    view = (
        "CREATE VIEW measurement AS SELECT 1 AS measurement_id, 1 AS person_id, 0 AS measurement_concept_id, "
        f"'2026-01-01' AS measurement_date, term AS measurement_source_value FROM read_csv('{secret}')"
    )
    folder = write_duckdb(tmp_path / "in", tables, view)
    con, extract = read_store(folder)
    assert rows(con, "SELECT count(*) FROM event") == [(2,)]
    assert SECRET not in str(rows(con, "FROM code"))
    assert "There is no measurement table" in " ".join(gap.text for gap in extract.gaps)
    secret.unlink()  # now whoever so much as looked at the view would fail
    assert read_store(folder.rename(tmp_path / "again"))[1].gaps == extract.gaps


def test_macros_and_computed_columns_are_never_run(tmp_path: Path) -> None:
    spoilt = "CREATE MACRO trim(x) AS 'spoilt'; CREATE MACRO main.lower(x) AS 'spoilt'"
    con, _ = read_store(write_duckdb(tmp_path / "in", small_database(), spoilt))
    assert rows(con, "SELECT patient_id FROM patient") == [("1",)]
    computed = (
        "DROP TABLE death; CREATE TABLE death (person_id BIGINT, death_date VARCHAR GENERATED ALWAYS AS "
        "(CAST(person_id AS VARCHAR)) VIRTUAL)"
    )
    said = refusal(write_duckdb(tmp_path / "computed", small_database(), computed))
    assert said == "cdm.duckdb: the table death has computed columns. Write it as Parquet."


def test_a_database_file_is_not_written_to_and_must_be_closed(tmp_path: Path) -> None:
    folder = write_duckdb(tmp_path / "it's here", small_database())
    before = (folder / "cdm.duckdb").read_bytes()
    read_store(folder)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("cdm.duckdb", before)]
    with duckdb.connect() as con:
        con.execute(SOURCE_FILE.create_sql())
        attach_database(con, folder / "cdm.duckdb", ("person",), Notes())
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("DELETE FROM omop_file.cdm.person")
    (folder / "cdm.duckdb.wal").touch()
    assert refusal(folder).startswith("cdm.duckdb was not closed")


def test_a_table_in_two_schemas(tmp_path: Path) -> None:
    folder = write_duckdb(tmp_path / "in", small_database(), "CREATE SCHEMA old; CREATE TABLE old.Death (a INT)")
    assert refusal(folder) == "cdm.duckdb holds the table death in two schemas. Keep one of them."


def test_nothing_of_a_patient_is_in_any_message(tmp_path: Path) -> None:
    secret = "7090112233"
    tables = small_database(
        person=[person(person_source_value=secret, year_of_birth=secret) | {"person_id": secret}],
        observation=[observation(1, observation_source_value=f"secret {secret}", observation_date=f"x{secret}")],
        condition_occurrence=[condition(1) | {"person_id": f"{secret}8"}],
    )
    _, extract = read_store(write_csv(tmp_path / "in", tables))
    assert secret not in str(extract)
