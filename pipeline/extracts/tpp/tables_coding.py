"""TPP SystmOne: what it sends about CTV3 codes: their terms, their hierarchy, and the same codes in other systems."""

from __future__ import annotations

from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.tpp.sql import ctv3_sql, link_sql, read2_sql
from pipeline.extracts.tpp.table import REFERENCE_ROW, ColumnGap, TppTable, reference_layout

CTV3 = TppTable(
    "SRCtv3",
    "tpp_ctv3",
    reference_layout(("Ctv3Code",), ("Ctv3Text",)),
    {**REFERENCE_ROW, "ctv3": ctv3_sql("Ctv3Code"), "term": "Ctv3Text"},
    (ColumnGap("Ctv3Text", Lost(Topic.OTHER, "the terms of codes that no row has")),),
    (Lost(Topic.OTHER, "the terms of codes that no row has"),),
    is_reference=True,
)
HIERARCHY = TppTable(
    "SRCtv3Hierarchy",
    "tpp_hierarchy",
    reference_layout(("Ctv3CodeParent", "Ctv3CodeChild")),
    {**REFERENCE_ROW, "parent": ctv3_sql("Ctv3CodeParent"), "child": ctv3_sql("Ctv3CodeChild")},
    without=(Lost(Topic.HIERARCHY, "which codes are below which: a list entry with its children finds only itself"),),
    is_reference=True,
)
TO_SNOMED = TppTable(
    "SRCtv3ToSnomed",
    "tpp_to_snomed",
    reference_layout(("Ctv3Code", "SnomedCode"), (), ("SnomedCode",)),
    {**REFERENCE_ROW, "ctv3": ctv3_sql("Ctv3Code"), "snomed": link_sql("SnomedCode")},
    without=(Lost(Topic.CODES, "the SNOMED codes of rows that have only a CTV3 code"),),
    is_reference=True,
)
TO_READ2 = TppTable(
    "SRCtv3ToVersion2",
    "tpp_to_read2",
    reference_layout(("Ctv3Code", "Version2Code")),
    {**REFERENCE_ROW, "ctv3": ctv3_sql("Ctv3Code"), "read2": read2_sql("Version2Code")},
    without=(Lost(Topic.CODES, "the Read v2 codes of rows: a list of Read v2 codes finds nothing"),),
    is_reference=True,
)
