"""EMIS-X Explorer: the dictionaries of clinical codes and of products."""

from __future__ import annotations

from pipeline.extracts.explorer.sql import concept_sql, identifier_sql, read2_sql
from pipeline.extracts.explorer.table import ExplorerTable
from pipeline.extracts.gaps import HIERARCHY
from pipeline.extracts.sql.expressions import says_true_sql, text_sql

_KEY = '"key"'  # a reserved word in SQL

CLINICAL_CODE = ExplorerTable(
    ("clinical_code", "clinical_codes"),
    "explorer_clinical_code",
    {
        "key": ("code_id",),
        "deleted": ("is_deleted",),
        "concept": ("snomed_concept_id",),
        "read2": ("readv2_code",),
        "read_term": ("read_term_id",),
        "term": ("term", "emis_term"),
        "parent": ("parent_code_id",),
    },
    ("key", "concept", "term"),
    {
        "key": text_sql(_KEY),
        "deleted": says_true_sql("deleted"),
        "concept": concept_sql("concept"),
        "read2": read2_sql("read2", "read_term"),
        "term": text_sql("term"),
        "parent": identifier_sql("parent"),
    },
    ids=("key", "concept"),
    losses={"parent": HIERARCHY},
    without=(HIERARCHY,),
)
DRUG_CODE = ExplorerTable(
    ("drug_code",),
    "explorer_drug_code",
    {
        "key": ("code_id",),
        "deleted": ("is_deleted",),
        "concept": ("dmd_product_code_id",),
        "term": ("term",),
    },
    ("key", "concept", "term"),
    {
        "key": text_sql(_KEY),
        "deleted": says_true_sql("deleted"),
        "concept": concept_sql("concept"),
        "read2": "CAST(NULL AS VARCHAR)",
        "term": text_sql("term"),
        "parent": "CAST(NULL AS VARCHAR)",
    },
    ids=("key", "concept"),
)
