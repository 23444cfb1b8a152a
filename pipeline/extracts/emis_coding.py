"""EMIS Web bulk: the dictionaries of clinical and drug codes, two separate sets of CodeIds."""

from __future__ import annotations

from pipeline.extracts.emis_table import REFERENCE_ROW, EmisTable
from pipeline.extracts.expressions import text_sql
from pipeline.extracts.header import Layout

_READ = "split_part(trim(ReadTermId), '-', 1)"
_SYNONYM = "split_part(trim(ReadTermId), '-', 2)"
# EMIS's own codes are longer than a Read code or begin like this; they are no Read codes and only `local` holds them.
_READ_CODE = f"regexp_full_match({_READ}, '[0-9A-Za-z]{{1,5}}\\.*') AND length({_READ}) <= 5"
_OWN_CODE = f"regexp_matches({_READ}, '^(EMIS|ESCT|FUNDHC|JHCC|RAFME)')"
# How the suffix of a synonym becomes a term code is not published. Read v2 numbers synonyms from 11, so `-1` is taken
# for 11 and two characters for themselves; anything else is the preferred term, 00. The five characters of the code,
# which carry the meaning, do not depend on it.
_TERM_CODE = (
    f"CASE WHEN regexp_full_match({_SYNONYM}, '[1-9]') THEN '1' || {_SYNONYM} "
    f"WHEN regexp_full_match({_SYNONYM}, '[0-9A-Za-z]{{2}}') THEN {_SYNONYM} ELSE '00' END"
)
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
        "read2": f"CASE WHEN {_READ_CODE} AND NOT {_OWN_CODE} THEN rpad({_READ}, 5, '.') || {_TERM_CODE} END",
        "parent": f"nullif({text_sql('ParentCodeId')}, '0')",
    },
    losses={"ParentCodeId": "the hierarchy of codes: a list entry with its children finds only itself"},
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
