"""What a night's rows do to the rows before them: small cases, each worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.database import connect
from pipeline.errors import ExtractError
from pipeline.store.apply import Settings
from pipeline.store.compact import compact_store
from pipeline.store.manifest import read_manifest
from pipeline.store.open import open_store
from pipeline.store.practices import Organisation, _say_switched_off, _say_unlisted, switched_off
from tests.extracts.emis_folder import (
    JO,
    ORG,
    OTHER_ORG,
    SAM,
    Row,
    clinical_code,
    drug_record,
    guid,
    issue,
    observation,
    organisation,
    patient,
    small_extract,
)
from tests.store.nightly import EVENTS, HIDDEN, ask, begin, consultation, deliver, gone

ONE, TWO, THREE = (guid(number, "B") for number in (1, 2, 3))
PEOPLE = "SELECT patient_id FROM patient ORDER BY 1"
KINDS = "SELECT kind, term FROM prescription LEFT JOIN code USING (code_id)"
TWO_PEOPLE = [patient(), patient(SAM)]


def on(night: int, row: Row) -> Row:
    """A row of a delivery that holds several nights."""
    return row | {"ProcessingId": str(night)}


def test_in_a_delivery_of_several_nights_a_departure_takes_what_came_before_it(tmp_path: Path) -> None:
    store = begin(tmp_path)
    people = [on(1003, gone("PatientGuid", JO)), on(1004, patient())]
    seen = [on(1002, observation(2)), on(1004, observation(3))]
    deliver(store, "1002-1004", Admin_Patient=people, CareRecord_Observation=seen)
    assert ask(store, EVENTS) == [(THREE,)]


def test_a_full_extract_after_a_gap_drops_what_is_not_in_it(tmp_path: Path) -> None:
    seen = [observation(1), observation(2), observation(3, SAM)]
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, CareRecord_Observation=seen)
    deliver(store, 1005, is_full=True, **small_extract(CareRecord_Observation=[observation(2)]))
    assert ask(store, PEOPLE) == [(JO.strip("{}"),)]
    assert ask(store, EVENTS) == [(TWO,)]
    deliver(store, 1006, Admin_Patient=[patient(SAM)])  # who comes back without the row from before
    assert ask(store, EVENTS) == [(TWO,)]


def test_a_patient_leaves_with_everything_and_returns_with_what_is_sent(tmp_path: Path) -> None:
    seen = [observation(1), observation(2)]
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, CareRecord_Observation=seen)
    deliver(store, 1002, Admin_Patient=[gone("PatientGuid", JO)])
    assert ask(store, PEOPLE) == [(SAM.strip("{}"),)]
    assert ask(store, EVENTS) == ask(store, "SELECT source_key FROM prescription") == []
    deliver(store, 1003, Admin_Patient=[patient()], CareRecord_Observation=[observation(2)])
    assert ask(store, EVENTS) == [(TWO,)]
    assert ask(store, "SELECT source_key FROM prescription") == []


def test_an_issue_takes_kind_and_code_of_a_drug_record_that_comes_later(tmp_path: Path) -> None:
    course = {"DrugRecordGuid": guid(1, "D")}
    store = begin(tmp_path, Prescribing_IssueRecord=[issue(1, CodeId="", **course)])
    assert ask(store, KINDS) == [("unknown", None)]
    deliver(store, 1002, Prescribing_DrugRecord=[drug_record(1)])
    assert ask(store, KINDS) == [("repeat", "Codeine 30mg tablets")]
    deliver(store, 1003, Prescribing_DrugRecord=[gone("DrugRecordGuid", guid(1, "D"))])
    assert ask(store, KINDS) == [("unknown", None)]


def test_a_consultation_hides_its_observations_while_it_is_confidential(tmp_path: Path) -> None:
    seen = [observation(1, ConsultationGuid=guid(1, "E"))]
    store = begin(tmp_path, CareRecord_Observation=seen, CareRecord_Consultation=[consultation(1)])
    said = []
    for night, row in enumerate(({"IsConfidential": "true"}, {"IsConfidential": "false"}, {"IsConfidential": "true"})):
        said += ask(store, HIDDEN)
        deliver(store, 1002 + night, CareRecord_Consultation=[consultation(1, **row)])
    deliver(store, 1005, CareRecord_Consultation=[gone("ConsultationGuid", guid(1, "E"))])
    assert [*said, *ask(store, HIDDEN)] == [(0,), (1,), (0,), (0,)]
    deliver(store, 1006, CareRecord_Consultation=[consultation(1, IsConfidential="true")])
    deliver(store, 1007, CareRecord_Observation=[observation(2, ConsultationGuid=guid(1, "E"))])
    assert ask(store, HIDDEN) == [(1,), (1,)]


def test_keys_of_another_practice_are_other_keys(tmp_path: Path) -> None:
    """The same patient, consultation and observation GUIDs in both: what happens in one is nothing to the other."""
    store = begin(
        tmp_path,
        Admin_Patient=[patient(), patient(JO, OTHER_ORG)],
        Admin_Organisation=[organisation(), organisation(OTHER_ORG, "B82002")],
        CareRecord_Observation=[observation(1, org=org, ConsultationGuid=guid(1, "E")) for org in (ORG, OTHER_ORG)],
        CareRecord_Consultation=[consultation(1), consultation(1, OTHER_ORG)],
    )
    both = "SELECT practice_id, is_confidential FROM event JOIN patient USING (person_row) ORDER BY 1"
    deliver(store, 1002, CareRecord_Consultation=[consultation(1, OTHER_ORG, IsConfidential="true")])
    assert ask(store, both) == [("A81001", 0), ("B82002", 1)]
    deliver(store, 1003, CareRecord_Observation=[gone("ObservationGuid", ONE)])
    assert ask(store, both) == [("B82002", 1)]
    deliver(store, 1004, CareRecord_Observation=[observation(1)], Admin_Patient=[gone("PatientGuid", JO, OTHER_ORG)])
    assert ask(store, both) == [("A81001", 0)]


def test_a_code_is_found_once_its_dictionary_row_has_come(tmp_path: Path) -> None:
    store = begin(tmp_path, CareRecord_Observation=[observation(1, CodeId="102")])
    terms = "SELECT term FROM event LEFT JOIN code USING (code_id)"
    assert ask(store, terms) == [(None,)]
    deliver(store, 1002, Coding_ClinicalCode=[clinical_code("102", Term="Lumbago")])
    assert ask(store, terms) == [("Lumbago",)]


def test_an_agreement_switched_off_and_on_again(tmp_path: Path) -> None:
    store = begin(tmp_path)
    off = {"OrganisationGuid": ORG, "IsActivated": "true", "Disabled": "true", "Deleted": "false"}
    deliver(store, 1002, Agreements_SharingOrganisation=[off])
    with pytest.raises(ExtractError, match="A81001 is left out: its sharing agreement is disabled"):
        ask(store, PEOPLE)
    deliver(store, 1003, Agreements_SharingOrganisation=[off | {"Disabled": "false"}])
    assert ask(store, EVENTS) == [(ONE,)]


def test_a_practice_whose_agreement_ended_is_said_once(tmp_path: Path) -> None:
    """Also where it is no organisation any more: asking for its files as well would contradict the first warning."""
    both = [organisation(), organisation(OTHER_ORG, "B82002")]
    store = begin(tmp_path, Admin_Organisation=both, Admin_Patient=[patient(), patient(SAM, OTHER_ORG)])
    off = {"OrganisationGuid": OTHER_ORG, "IsActivated": "false", "Disabled": "false", "Deleted": "false"}
    deliver(store, 1002, Agreements_SharingOrganisation=[off])
    with connect(tmp_path / "work") as con:
        warnings = open_store(con, store, read_manifest(store)).extract.warnings
        assert switched_off(con) == {"B82002"}
    assert len(warnings) == 1 and warnings[0].startswith("Practice B82002 is left out: its sharing agreement is")
    unlisted = [Organisation(1, None, None, None, None, is_listed=False, usable=False, patients=9)]
    assert not [*_say_unlisted(unlisted)]
    assert [line[:43] for line in _say_switched_off(unlisted)] == ["A practice without an ODS code is left out:"]


def test_a_row_that_moved_to_somebody_who_then_left_is_nobody_s(tmp_path: Path) -> None:
    """In one delivery: it is not Jo's any more, and what is Sam's has gone with Sam."""
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE)
    left = [on(1003, gone("PatientGuid", SAM))]
    deliver(store, "1002-1003", CareRecord_Observation=[on(1002, observation(1, SAM))], Admin_Patient=left)
    assert ask(store, EVENTS) == []


def test_a_usual_gp_without_a_name_has_none(tmp_path: Path) -> None:
    staff: Row = {"UserInRoleGuid": guid(1, "F"), "OrganisationGuid": ORG, "Surname": "Able"}
    store = begin(tmp_path, Admin_Patient=[patient(UsualGpUserInRoleGuid=guid(1, "F"))], Admin_UserInRole=[staff])
    assert ask(store, "SELECT usual_gp FROM patient") == [("Able",)]
    deliver(store, 1002, Admin_UserInRole=[staff | {"Surname": ""}])
    assert ask(store, "SELECT usual_gp FROM patient") == [(None,)]


def test_a_patient_s_consultations_leave_with_the_patient(tmp_path: Path) -> None:
    """The consultation was deleted while Jo was out of scope: nobody said so, and it was not sent again."""
    seen = [observation(1, ConsultationGuid=guid(1, "E"))]
    hides = [consultation(1, IsConfidential="true")]
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, CareRecord_Observation=seen, CareRecord_Consultation=hides)
    deliver(store, 1002, Admin_Patient=[gone("PatientGuid", JO)])
    deliver(store, 1003, Admin_Patient=[patient()], CareRecord_Observation=seen)
    assert ask(store, HIDDEN) == [(0,)]
    deliver(store, 1004, CareRecord_Consultation=hides)
    assert ask(store, HIDDEN) == [(1,)]


def test_a_patient_s_drug_records_leave_with_the_patient(tmp_path: Path) -> None:
    issued = [issue(1, DrugRecordGuid=guid(1, "D"), CodeId="")]
    courses = [drug_record(1)]
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, Prescribing_IssueRecord=issued, Prescribing_DrugRecord=courses)
    deliver(store, 1002, Admin_Patient=[gone("PatientGuid", JO)])
    deliver(store, 1003, Admin_Patient=[patient()], Prescribing_IssueRecord=issued)
    assert ask(store, KINDS) == [("unknown", None)]


def test_a_consultation_of_somebody_who_left_hides_nobody_s_rows(tmp_path: Path) -> None:
    """The observation was merged into Sam's record and its consultation was not."""
    seen = [observation(1, SAM, ConsultationGuid=guid(1, "E"))]
    hides = [consultation(1, IsConfidential="true")]
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, CareRecord_Observation=seen, CareRecord_Consultation=hides)
    deliver(store, 1002, Admin_Patient=[gone("PatientGuid", JO)])
    assert ask(store, HIDDEN) == [(0,)]


