"""EMIS Web bulk: the dictionaries of clinical and drug codes, two separate sets of CodeIds."""

from __future__ import annotations

import duckdb

from pipeline.extracts.csv.damage import check_staged_ids
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.emis.table import REFERENCE_ROW, EmisTable
from pipeline.extracts.gaps import HIERARCHY
from pipeline.extracts.sql.expressions import text_sql
from pipeline.extracts.sql.read2 import read_code_sql

CLINICAL_CODE = EmisTable(
    "Coding_ClinicalCode",
    "emis_clinical_code",
    Layout(
        ("CodeId", "Term", "ReadTermId", "SnomedCTConceptId"),
        ("ParentCodeId", "ProcessingId"),
        "CodeId",
        "number",
        (),
        ("CodeId", "SnomedCTConceptId"),
    ),
    {
        **REFERENCE_ROW,
        "key": text_sql("CodeId"),
        "term": text_sql("Term"),
        "snomed": "nullif(nullif(trim(SnomedCTConceptId), ''), '0')",
        "read2": read_code_sql("ReadTermId"),
        "parent": f"nullif({text_sql('ParentCodeId')}, '0')",
    },
    losses={"ParentCodeId": HIERARCHY},
)
DRUG_CODE = EmisTable(
    "Coding_DrugCode",
    "emis_drug_code",
    Layout(
        ("CodeId", "Term", "DmdProductCodeId"),
        ("ProcessingId",),
        "CodeId",
        "number",
        (),
        ("CodeId", "DmdProductCodeId"),
    ),
    {
        **REFERENCE_ROW,
        "key": text_sql("CodeId"),
        "term": text_sql("Term"),
        "dmd": "nullif(nullif(trim(DmdProductCodeId), ''), '0')",
    },
)


_CHECKED = {CLINICAL_CODE.name: {"CodeId": "key", "SnomedCTConceptId": "snomed"}} | {
    DRUG_CODE.name: {"CodeId": "key", "DmdProductCodeId": "dmd"}
}


def check_dictionary(con: duckdb.DuckDBPyConnection, table: EmisTable, file: str) -> None:
    """Raises ExtractError where the long ids of a dictionary fail their check digits."""
    for column, staged in _CHECKED[table.name].items():
        check_staged_ids(con, table.stage, staged, file, column)
