"""Any damage to any file of any format: a clear error, or the right list, or another one and a word about why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import LONG, effort, longer, some
from tests.hostile.damage import damages, spoil
from tests.hostile.folders import FOLDERS, TEXT
from tests.hostile.oracle import judge, sound, strangers
from tests.hostile.table import read_grid

pytestmark = longer

EVERY_FEW, EVERY_MANY = 1, 200


@pytest.mark.parametrize("format", some(FOLDERS, 5))
def test_a_damaged_folder(format: str) -> None:
    """Ten formats, two hundred inputs each in the long run; the fuzzer goes on from there."""

    @effort(EVERY_FEW, EVERY_MANY)
    @given(damages((format,)))
    def attempt(damage: object) -> None:
        judge(damage)  # type: ignore[arg-type]

    attempt()


# Of each format, the fields by which somebody is kept off the list: file, column, and the row of whom it protects.
PROTECTED = [
    ("emis", "Admin_Patient", "DateOfDeath", 5),
    ("emis", "Admin_Patient", "DateOfDeactivation", 6),
    ("emis", "Admin_Patient", "DummyType", 7),
    ("emis", "CareRecord_Observation", "Deleted", 10),
    ("emis", "CareRecord_Observation", "IsConfidential", 11),
    ("emis", "CareRecord_Observation", "EffectiveDate", 4),
    ("emis", "CareRecord_Observation", "EffectiveDatePrecision", 4),
    ("emis", "CareRecord_Observation", "PatientGuid", 4),
    ("emis", "CareRecord_Observation", "CodeId", 4),
    ("emis", "Coding_ClinicalCode", "SnomedCTConceptId", 2),
    ("plain", "patient", "date_of_death", 5),
    ("plain", "patient", "registered_to", 6),
    ("plain", "patient", "is_test", 7),
    ("plain", "event", "is_confidential", 10),
    ("plain", "event", "date", 4),
    ("plain", "event", "date_precision", 4),
    ("plain", "event", "person_row", 4),
    ("plain", "event", "code_id", 4),
    ("plain", "code", "snomed", 2),
    ("explorer", "patient", "date_of_death", 5),
    ("explorer", "patient", "has_died", 5),
    ("explorer", "patient", "registration_end_datetime", 6),
    ("explorer", "patient", "is_active", 6),
    ("explorer", "patient.csv", "is_deleted", 5),
    ("explorer", "observation", "is_deleted", 10),
    ("explorer", "observation", "effective_datetime", 4),
    ("explorer", "observation", "patient_id", 4),
    ("explorer", "observation", "code_id", 4),
    ("explorer_older", "patient", "date_of_death", 5),
    ("explorer_older", "observation", "effective_date", 4),
    ("explorer_older", "observation", "snomed_concept_id", 4),
    ("explorer_older", "observation", "confidential_flag", 10),
    ("explorer_older", "observation", "dummy_patient_flag", 8),
    ("omop", "death", "death_date", 1),
    ("omop", "death", "person_id", 1),
    ("omop", "observation_period", "observation_period_end_date", 6),
    ("omop", "condition_occurrence", "condition_start_date", 4),
    ("omop", "condition_occurrence", "condition_concept_id", 4),
    ("omop", "condition_occurrence", "person_id", 4),
    ("tpp", "SRPatient.csv", "DateDeath", 5),
    ("tpp", "SRPatient.csv", "TestPatient", 7),
    ("tpp", "SRPatientRegistration", "DateDeRegistration", 6),
    ("tpp", "SRCode", "RemovedData", 10),
    ("tpp", "SRCode", "DateEvent", 4),
    ("tpp", "SRCode", "SNOMEDCode", 4),
    ("tpp", "SRCode", "IDPatient", 4),
    ("aurum", "Patient_", "cprd_ddate", 5),
    ("aurum", "Patient_", "regenddate", 6),
    ("aurum", "Patient_", "acceptable", 5),
    ("aurum", "Observation", "obsdate", 4),
    ("aurum", "Observation", "medcodeid", 4),
    ("aurum", "Observation", "patid", 4),
    ("aurum", "MedicalDictionary", "SnomedCTConceptId", 2),
]
NONSENSE = ("zzz", "2026-02-30", "0000-01-01", "99999999999999999999", "TRUE1", "\xbd", "'); DROP TABLE event; --")


# Where nonsense once listed somebody without a word.
TAKEN = {("emis", "Deleted"), ("tpp", "RemovedData"), ("explorer_older", "snomed_concept_id"), ("aurum", "cprd_ddate")}
FEW = [one for one in PROTECTED if (one[0], one[2]) in TAKEN or one[2:] == ("is_deleted", 10)] + some(PROTECTED[1:], 1)


@pytest.mark.parametrize(("format", "part", "column", "row"), some(PROTECTED, len(FEW)) if LONG else FEW)
def test_nonsense_in_a_field_that_protects_somebody(format: str, part: str, column: str, row: int) -> None:
    """Doubt adds nobody: whatever stands there instead, they stay off the list, or something is said."""
    files = FOLDERS[format]()
    [name] = [each for each in files if part in each and not each.startswith(f"{part}_issue")]
    grid = read_grid(files[name], TEXT[format])
    assert grid is not None
    place = [each.lower() for each in grid.header].index(column.lower())
    for value in NONSENSE if LONG else NONSENSE[:1]:
        judge(spoil(format, files, name, place, row - 1, value))


@effort(2, 300)
@given(st.data())
def test_the_same_rows_in_any_order_and_dress(data: st.DataObject) -> None:
    """Every file of a folder at once is written otherwise, and says the same."""
    format = data.draw(st.sampled_from(sorted(TEXT)))
    files = FOLDERS[format]()
    laid_out = damages((format,)).filter(lambda one: one.kind == "layout")
    for _ in range(3):
        damage = data.draw(laid_out)
        files[damage.file] = damage.files[damage.file]
    seen = judge(damage.__class__(format, "all", "layout", damage.file, files))
    assert seen.error or not strangers(seen, sound(format))
