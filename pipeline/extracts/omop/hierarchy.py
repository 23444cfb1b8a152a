"""The concepts above those in use: from `concept_ancestor`, from 'Is a' relationships, or from both.

Only the next level up is kept, because the levels above follow from it. If a database has part of the vocabulary and
lacks a level, the next ancestor that it has is used instead.
"""

from __future__ import annotations

import duckdb

from pipeline.extracts.omop.codes import CONCEPT_KEY

# Which rows of `concept_ancestor` are needed. There, a concept is its own ancestor, zero levels away.
ANCESTOR_WANTED = (
    "try_cast(descendant_concept_id AS BIGINT) IN (SELECT id FROM omop_wanted) "
    "AND trim(ancestor_concept_id) <> trim(descendant_concept_id)"
)


def climb_is_a(con: duckdb.DuckDBPyConnection) -> None:
    """Add everything above the wanted concepts by 'Is a' to those wanted. A circle is followed only once."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_wanted AS WITH RECURSIVE up AS (FROM omop_wanted UNION "
        "SELECT up.dictionary, r.parent FROM up JOIN omop_is_a r ON r.child = up.id WHERE up.dictionary < 2) FROM up"
    )
    con.execute("DELETE FROM omop_is_a WHERE child NOT IN (SELECT id FROM omop_wanted)")


def climb_ancestors(con: duckdb.DuckDBPyConnection) -> None:
    """Add the ancestors of the wanted concepts to those wanted; `concept_ancestor` names all of them at once."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_wanted AS FROM omop_wanted UNION "
        "SELECT w.dictionary, a.parent FROM omop_wanted w JOIN omop_ancestor a ON a.child = w.id WHERE w.dictionary < 2"
    )


def fill_parents(con: duckdb.DuckDBPyConnection) -> None:
    """Make `omop_parent`, in the form of `new_parent`: each code under its concepts, each concept under the next."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_edge AS SELECT child, parent FROM omop_ancestor a WHERE levels = 1 "
        f"OR NOT EXISTS ({_REACHED_OTHERWISE}) UNION SELECT child, parent FROM omop_is_a"
    )
    child, parent = CONCEPT_KEY.format("e.child"), CONCEPT_KEY.format("e.parent")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_parent AS "
        f"SELECT w.dictionary, {child} AS code_key, {parent} AS parent FROM omop_edge e "
        "JOIN omop_wanted w ON w.id = e.child AND w.dictionary < 2 WHERE e.child <> e.parent "
        f"UNION SELECT dictionary, code_key, {CONCEPT_KEY.format('concept')} FROM omop_use WHERE concept IS NOT NULL "
        f"UNION SELECT dictionary, code_key, {CONCEPT_KEY.format('source_concept')} FROM omop_use "
        "WHERE source_concept IS NOT NULL"
    )


# A concept one level up, below the same ancestor.
_REACHED_OTHERWISE = (
    "SELECT 1 FROM omop_ancestor near JOIN omop_ancestor far ON far.child = near.parent "
    "WHERE near.child = a.child AND near.levels = 1 AND far.parent = a.parent"
)
