"""What TPP's nightly changes do to what came before them: small cases, each worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ExtractError, StoreError
from tests.extracts.tpp_folder import (
    JO,
    SAM,
    address,
    apply,
    ask,
    begin,
    changes,
    code,
    contact,
    deliver,
    gone,
    medication,
    night,
    organisation,
    patient,
    registration,
    send,
    small_extract,
    write_extract,
)
from tests.store.parcels import build

EVENTS = (
    "SELECT patient_id, source_key, ctv3 FROM event JOIN patient USING (person_row) LEFT JOIN code USING (code_id) "
    "ORDER BY ALL"
)
REGISTERED = "SELECT registered_from, registered_to, registration_type FROM patient ORDER BY patient_id"
ROADS = "SELECT address_2 FROM patient ORDER BY patient_id"


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_rows_are_new_changed_and_removed(tmp_path: Path) -> None:
    store = begin(tmp_path, SRCode=[code("1"), code("2"), code("3")])
    (applied,) = deliver(store, 1, SRCode=[code("2", CTV3Code="X75rk"), code("4"), gone("3")])
    assert ask(store, EVENTS) == [(JO, "1", "X75rj"), (JO, "2", "X75rk"), (JO, "4", "X75rj")]
    assert (applied.first, applied.last, applied.warnings) == (202611200131, 202611210130, ())
    assert ask(store, "SELECT extract_date FROM practice") == [(day(2026, 11, 21),)]


def test_a_removed_row_may_say_no_more_than_its_key(tmp_path: Path) -> None:
    store = begin(tmp_path, SRCode=[code("1"), code("2")])
    deliver(store, 1, SRCode=[{"RowIdentifier": "1", "RemovedData": "1"}, code("3")])
    assert [row[1] for row in ask(store, EVENTS)] == ["2", "3"]


def test_medications_come_change_and_go(tmp_path: Path) -> None:
    store = begin(tmp_path, SRPrimaryCareMedication=[medication("1"), medication("2")])
    deliver(store, 1, SRPrimaryCareMedication=[medication("1", IsHospitalMedication="TRUE"), gone("2")])
    found = "SELECT source_key, kind, term FROM prescription JOIN code USING (code_id)"
    assert ask(store, found) == [("1", "elsewhere", "Codeine 30mg tablets")]


def test_an_entry_that_moves_to_another_patient(tmp_path: Path) -> None:
    store = begin(tmp_path, SRPatient=[patient(), patient(SAM)])
    deliver(store, 1, SRCode=[code("1", SAM)])
    assert ask(store, EVENTS) == [(SAM, "1", "X75rj")]


def test_a_gap_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    store = begin(tmp_path)
    with pytest.raises(StoreError, match="202611200131 to 202611210130 are missing"):
        deliver(store, 2, SRCode=[gone("1")])
    assert len(ask(store, EVENTS)) == 1


def test_a_repeat_is_skipped(tmp_path: Path) -> None:
    store = begin(tmp_path)
    sent = send(store, 1, SRCode=[gone("1"), code("2")])
    assert len(apply(sent, store)) == 1
    assert apply(sent, store) == ()
    assert [row[1] for row in ask(store, EVENTS)] == ["2"]


def test_an_overlap_counts_nothing_twice(tmp_path: Path) -> None:
    """As after a new full extract on TPP's side: the changes begin before the last ones ended."""
    store = begin(tmp_path, SRCode=[code("1"), code("2")])
    deliver(store, 1, SRCode=[gone("1"), code("3")])
    deliver(store, 2, since=0, SRCode=[gone("1"), code("3", CTV3Code="X75rk"), code("4")])
    assert ask(store, EVENTS) == [(JO, "2", "X75rj"), (JO, "3", "X75rk"), (JO, "4", "X75rj")]


def test_a_full_extract_among_the_changes_is_applied_as_changes_and_said(tmp_path: Path) -> None:
    store = begin(tmp_path, SRCode=[code("1"), code("2")])
    again = write_extract(tmp_path / night(1), small_extract(SRCode=[code("2"), code("3")]), until=night(1))
    (applied,) = apply(again, store)
    assert [row[1] for row in ask(store, EVENTS)] == ["1", "2", "3"]
    assert applied.warnings[0].startswith("SRManifest.csv calls this delivery a full extract, but it was applied as")


