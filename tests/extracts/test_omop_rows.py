"""OMOP: rows with something odd about them are kept in doubt, counted, or named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.extracts.omop_folder import (
    Row,
    condition,
    csv_text,
    drug,
    observation,
    period,
    person,
    read_store,
    rows,
    small_database,
    source,
    write_csv,
)


def small_database_without_death() -> dict[str, list[Row]]:
    return {name: table for name, table in small_database().items() if name != "death"}


READABLE = ("2026-03-15", "2026-03-15 00:00:00", "2026-03-15T00:00:00", "20260315")
UNREADABLE = ("15 March", "2026-02-30", "00000000")


def test_dates(tmp_path: Path) -> None:
    tables = small_database_without_death() | {"observation": []}
    tables["condition_occurrence"] = [
        condition(n, condition_start_date=written) for n, written in enumerate((*READABLE, *UNREADABLE, ""), 1)
    ]
    con, extract = read_store(_write(tmp_path, tables))
    known, unknown = (date(2026, 3, 15).toordinal(), "day"), (None, "unknown")
    found = rows(con, "SELECT date, date_precision FROM event ORDER BY source_key")
    assert found == [known] * len(READABLE) + [unknown] * (len(UNREADABLE) + 1)
    assert extract.left_out == {"clinical rows: with a date that cannot be read, kept without it": len(UNREADABLE)}


def _write(tmp_path: Path, tables: dict[str, list[Row]]) -> Path:
    """A table without rows still has its header."""
    folder = write_csv(tmp_path / "in", {name: table for name, table in tables.items() if table})
    if "observation" in tables and not tables["observation"]:
        (folder / "observation.csv").write_text(csv_text([observation(1)]).splitlines()[0] + "\n", encoding="utf-8")
    return folder


def test_without_a_death_table_nobody_is_known_to_have_died(tmp_path: Path) -> None:
    con, extract = read_store(_write(tmp_path, small_database_without_death()))
    assert rows(con, "SELECT date_of_death FROM patient") == [(None,)]
    assert "There is no death table, so the extract does not show who has died." in [each.text for each in extract.gaps]


def test_a_death_without_a_date_is_a_death(tmp_path: Path) -> None:
    deaths = [{"person_id": "1", "death_date": ""}, {"person_id": "2", "death_date": "2020-05-06"}]
    deaths.append({"person_id": "2", "death_date": "2020-05-09"})  # the earlier of two
    tables = small_database(death=deaths, person=[person(1), person(2)], observation_period=[period(1), period(2)])
    con, extract = read_store(write_csv(tmp_path / "in", tables))
    assert rows(con, "SELECT date_of_death FROM patient ORDER BY patient_id") == [
        (1,),
        (date(2020, 5, 6).toordinal(),),
    ]
    assert extract.left_out == {
        "persons: dates that cannot be read (a death or a departure counts as happened)": 1,
    }


def test_rows_without_a_key_or_a_person_of_nobody_and_written_twice(tmp_path: Path) -> None:
    tables = small_database_without_death()
    tables["condition_occurrence"] = [
        condition(1, condition_start_date="2020-01-01"),
        condition(1, condition_start_date="2021-01-01"),  # both stand
        condition(2) | {"condition_occurrence_id": ""},
        condition(3) | {"person_id": ""},
        condition(4, 44),
    ]
    tables["person"] = [person(1, year_of_birth="1970"), person(1)]
    con, extract = read_store(_write(tmp_path, tables))
    assert rows(
        con, "SELECT source_key, date FROM event JOIN code USING (code_id) WHERE term = 'Backache' ORDER BY 2"
    ) == [
        ("1", date(2020, 1, 1).toordinal()),
        ("1", date(2021, 1, 1).toordinal()),
    ]
    assert rows(con, "SELECT date_of_birth, registered_from FROM patient") == [(None, None)]
    assert extract.left_out == {
        "rows without a key or a person": 2,
        "clinical rows: rows that share a key and say different things, all kept": 2,
        "person: keys whose rows say different things, in doubt": 1,
        "clinical rows: whose patient is not in the extract": 1,
    }
    assert "2 rows have no key or no person, and were not used." in extract.warnings


LONG = "9223372036854775807", "18446744073709551615", "9223372036854775806"  # 19 digits, 20, and one less


def test_ids_of_nineteen_and_twenty_digits_stay_whole(tmp_path: Path) -> None:
    tables = small_database_without_death()
    tables["person"] = [person() | {"person_id": number} for number in LONG]
    tables["observation_period"] = [period() | {"person_id": number} for number in LONG]
    tables["condition_occurrence"] = [condition(1) | {"condition_occurrence_id": n, "person_id": n} for n in LONG]
    tables["observation"] = [observation(1) | {"person_id": LONG[1]}]
    tables["drug_exposure"] = [drug(1) | {"person_id": f"{LONG[0]}.0"}]  # by a tool without empty integers
    con, _ = read_store(_write(tmp_path, tables))
    found = rows(con, "SELECT patient_id, source_key FROM event JOIN patient USING (person_row) ORDER BY ALL")
    assert found == sorted([*((number, number) for number in LONG), (LONG[1], "1")])
    assert rows(con, "SELECT patient_id FROM prescription JOIN patient USING (person_row)") == [(LONG[0],)]


SUPPLIES: list[tuple[str, str, int | None]] = [
    ("28", "2026-05-01", 28),
    ("28.0", "2026-05-07", 28),
    ("", "2026-05-28", 28),  # both ends count
    ("", "2026-05-01", None),  # the model wants an end where there is none
    ("", "", None),
    ("0", "2026-05-28", None),
    ("99999", "2026-05-01", None),
]


def test_how_long_a_prescription_lasts(tmp_path: Path) -> None:
    tables = small_database_without_death()
    tables["drug_exposure"] = [
        drug(n, days_supply=supply, drug_exposure_end_date=end) for n, (supply, end, _) in enumerate(SUPPLIES, 1)
    ]
    con, _ = read_store(_write(tmp_path, tables))
    assert rows(con, "SELECT duration_days FROM prescription ORDER BY source_key") == [(n,) for _, _, n in SUPPLIES]


def test_absent_tables_and_columns_are_named(tmp_path: Path) -> None:
    wanted = ("person", "observation_period", "observation", "concept", "cdm_source")
    tables = {name: table for name, table in small_database().items() if name in wanted}
    tables["person"] = [{name: person()[name] for name in ("person_id", "gender_concept_id", "year_of_birth")}]
    tables["observation"] = [
        {
            name: observation(1)[name]
            for name in ("observation_id", "person_id", "observation_concept_id", "observation_date")
        }
    ]
    con, extract = read_store(_write(tmp_path, tables))
    assert rows(con, "SELECT practice_id, birth_precision, sex FROM patient") == [("NOSITE", "year", "F")]
    assert rows(con, "SELECT snomed FROM event JOIN code USING (code_id)") == [("751481000000104",)]
    said = " ".join(gap.text for gap in extract.gaps)
    for name in ("death", "care_site", "condition_occurrence", "measurement", "procedure_occurrence", "drug_exposure"):
        assert f"There is no {name} table, so the extract does not show" in said
    for name in ("care_site_id", "day_of_birth", "month_of_birth", "person_source_value"):
        assert f"person has no column {name}, so the extract does not show" in said
    for name in ("observation_source_value", "observation_source_concept_id", "visit_occurrence_id"):
        assert f"observation has no column {name}, so the extract does not show" in said
    assert "the hierarchy of codes: a list entry with its children finds only itself" in said


def test_parts_of_a_table_and_columns_in_any_order(tmp_path: Path) -> None:
    tables = small_database_without_death() | {"cdm_source": [source(cdm_version="CDM 5.4.1")]}
    del tables["condition_occurrence"]
    folder = _write(tmp_path, tables)
    first, second = condition(1), {name: condition(2)[name] for name in reversed(condition(2))} | {"colour": "red"}
    (folder / "condition_occurrence_1.csv").write_text(csv_text([first]), encoding="utf-8")
    (folder / "Condition_Occurrence_2.csv").write_text(csv_text([second], upper=True), encoding="utf-8")
    con, extract = read_store(folder)
    found = rows(con, "SELECT file, source_key FROM event JOIN source_file ON source_file = file_id ORDER BY ALL")
    assert found == [("Condition_Occurrence_2.csv", "2"), ("condition_occurrence_1.csv", "1"), ("observation.csv", "1")]
    assert extract.version == "cdm 5.4.1"


def test_few_periods_that_reach_the_end_are_doubted(tmp_path: Path) -> None:
    tables = small_database_without_death()
    tables["person"] = [person(n) for n in range(1, 6)]
    tables["observation_period"] = [period(1), *(period(n, end=f"2020-01-0{n}") for n in range(2, 6))]
    _, extract = read_store(_write(tmp_path, tables))
    assert [warning[:46] for warning in extract.warnings] == ["Only 1 of 5 observation periods reach the end "]
