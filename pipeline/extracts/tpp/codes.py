"""The codes of a TPP delivery: a node for each CTV3 code, and a code for each pair of codes that rows have.

A row has a CTV3 code and usually a SNOMED code. A CTV3 code does not always go with the same SNOMED code, so each pair
is a separate code, below the node of its CTV3 code. A row without a SNOMED code has the node itself.
"""

from __future__ import annotations

import duckdb

from pipeline.extracts.tpp.manifest import Manifest
from pipeline.extracts.tpp.tables_coding import CTV3, TO_READ2, TO_SNOMED

CLINICAL, DRUG = 0, 1  # two dictionaries
CODE_KEY = "CASE WHEN {0}.snomed IS NULL THEN {0}.ctv3 ELSE coalesce({0}.ctv3, '') || '|' || {0}.snomed END"
DRUG_KEY = (
    "CASE WHEN coalesce({0}.dmd, {0}.product, {0}.name) IS NOT NULL THEN coalesce({0}.dmd, '') || '|' || "
    "coalesce({0}.product, '') || '|' || coalesce({0}.name, '') END"
)
# The code that a CTV3 code has in another system is used only if there is just one. For Read v2, the first five
# characters carry the meaning.
_NODES = f"""
    CREATE OR REPLACE TEMP TABLE tpp_node AS
    WITH every AS (
        SELECT ctv3 FROM {CTV3.stage} WHERE deleted = 0 UNION SELECT ctv3 FROM tpp_code WHERE deleted = 0
        UNION SELECT parent FROM tpp_hierarchy WHERE deleted = 0 UNION SELECT child FROM tpp_hierarchy WHERE deleted = 0
        UNION SELECT ctv3 FROM {TO_SNOMED.stage} WHERE deleted = 0
        UNION SELECT ctv3 FROM {TO_READ2.stage} WHERE deleted = 0
    ),
    words AS (SELECT ctv3, min(term) AS term FROM {CTV3.stage} WHERE deleted = 0 GROUP BY ctv3),
    said AS (SELECT ctv3, min(ctv3_text) AS term FROM tpp_code WHERE deleted = 0 GROUP BY ctv3),
    concepts AS (
        SELECT ctv3, min(snomed) AS snomed FROM {TO_SNOMED.stage} WHERE deleted = 0
        GROUP BY ctv3 HAVING count(DISTINCT snomed) = 1
    ),
    reads AS (
        SELECT ctv3, min(read2) AS read2 FROM {TO_READ2.stage} WHERE deleted = 0
        GROUP BY ctv3 HAVING count(DISTINCT left(read2, 5)) = 1
    )
    SELECT e.ctv3, coalesce(w.term, s.term) AS term, c.snomed, r.read2 FROM every e LEFT JOIN words w USING (ctv3)
    LEFT JOIN said s USING (ctv3) LEFT JOIN concepts c USING (ctv3) LEFT JOIN reads r USING (ctv3)
    WHERE e.ctv3 IS NOT NULL
"""
_PAIRS = f"""
    CREATE OR REPLACE TEMP TABLE tpp_pair AS SELECT {CODE_KEY.format("p")} AS code_key, p.ctv3, p.snomed, n.read2,
        coalesce(n.term, p.term) AS term
    FROM (
        SELECT ctv3, snomed, min(snomed_text) AS term FROM tpp_code WHERE deleted = 0 AND snomed IS NOT NULL
        GROUP BY ctv3, snomed
    ) p LEFT JOIN tpp_node n USING (ctv3)
"""


def gather_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Make `tpp_node` and `tpp_pair`."""
    con.execute(_NODES)
    con.execute(_PAIRS)


def is_in_passing(manifest: Manifest | None, is_changes: bool) -> bool:
    """Whether the delivery has only some of what is known about codes, so that what came before is kept."""
    whole = all(
        (listed := (manifest or {}).get(table.name.lower())) and not listed.is_delta
        for table in (CTV3, TO_SNOMED, TO_READ2)
    )
    return is_changes and not whole
