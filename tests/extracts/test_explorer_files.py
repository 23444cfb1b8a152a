"""Which folders are EMIS-X Explorer exports, how split tables are put together, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.explorer.files import find_deliveries, find_generation, find_parts
from tests.extracts.emis_folder import rows, write
from tests.extracts.explorer_folder import (
    CURRENT,
    OLDER,
    clinical_code,
    csv_text,
    current,
    drug_code,
    issue,
    observation,
    older,
    older_observation,
    read,
    write_tables,
)


def test_the_columns_decide_whose_folder_it_is(tmp_path: Path) -> None:
    assert find_deliveries(tmp_path) == []
    write(tmp_path / "patient.csv", "person_row,practice_id,patient_id,date_of_birth\n1,A81001,jo,1980-02-29\n")
    write(tmp_path / "observation.csv", "observation_id,person_id\n1,2\n")
    assert find_deliveries(tmp_path) == []
    write(tmp_path / "patient.csv", "Date_of_Birth,PATIENT_ID\n1980-02-29,jo\n")
    assert len(find_deliveries(tmp_path)) == 1
    write(tmp_path / "patient.csv", "")
    assert find_deliveries(tmp_path) == []


def test_the_columns_decide_the_generation(tmp_path: Path) -> None:
    for name, tables, columns in (("current", current(), CURRENT), ("older", older(), OLDER)):
        folder = write_tables(tmp_path / name, tables, columns)
        write(folder / "problem.csv", "observation_id\n1\n")
        assert find_generation(find_parts(folder)) == name
        (delivery,) = find_deliveries(folder)
        assert sorted(path.stem for path in delivery.files) == sorted(columns.keys() & tables.keys())


def test_order_case_and_further_columns_do_not_matter(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "in", current())
    names = CURRENT["observation"].split()
    turned = [name.upper() for name in reversed(names)] + ["new_column"]
    values = [observation(1).get(name, "") for name in reversed(names)] + ["whatever"]
    write(folder / "observation.csv", ",".join(turned) + "\n" + ",".join(values) + "\n")
    con, _ = read(folder)
    assert rows(con, "SELECT source_key, date_precision FROM event") == [("OBS1", "day")]


def test_parts_without_a_header(tmp_path: Path) -> None:
    """The header stands in the first part alone; eleven parts are in order; no row is lost to another part's."""
    folder = write_tables(tmp_path / "in", older(), OLDER)
    for number in range(2, 12):
        part = [older_observation(number), older_observation(1, numericvalue=str(number))]
        write(folder / f"observation_{number}.csv", csv_text(OLDER["observation"], part, with_header=False))
    con, extract = read(folder)
    assert rows(con, "SELECT count(*), max(value) FILTER (source_key = 'B1') FROM event") == [(21, 11.0)]
    assert extract.left_out == {"observation: rows that share a key and say different things, all kept": 11}
    books = {file.name: (file.lines, file.rows) for file in extract.files}
    assert (books["observation.csv"], books["observation_2.csv"]) == ((2, 1), (2, 2))
    assert any("observation.csv came in 11 parts" in warning for warning in extract.warnings)


def test_a_part_with_a_header_of_its_own(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "in", current())
    (folder / "observation.csv").rename(folder / "observation_1.csv")
    names = " ".join(reversed(CURRENT["observation"].split()))
    write(folder / "observation_2.csv", csv_text(names, [observation(2)]))
    con, _ = read(folder)
    assert rows(con, "SELECT source_key FROM event ORDER BY 1") == [("OBS1",), ("OBS2",)]


