"""The codes of an EMIS-X Explorer export: those its dictionaries list, and those its rows add.

A row may carry its own SNOMED or Read code. Where that agrees with the dictionary, the two are one code. Where the row
says more, or something else, it becomes a separate code, so that neither is lost; the hierarchy puts it where the
dictionary's code is.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.extracts.csv.damage import check_staged_ids
from pipeline.extracts.explorer.stage import Staged
from pipeline.extracts.sql.repeated_keys import refuse_meanings

CLINICAL, DRUG = 0, 1  # two dictionaries: the same code id may be in both

_MEANINGS = {"explorer_clinical_code": ("concept", "read2"), "explorer_drug_code": ("concept", "term")}
_SAME = " AND ".join(f"s.{name} IS NOT DISTINCT FROM u.{name}" for name in ("code", "concept", "read2", "name"))


@dataclass(frozen=True)
class Dictionary:
    """A dictionary of codes. `stage`: the stage of its entries. `rows`: the stages whose rows use it.

    `by_name`: products are named only in rows.
    """

    number: int
    stage: str
    rows: tuple[str, ...]
    by_name: bool = False


def merge_codes(con: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> None:
    """Make `explorer_code_<n>` (every code), `explorer_use_<n>` (the rows' codes, keyed) and `explorer_parent_<n>`."""
    _gather(con, dictionary)
    n = dictionary.number
    agrees = (
        "k.code IS NOT NULL AND coalesce(s.concept = k.concept, s.concept IS NULL) "
        "AND coalesce(s.read2 = k.read2, s.read2 IS NULL)"
    )
    own = "concat_ws('|', coalesce(s.code, ''), coalesce(s.concept, ''), coalesce(s.read2, ''), s.name)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE explorer_use_{n} AS SELECT s.*, "
        f"CASE WHEN {agrees} OR coalesce(s.concept, s.read2, s.name) IS NULL THEN s.code ELSE {own} END AS code_key "
        f"FROM explorer_said_{n} s LEFT JOIN explorer_known_{n} k ON k.code = s.code"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE explorer_code_{n} AS "
        f"SELECT code AS code_key, concept, read2, code AS local, term FROM explorer_known_{n} UNION ALL "
        "SELECT s.code_key, coalesce(s.concept, k.concept), coalesce(s.read2, k.read2), s.code, "
        f"coalesce(k.term, s.term) FROM explorer_use_{n} s LEFT JOIN explorer_known_{n} k ON k.code = s.code "
        "WHERE s.code_key IS DISTINCT FROM s.code"
    )
    _place(con, dictionary)


def key_join(dictionary: int) -> str:
    """Joins the rows `s` of a staging table that has `name` to the keys of their codes, `u.code_key`."""
    return f"LEFT JOIN explorer_use_{dictionary} u ON {_SAME}"


def _gather(con: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> None:
    """`explorer_said_<n>`: the rows' codes, once each. `explorer_known_<n>`: the entries, one per code.

    An entry without a SNOMED or Read code takes the one that all rows with its code agree on.
    """
    n = dictionary.number
    name = "term" if dictionary.by_name else "CAST(NULL AS VARCHAR)"
    rows = " UNION ALL ".join(f"SELECT code, concept, read2, term, deleted FROM {each}" for each in dictionary.rows)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE explorer_said_{n} AS SELECT code, concept, read2, {name} AS name, "
        f"min(term) AS term FROM ({rows}) WHERE deleted = 0 GROUP BY ALL"
    )
    agreed = ", ".join(f"CASE WHEN count(DISTINCT {c}) = 1 THEN min({c}) END AS {c}" for c in ("concept", "read2"))
    entries = (
        "SELECT key AS code, min(concept) AS concept, min(read2) AS read2, min(term) AS term "
        f"FROM {dictionary.stage} WHERE deleted = 0 GROUP BY key"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE explorer_known_{n} AS SELECT e.code, coalesce(e.concept, a.concept) AS concept, "
        f"coalesce(e.read2, a.read2) AS read2, e.term FROM ({entries}) e "
        f"LEFT JOIN (SELECT code, {agreed} FROM explorer_said_{n} GROUP BY code) a USING (code)"
    )


def _place(con: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> None:
    """The hierarchy, which puts a row's own code next to the dictionary entry that it varies."""
    n = dictionary.number
    own = f"(SELECT code, code_key FROM explorer_use_{n} WHERE code_key IS DISTINCT FROM code)"
    parents = f"(SELECT key AS code, parent FROM {dictionary.stage} WHERE deleted = 0 AND parent IS NOT NULL)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE explorer_parent_{n} AS SELECT code AS code_key, parent FROM {parents} "
        f"UNION SELECT o.code_key, p.parent FROM {own} o JOIN {parents} p ON p.code = o.code "
        f"UNION SELECT p.code, o.code_key FROM {own} o JOIN {parents} p ON p.parent = o.code"
    )


def check_damage(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Raises ExtractError where the long code ids of a table fail their check digits, or one has two meanings."""
    if meaning := _MEANINGS.get(staged.table.stage):
        refuse_meanings(con, staged.table.stage, "key", staged.name, meaning, "deleted = 0")
    for word in ("key", "code", "concept"):
        if word not in staged.table.ids or word not in staged.chosen:
            continue
        check_staged_ids(con, staged.table.stage, word, staged.name, staged.chosen[word])
