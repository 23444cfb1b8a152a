"""TPP SystmOne: patients, and the registrations, addresses, numbers and consent to messages sent separately."""

from __future__ import annotations

from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.sql.expressions import (
    day_sql,
    end_day_sql,
    may_be_true_sql,
    nhs_number_sql,
    unreadable_sql,
)
from pipeline.extracts.tpp.sql import link_key_sql
from pipeline.extracts.tpp.table import OWNED_ROW, REFERENCE_ROW, ColumnGap, TppTable, org_sql, owned_layout
from pipeline.extracts.tpp.table import reference_layout as _reference

_PATIENT = {"patient": link_key_sql("IDPatient")}


def _faults(*dates: str) -> dict[str, str]:
    return {"date_faults": " + ".join(f"CAST({unreadable_sql(column)} AS INTEGER)" for column in dates)}


PATIENT = TppTable(
    "SRPatient",
    "tpp_patient",
    owned_layout(
        (),
        (
            *("NHSNumber", "DateBirth", "DateDeath", "Gender", "Title"),
            *("FirstName", "Surname", "EmailAddress", "TestPatient"),
        ),
        ("DateBirth", "DateDeath"),
        ("NHSNumber",),
    ),
    {
        **OWNED_ROW,
        "practice": "upper(IDOrganisationVisibleTo)",
        "patient_id": "RowIdentifier",
        "nhs_number": nhs_number_sql("NHSNumber"),
        "date_of_birth": day_sql("DateBirth"),
        "sex": "upper(Gender)",
        "date_of_death": end_day_sql("DateDeath", day_sql("DateBirth")),
        "is_test": may_be_true_sql("TestPatient"),
        "title": "Title",
        "given_name": "FirstName",
        "surname": "Surname",
        "email": "EmailAddress",
        **_faults("DateBirth", "DateDeath"),
        "is_doubted": "CAST(0 AS TINYINT)",  # 1 where rows of one key describe different people
    },
    (
        ColumnGap("NHSNumber", Lost(Topic.NHS_NUMBER, "patients' NHS numbers")),
        ColumnGap("DateBirth", Lost(Topic.BIRTH_DATE, "when patients were born")),
        ColumnGap("DateDeath", Lost(Topic.DEATH, "which patients have died")),
        ColumnGap("Gender", Lost(Topic.SEX, "the sex of patients")),
        ColumnGap("Surname", Lost(Topic.NAME, "patients' names, so a list cannot name them")),
        ColumnGap("FirstName", Lost(Topic.NAME, "patients' first names")),
        ColumnGap("Title", Lost(Topic.NAME, "how to address patients")),
        ColumnGap("EmailAddress", Lost(Topic.CONTACT, "patients' e-mail addresses")),
        ColumnGap("TestPatient", Lost(Topic.TEST_PATIENT, "which patients are test patients: everyone counts as real")),
    ),
)

