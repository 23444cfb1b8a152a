"""EMIS Web bulk: patients, organisations, their staff and their sharing agreements."""

from __future__ import annotations

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.emis.table import NO_ORG, ORG, REFERENCE_ROW, ROW, EmisTable
from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.sql.expressions import (
    day_sql,
    end_day_sql,
    guid_sql,
    key_sql,
    may_be_true_sql,
    nhs_number_sql,
    odd_key_sql,
    says_true_sql,
    text_sql,
    unreadable_sql,
)

_PATIENT_TYPE = "lower(trim(PatientTypeDescription))"
_PATIENT_DATES = ("DateOfBirth", "DateOfDeath", "DateOfRegistration", "DateOfDeactivation")
_ADDRESS = ("HouseNameFlatNumber", "NumberAndStreet", "Village", "Town", "County")

PATIENT = EmisTable(
    "Admin_Patient",
    "emis_patient",
    Layout(
        needed=(
            "PatientGuid",
            "OrganisationGuid",
            "NhsNumber",
            "Sex",
            *_PATIENT_DATES,
            "PatientTypeDescription",
            "DummyType",
            "SpineSensitive",
            "IsConfidential",
            "Deleted",
        ),
        optional=(
            "PatientNumber",
            "Title",
            "GivenName",
            "Surname",
            *_ADDRESS,
            "Postcode",
            "MobilePhone",
            "EmailAddress",
            "ResidentialInstituteCode",
            "UsualGpUserInRoleGuid",
            "ProcessingId",
        ),
        key="PatientGuid",
        key_form="guid",
        dates=_PATIENT_DATES,
        ids=("NhsNumber", "PatientNumber"),
    ),
    {
        **ORG,
        "key": key_sql("PatientGuid"),
        "patient_id": f"coalesce({odd_key_sql('PatientGuid')}, upper(CAST({guid_sql('PatientGuid')} AS VARCHAR)))",
        **ROW,
        "nhs_number": nhs_number_sql("NhsNumber"),
        "date_of_birth": day_sql("DateOfBirth"),
        "sex": f"upper({text_sql('Sex')})",
        "date_of_death": end_day_sql("DateOfDeath", day_sql("DateOfBirth")),
        "registered_from": day_sql("DateOfRegistration"),
        "registered_to": end_day_sql("DateOfDeactivation", day_sql("DateOfRegistration")),
        "registration_type": f"CASE WHEN {_PATIENT_TYPE} IN ('regular', 'temporary') THEN {_PATIENT_TYPE} "
        "ELSE 'other' END",
        "is_test": f"greatest({may_be_true_sql('DummyType')}, "
        f"CAST(coalesce({_PATIENT_TYPE} = 'dummy', false) AS TINYINT))",
        "is_restricted": f"greatest({may_be_true_sql('SpineSensitive')}, {may_be_true_sql('IsConfidential')})",
        "institution": text_sql("ResidentialInstituteCode"),
        "gp": key_sql("UsualGpUserInRoleGuid"),
        "local_number": text_sql("PatientNumber"),
        "title": text_sql("Title"),
        "given_name": text_sql("GivenName"),
        "surname": text_sql("Surname"),
        **{f"address_{n}": text_sql(column) for n, column in enumerate(_ADDRESS, start=1)},
        "postcode": text_sql("Postcode"),
        "mobile": text_sql("MobilePhone"),
        "email": text_sql("EmailAddress"),
        "date_faults": " + ".join(f"CAST({unreadable_sql(column)} AS INTEGER)" for column in _PATIENT_DATES),
    },
    losses={
        "Surname": Lost(Topic.NAME, "patients' names, so a list cannot name them"),
        "PatientNumber": Lost(Topic.NAME, "the number that the practice uses to find a patient"),
        "Postcode": Lost(Topic.CONTACT, "patients' addresses"),
        "ResidentialInstituteCode": Lost(Topic.CARE_HOME, "who lives in a care home"),
    },
)
ORGANISATION = EmisTable(
    "Admin_Organisation",
    "emis_organisation",
    Layout(("OrganisationGuid", "ODSCode"), ("CDB", "OrganisationName", "ProcessingId"), "OrganisationGuid", "guid"),
    {
        **REFERENCE_ROW,
        "key": key_sql("OrganisationGuid"),
        "ods": text_sql("ODSCode"),
        "cdb": text_sql("CDB"),
        "name": text_sql("OrganisationName"),
    },
)
USER = EmisTable(
    "Admin_UserInRole",
    "emis_user",
    Layout(
        ("UserInRoleGuid", "OrganisationGuid"),
        ("Title", "GivenName", "Surname", "ProcessingId"),
        "UserInRoleGuid",
        "guid",
    ),
    {
        **REFERENCE_ROW,
        **ORG,
        "key": key_sql("UserInRoleGuid"),
        "name": f"nullif(concat_ws(' ', {text_sql('Title')}, {text_sql('GivenName')}, {text_sql('Surname')}), '')",
    },
    without=(Lost(Topic.OTHER, "the name of each patient's usual GP"),),
)
AGREEMENT = EmisTable(
    "Agreements_SharingOrganisation",
    "emis_agreement",
    Layout(
        ("OrganisationGuid", "IsActivated", "Disabled", "Deleted"), ("LastModifiedDate",), "OrganisationGuid", "guid"
    ),
    {
        "org": NO_ORG,
        "key": key_sql("OrganisationGuid"),
        "processing": "CAST(NULL AS BIGINT)",  # the only table without numbers
        "deleted": "0",  # a deleted agreement still counts: its practice must not be used
        "usable": f"least({says_true_sql('IsActivated')}, 1 - {may_be_true_sql('Disabled')}, "
        f"1 - {may_be_true_sql('Deleted')})",
    },
    without=(Lost(Topic.AGREEMENT, "whether a practice has withdrawn or been switched off"),),
)
