"""Rows of one key and one delivery that differ: they survive in a store, and a later delivery replaces them all."""

from __future__ import annotations

from pathlib import Path

from pipeline.store.apply import Settings, take_back
from pipeline.store.compact import compact_store
from pipeline.store.verify import verify_store
from tests.extracts.emis_folder import JO, ORG, SAM, Row, clinical_code, drug_record, guid, issue, observation, patient
from tests.store.nightly import EVENTS, ask, begin, consultation, deliver, gone

ONE, TWO = (guid(number, "B") for number in (1, 2))
ROWS = (
    "SELECT source_key, local, patient_id FROM event JOIN patient USING (person_row) "
    "LEFT JOIN code USING (code_id) ORDER BY ALL"
)
JO_S, SAM_S = (key.strip("{}") for key in (JO, SAM))
PEOPLE = [patient(), patient(SAM)]
SHARED = [observation(1), observation(1, SAM, CodeId="102"), observation(2, SAM)]
BOTH: list[tuple[object, ...]] = [(ONE, "101", JO_S), (ONE, "102", SAM_S), (TWO, "101", SAM_S)]


def begin_shared(folder: Path) -> Path:
    codes = [clinical_code(), clinical_code("102")]
    return begin(folder, Admin_Patient=PEOPLE, CareRecord_Observation=SHARED, Coding_ClinicalCode=codes)


def test_they_are_in_the_store_before_and_after_compaction(tmp_path: Path) -> None:
    store = begin_shared(tmp_path)
    assert ask(store, ROWS) == BOTH
    deliver(store, 1002, CareRecord_Observation=[observation(3)])
    compact_store(store, Settings())
    assert ask(store, ROWS) == [*BOTH, (guid(3, "B"), "101", JO_S)]
    verify_store(store)


def test_a_later_delivery_replaces_all_rows_of_a_key_until_it_is_taken_back(tmp_path: Path) -> None:
    store = begin_shared(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(1)])
    assert ask(store, ROWS) == [(ONE, "101", JO_S), (TWO, "101", SAM_S)]
    take_back(store)
    assert ask(store, ROWS) == BOTH
    deliver(store, 1002, CareRecord_Observation=[gone("ObservationGuid", ONE)])
    assert ask(store, EVENTS) == [(TWO,)]


def test_a_night_with_two_rows_of_a_key_is_as_the_full_extract_with_them(tmp_path: Path) -> None:
    store = begin(tmp_path, Admin_Patient=PEOPLE, Coding_ClinicalCode=[clinical_code(), clinical_code("102")])
    deliver(store, 1002, CareRecord_Observation=SHARED)
    assert ask(store, ROWS) == BOTH
    compact_store(store, Settings())
    assert ask(store, ROWS) == BOTH


def test_one_of_them_goes_with_its_patient(tmp_path: Path) -> None:
    store = begin_shared(tmp_path)
    deliver(store, 1002, Admin_Patient=[gone("PatientGuid", SAM)])
    assert ask(store, ROWS) == [(ONE, "101", JO_S)]


def test_a_row_that_one_row_deletes_and_another_does_not_is_confidential(tmp_path: Path) -> None:
    store = begin(tmp_path, CareRecord_Observation=[observation(1), gone("ObservationGuid", ONE), observation(2)])
    assert ask(store, "SELECT source_key, is_confidential FROM event ORDER BY 1") == [(ONE, 1), (TWO, 0)]


def test_a_patient_whom_one_row_removes_is_there_but_not_registered(tmp_path: Path) -> None:
    store = begin(tmp_path, Admin_Patient=[patient(), gone("PatientGuid", JO), patient(SAM)])
    query = "SELECT surname, registered_from IS NULL, registration_type FROM patient ORDER BY 3"
    assert ask(store, query) == [("Testcase", True, "other"), ("Testcase", False, "regular")]


def test_staff_consultations_and_courses_of_one_key_make_no_row_twice(tmp_path: Path) -> None:
    gp = {"UsualGpUserInRoleGuid": guid(1, "F")}
    twice: dict[str, list[Row]] = {
        "Admin_Patient": [patient(**gp), patient(SAM, **gp)],
        "Admin_UserInRole": [
            {"UserInRoleGuid": guid(1, "F"), "OrganisationGuid": ORG, "Surname": name} for name in ("One", "Two")
        ],
        "CareRecord_Consultation": [consultation(1), consultation(1, PatientGuid=SAM, IsConfidential="true")],
        "CareRecord_Observation": [observation(1, ConsultationGuid=guid(1, "E")), observation(2)],
        "Prescribing_DrugRecord": [drug_record(1), drug_record(1, PrescriptionType="Acute")],
        "Prescribing_IssueRecord": [issue(1, DrugRecordGuid=guid(1, "D"))],
    }
    store = begin(tmp_path, **twice)
    assert ask(store, "SELECT count(*) FROM patient") == [(2,)]
    assert ask(store, "SELECT source_key, is_confidential FROM event ORDER BY 1") == [(ONE, 1), (TWO, 0)]
    assert ask(store, "SELECT kind FROM prescription") == [("unknown",)]
