"""The codes of an OMOP database: each combination of concepts and source value in its rows is one code.

What was recorded comes first: the source concept, else the source value if it is written as a code, else the standard
concept. So a fit note keeps the code that separates it from other fit notes, even if they all share a standard concept
or have none. If a row's own code is SNOMED too, its standard concept is found as the concept above it.
"""

from __future__ import annotations

import duckdb

from pipeline.codes.verhoeff import verhoeff_ok
from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import check_ids, check_staged_ids
from pipeline.extracts.gaps import Topic
from pipeline.extracts.model import Notes
from pipeline.extracts.omop.tables_record import DRUG_STAGE, EVENT_STAGE

EVENTS, DRUGS = 0, 1  # two dictionaries: only rows of the drug table are medicines

# The key of a row's code, from everything that describes it; NULL where nothing does.
CODE_KEY = (
    "CASE WHEN coalesce(CAST(concept AS VARCHAR), CAST(source_concept AS VARCHAR), source_value) IS NOT NULL "
    "THEN concat_ws('/', coalesce(concept, 0), coalesce(source_concept, 0), source_value) END"
)
CONCEPT_KEY = "'C' || CAST({0} AS VARCHAR)"  # a concept itself, in the hierarchy

# The first word of a source value, which the term may follow: `N239.00-Fibromyalgia`.
_WORD = "regexp_extract(source_value, '^[0-9A-Za-z.]+')"
# Five characters of code and perhaps two of term. Digits alone may be any number, letters alone a word.
_LOOKS_READ = (
    "length(w.word) IN (5, 7) AND regexp_full_match(w.word, '[0-9A-Za-z]{1,5}\\.*([0-9A-Za-z]{2})?') "
    "AND regexp_full_match(left(w.word, 5), '[0-9A-Za-z]{1,5}\\.*') AND regexp_matches(left(w.word, 5), '[0-9]') "
    "AND regexp_matches(w.word, '[A-Za-z.]')"
)
# The id of a concept: descriptions, including EMIS's own codes and CPRD's medcodes, are in another partition.
_LOOKS_SNOMED = "regexp_full_match(w.word, '[1-9]\\d{2,14}[01]0\\d') AND w.word NOT IN (FROM omop_wrong_id)"
_READ = "CASE length({0}) WHEN 7 THEN {0} WHEN 5 THEN {0} || '00' END"


def find_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Make `omop_use`, the codes of rows, and `omop_wanted`, the concepts they name, by dictionary (2: units)."""
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
    """Raises ExtractError if a spreadsheet saved the concepts, or if most that the rows name are missing."""
    check_staged_ids(con, "omop_concept", "code", file, "concept_code", "vocabulary IN ('snomed', 'dm+d')")
    counts = con.execute(
        "SELECT count(*) FILTER (id NOT IN (SELECT id FROM omop_concept)), count(*) FROM ("
        "SELECT DISTINCT concept AS id FROM omop_use UNION SELECT source_concept FROM omop_use) WHERE id IS NOT NULL"
    ).fetchone()
    unknown, named = counts or (0, 0)
    if unknown * 2 > named:
        raise ExtractError(f"{file} lacks {unknown} of the {named} concepts that rows use. Ask for the whole table.")
    if unknown:
        notes.warnings.append(f"{file} lacks {unknown} of the {named} concepts that rows use. Ask for the whole table.")


def note_american(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Note how many medicines have no dm+d id but a concept of an American vocabulary: only their names can help."""
    american, all_medicines = con.execute(_COUNT_AMERICAN).fetchone() or (0, 0)
    if american:
        notes.gap(
            Topic.CODES,
            f"{american:,} of the {all_medicines:,} medicines have a code of RxNorm or NDC and no dm+d id: code lists "
            "find them only by their names.",
        )


def check_source_values(con: duckdb.DuckDBPyConnection) -> None:
    """Make `omop_wrong_id`: what looks like an id but is not. Raises ExtractError if a spreadsheet rounded the ids."""
    query = f"SELECT DISTINCT {_WORD} FROM omop_use WHERE regexp_matches(source_value, '^[0-9]{{6}}')"
    words = [row[0] for row in con.execute(query).fetchall()]
    # A source value may be any number, so only those written as a concept's id are tested for rounding.
    named = (word for word in words if word[-3:-1] in ("00", "10"))
    check_ids(named, "A table of rows", "source_value")
    wrong = [word for word in words if not (word.isdecimal() and verhoeff_ok(word))]
    con.execute("CREATE OR REPLACE TEMP TABLE omop_wrong_id AS SELECT unnest(CAST(? AS VARCHAR[])) AS id", [wrong])


def fill_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Make `omop_code`, in the form of `new_code`: the codes of rows, then the concepts of `omop_wanted`."""
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
# Standard concepts that dm+d is mapped to are not products of this extract: lists look for a row's own name only.
_AMERICAN = "('rxnorm', 'rxnorm extension', 'ndc')"
_COUNT_AMERICAN = f"""
    SELECT count(*) FILTER (o.dmd IS NULL AND (c.vocabulary IN {_AMERICAN} OR s.vocabulary IN {_AMERICAN})), count(*)
    FROM omop_use w JOIN omop_code o ON o.dictionary = w.dictionary AND o.code_key = w.code_key
    LEFT JOIN omop_concept c ON c.id = w.concept LEFT JOIN omop_concept s ON s.id = w.source_concept
    WHERE w.dictionary = {DRUGS}
"""
_CONCEPTS = f"""
    SELECT w.dictionary, {CONCEPT_KEY.format("c.id")}, CASE WHEN c.vocabulary = 'snomed' THEN c.code END,
        CASE WHEN c.vocabulary = 'read' THEN {_READ.format("c.code")} END, NULL,
        CASE WHEN c.vocabulary = 'dm+d' THEN c.code END, NULL, c.code, c.name,
        CASE WHEN c.vocabulary IN {_AMERICAN} THEN 0 ELSE w.dictionary END AS is_medicine
    FROM omop_wanted w JOIN omop_concept c ON c.id = w.id WHERE w.dictionary IN ({EVENTS}, {DRUGS})
"""