def test_a_consultation_that_moved_stays_when_its_first_patient_leaves(tmp_path: Path) -> None:
    hides = {"IsConfidential": "true"}
    store = begin(tmp_path, Admin_Patient=TWO_PEOPLE, CareRecord_Consultation=[consultation(1, **hides)])
    seen = [observation(1, SAM, ConsultationGuid=guid(1, "E"))]
    moved = [consultation(1, PatientGuid=SAM, **hides)]
    deliver(store, 1002, CareRecord_Observation=seen, CareRecord_Consultation=moved)
    deliver(store, 1003, Admin_Patient=[gone("PatientGuid", JO)])
    assert ask(store, HIDDEN) == [(1,)]
    deliver(store, 1004, CareRecord_Observation=seen)
    assert ask(store, HIDDEN) == [(1,)]


@pytest.mark.parametrize("org", [ORG, OTHER_ORG], ids=["of a practice with patients", "of a new practice"])
def test_a_full_extract_drops_rows_that_still_waited_for_their_patient(tmp_path: Path, org: str) -> None:
    practices = [organisation(), organisation(OTHER_ORG, "B82002")]
    store = begin(tmp_path, Admin_Organisation=practices)
    deliver(store, 1002, CareRecord_Observation=[observation(2, SAM, org)])
    people = [patient(), patient(SAM, org)]
    deliver(store, 1005, is_full=True, **small_extract(Admin_Patient=people, Admin_Organisation=practices))
    assert ask(store, EVENTS) == [(ONE,)]


