"""The files of an EMIS-X Explorer export: columns of each generation, and how a table is appended to its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools
from synthetic_data.files import open_private
from synthetic_data.population.catalogue import CODES
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.rows import NO_DAY, NOBODY, Rows

_STAMPS = "organisation transform_datetime model_updated_datetime"
_QUANTITY = "quantity quantity_multiplicand quantity_multiplier quantity_multiplier_uom quantity_representation"
# In the order of the public schema of the current models.
CURRENT = {
    "patient": f"""is_deleted patient_id nhs_number date_of_birth date_of_death sex age has_carer
        middle_level_super_output_area imd_rounded index_of_multiple_deprivation_decile residential_institute_code
        registration_start_datetime registration_end_datetime preferred_language_code_id sexual_orientation_code_id
        ethnicity_code_id is_active has_died is_consent_93c1 is_national_data_opted_in {_STAMPS}""",
    "observation": f"""is_deleted observation_id problem_is_deleted effective_datetime patient_id code_id
        consultation_source_code_id snomed_concept_id numeric_operator numeric_value numeric_unit ucum_code
        unit_of_measure range_minimum range_maximum episodicity consultation_section_id consultation_id
        observation_type_description is_parent parent_observation_id problem_observation_id is_problem is_referral
        {_STAMPS}""",
    "medication_issue_record": f"""is_deleted issue_record_id drug_record_id consultation_id patient_id is_cancelled
        code_id consultation_source_code_id dosage course_duration_in_days effective_datetime issue_method_description
        prescription_type_description estimated_nhs_cost is_prescribed_as_contraceptive is_privately_prescribed
        {_QUANTITY} review_date local_mixture_name cancellation_datetime quantity_unit dmd_product_code_id {_STAMPS}""",
    "medication_drug_record": f"""is_deleted drug_record_id authorised_course_datetime first_issue_datetime code_id
        dosage course_duration_in_days effective_datetime most_recent_issue_datetime prescription_type_description
        number_of_issues_authorised issued_count patient_id is_privately_prescribed {_QUANTITY} cancellation_datetime
        quantity_unit dmd_product_code_id {_STAMPS}""",
    "clinical_code": """is_deleted code_id parent_code_id organisation term read_term_id readv2_code snomed_concept_id
        snomed_description_id national_code_category national_code national_description
        emis_code_category_description transform_datetime model_updated_datetime""",
    "drug_code": """is_deleted code_id old_code term dmd_product_code_id organisation transform_datetime
        model_updated_datetime""",
}
_FLAGS = """non_regular_and_current_active_flag opt_out_93c1_flag opt_out_9nd19nu09nu4_flag opt_out_9nd19nu0_flag
    opt_out_9nu0_flag"""
_REGULAR = "regular_and_current_active_flag regular_current_active_and_inactive_flag regular_patient_flag"
OLDER = {
    "patient": "age postcode patient_surname patient_givenname date_of_birth date_of_death registration_guid "
    "patient_id gender",
    "observation": f"""emis_code_id comparator confidential_flag confidential_patient_flag document_guid
        dummy_patient_flag effective_date effective_date_precision emis_observation_guid observation_type
        {_FLAGS} range_lower range_upper readv2_code recorded_date registration_guid {_REGULAR} emis_original_term
        sensitive_flag sensitive_patient_flag snomed_concept_id snomed_description_id uom numericvalue""",
    "medication": f"""emis_drug_guid emis_code_id confidential_flag confidential_patient_flag dose dummy_patient_flag
        duration_in_days effective_date effective_date_precision emis_issue_method emis_mostrecent_issue_date
        emis_prescription_type emis_registration_organisation_guid end_date {_FLAGS} number_authorised number_of_issues
        quantity recorded_date registration_guid {_REGULAR} emis_original_term sensitive_flag sensitive_patient_flag
        snomed_concept_id cancellation_date uom""",
    "clinical_codes": "refset_simple_id parent_code_id code_id snomed_concept_id emis_term",
}
PART_ROWS = 5_000_000
_TYPE_1 = np.array([code.topic == "type-1-dissent" for code in CODES] + [False])
_DISSENT = np.array([code.role == "dissent" for code in CODES] + [False])


@dataclass
class Parts:
    """A table's files: `observation.csv`, `observation_2.csv` ..., the header in the first alone."""

    folder: Path
    table: str
    names: tuple[str, ...]
    part_rows: int = PART_ROWS
    written: int = 0  # rows, over all parts
    opened: list[Path] = field(default_factory=list)

    def add(self, columns: Mapping[str, pl.Series | pl.Expr]) -> None:
        """Append rows; a column not given is empty."""
        unknown = columns.keys() - {*self.names}
        if unknown:
            raise KeyError(f"{self.table} has no column {', '.join(sorted(unknown))}")
        empty = pl.lit(None, pl.String)
        rows = pl.select(*(columns.get(name, empty).alias(name) for name in self.names))
        while len(rows):
            room = self.part_rows - self.written % self.part_rows
            self._append(rows.head(room))
            rows = rows.slice(room)

    def _append(self, rows: pl.DataFrame) -> None:
        if self.written % self.part_rows == 0 and len(self.opened) * self.part_rows == self.written:
            self.open_next()
        with self.opened[-1].open("ab") as file:
            rows.write_csv(file, include_header=False, quote_style="necessary")
        self.written += len(rows)

    def open_next(self) -> None:
        number = len(self.opened) + 1
        self.opened.append(self.folder / (f"{self.table}_{number}.csv" if number > 1 else f"{self.table}.csv"))
        with open_private(self.opened[-1]) as file:
            if number == 1:
                file.write(",".join(self.names).encode() + b"\n")


