"""The two EMIS dictionaries as one table of codes, checked for spreadsheet damage first."""

from __future__ import annotations

import duckdb

from pipeline.extracts.damage import check_ids
from pipeline.extracts.emis_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis_table import EmisTable

# Enough to tell: a damaged file fails nine ids in ten. Every id of a national dictionary would take seconds.
_TESTED = 5_000

_CHECKED = {CLINICAL_CODE.name: {"CodeId": "guid", "SnomedCTConceptId": "snomed"}} | {
    DRUG_CODE.name: {"CodeId": "guid", "DmdProductCodeId": "dmd"}
}


def check_dictionary(con: duckdb.DuckDBPyConnection, table: EmisTable, file: str) -> None:
    """Raises ExtractError where the long ids of a dictionary fail their check digits."""
    for column, staged in _CHECKED[table.name].items():
        query = (
            f"SELECT DISTINCT {staged} FROM {table.stage} WHERE length({staged}) >= 16 "
            f"ORDER BY {staged} LIMIT {_TESTED}"
        )
        check_ids((row[0] for row in con.execute(query).fetchall()), file, column)


def fill_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Tables `code` and `code_parent`. The two sets of CodeIds are separate: the same number may occur in both."""
    con.execute(
        """
        INSERT INTO code
        SELECT row_number() OVER (ORDER BY is_medicine, local), snomed, read2, NULL, dmd, NULL, local, term, is_medicine
        FROM (
            SELECT guid AS local, snomed, read2, NULL AS dmd, term, 0 AS is_medicine FROM emis_clinical_code
            UNION ALL
            SELECT guid, NULL, NULL, dmd, term, 1 FROM emis_drug_code
        )
        """
    )
    con.execute(
        """
        INSERT INTO code_parent
        SELECT child.code_id, parent.code_id
        FROM emis_clinical_code staged
        JOIN code child ON child.local = staged.guid AND child.is_medicine = 0
        JOIN code parent ON parent.local = staged.parent AND parent.is_medicine = 0
        ORDER BY 1, 2
        """
    )