def test_a_full_extract_drops_consultations_and_drug_records(tmp_path: Path) -> None:
    seen = [observation(1, ConsultationGuid=guid(1, "E"))]
    issued = [issue(1, DrugRecordGuid=guid(1, "D"), CodeId="")]
    rows = {"CareRecord_Observation": seen, "Prescribing_IssueRecord": issued}
    hides = [consultation(1, IsConfidential="true")]
    store = begin(tmp_path, **rows, CareRecord_Consultation=hides, Prescribing_DrugRecord=[drug_record(1)])
    deliver(store, 1005, is_full=True, **small_extract(**rows))
    assert ask(store, HIDDEN) == [(0,)]
    assert ask(store, KINDS) == [("unknown", None)]


def test_all_of_a_full_extract_counts_whatever_its_rows_are_numbered(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1002)
    full = {table: [on(1002, row) for row in rows] for table, rows in small_extract().items()}
    deliver(store, "1002-1005", is_full=True, **full)
    assert ask(store, EVENTS) == [(ONE,)]


def test_a_full_extract_without_a_row_is_refused(tmp_path: Path) -> None:
    store = begin(tmp_path)
    with pytest.raises(ExtractError, match="a header and no rows"):
        deliver(store, 1005, is_full=True)
    assert ask(store, EVENTS) == [(ONE,)]


