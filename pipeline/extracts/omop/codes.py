"""The codes of an OMOP database: each combination of concepts and source value that its rows have, as one code.

What was recorded comes first: the source concept, else the source value where it is written as a code, else the
standard concept. So a fit note keeps the code that tells it from other fit notes where the standard concept is the
same for all or none. The standard concept of a row whose own code is SNOMED too is found as the concept above it.
"""

from __future__ import annotations

import duckdb

from pipeline.codes.verhoeff import verhoeff_ok
from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import check_ids, check_staged_ids
from pipeline.extracts.model import Notes
from pipeline.extracts.omop.tables_record import DRUG_STAGE, EVENT_STAGE

EVENTS, DRUGS = 0, 1  # two dictionaries: only what the drug table holds is a medicine

# A row's code by all that says it; NULL where nothing does.
CODE_KEY = (
    "CASE WHEN coalesce(CAST(concept AS VARCHAR), CAST(source_concept AS VARCHAR), source_value) IS NOT NULL "
    "THEN concat_ws('/', coalesce(concept, 0), coalesce(source_concept, 0), source_value) END"
)
CONCEPT_KEY = "'C' || CAST({0} AS VARCHAR)"  # a concept by itself, in its place in the hierarchy

# The first word of a source value, which may have its term behind it: `N239.00-Fibromyalgia`.
_WORD = "regexp_extract(source_value, '^[0-9A-Za-z.]+')"
# Five characters of code and perhaps two of term. Digits alone may be anybody's number, letters alone a word.
_LOOKS_READ = (
    "length(w.word) IN (5, 7) AND regexp_full_match(w.word, '[0-9A-Za-z]{1,5}\\.*([0-9A-Za-z]{2})?') "
    "AND regexp_full_match(left(w.word, 5), '[0-9A-Za-z]{1,5}\\.*') AND regexp_matches(left(w.word, 5), '[0-9]') "
    "AND regexp_matches(w.word, '[A-Za-z.]')"
)
# An id of a concept: descriptions, among them EMIS's own codes and CPRD's medcodes, have another partition.
_LOOKS_SNOMED = "regexp_full_match(w.word, '[1-9]\\d{2,14}[01]0\\d') AND w.word NOT IN (FROM omop_wrong_id)"
_READ = "CASE length({0}) WHEN 7 THEN {0} WHEN 5 THEN {0} || '00' END"


def find_codes(con: duckdb.DuckDBPyConnection) -> None:
    """`omop_use`: what rows are coded with. `omop_wanted`: the concepts they name, by dictionary (2: units)."""
    columns = f"{CODE_KEY} AS code_key, concept, source_concept, source_value"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE omop_use AS "
        f"SELECT DISTINCT {EVENTS} AS dictionary, {columns} FROM {EVENT_STAGE} "
        f"UNION ALL SELECT DISTINCT {DRUGS}, {columns} FROM {DRUG_STAGE}"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_wanted AS SELECT dictionary, id FROM ("
        "SELECT dictionary, concept AS id FROM omop_use UNION SELECT dictionary, source_concept FROM omop_use "
        f"UNION SELECT 2, unit_concept FROM {EVENT_STAGE}) WHERE id IS NOT NULL"
    )


def check_concepts(con: duckdb.DuckDBPyConnection, file: str, notes: Notes) -> None:
    """Raises ExtractError where the concepts were saved by a spreadsheet, or are others than the rows'."""
    check_staged_ids(con, "omop_concept", "code", file, "concept_code", "vocabulary IN ('snomed', 'dm+d')")
    counts = con.execute(
        "SELECT count(*) FILTER (id NOT IN (SELECT id FROM omop_concept)), count(*) FROM ("
        "SELECT DISTINCT concept AS id FROM omop_use UNION SELECT source_concept FROM omop_use) WHERE id IS NOT NULL"
    ).fetchone()
    unknown, named = counts or (0, 0)
    if unknown * 2 > named:
        raise ExtractError(f"{file} lacks {unknown} of the {named} concepts that rows have. Is it the whole table?")
    if unknown:
        notes.warnings.append(f"{file} lacks {unknown} of the {named} concepts that rows have: ask for all of it.")


def check_source_values(con: duckdb.DuckDBPyConnection) -> None:
    """`omop_wrong_id`: what looks like an id but is none. Raises ExtractError where a spreadsheet rounded them."""
    query = f"SELECT DISTINCT {_WORD} FROM omop_use WHERE regexp_matches(source_value, '^[0-9]{{6}}')"
    words = [row[0] for row in con.execute(query).fetchall()]
    # Any number may stand there, so only what is written as a concept's id is tested for rounding.
    named = (word for word in words if word[-3:-1] in ("00", "10"))
    check_ids(named, "A table of rows", "source_value")
    wrong = [word for word in words if not (word.isdecimal() and verhoeff_ok(word))]
    con.execute("CREATE OR REPLACE TEMP TABLE omop_wrong_id AS SELECT unnest(CAST(? AS VARCHAR[])) AS id", [wrong])


def fill_codes(con: duckdb.DuckDBPyConnection) -> None:
    """`omop_code`, as `new_code`: the codes of rows, then the concepts that `omop_wanted` has in the hierarchy."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE omop_code AS {_ROWS_CODES} UNION ALL {_CONCEPTS}")


_SAYS_DMD, _SAYS_SNOMED = (f"s.id IS NULL AND w.dictionary = {n} AND {_LOOKS_SNOMED}" for n in (DRUGS, EVENTS))
_IS_NAME = f"w.dictionary = {DRUGS} AND s.id IS NULL AND regexp_matches(w.source_value, '^[A-Za-z]{{3}}')"
_ROWS_CODES = f"""
    SELECT w.dictionary, w.code_key,
        CASE WHEN s.vocabulary = 'snomed' THEN s.code WHEN {_SAYS_SNOMED} THEN w.word
            WHEN c.vocabulary = 'snomed' THEN c.code END AS snomed,
        CASE WHEN s.vocabulary = 'read' THEN {_READ.format("s.code")}
            WHEN s.id IS NULL AND {_LOOKS_READ} THEN {_READ.format("w.word")} END AS read2,
        NULL AS ctv3,
        CASE WHEN s.vocabulary = 'dm+d' THEN s.code WHEN {_SAYS_DMD} THEN w.word
            WHEN c.vocabulary = 'dm+d' THEN c.code END AS dmd,
        NULL AS bnf, coalesce(w.source_value, s.code) AS local,
        CASE WHEN {_IS_NAME} THEN w.source_value ELSE coalesce(s.name, c.name, w.source_value) END AS term,
        w.dictionary AS is_medicine
    FROM (SELECT *, {_WORD} AS word FROM omop_use) w
    LEFT JOIN omop_concept c ON c.id = w.concept LEFT JOIN omop_concept s ON s.id = w.source_concept
    WHERE w.code_key IS NOT NULL AND (c.id IS NOT NULL OR s.id IS NOT NULL OR w.source_value IS NOT NULL)
"""
_CONCEPTS = f"""
    SELECT w.dictionary, {CONCEPT_KEY.format("c.id")}, CASE WHEN c.vocabulary = 'snomed' THEN c.code END,
        CASE WHEN c.vocabulary = 'read' THEN {_READ.format("c.code")} END, NULL,
        CASE WHEN c.vocabulary = 'dm+d' THEN c.code END, NULL, c.code, c.name, w.dictionary
    FROM omop_wanted w JOIN omop_concept c ON c.id = w.id WHERE w.dictionary IN ({EVENTS}, {DRUGS})
"""
