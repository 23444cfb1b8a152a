"""The two EMIS dictionaries as one table of codes, checked for spreadsheet damage first."""

from __future__ import annotations

import duckdb

from pipeline.extracts.damage import check_staged_ids
from pipeline.extracts.emis_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis_table import EmisTable

_CHECKED = {CLINICAL_CODE.name: {"CodeId": "key", "SnomedCTConceptId": "snomed"}} | {
    DRUG_CODE.name: {"CodeId": "key", "DmdProductCodeId": "dmd"}
}


def check_dictionary(con: duckdb.DuckDBPyConnection, table: EmisTable, file: str) -> None:
    """Raises ExtractError where the long ids of a dictionary fail their check digits."""
    for column, staged in _CHECKED[table.name].items():
        check_staged_ids(con, table.stage, staged, file, column)
