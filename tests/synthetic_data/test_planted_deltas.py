"""What is planted in the deltas does occur: every trap is there for a receiver to fall into."""

from __future__ import annotations

from tests.effort import longer
from tests.synthetic_data.nights import NIGHTS, Nights
from tests.synthetic_data.receiver import CHILDREN, PATIENTS, Key, Receiver, key_of, patient_of

pytestmark = longer

OBSERVATIONS, ISSUES = "CareRecord_Observation", "Prescribing_IssueRecord"
CONSULTATIONS, COURSES = "CareRecord_Consultation", "Prescribing_DrugRecord"


def test_rows_change_in_every_way_there_is(nights: Nights) -> None:
    seen = nights.received().seen
    for change in (
        *(f"{OBSERVATIONS}.{column}" for column in ("EffectiveDate", "CodeId", "IsConfidential", "PatientGuid")),
        *(f"{ISSUES}.{column}" for column in ("EffectiveDate", "CodeId", "IsConfidential", "DrugRecordGuid")),
        *(f"{table} deleted, {how}" for table in (OBSERVATIONS, ISSUES) for how in ("blank", "full")),
        *(f"{table}.nothing" for table in (OBSERVATIONS, ISSUES, PATIENTS)),
        f"{CONSULTATIONS}.IsConfidential",
        f"{COURSES}.PrescriptionType",
        f"{COURSES}.IsConfidential",
        "Coding_ClinicalCode.Term",
        "Coding_ClinicalCode.ParentCodeId",
        "Coding_DrugCode.Term",
        "Admin_Organisation.OrganisationName",
        "Admin_UserInRole.Surname",
        "rows cascaded",
    ):
        assert seen[change], change
    assert any(seen[f"{PATIENTS}.{column}"] for column in ("Surname", "DateOfDeath", "DateOfDeactivation"))


def test_rows_are_there_before_what_they_point_at(nights: Nights) -> None:
    """Consultations, courses and codes come a night or more after the first row that uses them."""
    for table, pointing, column in (
        (CONSULTATIONS, OBSERVATIONS, "ConsultationGuid"),
        (COURSES, ISSUES, "DrugRecordGuid"),
        ("Coding_ClinicalCode", OBSERVATIONS, "CodeId"),
        ("Coding_DrugCode", ISSUES, "CodeId"),
    ):
        used = {row[column] for row in nights.rows(0, pointing)}
        late = {key[2] for key, night in nights.first_seen(table).items() if night}
        assert used & late, table


def test_some_patients_arrive_and_rows_of_theirs_the_night_before(nights: Nights) -> None:
    arrived = {key[1:]: night for key, night in nights.first_seen(PATIENTS).items() if night}
    assert arrived
    lags = [
        night - arrived[patient_of(row)]
        for table in (OBSERVATIONS, ISSUES)
        for night in range(NIGHTS + 1)
        for row in nights.rows(night, table)
        if patient_of(row) in arrived and row["Deleted"] == "false"
    ]
    assert min(lags) == -1 and lags.count(0) > 5


def find_absences(nights: Nights) -> dict[tuple[str, str], list[int]]:
    """Of each patient deleted by a delta: that night, and the night of the next row if there is one."""
    absences: dict[tuple[str, str], list[int]] = {}
    for night in range(1, NIGHTS + 1):
        for row in nights.rows(night, PATIENTS):
            if row["Deleted"] == "true" or len(absences.get(patient_of(row), [])) == 1:
                absences.setdefault(patient_of(row), []).append(night)
    return absences


def test_some_patients_fall_out_of_scope_without_a_word_about_their_rows(nights: Nights) -> None:
    absences = find_absences(nights)
    assert {len(absence) for absence in absences.values()} == {1, 2}  # some stay away, some come back
    for night in range(1, NIGHTS + 1):
        away = {who for who, (left, *back) in absences.items() if left <= night < (back or [NIGHTS + 1])[0]}
        assert not [row for table in CHILDREN for row in nights.rows(night, table) if patient_of(row) in away]


def test_who_comes_back_has_every_row_sent_again_but_those_removed_meanwhile(nights: Nights) -> None:
    back = {who: absence for who, absence in find_absences(nights).items() if len(absence) == 2}
    forgotten = 0
    for who, (left, returned) in back.items():
        receiver = Receiver()
        for night in range(left):
            receiver.apply(nights.night(night))
        before = {key for key, row in receiver.held.items() if key[0] in CHILDREN and patient_of(row) == who}
        rows = [(table, row) for table in CHILDREN for row in nights.rows(returned, table) if patient_of(row) == who]
        sent = {key_of(table, row) for table, row in rows if row["Deleted"] == "false"}
        assert len(before & sent) > 0.6 * len(before)
        forgotten += len(before - sent - nights.final().keys())
    assert forgotten


def test_some_rows_of_a_patient_who_leaves_were_moved_to_another_first(nights: Nights) -> None:
    absences = find_absences(nights)
    final = nights.final()
    moved = [
        row
        for table in (OBSERVATIONS, ISSUES)
        for row in nights.rows(0, table)
        if patient_of(row) in absences and key_of(table, row) in final
        if patient_of(final[key_of(table, row)]) != patient_of(row)
    ]
    assert moved


def test_some_rows_are_deleted_and_back_later(nights: Nights) -> None:
    deleted: set[Key] = set()
    back = set()
    for night in range(1, NIGHTS + 1):
        for row in nights.rows(night, OBSERVATIONS):
            if row["Deleted"] == "true":
                deleted.add(key_of(OBSERVATIONS, row))
        upserts = (
            {key_of(OBSERVATIONS, row) for row in nights.rows(night + 1, OBSERVATIONS)} if night < NIGHTS else set()
        )
        back |= deleted & upserts & nights.final().keys()
    assert back


def test_a_file_shows_some_rows_and_deletions_twice(nights: Nights) -> None:
    patterns = set()
    for night in range(1, NIGHTS + 1):
        shown: dict[Key, list[bool]] = {}
        for row in nights.rows(night, OBSERVATIONS):
            shown.setdefault(key_of(OBSERVATIONS, row), []).append(row["Deleted"] == "true")
        patterns |= {tuple(deleted) for deleted in shown.values()}
    assert patterns == {(False,), (True,), (False, False), (True, True)}


def test_a_practice_is_switched_off_and_on_again(nights: Nights) -> None:
    states: dict[str, list[bool]] = {}
    for night in range(NIGHTS + 1):
        for row in nights.rows(night, "Agreements_SharingOrganisation"):
            usable = row["IsActivated"] == "true" and row["Disabled"] == row["Deleted"] == "false"
            states.setdefault(row["OrganisationGuid"], []).append(usable)
    assert all(state[0] and state[-1] for state in states.values())
    assert sum(not all(state) for state in states.values()) == 1