def test_a_line_break_inside_a_field_and_a_line_that_cannot_be_read(tmp_path: Path) -> None:
    """In a part without a header, whose lines are counted from its first."""
    folder = write_tables(tmp_path / "in", current())
    part = csv_text(CURRENT["observation"], [observation(2, numeric_unit="mm\nHg")], with_header=False)
    write(folder / "observation_2.csv", part + "torn,line\n")
    con, extract = read(folder)
    assert rows(con, "SELECT source_key, unit FROM event WHERE source_key = 'OBS2'") == [("OBS2", "mm\nHg")]
    assert rows(con, "SELECT file, line FROM reject") == [("observation_2.csv", 3)]
    assert extract.left_out == {"lines that could not be read": 1}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("observation_3.csv", "x", "observation_3.csv: part 2 of this table is missing"),
        ("observation_1.csv", "x", "under two names"),
        ("observation_2.csv", "", "observation_2.csv is empty"),
        ("clinical_codes.csv", "code_id\n", "under two names"),
    ],
)
def test_parts_that_are_missing_twice_or_empty(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    folder = write_tables(tmp_path / "in", current())
    write(folder / name, text)
    with pytest.raises(ExtractError, match=complaint):
        read(folder)


@pytest.mark.parametrize(
    ("table", "column", "complaint"),
    [
        ("patient", "sex", "patient.csv: no column sex or gender"),
        ("observation", "code_id", "observation.csv: no column code_id or emis_code_id"),
        ("observation", "patient_id", "observation.csv: no column patient_id or pseudo_patient_id"),
        ("medication_issue_record", "effective_datetime", "no column effective_datetime or effective_date"),
        ("clinical_code", "snomed_concept_id", "clinical_code.csv: no column snomed_concept_id"),
        ("drug_code", "term", "drug_code.csv: no column term"),
    ],
)
def test_missing_columns(tmp_path: Path, table: str, column: str, complaint: str) -> None:
    tables = current()
    columns = CURRENT | {table: " ".join(name for name in CURRENT[table].split() if name != column)}
    tables[table] = [{name: value for name, value in row.items() if name != column} for row in tables[table]]
    with pytest.raises(ExtractError, match=complaint):
        read(write_tables(tmp_path / "in", tables, columns))


@pytest.mark.parametrize("table", ["observation", "medication_issue_record", "clinical_code", "drug_code"])
def test_missing_tables(tmp_path: Path, table: str) -> None:
    tables = current()
    del tables[table]
    with pytest.raises(ExtractError, match=f"has no file {table}"):
        read(write_tables(tmp_path / "in", tables))


def test_a_missing_table_of_the_older_generation(tmp_path: Path) -> None:
    tables = older()
    del tables["medication"]
    with pytest.raises(ExtractError, match="has no file medication"):
        read(write_tables(tmp_path / "in", tables, OLDER))


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("clinical_code", clinical_code("1777541000006110"), "code_id"),  # its last digits are lost
        ("clinical_code", clinical_code(snomed_concept_id="1026041000033110"), "snomed_concept_id"),
        ("drug_code", drug_code(dmd_product_code_id="1.77754E+15"), "dmd_product_code_id"),
        ("observation", observation(1, code_id="1.77754E+15"), "code_id"),
        ("observation", observation(1, effective_datetime="15/03/2026"), "effective_datetime"),
        ("medication_issue_record", issue(1, effective_datetime="46000"), "effective_datetime"),
    ],
)
def test_what_a_spreadsheet_does_is_refused(tmp_path: Path, table: str, row: dict[str, str], column: str) -> None:
    with pytest.raises(ExtractError, match=f"{table}.csv was saved by a spreadsheet.*{column}"):
        read(write_tables(tmp_path / "in", current(**{table: [row]})))


def test_a_torn_dictionary_that_rows_need_is_refused(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "in", current(observation=[observation(1, code_id="7", snomed_concept_id="")]))
    with (folder / "clinical_code.csv").open("a", encoding="utf-8") as file:
        file.write("torn,line\n")
    with pytest.raises(ExtractError, match=r"clinical_code.csv: 1 lines cannot be read, and 1 rows have codes"):
        read(folder)


@pytest.mark.parametrize("table", ["patient", "observation"])
def test_tables_without_a_row(tmp_path: Path, table: str) -> None:
    with pytest.raises(ExtractError, match=f"{table}.csv has a header and no rows"):
        read(write_tables(tmp_path / "in", current(**{table: []})))


def test_a_row_without_a_key_is_counted(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "in", current(observation=[observation(1), observation(2, observation_id="")]))
    _, extract = read(folder)
    assert extract.left_out == {"rows without a key": 1}


def test_no_value_of_a_patient_is_in_any_sentence(tmp_path: Path) -> None:
    tables = current(observation=[observation(1, effective_datetime="SECRET", numeric_value="SECRET")])
    _, extract = read(write_tables(tmp_path / "in", tables))
    said = " ".join(
        [*(gap.text for gap in extract.gaps), *extract.warnings, *extract.left_out, extract.pseudonymised_because]
    )
    assert "SECRET" not in said and "JO" not in said.split()