def test_keys_that_are_no_guids_are_keys(tmp_path: Path) -> None:
    """Among them texts that differ only in case, and a row whose patient, encounter and course are not given."""
    seen = [observation(1, "p 1", ObservationGuid=key, ConsultationGuid="c 1") for key in ("o 1", "O 1", "o 2")]
    issued = [issue(1, "p 1", IssueRecordGuid="i 1", DrugRecordGuid="d 1"), issue(2, "p 1"), issue(3, "")]
    store = begin(
        tmp_path,
        Admin_Patient=[patient("p 1"), patient()],
        CareRecord_Observation=[*seen, observation(9, "")],
        Prescribing_IssueRecord=issued,
    )
    hides = [consultation(1, ConsultationGuid="c 1", IsConfidential="true")]
    courses = [drug_record(1, DrugRecordGuid="d 1")]
    gone_row = [gone("ObservationGuid", "O 1")]
    deliver(store, 1002, CareRecord_Consultation=hides, Prescribing_DrugRecord=courses, CareRecord_Observation=gone_row)
    compact_store(store, Settings())
    assert ask(store, "SELECT source_key, is_confidential FROM event ORDER BY 1") == [("o 1", 1), ("o 2", 1)]
    assert ask(store, "SELECT source_key, kind FROM prescription ORDER BY 2") == [
        ("i 1", "repeat"),
        (guid(2, "C"), "unknown"),
    ]
    deliver(store, 1003, Admin_Patient=[gone("PatientGuid", "p 1")])
    assert ask(store, EVENTS) == ask(store, KINDS) == []
