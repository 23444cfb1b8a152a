"""OMOP: the vocabulary tables, as the database holds them or as Athena supplies them (tabs, no quotes, yyyyMMdd).

A national vocabulary has millions of rows, and an extract uses a few thousand. So `fill_stage` reads those only: its
`where` may refer to the table's own columns and to `omop_wanted`, the numbers of the concepts in use.
"""

from __future__ import annotations

from pipeline.extracts.csv.header import Layout
from pipeline.extracts.omop.table import OmopTable, concept_sql
from pipeline.extracts.sql.expressions import text_sql

CONCEPT = OmopTable(
    "concept",
    "omop_concept",
    Layout(
        ("concept_id", "concept_name", "vocabulary_id", "concept_code"),
        (),
        "concept_id",
        "number",
        ids=("concept_id", "concept_code"),
    ),
    {
        "id": concept_sql("concept_id"),
        "name": text_sql("concept_name"),
        "vocabulary": "lower(trim(vocabulary_id))",
        "code": text_sql("concept_code"),
    },
    is_vocabulary=True,
)
ANCESTOR = OmopTable(
    "concept_ancestor",
    "omop_ancestor",
    Layout(
        ("ancestor_concept_id", "descendant_concept_id", "min_levels_of_separation"),
        (),
        "ancestor_concept_id",
        "number",
    ),
    {
        "child": concept_sql("descendant_concept_id"),
        "parent": concept_sql("ancestor_concept_id"),
        "levels": "try_cast(min_levels_of_separation AS INTEGER)",
    },
    is_vocabulary=True,
)
RELATIONSHIP = OmopTable(
    "concept_relationship",
    "omop_is_a",
    Layout(
        ("concept_id_1", "concept_id_2", "relationship_id"),
        ("invalid_reason",),
        "concept_id_1",
        "number",
    ),
    {"child": concept_sql("concept_id_1"), "parent": concept_sql("concept_id_2")},
    is_vocabulary=True,
)
IS_A = f"trim(relationship_id) = 'Is a' AND {text_sql('invalid_reason')} IS NULL"
