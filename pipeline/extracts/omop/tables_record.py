"""OMOP: the tables of clinical rows, and the exposures to drugs.

The domain of the standard concept decides which table a row is in, so one code list may find rows in several.
Free text (`value_as_string`, `sig`) is never loaded.
"""

from __future__ import annotations

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.omop.table import (
    OmopTable,
    concept_sql,
    day_sql,
    id_sql,
    integer_sql,
    key_sql,
    unreadable_sql,
)
from pipeline.extracts.sql.expressions import number_sql, text_sql

EVENT_STAGE, DRUG_STAGE = "omop_event", "omop_drug"
_NOTHING = "CAST(NULL AS VARCHAR)"


def _codes(stem: str, date: str, row_id: str, kind: int) -> dict[str, str]:
    """The staging columns that all these tables share. `person` and `key` identify a row."""
    return {
        "key": key_sql(row_id, kind),
        "row_id": id_sql(row_id),
        "person": key_sql("person_id"),
        "concept": concept_sql(f"{stem}_concept_id"),
        "source_concept": concept_sql(f"{stem}_source_concept_id"),
        "source_value": text_sql(f"{stem}_source_value"),
        "date": day_sql(date),
        "is_undated": unreadable_sql(date),
        "visit": key_sql("visit_occurrence_id"),
    }


def _layout(stem: str, date: str, row_id: str, optional: tuple[str, ...]) -> Layout:
    source = (f"{stem}_source_value", f"{stem}_source_concept_id", "visit_occurrence_id")
    needed = (row_id, "person_id", f"{stem}_concept_id", date)
    # A source value that is a long number may have been rounded; a Read code is not a number, so it passes.
    ids = (row_id, "person_id", f"{stem}_source_value", "visit_occurrence_id")
    return Layout(needed, (*source, *optional), row_id, "number", (date,), ids)


def _losses(stem: str) -> dict[str, Lost]:
    source_value = Lost(Topic.CODES, "the recorded code, unless a source concept gives it")
    source_concept = Lost(Topic.CODES, "the recorded code, unless the source value gives it")
    return {
        f"{stem}_source_value": source_value,
        f"{stem}_source_concept_id": source_concept,
        "visit_occurrence_id": Lost(Topic.ENCOUNTER, "which rows belong to one consultation"),
    }


_VALUED = {"value_as_number": Lost(Topic.VALUE, "what was measured")}


def _event_table(name: str, stem: str, date: str, row_id: str, kind: int, without: str, is_valued: bool) -> OmopTable:
    valued = ("value_as_number", "unit_concept_id", "unit_source_value") if is_valued else ()
    return OmopTable(
        name,
        EVENT_STAGE,
        _layout(stem, date, row_id, valued),
        {
            **_codes(stem, date, row_id, kind),
            "value": number_sql("value_as_number") if is_valued else "CAST(NULL AS DOUBLE)",
            "unit": text_sql("unit_source_value") if is_valued else _NOTHING,
            "unit_concept": concept_sql("unit_concept_id") if is_valued else "CAST(NULL AS BIGINT)",
        },
        without=(Lost(Topic.EVENTS, without),),
        losses=_losses(stem) | (_VALUED if is_valued else {}),
        row_id=row_id,
    )


CONDITION = _event_table(
    "condition_occurrence",
    "condition",
    "condition_start_date",
    "condition_occurrence_id",
    1,
    "any diagnosis or symptom filed there",
    is_valued=False,
)
OBSERVATION = _event_table(
    "observation",
    "observation",
    "observation_date",
    "observation_id",
    2,
    "anything filed there: mostly fit notes, employment and dissent",
    is_valued=True,
)
MEASUREMENT = _event_table(
    "measurement",
    "measurement",
    "measurement_date",
    "measurement_id",
    3,
    "any test or score filed there",
    is_valued=True,
)
PROCEDURE = _event_table(
    "procedure_occurrence",
    "procedure",
    "procedure_date",
    "procedure_occurrence_id",
    4,
    "any referral, review or procedure filed there",
    is_valued=False,
)
EVENT_TABLES = (CONDITION, OBSERVATION, MEASUREMENT, PROCEDURE)

_START, _END = "drug_exposure_start_date", "drug_exposure_end_date"
_SUPPLY = number_sql("days_supply")
DRUG = OmopTable(
    "drug_exposure",
    DRUG_STAGE,
    _layout("drug", _START, "drug_exposure_id", (_END, "quantity", "days_supply", "dose_unit_source_value")),
    {
        **_codes("drug", _START, "drug_exposure_id", 5),
        "quantity": number_sql("quantity"),
        "unit": text_sql("dose_unit_source_value"),
        # The CDM requires an end on the first day if no length is known. No course lasts more than ten years.
        "duration_days": f"CASE WHEN {_SUPPLY} BETWEEN 1 AND 3660 THEN CAST(floor({_SUPPLY}) AS BIGINT) "
        f"WHEN {integer_sql('days_supply')} IS NULL AND ({day_sql(_END)}) - ({day_sql(_START)}) BETWEEN 1 AND 3659 "
        f"THEN ({day_sql(_END)}) - ({day_sql(_START)}) + 1 END",
    },
    without=(Lost(Topic.PRESCRIPTIONS, "any prescription"),),
    losses=_losses("drug") | {"quantity": Lost(Topic.QUANTITY, "how much was prescribed")},
    row_id="drug_exposure_id",
)
