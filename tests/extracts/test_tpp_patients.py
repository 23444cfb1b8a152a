"""The patients of a TPP SystmOne extract, every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.extracts.emis_folder import read, rows
from tests.extracts.tpp_folder import (
    JO,
    OTHER,
    PRACTICE,
    SAM,
    address,
    consent,
    contact,
    patient,
    registration,
    small_extract,
    write_extract,
)

REGISTERED = "SELECT registered_from, registered_to, registration_type FROM patient"
LINES = "SELECT address_1, address_2, address_3, address_4, address_5, postcode FROM patient"


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_what_each_column_of_a_patient_means(tmp_path: Path) -> None:
    who = patient(Title="Ms", FirstName="Zoë", MiddleNames="Ann", Surname="O’Test", EmailAddress="zoe@example.org")
    tables = small_extract(
        SRPatient=[who | {"DateDeath": "01 Nov 2026 00:00"}],
        SRPatientRegistration=[registration(DateDeRegistration="01 Nov 2026 00:00:00")],
        SRPatientAddressHistory=[
            address(NameOfBuilding="Flat 2", NumberOfBuilding="7", NameOfLocality="Northside", NameOfTown="Testby")
            | {"NameOfCounty": "Testshire", "FullPostCode": "ZZ99 3VZ"}
        ],
        SRPatientContactDetails=[contact()],
        SRSmsConsent=[consent()],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert (extract.format, extract.version, extract.pseudonymised_because, extract.warnings) == (
        "TPP SystmOne SRE", "93 or like it", "", ()
    )  # fmt: skip
    assert extract.left_out == {}
    assert rows(con, "FROM practice") == [(PRACTICE, "The Surgery", "TPP", day(2026, 11, 20))]
    assert rows(con, "SELECT * EXCLUDE (person_row) FROM patient") == [
        (PRACTICE, JO, "9990000018", day(1980, 2, 29), "day", "F", day(2026, 11, 1), day(2010, 5, 4), day(2026, 11, 1),
         "regular", 0, 0, None, None, None, "Ms", "Zoë", "O’Test", "Flat 2", "7 High Street", "Northside", "Testby",
         "Testshire", "ZZ99 3VZ", "07700900001", "zoe@example.org", 1)
    ]  # fmt: skip


def test_a_death_and_a_departure_that_cannot_be_read_have_happened(tmp_path: Path) -> None:
    tables = small_extract(
        SRPatient=[patient(DateDeath="?")], SRPatientRegistration=[registration(DateDeRegistration="?")]
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    found = rows(con, "SELECT date_of_death, registered_to FROM patient")
    assert found == [(day(1980, 2, 29), day(2010, 5, 4))]
    assert extract.left_out == {
        "patients: dates that cannot be read (a death counts as happened)": 1,
        "registrations: dates that cannot be read (an end counts as happened)": 1,
    }


def test_test_patients(tmp_path: Path) -> None:
    written = {"TRUE": 1, "1": 1, "?": 1, "FALSE": 0, "0": 0, "": 0}
    people = [patient(str(number), TestPatient=each) for number, each in enumerate(written, start=1)]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPatient=people)))
    found = rows(con, "SELECT is_test FROM patient ORDER BY patient_id")
    assert found == [(each,) for each in written.values()]


def test_types_of_registration(tmp_path: Path) -> None:
    written = {
        "GMS": "regular",
        "Standard,GMS": "regular",
        "GMS,Temporary Resident < 16 days": "temporary",
        "Temporary": "temporary",
        "Private": "other",
        "Applied,Immediately Necessary": "other",
        "": "other",
    }
    keys = [str(number) for number in range(1, len(written) + 1)]
    said = [registration(key, key, RegistrationStatus=each) for key, each in zip(keys, written, strict=True)]
    tables = small_extract(SRPatient=[patient(key) for key in keys], SRPatientRegistration=said)
    con, _ = read(write_extract(tmp_path / "in", tables))
    found = rows(con, "SELECT registration_type FROM patient ORDER BY patient_id")
    assert found == [(each,) for each in written.values()]


def test_a_registration_elsewhere_is_none_here(tmp_path: Path) -> None:
    people = [registration("31", IDOrganisation=OTHER), registration("32", SAM, IDOrganisation="a81001")]
    tables = small_extract(SRPatient=[patient(), patient(SAM)], SRPatientRegistration=people)
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, f"{REGISTERED} ORDER BY patient_id DESC") == [
        (None, None, "other"),
        (day(2010, 5, 4), None, "regular"),
    ]
    assert extract.left_out == {"registrations: at another organisation": 1}
    assert extract.warnings == (
        f"A81001: 1 of 2 patients are registered only at another organisation, most of them at {OTHER}, so they are "
        "not on the lists. If that practice has become part of A81001, ask the supplier for registrations with "
        "the code A81001.",
    )


def test_of_several_registrations_the_current_regular_one_counts(tmp_path: Path) -> None:
    several = [
        registration("31", DateRegistration="01 Jan 2001 00:00:00", DateDeRegistration="01 Jan 2009 00:00:00"),
        registration("32", DateRegistration="01 Jan 2011 00:00:00", IDOrganisation=""),
        registration("33", DateRegistration="01 Jan 2026 00:00:00", RegistrationStatus="Temporary"),
        registration("34", DateRegistration="01 Feb 2026 00:00:00", IDOrganisation=OTHER),
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPatientRegistration=several)))
    assert rows(con, REGISTERED) == [(day(2011, 1, 1), None, "regular")]


def test_the_address_to_write_to(tmp_path: Path) -> None:
    people = [patient(str(number)) for number in range(1, 6)]
    addresses = [
        # Where letters go, though another is newer.
        address("1", "1", NameOfRoad="Letter Lane", AddressType="3"),
        address("2", "1", NameOfRoad="Home Road", DateEvent="01 Jan 2020 00:00:00"),
        # The newest home; a temporary one only where there is no other.
        address("3", "2", NameOfRoad="Old Road", DateEvent="01 Jan 2019 00:00:00"),
        address("4", "2", NameOfRoad="New Road", DateEvent="01 Jan 2020 00:00:00", AddressType=""),
        address("5", "2", NameOfRoad="Visit Street", DateEvent="01 Jan 2026 00:00:00", AddressType="1"),
        address("6", "3", NameOfRoad="Visit Street", AddressType="1"),
        # One that ends after the extract is still theirs; one that has ended, or may have, is not.
        address("7", "4", NameOfRoad="Last Road", DateTo="21 Nov 2026 00:00:00"),
        address("8", "5", NameOfRoad="Past Road", DateTo="20 Nov 2026 00:00:00"),
        address("9", "5", NameOfRoad="Odd Road", DateTo="?"),
    ]
    tables = small_extract(SRPatient=people, SRPatientAddressHistory=addresses)
    con, extract = read(write_extract(tmp_path / "in", tables))
    found = rows(con, "SELECT address_2 FROM patient ORDER BY patient_id")
    assert found == [("Letter Lane",), ("New Road",), ("Visit Street",), ("Last Road",), (None,)]
    assert extract.left_out["addresses: ended"] == 2


def test_words_say_what_an_address_is_where_the_extract_has_them(tmp_path: Path) -> None:
    words = {"163540": "Temporary", "163541": "Correspondence only", "3": "Home"}
    tables = small_extract(
        SRPatientAddressHistory=[
            address(str(number), NameOfRoad=word, AddressType=key) for number, (key, word) in enumerate(words.items())
        ],
        SRMapping=[{"RowIdentifier": key, "Mapping": word} for key, word in words.items()],
    )
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, LINES) == [(None, "Correspondence only", None, None, None, None)]


def test_mobile_numbers(tmp_path: Path) -> None:
    written = {
        "07700 900001": "07700900001",
        "+44 7700 900001": "+447700900001",
        "0044 7700900001": "00447700900001",
        "01632 960001": None,
        "": None,
    }
    keys = [str(number) for number in range(1, len(written) + 1)]
    numbers = [contact(key, key, ContactNumber=each) for key, each in zip(keys, written, strict=True)]
    tables = small_extract(SRPatient=[patient(key) for key in keys], SRPatientContactDetails=numbers)
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT mobile FROM patient ORDER BY patient_id") == [(each,) for each in written.values()]


def test_the_newest_mobile_and_the_newest_consent_count(tmp_path: Path) -> None:
    numbers = [
        contact("51", ContactNumber="07700 900002", DateEvent="01 Jan 2020 00:00:00"),
        contact("52", ContactNumber="07700 900003", DateEvent="01 Jan 2019 00:00:00"),
        contact("53", ContactNumber="01632 960001", DateEvent="01 Jan 2026 00:00:00"),
    ]
    # The rows have the keys of contact details, and are none.
    said = [consent("51"), consent("52", SmsConsent="FALSE", DateEvent="01 Jan 2020 00:00:00")]
    tables = small_extract(SRPatientContactDetails=numbers, SRSmsConsent=said)
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT mobile, sms_consent FROM patient") == [("07700900002", 0)]


def test_consent_to_messages(tmp_path: Path) -> None:
    written = {"TRUE": 1, "FALSE": 0, "Consent given": 1, "Consent refused": 0, "7": 1, "8": 0, "": None}
    words = [{"RowIdentifier": "7", "Mapping": "Yes"}, {"RowIdentifier": "8", "Mapping": "No"}]
    keys = [str(number) for number in range(1, len(written) + 1)]
    said = [consent(key, key, SmsConsent=each) for key, each in zip(keys, written, strict=True)]
    tables = small_extract(SRPatient=[patient(key) for key in keys], SRSmsConsent=said, SRMapping=words)
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT sms_consent FROM patient ORDER BY patient_id") == [(each,) for each in written.values()]
