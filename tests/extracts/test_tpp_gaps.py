"""What a TPP extract is said not to say, and which of TPP's formats its columns look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.extracts.gaps import Topic
from pipeline.extracts.model import Extract
from tests.extracts.emis_folder import read, rows
from tests.extracts.tpp_folder import (
    PRACTICE,
    Row,
    code,
    header,
    reference,
    registration,
    small_extract,
    write_extract,
)


def _without(*tables: str) -> dict[str, list[Row]]:
    return {name: rows for name, rows in small_extract().items() if name not in tables}


def _topics(extract: Extract, start: str) -> set[Topic]:
    return {gap.topic for gap in extract.gaps if gap.text.startswith(start)}


def test_tables_that_did_not_come_are_named_with_what_is_lost(tmp_path: Path) -> None:
    optional = [name for name in small_extract() if name.startswith("SRCtv3")] + ["SRPatientAddressHistory"]
    optional += ["SRPatientContactDetails", "SRSmsConsent", "SROrganisation", "SRMapping"]
    con, extract = read(write_extract(tmp_path / "in", _without(*optional)))
    assert rows(con, "SELECT ctv3, term FROM event JOIN code USING (code_id)") == [("X75rj", "Back pain")]
    assert rows(con, "SELECT practice_id, name FROM practice") == [(PRACTICE, None)]
    said = [gap for gap in extract.gaps if gap.text.startswith("There is no ")]
    assert sorted(gap.text.split()[3] for gap in said) == sorted(optional)
    assert {Topic.HIERARCHY, Topic.CODES, Topic.CONTACT} <= {gap.topic for gap in said}


def test_columns_that_were_not_chosen_are_named_with_what_is_lost(tmp_path: Path) -> None:
    keys = {"RowIdentifier", "IDOrganisationVisibleTo", "IDPatient", "CTV3Code", "IDMultiLexDMD", "DateEventRecorded"}
    kept = keys | {"IDOrganisation", "ID", "Ctv3Code", "Ctv3CodeParent", "Ctv3CodeChild", "SnomedCode", "Version2Code"}
    without = {name for table in small_extract() for name in header(table)} - kept
    con, extract = read(write_extract(tmp_path / "in", small_extract(), without=without))
    assert extract.version == "88, or columns left out"
    assert rows(con, "SELECT registration_type, date_of_birth, surname FROM patient") == [("other", None, None)]
    assert rows(con, "SELECT date, value, ctv3, snomed FROM event JOIN code USING (code_id)") == [
        (None, None, "X75rj", None)
    ]
    assert rows(con, "SELECT kind, dmd FROM prescription JOIN code USING (code_id)") == [("unknown", "376689003")]
    assert _topics(extract, "SRPatient has no column") == {
        Topic.NHS_NUMBER, Topic.BIRTH_DATE, Topic.DEATH, Topic.SEX, Topic.NAME, Topic.CONTACT, Topic.TEST_PATIENT,
    }  # fmt: skip
    assert _topics(extract, "SRPatientRegistration has no column") == {
        Topic.REGISTERED_FROM, Topic.REGISTERED_TO, Topic.REGISTRATION_TYPE,
    }  # fmt: skip
    assert _topics(extract, "SRCode has no column") == {
        Topic.CODES, Topic.EVENTS, Topic.ENCOUNTER, Topic.NOTE_LENGTH, Topic.VALUE, Topic.UNIT,
    }  # fmt: skip
    assert _topics(extract, "SRPrimaryCareMedication has no column") == {
        Topic.PRECISION, Topic.CODES, Topic.KIND, Topic.OTHER,
    }  # fmt: skip


def test_without_isnumeric_nought_and_minus_one_are_no_values(tmp_path: Path) -> None:
    entries = [code(str(number), NumericValue=value) for number, value in enumerate(("14", "0", "-1", "0.5"))]
    folder = write_extract(tmp_path / "in", small_extract(SRCode=entries), without={"IsNumeric"})
    con, extract = read(folder)
    assert rows(con, "SELECT value FROM event ORDER BY source_key") == [(14.0,), (None,), (None,), (0.5,)]
    assert _topics(extract, "SRCode has no column IsNumeric") == {Topic.VALUE}


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        (set(), "93 or like it"),
        ({"RemovedData"}, "92, or columns left out"),
        ({"RemovedData", "IDQuestionnaire"}, "91, or columns left out"),
        ({"SNOMEDCode", "SNOMEDText"}, "89 or older"),
    ],
)
def test_formats_are_told_by_their_columns(tmp_path: Path, without: set[str], expected: str) -> None:
    mapped = [reference("1", Ctv3Code="X75rj", SnomedCode="161891005")]
    con, extract = read(write_extract(tmp_path / "in", small_extract(SRCtv3ToSnomed=mapped), without=without))
    assert extract.version == expected
    # Formats without SNOMED codes take theirs from the table of them.
    assert rows(con, "SELECT snomed FROM event JOIN code USING (code_id)") == [("161891005",)]


def test_a_first_delivery_of_changes_is_taken_with_a_warning(tmp_path: Path) -> None:
    con, extract = read(write_extract(tmp_path / "in", small_extract(), "20261119_0130", "20261120_0130"))
    assert rows(con, "SELECT count(*) FROM event") == [(1,)]
    (warning,) = extract.warnings
    assert warning.startswith("SRManifest.csv says that this delivery holds changes, but it is the first one here")


def test_what_is_never_carried_is_said(tmp_path: Path) -> None:
    _, extract = read(write_extract(tmp_path / "in", small_extract(SRPatientRegistration=[registration()])))
    assert {gap.topic for gap in extract.gaps} == {
        Topic.CONFIDENTIAL, Topic.RESTRICTED, Topic.CANCELLED, Topic.OPT_OUT, Topic.OTHER, Topic.CARE_HOME, Topic.NAME,
        Topic.PRECISION,
    }  # fmt: skip
    assert all(gap.text.endswith(".") for gap in extract.gaps)
