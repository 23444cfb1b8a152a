"""EMIS Web bulk: the dictionaries of clinical and drug codes, two separate sets of CodeIds."""

from __future__ import annotations

from pipeline.extracts.emis_read_code import read_code_sql
from pipeline.extracts.emis_table import REFERENCE_ROW, EmisTable
from pipeline.extracts.expressions import text_sql
from pipeline.extracts.header import Layout
from pipeline.extracts.lack import HIERARCHY

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