def start_parts(folder: Path, columns: dict[str, str], part_rows: int) -> dict[str, Parts]:
    """Start every table's first file with its header; folder and files are readable only by their owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = {table: Parts(folder, table, tuple(names.split()), part_rows) for table, names in columns.items()}
    for parts in tables.values():
        parts.open_next()
    return tables


def patient_keys(chunk: Chunk) -> pl.Series:
    """32 hexadecimal digits for each registration, then for the missing patient.

    MD5 of the practice's ODS code, a colon and the GUID in truth.csv, so that each can be found there.
    """
    pairs = zip(chunk.practices.ods.gather(chunk.keys.practice), chunk.keys.patient, strict=True)
    return pl.Series([hashlib.md5(f"{ods}:{guid}".encode(), usedforsecurity=False).hexdigest() for ods, guid in pairs])


def of_patient(values: pl.Series, rows: Rows) -> pl.Series:
    """A value for each row's patient; the last of `values` is for the missing patient."""
    return values.gather(np.where(rows.who == NOBODY, len(values) - 1, rows.who))


def bare(guid: pl.Series) -> pl.Series:
    """A GUID in lower case without braces."""
    return guid.str.strip_chars("{}").str.to_lowercase()


def read_seven(read: str) -> str | None:
    """A Read code as EMIS writes it, in seven characters; nothing for EMIS's own codes."""
    code, _, synonym = read.partition("-")
    return f"{code:.<5}{'1' + synonym if synonym else '00'}" if code and not code.startswith("EMIS") else None


def find_objectors(chunk: Chunk) -> Bools:
    """Registrations whose newest row about secondary use is a dissent; undated is oldest, and a tie is a dissent."""
    events, count = chunk.events, len(chunk.registrations)
    rows = events.take(_TYPE_1[events.code] & ~events.deleted & (events.who != NOBODY))
    rows = rows.take(rows.day <= chunk.extract_date.toordinal())
    order = np.lexsort((_DISSENT[rows.code], np.where(rows.day == NO_DAY, 0, rows.day), rows.who))
    objects = np.zeros(count, bool)
    objects[rows.who[order]] = _DISSENT[rows.code[order]]  # the last row of each registration stays
    return objects


def flags(values: Bools) -> pl.Series:
    """true and false."""
    return pl.Series(["false", "true"]).gather(values.astype(np.int64))


def pseudonym(number: int) -> str:
    """A stand-in for the supplier's pseudonym of an NHS number."""
    return hashlib.md5(f"nhs {number}".encode(), usedforsecurity=False).hexdigest().upper()
