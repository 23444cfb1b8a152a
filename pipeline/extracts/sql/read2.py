"""Read v2 codes as EMIS writes them: without dots, and with `-1` after the code of a synonym."""

from __future__ import annotations

# EMIS's own codes are longer than a Read code or begin like this. They are not Read codes, so only `local` holds them.
OWN_CODES = "^(EMIS|ESCT|FUNDHC|JHCC|RAFME)"


def read_code_sql(column: str) -> str:
    """The seven characters: five of code, two of term. NULL for anything that is not a Read code."""
    code, synonym = f"split_part(trim({column}), '-', 1)", f"split_part(trim({column}), '-', 2)"
    is_read = f"regexp_full_match({code}, '[0-9A-Za-z]{{1,5}}\\.*') AND length({code}) <= 5"
    return (
        f"CASE WHEN {is_read} AND NOT regexp_matches({code}, '{OWN_CODES}') "
        f"THEN rpad({code}, 5, '.') || {term_code_sql(synonym)} END"
    )


def term_code_sql(synonym: str) -> str:
    """The two characters of a term, from the suffix.

    EMIS does not publish how the suffix of a synonym becomes a term code. Read v2 numbers synonyms from 11, so `-1` is
    read as 11 and two characters as themselves; anything else is the preferred term, 00. The five characters of the
    code, which carry the meaning, do not depend on it.
    """
    return (
        f"CASE WHEN regexp_full_match({synonym}, '[1-9]') THEN '1' || {synonym} "
        f"WHEN regexp_full_match({synonym}, '[0-9A-Za-z]{{2}}') THEN {synonym} ELSE '00' END"
    )