def test_a_full_extract_that_is_applied_as_one_leaves_nothing_else(tmp_path: Path) -> None:
    entries = [code("1"), code("2"), code("3", SAM)]
    store = begin(tmp_path, SRPatient=[patient(), patient(SAM)], SRCode=entries)
    tables = small_extract(SRCode=[code("2")], SRPatientAddressHistory=[address(NameOfRoad="New Road")])
    write_extract(tmp_path / night(5), tables, until=night(5))
    apply(tmp_path / night(5), store, is_full=True)
    assert ask(store, EVENTS) == [(JO, "2", "X75rj")]
    assert ask(store, ROADS) == [("New Road",)]
    deliver(store, 6, SRCode=[code("4")])
    assert [row[1] for row in ask(store, EVENTS)] == ["2", "4"]


def test_a_removed_patient_goes_with_everything_and_returns_with_what_is_sent(tmp_path: Path) -> None:
    store = begin(
        tmp_path,
        SRPatient=[patient(), patient(SAM)],
        SRCode=[code("1"), code("2"), code("3", SAM)],
        SRPrimaryCareMedication=[medication("1")],
        SRPatientAddressHistory=[address()],
        SRPatientContactDetails=[contact()],
    )
    deliver(store, 1, SRPatient=[{"RowIdentifier": JO, "RemovedData": "1"}, patient(SAM)], SRCode=[code("4")])
    assert ask(store, EVENTS) == [(SAM, "3", "X75rj")]
    deliver(store, 2, SRPatient=[patient(Surname="Back")], SRCode=[code("2")])
    assert ask(store, EVENTS) == [(SAM, "3", "X75rj"), (JO, "2", "X75rj")]
    assert ask(store, "SELECT count(*) FROM prescription") == [(0,)]
    found = "SELECT surname, registration_type, address_2, mobile FROM patient WHERE surname = 'Back'"
    assert ask(store, found) == [("Back", "other", None, None)]


def test_removed_and_back_in_one_delivery_leaves_what_comes_with_it(tmp_path: Path) -> None:
    store = begin(tmp_path, SRCode=[code("1"), code("2")])
    deliver(store, 1, SRPatient=[gone(JO), patient()], SRCode=[code("2")])
    assert [row[1] for row in ask(store, EVENTS)] == ["2"]


def test_an_entry_may_come_before_its_patient(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1, SRCode=[code("2", SAM)], SRPatientRegistration=[registration("32", SAM)])
    assert [row[1] for row in ask(store, EVENTS)] == ["1"]
    deliver(store, 2, SRPatient=[patient(SAM)])
    assert ask(store, EVENTS) == [(SAM, "2", "X75rj"), (JO, "1", "X75rj")]
    assert ask(store, REGISTERED)[0] == (day(2010, 5, 4), None, "regular")


def test_a_table_of_patients_rows_must_come_again_and_one_about_codes_need_not(tmp_path: Path) -> None:
    store = begin(tmp_path)
    sent = send(store, 1)
    assert not (sent / "SRCtv3Hierarchy.csv").exists()
    (sent / "SRSmsConsent.csv").unlink()
    manifest = (sent / "SRManifest.csv").read_text(encoding="cp1252").splitlines(keepends=True)
    kept = "".join(line for line in manifest if "SRSmsConsent" not in line)
    (sent / "SRManifest.csv").write_text(kept, encoding="cp1252")
    with pytest.raises(ExtractError, match="Delivery 202611200131-202611210130 of the TPP extract has no file SRSms"):
        apply(sent, store)


def test_changes_that_cannot_say_what_was_removed_are_applied_with_a_warning(tmp_path: Path) -> None:
    store = begin(tmp_path)
    sent = write_extract(tmp_path / night(1), changes(), night(0), night(1), without={"RemovedData"})
    (applied,) = apply(sent, store)
    assert applied.warnings[0].startswith("No column RemovedData in SRPatient, SRPatientRegistration,")


def test_full_extract_and_changes_in_one_folder_build_a_store(tmp_path: Path) -> None:
    write_extract(tmp_path / "in" / night(0), small_extract(SROrganisation=[organisation()]))
    write_extract(tmp_path / "in" / night(1), changes(SRCode=[code("2")]), night(0), night(1))
    store = build(tmp_path / "in", tmp_path / "store")
    assert [row[1] for row in ask(store, EVENTS)] == ["1", "2"]
    # The same folder a night later, as a practice's inbox grows.
    write_extract(tmp_path / "in" / night(2), changes(SRCode=[gone("1"), code("3")]), night(1), night(2))
    apply(tmp_path / "in", store)
    assert [row[1] for row in ask(store, EVENTS)] == ["2", "3"]
