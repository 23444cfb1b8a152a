"""The two EMIS dictionaries as one table of codes, checked for spreadsheet damage first."""

from __future__ import annotations

import duckdb

from pipeline.extracts.damage import check_ids
from pipeline.extracts.emis_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis_table import EmisTable

# Enough to tell: a damaged file fails nine ids in ten. Every id of a national dictionary would take seconds.
_TESTED = 5_000

_CHECKED = {CLINICAL_CODE.name: {"CodeId": "key", "SnomedCTConceptId": "snomed"}} | {
    DRUG_CODE.name: {"CodeId": "key", "DmdProductCodeId": "dmd"}
}


def check_dictionary(con: duckdb.DuckDBPyConnection, table: EmisTable, file: str) -> None:
    """Raises ExtractError where the long ids of a dictionary fail their check digits."""
    for column, staged in _CHECKED[table.name].items():
        query = (
            f"SELECT DISTINCT {staged} FROM {table.stage} WHERE length({staged}) >= 16 "
            f"ORDER BY {staged} LIMIT {_TESTED}"
        )
        check_ids((row[0] for row in con.execute(query).fetchall()), file, column)
