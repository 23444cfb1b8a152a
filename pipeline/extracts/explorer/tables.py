"""Every table of an EMIS-X Explorer export that we read, by generation, and what users call its rows."""

from __future__ import annotations

from pipeline.extracts.explorer.tables_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.explorer.tables_people import PEOPLE
from pipeline.extracts.explorer.tables_record import DRUG_RECORD, ISSUE, MEDICATION, OBSERVATION
from pipeline.extracts.model import Nouns

OLDER = (PEOPLE, OBSERVATION, MEDICATION, CLINICAL_CODE)
CURRENT = (PEOPLE, OBSERVATION, ISSUE, DRUG_RECORD, CLINICAL_CODE, DRUG_CODE)
NOUNS = Nouns("observations", "issues", "patients", tells_codes=True)
