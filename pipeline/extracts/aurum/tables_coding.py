"""CPRD Aurum's two dictionaries, and its small lookups.

A medcodeid or prodcodeid is EMIS's own CodeId. The code browser's files have one more column (how often a code
occurs), which is not read.
"""

from __future__ import annotations

from pipeline.extracts.aurum.sql import whole_sql
from pipeline.extracts.aurum.table import AurumTable
from pipeline.extracts.csv.header import Layout
from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.sql.read2 import term_code_sql

MEDICAL_NUMBER, PRODUCT_NUMBER = 0, 1  # two dictionaries: the same id may be in both

# OriginalReadCode is as EMIS writes it: no dots, `-1` for a synonym. CleansedReadCode has seven characters. EMIS's own
# codes are longer or begin like these, and cleansing may cut them to what looks like a Read code; only `local` holds
# them. (Worked out from published code lists; CPRD does not publish its rule for cleansing.)
_FIVE = "split_part(OriginalReadCode, '-', 1)"
_SYNONYM = "split_part(OriginalReadCode, '-', 2)"
_SHAPE = r"'[0-9A-Za-z]{1,5}\.*'"
_OWN = "regexp_matches(coalesce(OriginalReadCode, CleansedReadCode), '^\\^?(EMIS|ESCT|FUNDHC|JHCC|RAFME|EGTON|PCSD)')"
_IS_FIVE = f"coalesce(length({_FIVE}) <= 5 AND regexp_full_match({_FIVE}, {_SHAPE}), false)"
_IS_CLEANSED = (
    f"coalesce(length(CleansedReadCode) = 7 AND regexp_full_match(left(CleansedReadCode, 5), {_SHAPE}) "
    "AND regexp_full_match(right(CleansedReadCode, 2), '[0-9A-Za-z]{2}'), false)"
)
_READ2 = (
    f"CASE WHEN {_OWN} THEN NULL "
    f"WHEN {_IS_CLEANSED} AND ({_IS_FIVE} OR coalesce(OriginalReadCode, CleansedReadCode) = CleansedReadCode) "
    f"THEN CleansedReadCode WHEN {_IS_FIVE} THEN rpad({_FIVE}, 5, '.') || {term_code_sql(_SYNONYM)} END"
)
MEDICAL = AurumTable(
    "EMISMedicalDictionary",
    "aurum_medical",
    Layout(
        ("MedCodeId", "Term", "SnomedCTConceptId"),
        ("OriginalReadCode", "CleansedReadCode"),
        "MedCodeId",
        "number",
        ids=("MedCodeId", "SnomedCTConceptId"),
    ),
    {"key": "MedCodeId", "term": "Term", "snomed": "nullif(SnomedCTConceptId, '0')", "read2": _READ2},
    losses={"CleansedReadCode": Lost(Topic.CODES, "Read codes as CPRD cleanses them (EMIS's own are used)")},
)
# Eight digits, two for each level of the BNF; leading zeros may be lost. Other systems give the last level one digit.
# Where `/` separates several chapters, the first counts.
_CHAPTER = "lpad(trim(split_part(BNFChapter, '/', 1)), 8, '0')"
PRODUCT = AurumTable(
    "EMISProductDictionary",
    "aurum_product",
    Layout(
        ("ProdCodeId", "TermfromEMIS", "dmdid"),
        ("ProductName", "BNFChapter"),
        "ProdCodeId",
        "number",
        ids=("ProdCodeId", "dmdid"),
    ),
    {
        "key": "ProdCodeId",
        "term": "coalesce(TermfromEMIS, ProductName)",
        "dmd": "nullif(dmdid, '0')",
        "bnf": f"CASE WHEN regexp_full_match({_CHAPTER}, '(0[1-9]|[1-9]\\d)\\d{{4}}0\\d') "
        f"THEN left({_CHAPTER}, 6) || right({_CHAPTER}, 1) END",
        "chapters": "len(string_split(BNFChapter, '/'))",
    },
    losses={"BNFChapter": Lost(Topic.CODES, "the BNF chapters of products")},
)


def _lookup(name: str, *without: Lost) -> AurumTable:
    """A list of numbers and words. Its columns are found by position: CPRD does not publish their headers."""
    layout = Layout(("id", "description"), (), "id", "any")
    columns = {"key": whole_sql("id"), "word": "description"}
    return AurumTable(name, f"aurum_{name.lower()}", layout, columns, without=without)


LOOKUPS = (
    _lookup(
        "PatientType",
        Lost(Topic.TEMPORARY, "which registrations are temporary (type 3 counts as regular, all others as neither)"),
        Lost(Topic.TEST_PATIENT, "which patients are dummies"),
    ),
    _lookup("NumUnit", Lost(Topic.UNIT, "the unit of a value")),
    _lookup("QuantUnit", Lost(Topic.UNIT, "the unit of a quantity")),
)
