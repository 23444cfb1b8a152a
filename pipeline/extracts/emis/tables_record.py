"""EMIS Web bulk: consultations, observations, drug records and issues."""

from __future__ import annotations

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.emis.table import ORG, ROW, EmisTable
from pipeline.extracts.gaps import RECORDED_ON, Lost, Topic
from pipeline.extracts.sql.expressions import (
    date_sql,
    day_sql,
    key_sql,
    may_be_true_sql,
    number_sql,
    odd_key_sql,
    ordinal_sql,
    text_sql,
    unclear_sql,
    unreadable_sql,
)

_DATES = ("EffectiveDate", "EnteredDate")
_DATE = date_sql("EffectiveDate")
_PRECISION = "upper(trim(EffectiveDatePrecision))"
# A date known to the month or year is kept as its first possible day; one of unknown precision is not used.
_EFFECTIVE = {
    "date": ordinal_sql(
        f"CASE WHEN {_PRECISION} IN ('YMD', 'YMDT') THEN {_DATE} "
        f"WHEN {_PRECISION} = 'YM' THEN CAST(date_trunc('month', {_DATE}) AS DATE) "
        f"WHEN {_PRECISION} = 'Y' THEN CAST(date_trunc('year', {_DATE}) AS DATE) END"
    ),
    "date_precision": f"CASE WHEN ({_DATE}) IS NULL THEN 'unknown' WHEN {_PRECISION} IN ('YMD', 'YMDT') THEN 'day' "
    f"WHEN {_PRECISION} = 'YM' THEN 'month' WHEN {_PRECISION} = 'Y' THEN 'year' ELSE 'unknown' END",
    "date_fault": f"CASE WHEN {unreadable_sql('EffectiveDate')} THEN 'date that cannot be read' "
    f"WHEN {text_sql('EffectiveDate')} IS NOT NULL AND coalesce({_PRECISION}, '') NOT IN "
    "('U', 'Y', 'YM', 'YMD', 'YMDT') THEN 'date of a precision that is not known' END",
    "recorded_on": day_sql("EnteredDate"),
}
_ENTERED = {"EnteredDate": RECORDED_ON}

# A row whose deletion mark cannot be read may be deleted: it never helps to include a person, but may exclude one.
IS_CONFIDENTIAL = f"greatest({may_be_true_sql('IsConfidential')}, {unclear_sql('Deleted')})"
CONSULTATION = EmisTable(
    "CareRecord_Consultation",
    "emis_consultation",
    Layout(
        ("ConsultationGuid", "OrganisationGuid", "Deleted", "IsConfidential"),
        ("PatientGuid", "ProcessingId"),
        "ConsultationGuid",
        "guid",
    ),
    {
        **ORG,
        "key": key_sql("ConsultationGuid"),
        "patient": key_sql("PatientGuid"),
        **ROW,
        "is_confidential": IS_CONFIDENTIAL,
    },
    without=(
        Lost(
            Topic.CONFIDENTIAL,
            "which consultations are confidential (observations marked confidential themselves still are)",
        ),
    ),
)
OBSERVATION = EmisTable(
    "CareRecord_Observation",
    "emis_observation",
    Layout(
        (
            "ObservationGuid",
            "PatientGuid",
            "OrganisationGuid",
            "EffectiveDate",
            "EffectiveDatePrecision",
            "CodeId",
            "Deleted",
            "IsConfidential",
        ),
        ("EnteredDate", "ConsultationGuid", "Value", "NumericUnit", "ProcessingId"),
        "ObservationGuid",
        "guid",
        _DATES,
        ("CodeId",),
    ),
    {
        **ORG,
        "key": key_sql("ObservationGuid"),
        "odd_key": odd_key_sql("ObservationGuid"),
        "patient": key_sql("PatientGuid"),
        **ROW,
        "code": text_sql("CodeId"),
        **_EFFECTIVE,
        "value": number_sql("Value"),
        "unit": text_sql("NumericUnit"),
        "encounter": key_sql("ConsultationGuid"),
        "is_confidential": IS_CONFIDENTIAL,
    },
    losses=_ENTERED
    | {
        "ConsultationGuid": Lost(Topic.ENCOUNTER, "which observations belong to one consultation"),
        "Value": Lost(Topic.VALUE, "what was measured"),
    },
)
DRUG_RECORD = EmisTable(
    "Prescribing_DrugRecord",
    "emis_drug_record",
    Layout(
        ("DrugRecordGuid", "OrganisationGuid", "CodeId", "PrescriptionType", "IsConfidential", "Deleted"),
        ("PatientGuid", "ProcessingId"),
        "DrugRecordGuid",
        "guid",
        (),
        ("CodeId",),
    ),
    {
        **ORG,
        "key": key_sql("DrugRecordGuid"),
        "patient": key_sql("PatientGuid"),
        **ROW,
        "code": text_sql("CodeId"),
        "kind": "CASE WHEN lower(trim(PrescriptionType)) = 'acute' THEN 'acute' WHEN lower(trim(PrescriptionType)) IN "
        "('repeat', 'repeat dispensing', 'automatic') THEN 'repeat' ELSE 'unknown' END",
        "is_confidential": IS_CONFIDENTIAL,
    },
    without=(
        Lost(Topic.KIND, "whether a prescription is acute or repeat"),
        Lost(Topic.CONFIDENTIAL, "which courses of medicine are confidential"),
    ),
)
ISSUE = EmisTable(
    "Prescribing_IssueRecord",
    "emis_issue",
    Layout(
        (
            "IssueRecordGuid",
            "PatientGuid",
            "OrganisationGuid",
            "DrugRecordGuid",
            "EffectiveDate",
            "EffectiveDatePrecision",
            "CodeId",
            "IsConfidential",
            "Deleted",
        ),
        (
            "EnteredDate",
            "Quantity",
            "QuantityUnit",
            "CourseDurationInDays",
            "IssueMethodDescription",
            "ConsultationGuid",
            "ProcessingId",
        ),
        "IssueRecordGuid",
        "guid",
        _DATES,
        ("CodeId",),
    ),
    {
        **ORG,
        "key": key_sql("IssueRecordGuid"),
        "odd_key": odd_key_sql("IssueRecordGuid"),
        "patient": key_sql("PatientGuid"),
        **ROW,
        "code": text_sql("CodeId"),
        **_EFFECTIVE,
        "drug": key_sql("DrugRecordGuid"),
        "encounter": key_sql("ConsultationGuid"),
        "quantity": number_sql("Quantity"),
        "unit": text_sql("QuantityUnit"),
        # Written 28 or 28.00. No course lasts more than ten years.
        "duration_days": "CASE WHEN try_cast(CourseDurationInDays AS DOUBLE) BETWEEN 1 AND 3660 "
        "THEN CAST(floor(try_cast(CourseDurationInDays AS DOUBLE)) AS BIGINT) END",
        # `Outside Hospital`, `Outside Out of Hours`: recorded here, issued elsewhere.
        "is_elsewhere": "coalesce(lower(trim(IssueMethodDescription)) LIKE 'outside%', false)",
        "is_confidential": IS_CONFIDENTIAL,
    },
    losses=_ENTERED
    | {
        "Quantity": Lost(Topic.QUANTITY, "how much was prescribed"),
        "CourseDurationInDays": Lost(Topic.OTHER, "how many days a prescription lasts"),
        "IssueMethodDescription": Lost(Topic.KIND, "which prescriptions were issued elsewhere, such as in a hospital"),
    },
)
