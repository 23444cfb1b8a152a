"""Every CPRD Aurum table that we read."""

from __future__ import annotations

from pipeline.extracts.aurum.tables_coding import LOOKUPS as LOOKUPS
from pipeline.extracts.aurum.tables_coding import MEDICAL, PRODUCT
from pipeline.extracts.aurum.tables_record import ISSUE, OBSERVATION, PATIENT, PRACTICE

TABLES = (PATIENT, PRACTICE, OBSERVATION, ISSUE, MEDICAL, PRODUCT)
