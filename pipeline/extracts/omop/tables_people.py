"""OMOP: persons, their observation periods and deaths, care sites, and what the database says about itself."""

from __future__ import annotations

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.omop.table import OmopTable, day_sql, ended_sql, id_sql, integer_sql, key_sql, unreadable_sql
from pipeline.extracts.sql.expressions import text_sql

_YEAR, _MONTH, _DAY = (integer_sql(f"{part}_of_birth") for part in ("year", "month", "day"))

PERSON = OmopTable(
    "person",
    "omop_person",
    Layout(
        ("person_id", "gender_concept_id", "year_of_birth"),
        ("month_of_birth", "day_of_birth", "care_site_id", "person_source_value", "gender_source_value"),
        "person_id",
        "number",
        ids=("person_id", "care_site_id", "person_source_value"),
    ),
    {
        "key": key_sql("person_id"),
        "person_id": id_sql("person_id"),
        "site": id_sql("care_site_id"),
        # birth_datetime is not used: if the day or month is not known, it holds an invented one.
        "year": f"CASE WHEN {_YEAR} BETWEEN 1 AND 9999 THEN {_YEAR} END",
        "month": f"CASE WHEN {_MONTH} BETWEEN 1 AND 12 THEN {_MONTH} END",
        "day": f"CASE WHEN {_DAY} BETWEEN 1 AND 31 THEN {_DAY} END",
        "gender": integer_sql("gender_concept_id"),
        "gender_text": f"upper({text_sql('gender_source_value')})",
        "source_value": text_sql("person_source_value"),
        "is_doubted": "CAST(0 AS TINYINT)",  # 1 where rows of one person_id describe different people
    },
    losses={
        "month_of_birth": Lost(Topic.BIRTH_DAY, "in which month people were born"),
        "day_of_birth": Lost(Topic.BIRTH_DAY, "on which day of the month people were born"),
        "care_site_id": Lost(Topic.OTHER, "which practice people belong to"),
        "person_source_value": Lost(Topic.NAME, "the number that its makers use to find a patient"),
    },
)
PERIOD = OmopTable(
    "observation_period",
    "omop_period",
    Layout(
        ("person_id", "observation_period_start_date", "observation_period_end_date"),
        (),
        "person_id",
        "number",
        ("observation_period_start_date", "observation_period_end_date"),
        ("person_id",),
    ),
    {
        "key": key_sql("person_id"),
        "first": day_sql("observation_period_start_date"),
        "last": ended_sql("observation_period_end_date", day_sql("observation_period_start_date")),
        "faults": " + ".join(
            f"CAST({unreadable_sql(f'observation_period_{end}_date')} AS INTEGER)" for end in ("start", "end")
        ),
    },
)
DEATH = OmopTable(
    "death",
    "omop_death",
    Layout(("person_id", "death_date"), (), "person_id", "number", ("death_date",), ("person_id",)),
    {
        "key": key_sql("person_id"),
        # A row means that the person died, whatever its date.
        "died": f"coalesce({day_sql('death_date')}, 1)",
        "faults": f"CAST(({day_sql('death_date')}) IS NULL AS INTEGER)",
    },
    without=(Lost(Topic.DEATH, "who has died"),),
)
CARE_SITE = OmopTable(
    "care_site",
    "omop_site",
    Layout(
        ("care_site_id",),
        ("care_site_name", "care_site_source_value"),
        "care_site_id",
        "number",
        ids=("care_site_id",),
    ),
    {
        "key": key_sql("care_site_id"),
        "site": id_sql("care_site_id"),
        "name": text_sql("care_site_name"),
        "source_value": text_sql("care_site_source_value"),
    },
    without=(Lost(Topic.OTHER, "what the practices are called"),),
    losses={"care_site_source_value": Lost(Topic.OTHER, "the codes of the practices")},
)
SOURCE = OmopTable(
    "cdm_source",
    "omop_source",
    Layout(
        ("cdm_source_name",),
        ("source_release_date", "cdm_release_date", "cdm_version"),
        "cdm_source_name",
        "any",
        ("source_release_date", "cdm_release_date"),
    ),
    {
        "key": key_sql("cdm_source_name"),
        "released": f"coalesce({day_sql('source_release_date')}, {day_sql('cdm_release_date')})",
        "version": text_sql("cdm_version"),
    },
    without=(
        Lost(
            Topic.OTHER,
            "when its records were taken: the newest day of any observation period is used instead",
        ),
    ),
)
