"""CPRD Aurum: patients, practices, observations and issues."""

from __future__ import annotations

from pipeline.extracts.aurum.sql import fault_sql, happened_sql, whole_sql
from pipeline.extracts.aurum.table import AurumTable
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import RECORDED_ON, Lost, Topic
from pipeline.extracts.sql.expressions import day_sql, end_day_sql, number_sql, unreadable_sql
from pipeline.extracts.sql.keys import number_key_sql, owned_key_sql

_YEAR = f"CASE WHEN {whole_sql('yob')} BETWEEN 1850 AND 9998 THEN {whole_sql('yob')} END"
_MONTH = f"CASE WHEN {whole_sql('mob')} BETWEEN 1 AND 12 THEN {whole_sql('mob')} END"
_BORN = f"date_diff('day', DATE '0001-01-01', make_date({_YEAR}, coalesce({_MONTH}, 1), 1)) + 1"
_SEXES = "CASE trim(gender) WHEN '1' THEN 'M' WHEN '2' THEN 'F' WHEN '3' THEN 'I' WHEN '4' THEN 'U' END"
_PATIENT_DATES = ("emis_ddate", "cprd_ddate", "regstartdate", "regenddate")
# CPRD's own estimate of the date of death, else the practice's: a death in either counts.
_DEATH = "coalesce(cprd_ddate, emis_ddate)"

PATIENT = AurumTable(
    "Patient",
    "aurum_patient",
    Layout(
        ("patid", "pracid", "gender", "yob", "regstartdate", "regenddate", "patienttypeid"),
        ("mob", "emis_ddate", "cprd_ddate", "acceptable"),
        "patid",
        "number",
        ids=("patid",),
    ),
    {
        "org": number_key_sql("pracid"),
        "key": number_key_sql("patid"),
        "patient_id": "patid",
        "practice": "pracid",
        "date_of_birth": f"CAST({_BORN} AS INTEGER)",
        "birth_precision": f"CASE WHEN {_YEAR} IS NULL THEN 'unknown' WHEN {_MONTH} IS NULL THEN 'year' "
        "ELSE 'month' END",
        "sex": _SEXES,
        "date_of_death": end_day_sql(_DEATH, _BORN),
        "registered_from": day_sql("regstartdate"),
        "registered_to": end_day_sql("regenddate", day_sql("regstartdate")),
        "type_id": whole_sql("patienttypeid"),
        "acceptable": f"CAST({whole_sql('acceptable')} IS DISTINCT FROM 0 AS TINYINT)",
        "dated": "regstartdate IS NOT NULL",
        "date_fault": fault_sql("regstartdate"),
        "date_faults": " + ".join(f"CAST({unreadable_sql(column)} AS INTEGER)" for column in _PATIENT_DATES),
    },
    _PATIENT_DATES,
    losses={
        "mob": Lost(Topic.BIRTH_DAY, "the month in which a child was born"),
        "cprd_ddate": Lost(Topic.OTHER, "CPRD's own estimate of the date of death (the practice's date is used)"),
        "acceptable": Lost(Topic.OTHER, "whose record fails CPRD's quality checks: everyone is kept"),
    },
)
PRACTICE = AurumTable(
    "Practice",
    "aurum_practice",
    Layout(("pracid", "lcd"), (), "pracid", "number"),
    {"key": number_key_sql("pracid"), "practice": "pracid", "lcd": day_sql("lcd")},
    ("lcd",),
    without=(Lost(Topic.OTHER, "when a practice's records were collected"),),
)
_ENTERED = {"enterdate": RECORDED_ON}
_PRACTICE_OF = "coalesce(pracid, CASE WHEN length(patid) > 5 THEN right(patid, 5) END)"


def _row(key: str, day: str, code: str) -> dict[str, str]:
    """The columns that observations and issues share. `org` is used only if the patient's own practice is not known."""
    return {
        "org": number_key_sql(_PRACTICE_OF),
        "patient": number_key_sql("patid"),
        "key": owned_key_sql("patid", key),
        "odd_key": key,
        "code": code,
        "date": happened_sql(day),
        "date_precision": f"CASE WHEN {happened_sql(day)} IS NULL THEN 'unknown' ELSE 'day' END",
        "dated": f"{day} IS NOT NULL",
        "date_fault": fault_sql(day),
        "recorded_on": happened_sql("enterdate"),
    }


OBSERVATION = AurumTable(
    "Observation",
    "aurum_observation",
    Layout(
        ("patid", "obsid", "obsdate", "medcodeid"),
        ("pracid", "enterdate", "consid", "value", "numunitid"),
        "patid",
        "number",
        ids=("patid", "obsid", "medcodeid"),
    ),
    {
        **_row("obsid", "obsdate", "medcodeid"),
        "encounter": owned_key_sql("patid", "consid"),
        "value": number_sql("value"),
        "unit_id": whole_sql("numunitid"),
    },
    ("obsdate", "enterdate"),
    losses=_ENTERED
    | {
        "consid": Lost(Topic.ENCOUNTER, "which observations belong to one consultation"),
        "value": Lost(Topic.VALUE, "what was measured"),
        "numunitid": Lost(Topic.UNIT, "the unit of a value"),
    },
)
ISSUE = AurumTable(
    "DrugIssue",
    "aurum_issue",
    Layout(
        ("patid", "issueid", "issuedate", "prodcodeid"),
        ("pracid", "drugrecid", "enterdate", "quantity", "quantunitid", "duration"),
        "patid",
        "number",
        ids=("patid", "issueid", "prodcodeid"),
    ),
    {
        **_row("issueid", "issuedate", "prodcodeid"),
        "course": owned_key_sql("patid", "drugrecid"),
        "quantity": number_sql("quantity"),
        "unit_id": whole_sql("quantunitid"),
        # No course lasts more than ten years; 0 means that no length was recorded.
        "duration_days": "CASE WHEN try_cast(duration AS DOUBLE) BETWEEN 1 AND 3660 "
        "THEN CAST(floor(try_cast(duration AS DOUBLE)) AS BIGINT) END",
    },
    ("issuedate", "enterdate"),
    losses=_ENTERED
    | {
        "drugrecid": Lost(Topic.OTHER, "which issues belong to one course"),
        "quantity": Lost(Topic.QUANTITY, "how much was prescribed"),
        "quantunitid": Lost(Topic.UNIT, "the unit of a quantity"),
        "duration": Lost(Topic.OTHER, "how many days a prescription lasts"),
    },
)