# Rows of an organisation other than the practice are registrations elsewhere.
_OWN = "coalesce(upper(IDOrganisation) = upper(IDOrganisationVisibleTo), IDOrganisation IS NULL)"
_STATUS = "lower(RegistrationStatus)"
REGISTRATION = TppTable(
    "SRPatientRegistration",
    "tpp_registration",
    # IDOrganisation is needed: a registration elsewhere, if read as one here, would make someone eligible.
    owned_layout(
        ("IDPatient", "IDOrganisation"),
        ("DateRegistration", "DateDeRegistration", "RegistrationStatus"),
        ("DateRegistration", "DateDeRegistration"),
        ("IDPatient",),
    ),
    {
        **OWNED_ROW,
        **_PATIENT,
        "is_elsewhere": f"CAST(NOT ({_OWN}) AS TINYINT)",
        "elsewhere": f"CASE WHEN NOT ({_OWN}) THEN upper(IDOrganisation) END",
        "registered_from": day_sql("DateRegistration"),
        "registered_to": end_day_sql("DateDeRegistration", day_sql("DateRegistration")),
        "registration_type": f"CASE WHEN {_STATUS} LIKE '%temporary%' THEN 'temporary' "
        f"WHEN regexp_matches({_STATUS}, '\\bgms\\b') THEN 'regular' ELSE 'other' END",
        **_faults("DateRegistration", "DateDeRegistration"),
    },
    (
        ColumnGap("DateRegistration", Lost(Topic.REGISTERED_FROM, "when registrations began")),
        ColumnGap(
            "DateDeRegistration",
            Lost(Topic.REGISTERED_TO, "who has left the practice: everyone ever registered still counts as registered"),
        ),
        ColumnGap(
            "RegistrationStatus",
            Lost(
                Topic.REGISTRATION_TYPE,
                "whether a patient is regular or temporary: nobody counts as regular",
            ),
        ),
    ),
)
_ADDRESS_LINES = ("NameOfBuilding", "NumberOfBuilding", "NameOfRoad", "NameOfLocality", "NameOfTown", "NameOfCounty")
_SINCE = day_sql("coalesce(DateEvent, DateEventRecorded)")
ADDRESS = TppTable(
    "SRPatientAddressHistory",
    "tpp_address",
    owned_layout(
        ("IDPatient",),
        (*_ADDRESS_LINES, "FullPostCode", "DateTo", "AddressType", "DateEvent", "DateEventRecorded"),
        ("DateTo", "DateEvent", "DateEventRecorded"),
    ),
    {
        **OWNED_ROW,
        **_PATIENT,
        "address_1": "NameOfBuilding",
        "address_2": "nullif(concat_ws(' ', NumberOfBuilding, NameOfRoad), '')",
        "address_3": "NameOfLocality",
        "address_4": "NameOfTown",
        "address_5": "NameOfCounty",
        "postcode": "FullPostCode",
        "ended": end_day_sql("DateTo", "1"),
        "type": "AddressType",
        "day": _SINCE,
    },
    (
        ColumnGap("FullPostCode", Lost(Topic.CONTACT, "patients' postcodes")),
        ColumnGap("NameOfRoad", Lost(Topic.CONTACT, "the roads that patients live in")),
        ColumnGap("DateTo", Lost(Topic.CONTACT, "which addresses have ended: the newest counts")),
        ColumnGap("AddressType", Lost(Topic.CONTACT, "which addresses are temporary or for letters only")),
    ),
    (Lost(Topic.CONTACT, "patients' addresses"),),
)
_NUMBER = "regexp_replace(ContactNumber, '\\s', '', 'g')"
CONTACT = TppTable(
    "SRPatientContactDetails",
    "tpp_contact",
    owned_layout(
        ("IDPatient",), ("ContactNumber", "DateEvent", "DateEventRecorded"), ("DateEvent", "DateEventRecorded")
    ),
    {
        **OWNED_ROW,
        **_PATIENT,
        "mobile": f"CASE WHEN regexp_matches({_NUMBER}, '^(07|\\+447|00447)') THEN {_NUMBER} END",
        "day": _SINCE,
    },
    (ColumnGap("ContactNumber", Lost(Topic.CONTACT, "patients' telephone numbers")),),
    (Lost(Topic.CONTACT, "patients' telephone numbers"),),
)
CONSENT = TppTable(
    "SRSmsConsent",
    "tpp_consent",
    owned_layout(("IDPatient",), ("SmsConsent", "DateEvent", "DateEventRecorded"), ("DateEvent", "DateEventRecorded")),
    {
        **OWNED_ROW,
        "key": "CAST(md5('sms ' || RowIdentifier) AS UUID)",  # so that it is never the key of a contact detail
        **_PATIENT,
        "said": "SmsConsent",
        "day": _SINCE,
    },
    (ColumnGap("SmsConsent", Lost(Topic.CONTACT, "who agrees to text messages")),),
    (Lost(Topic.CONTACT, "who agrees to text messages"),),
)
ORGANISATION = TppTable(
    "SROrganisation",
    "tpp_organisation",
    _reference(("ID",), ("Name",)),
    {**REFERENCE_ROW, "org": org_sql("ID"), "name": "Name"},
    without=(Lost(Topic.OTHER, "the names of practices"),),
    is_reference=True,
)
# What the ids in TPP's built-in lists mean.
MAPPING = TppTable(
    "SRMapping",
    "tpp_mapping",
    _reference((), ("Mapping",)),
    {**REFERENCE_ROW, "id": "RowIdentifier", "word": "lower(Mapping)"},
    without=(Lost(Topic.CONTACT, "what the numbers in its lists mean: the meanings already known are used"),),
    is_reference=True,
)
