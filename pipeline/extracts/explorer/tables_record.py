"""EMIS-X Explorer: observations, and medicines: by issue or, in the older generation, by course."""

from __future__ import annotations

from pipeline.extracts.explorer.sql import concept_sql, dated, flag_sql, identifier_sql, kind_sql, made_sql, read2_sql
from pipeline.extracts.explorer.table import MADE, ORGANISATION, PATIENT_ID, REGISTRATION, ExplorerTable
from pipeline.extracts.gaps import RECORDED_ON, Lost, Topic
from pipeline.extracts.sql.expressions import (
    day_sql,
    integer_sql,
    key_sql,
    may_be_true_sql,
    number_sql,
    says_true_sql,
    text_sql,
    unclear_sql,
)

# A row whose deletion mark cannot be read may be deleted: it never helps to include a person, but may exclude one.
_IS_CONFIDENTIAL = f"greatest({may_be_true_sql('confidential')}, {unclear_sql('deleted')})"
_KEY, _DATE = '"key"', '"date"'  # reserved words in SQL
_CONFIDENTIAL = Lost(
    Topic.CONFIDENTIAL, "which rows are confidential: if such a row was sent, it helps to include its patient"
)
_OF_MEDICINES = {
    "issue_method": Lost(Topic.KIND, "which prescriptions were issued elsewhere, such as in a hospital"),
    "quantity": Lost(Topic.QUANTITY, "how much was prescribed"),
    "duration": Lost(Topic.OTHER, "how many days a prescription lasts"),
}
_OWNED = {"organisation": ORGANISATION, "patient": (*REGISTRATION, *PATIENT_ID), "made": MADE}
# What each row of the older generation says about its patient.
_MARKS = {
    "regular": ("regular_patient_flag",),
    "now_regular": ("regular_and_current_active_flag",),
    "now_other": ("non_regular_and_current_active_flag",),
    "dummy": ("dummy_patient_flag",),
    "sensitive_patient": ("sensitive_patient_flag",),
    "confidential_patient": ("confidential_patient_flag",),
    "out_9nu0": ("opt_out_9nu0_flag",),
    "out_93c1": ("opt_out_93c1_flag",),
}
MARKS = {
    **{word: flag_sql(word) for word in ("regular", "now_regular", "now_other", "out_9nu0", "out_93c1")},
    "dummy": may_be_true_sql("dummy"),
    "restricted": f"greatest({may_be_true_sql('sensitive_patient')}, {may_be_true_sql('confidential_patient')})",
}
_ROW = {
    "org_name": text_sql("organisation"),
    "made": made_sql(),
    "key": key_sql(_KEY),
    "odd_key": text_sql(_KEY),
    "patient": key_sql("patient"),
    "deleted": says_true_sql("deleted"),
    "unclear": unclear_sql("deleted"),
    "odd_concept": f"CAST({identifier_sql('concept')} IS NOT NULL AND {concept_sql('concept')} IS NULL AS TINYINT)",
    "code": identifier_sql("code"),
    "concept": concept_sql("concept"),
}
# Written 28 or 28.00. No course lasts more than ten years.
_DURATION = (
    "CASE WHEN try_cast(duration AS DOUBLE) BETWEEN 1 AND 3660 "
    "THEN CAST(floor(try_cast(duration AS DOUBLE)) AS BIGINT) END"
)
_ELSEWHERE = "lower(trim(issue_method)) LIKE 'outside%'"

