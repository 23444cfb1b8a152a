"""What TPP's nightly changes do to registrations, addresses, numbers and codes: small cases, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.extracts.tpp_folder import (
    OTHER,
    Tables,
    address,
    apply,
    ask,
    begin,
    code,
    consent,
    contact,
    deliver,
    gone,
    patient,
    reference,
    registration,
    send,
)

REGISTERED = "SELECT registered_from, registered_to, registration_type FROM patient ORDER BY patient_id"
ROADS = "SELECT address_2 FROM patient ORDER BY patient_id"
NUMBERS = "SELECT mobile, sms_consent FROM patient"
BELOW = (
    "SELECT c.ctv3 FROM code_parent JOIN code c USING (code_id) JOIN code p ON p.code_id = parent_id "
    "WHERE p.ctv3 = 'N14..' ORDER BY 1"
)


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_a_registration_ends_and_another_begins(tmp_path: Path) -> None:
    store = begin(tmp_path)
    ended = registration(DateDeRegistration="20 Nov 2026 00:00:00")
    deliver(store, 1, SRPatientRegistration=[ended])
    assert ask(store, REGISTERED) == [(day(2010, 5, 4), day(2026, 11, 20), "regular")]
    anew = registration("32", DateRegistration="21 Nov 2026 00:00:00", RegistrationStatus="GMS,Temporary")
    deliver(store, 2, SRPatientRegistration=[anew])
    assert ask(store, REGISTERED) == [(day(2026, 11, 21), None, "temporary")]
    deliver(store, 3, SRPatientRegistration=[gone("32")])
    assert ask(store, REGISTERED) == [(day(2010, 5, 4), day(2026, 11, 20), "regular")]


def test_a_registration_that_turns_out_to_be_elsewhere(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1, SRPatientRegistration=[registration(IDOrganisation=OTHER)])
    assert ask(store, REGISTERED) == [(None, None, "other")]


def test_a_patient_who_changes_keeps_registration_address_and_number(tmp_path: Path) -> None:
    details = {
        "SRPatientAddressHistory": [address()],
        "SRPatientContactDetails": [contact()],
        "SRSmsConsent": [consent()],
    }
    store = begin(tmp_path, **details)
    deliver(store, 1, SRPatient=[patient(Surname="Married")])
    found = "SELECT surname, registration_type, address_2, mobile, sms_consent FROM patient"
    assert ask(store, found) == [("Married", "regular", "High Street", "07700900001", 1)]


def test_a_patient_moves_and_moves_back(tmp_path: Path) -> None:
    store = begin(tmp_path, SRPatientAddressHistory=[address()])
    left = address(DateTo="20 Nov 2026 00:00:00")
    deliver(store, 1, SRPatientAddressHistory=[left, address("42", NameOfRoad="New Road")])
    assert ask(store, ROADS) == [("New Road",)]
    deliver(store, 2, SRPatientAddressHistory=[gone("42"), address()])
    assert ask(store, ROADS) == [("High Street",)]
    deliver(store, 3, SRPatientAddressHistory=[gone("41")])
    assert ask(store, ROADS) == [(None,)]


def test_numbers_and_consent_change(tmp_path: Path) -> None:
    store = begin(tmp_path, SRPatientContactDetails=[contact()], SRSmsConsent=[consent()])
    deliver(store, 1, SRSmsConsent=[consent(SmsConsent="FALSE")])
    assert ask(store, NUMBERS) == [("07700900001", 0)]
    deliver(store, 2, SRPatientContactDetails=[contact(ContactNumber="01632 960001")], SRSmsConsent=[gone("51")])
    assert ask(store, NUMBERS) == [(None, None)]


def test_the_hierarchy_grows_and_shrinks(tmp_path: Path) -> None:
    below = [
        reference(str(n), Ctv3CodeParent="N14..", Ctv3CodeChild=child) for n, child in enumerate(("A1...", "A2..."))
    ]
    store = begin(tmp_path, SRCtv3Hierarchy=below)
    assert ask(store, BELOW) == [("A1...",), ("A2...",)]
    more = [reference("7", Ctv3CodeParent="N14..", Ctv3CodeChild="A3..."), below[0] | {"RemovedData": "1"}]
    deliver(store, 1, SRCtv3Hierarchy=more)
    assert ask(store, BELOW) == [("A2...",), ("A3...",)]
    (applied,) = deliver(store, 2, SRCtv3Hierarchy=[gone("7", "") | {"IDOrganisationVisibleTo": ""}])
    assert ask(store, BELOW) == [("A2...",), ("A3...",)]
    assert applied.left_out == {"rows of the hierarchy removed without saying which, kept": 1}


def test_what_is_known_of_a_code_stays_where_changes_only_name_it(tmp_path: Path) -> None:
    words = [reference("1", Ctv3Code="X75rj", Ctv3Text="Back pain")]
    reads = [reference("1", Ctv3Code="X75rj", Version2Code="16C")]
    store = begin(tmp_path, SRCtv3=words, SRCtv3ToVersion2=reads)
    deliver(store, 1, SRCode=[code("2", CTV3Text="Sore back"), code("3", CTV3Code="Y1712", SNOMEDCode="")])
    found = "SELECT source_key, term, read2 FROM event JOIN code USING (code_id) ORDER BY 1"
    assert ask(store, found) == [
        ("1", "Back pain", "16C..00"),
        ("2", "Back pain", "16C..00"),
        ("3", "Back pain", None),  # the words of the row itself: nobody lists the code
    ]


def test_new_codes_come_with_changes_and_known_ones_stay(tmp_path: Path) -> None:
    store = begin(tmp_path, SRCtv3=[reference("1", Ctv3Code="X75rj", Ctv3Text="Back pain")])
    words = [
        reference("1", Ctv3Code="X75rj", Ctv3Text="Pain of the back"),
        reference("2", Ctv3Code="Y1712", Ctv3Text="Duration"),
    ]
    (applied,) = deliver(store, 1, SRCtv3=words)
    terms = "SELECT term FROM code WHERE is_medicine = 0 AND snomed IS NULL ORDER BY 1"
    assert ask(store, terms) == [("Back pain",), ("Duration",)]
    assert applied.warnings[0].startswith("2 rows give the names of codes")


def test_tables_about_codes_that_come_whole_are_believed(tmp_path: Path) -> None:
    about: Tables = {"SRCtv3ToSnomed": [], "SRCtv3ToVersion2": [], "SRCtv3": []}
    store = begin(tmp_path, **about)
    words = [reference("1", Ctv3Code="X75rj", Ctv3Text="Pain of the back")]
    sent = send(store, 1, None, tuple(about), **{**about, "SRCtv3": words})
    (applied,) = apply(sent, store)
    assert ask(store, "SELECT term FROM code WHERE ctv3 = 'X75rj' AND snomed IS NULL") == [("Pain of the back",)]
    assert applied.warnings == ()


def test_absence_of_a_table_about_codes_is_said_once_by_the_full_extract(tmp_path: Path) -> None:
    store = begin(tmp_path)
    (applied,) = deliver(store, 1)
    assert not [gap for gap in applied.gaps if gap.text.startswith("There is no")]


def test_a_practice_keeps_its_name_when_changes_do_not_say_it(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1, SRPatient=[patient(Surname="Married")])
    assert ask(store, "SELECT name FROM practice") == [("The Surgery",)]


def test_a_pair_of_codes_new_in_a_night_has_its_read_code(tmp_path: Path) -> None:
    reads = [reference("1", Ctv3Code="X75rk", Version2Code="16C")]
    store = begin(tmp_path, SRCtv3ToVersion2=reads)
    deliver(store, 1, SRCode=[code("2", CTV3Code="X75rk", SNOMEDCode="279039007")])
    found = "SELECT read2 FROM event JOIN code USING (code_id) WHERE source_key = '2'"
    assert ask(store, found) == [("16C..00",)]
