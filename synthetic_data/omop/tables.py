"""The files of an OMOP CDM 5.4 database as CSV, its vocabulary as Athena gives it, and how rows are appended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthetic_data.files import open_private

_WHERE = "provider_id visit_occurrence_id visit_detail_id"

# gp-extract-formats.md section 4, and the model's own field list for the tables that are not in it.
_COLUMNS = {
    "cdm_source": """cdm_source_name cdm_source_abbreviation cdm_holder source_description
        source_documentation_reference cdm_etl_reference source_release_date cdm_release_date cdm_version
        cdm_version_concept_id vocabulary_version""",
    "care_site": """care_site_id care_site_name place_of_service_concept_id location_id care_site_source_value
        place_of_service_source_value""",
    "person": """person_id gender_concept_id year_of_birth month_of_birth day_of_birth birth_datetime race_concept_id
        ethnicity_concept_id location_id provider_id care_site_id person_source_value gender_source_value
        gender_source_concept_id race_source_value race_source_concept_id ethnicity_source_value
        ethnicity_source_concept_id""",
    "observation_period": """observation_period_id person_id observation_period_start_date
        observation_period_end_date period_type_concept_id""",
    "death": """person_id death_date death_datetime death_type_concept_id cause_concept_id cause_source_value
        cause_source_concept_id""",
    "visit_occurrence": """visit_occurrence_id person_id visit_concept_id visit_start_date visit_start_datetime
        visit_end_date visit_end_datetime visit_type_concept_id provider_id care_site_id visit_source_value
        visit_source_concept_id admitted_from_concept_id admitted_from_source_value discharged_to_concept_id
        discharged_to_source_value preceding_visit_occurrence_id""",
    "condition_occurrence": f"""condition_occurrence_id person_id condition_concept_id condition_start_date
        condition_start_datetime condition_end_date condition_end_datetime condition_type_concept_id
        condition_status_concept_id stop_reason {_WHERE} condition_source_value condition_source_concept_id
        condition_status_source_value""",
    "observation": f"""observation_id person_id observation_concept_id observation_date observation_datetime
        observation_type_concept_id value_as_number value_as_string value_as_concept_id qualifier_concept_id
        unit_concept_id {_WHERE} observation_source_value observation_source_concept_id unit_source_value
        qualifier_source_value value_source_value observation_event_id obs_event_field_concept_id""",
    "measurement": f"""measurement_id person_id measurement_concept_id measurement_date measurement_datetime
        measurement_time measurement_type_concept_id operator_concept_id value_as_number value_as_concept_id
        unit_concept_id range_low range_high {_WHERE} measurement_source_value measurement_source_concept_id
        unit_source_value unit_source_concept_id value_source_value measurement_event_id
        meas_event_field_concept_id""",
    "procedure_occurrence": f"""procedure_occurrence_id person_id procedure_concept_id procedure_date
        procedure_datetime procedure_end_date procedure_end_datetime procedure_type_concept_id modifier_concept_id
        quantity {_WHERE} procedure_source_value procedure_source_concept_id modifier_source_value""",
    "drug_exposure": f"""drug_exposure_id person_id drug_concept_id drug_exposure_start_date
        drug_exposure_start_datetime drug_exposure_end_date drug_exposure_end_datetime verbatim_end_date
        drug_type_concept_id stop_reason refills quantity days_supply sig route_concept_id lot_number {_WHERE}
        drug_source_value drug_source_concept_id route_source_value dose_unit_source_value""",
}
_VOCABULARY = {
    "concept": """concept_id concept_name domain_id vocabulary_id concept_class_id standard_concept concept_code
        valid_start_date valid_end_date invalid_reason""",
    "concept_relationship": """concept_id_1 concept_id_2 relationship_id valid_start_date valid_end_date
        invalid_reason""",
    "concept_ancestor": """ancestor_concept_id descendant_concept_id min_levels_of_separation
        max_levels_of_separation""",
}
HEADERS = {name: tuple(columns.split()) for name, columns in (_COLUMNS | _VOCABULARY).items()}

Columns = Mapping[str, pl.Series | pl.Expr]


@dataclass(frozen=True)
class Database:
    """A folder of files: comma for the model's tables, tab and no quoting for the vocabulary's."""

    folder: Path

    def path(self, table: str) -> Path:
        name = table.upper() if table in _VOCABULARY else table
        return self.folder / f"{name}.csv"

    def add(self, table: str, columns: Columns) -> None:
        """Append rows to the table's file; a column not given is empty."""
        unknown = columns.keys() - set(HEADERS[table])
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        empty = pl.lit(None, pl.String)
        rows = pl.select(*(columns.get(name, empty).alias(name) for name in HEADERS[table]))
        with self.path(table).open("ab") as file:
            if table in _VOCABULARY:
                rows.write_csv(file, include_header=False, separator="\t", quote_style="never", date_format="%Y%m%d")
            else:
                rows.write_csv(file, include_header=False, quote_style="necessary")


def start_database(folder: Path) -> Database:
    """Start every table's file with its header only, readable only by its owner."""
    database = Database(folder)
    for table, header in HEADERS.items():
        with open_private(database.path(table)) as file:
            file.write(("\t" if table in _VOCABULARY else ",").join(header).encode() + b"\n")
    return database