OBSERVATION = ExplorerTable(
    ("observation",),
    "explorer_observation",
    {
        "key": ("observation_id", "emis_observation_guid", "exa_observation_guid", "emis_observation_id"),
        **_OWNED,
        "deleted": ("is_deleted",),
        "date": ("effective_datetime", "effective_date"),
        "how_exact": ("effective_datetime_precision", "effective_date_precision"),
        "recorded": ("entered_date", "entered_datetime", "recorded_date"),
        "code": ("code_id", "emis_code_id"),
        "concept": ("snomed_concept_id",),
        "read2": ("readv2_code",),
        "term": ("emis_original_term",),
        "value": ("numeric_value", "numericvalue"),
        "unit": ("numeric_unit", "unit_of_measure", "uom"),
        "encounter": ("consultation_id", "emis_consultation_guid", "exa_consultation_guid"),
        "confidential": ("confidential_flag",),
        **_MARKS,
    },
    ("key", "patient", "date", "code"),
    {
        **_ROW,
        "read2": read2_sql("read2", "read2"),
        "term": text_sql("term"),
        **dated(_DATE),
        "recorded_on": day_sql("recorded"),
        "value": number_sql("value"),
        "unit": text_sql("unit"),
        "encounter": key_sql("encounter"),
        "is_confidential": _IS_CONFIDENTIAL,
        **MARKS,
    },
    dates=("date", "recorded"),
    ids=("code", "concept"),
    defaults={"how_exact": "YMD"},
    losses={
        "how_exact": Lost(Topic.PRECISION, "how precise a date is: a year looks like 1 January"),
        "recorded": RECORDED_ON,
        "confidential": _CONFIDENTIAL,
        "encounter": Lost(Topic.ENCOUNTER, "which observations belong to one consultation"),
        "value": Lost(Topic.VALUE, "what was measured"),
    },
)
_MEDICINE = {
    **_ROW,
    "read2": "CAST(NULL AS VARCHAR)",
    "term": text_sql("term"),
    **dated(_DATE),
    "recorded_on": day_sql("recorded"),
    "encounter": key_sql("encounter"),
    "quantity": number_sql("quantity"),
    "unit": text_sql("unit"),
    "duration_days": _DURATION,
    "kind": f"CASE WHEN {_ELSEWHERE} THEN 'elsewhere' ELSE {kind_sql('kind')} END",
    "is_confidential": _IS_CONFIDENTIAL,
}
ISSUE = ExplorerTable(
    ("medication_issue_record",),
    "explorer_issue",
    {
        "key": ("issue_record_id", "emis_issue_guid"),
        **_OWNED,
        "deleted": ("is_deleted",),
        "cancelled": ("is_cancelled",),
        "date": ("effective_datetime", "effective_date"),
        "how_exact": ("effective_datetime_precision", "effective_date_precision"),
        "recorded": ("entered_date", "entered_datetime", "recorded_date"),
        "code": ("code_id", "emis_code_id"),
        "concept": ("dmd_product_code_id",),
        "term": (),
        "course": ("drug_record_id", "emis_drug_guid"),
        "encounter": ("consultation_id", "emis_consultation_guid"),
        "quantity": ("quantity",),
        "unit": ("quantity_unit", "uom"),
        "duration": ("course_duration_in_days",),
        "kind": ("prescription_type_description",),
        "issue_method": ("issue_method_description",),
        "confidential": ("confidential_flag",),
    },
    ("key", "patient", "date", "code"),
    {**_MEDICINE, "course": key_sql("course"), "dropped": says_true_sql("cancelled")},
    dates=("date", "recorded"),
    ids=("code", "concept"),
    defaults={"how_exact": "YMD"},
    losses={
        "how_exact": Lost(Topic.PRECISION, "how precise the date of an issue is"),
        "cancelled": Lost(Topic.CANCELLED, "which issues were cancelled"),
        **_OF_MEDICINES,
    },
)
MEDICATION = ExplorerTable(
    ("medication",),
    "explorer_issue",
    {
        "key": ("emis_drug_guid", "exa_drug_guid"),
        **_OWNED,
        "deleted": ("is_deleted",),
        "date": ("emis_mostrecent_issue_date", "exa_mostrecent_issue_date"),
        "how_exact": (),  # the file gives the precision of the course's own date only
        "issues": ("number_of_issues",),
        "recorded": ("recorded_date",),
        "code": ("emis_code_id",),
        "concept": ("snomed_concept_id",),
        "term": ("emis_original_term",),
        "encounter": ("emis_encounter_guid",),
        "quantity": ("quantity",),
        "unit": ("uom",),
        "duration": ("duration_in_days",),
        "kind": ("emis_prescription_type",),
        "issue_method": ("emis_issue_method",),
        "confidential": ("confidential_flag",),
        **_MARKS,
    },
    ("key", "patient", "date", "code"),
    {
        **_MEDICINE,
        "course": key_sql(_KEY),
        # A course from which nothing was ever issued. One with issues but no date is kept, with an unknown date.
        "dropped": f"CAST({text_sql(_DATE)} IS NULL AND coalesce({integer_sql('issues')} = 0, false) AS TINYINT)",
        **MARKS,
    },
    dates=("date", "recorded"),
    ids=("code", "concept"),
    defaults={"how_exact": "YMD"},
    losses={
        "confidential": Lost(Topic.CONFIDENTIAL, "which courses are confidential"),
        "kind": Lost(Topic.KIND, "whether a prescription is acute or repeat"),
        **_OF_MEDICINES,
    },
)
DRUG_RECORD = ExplorerTable(
    ("medication_drug_record",),
    "explorer_drug_record",
    {
        "key": ("drug_record_id", "emis_drug_guid"),
        **_OWNED,
        "deleted": ("is_deleted",),
        "code": ("code_id", "emis_code_id"),
        "concept": ("dmd_product_code_id",),
        "kind": ("prescription_type_description",),
    },
    ("key", "patient"),
    {**_ROW, "kind": kind_sql("kind")},
    ids=("code", "concept"),
)
