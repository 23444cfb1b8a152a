"""Every OMOP table that we read."""

from __future__ import annotations

from pipeline.extracts.omop.tables_people import CARE_SITE, DEATH, PERIOD, PERSON, SOURCE
from pipeline.extracts.omop.tables_record import DRUG, EVENT_TABLES
from pipeline.extracts.omop.tables_vocabulary import ANCESTOR, CONCEPT, RELATIONSHIP

TABLES = (SOURCE, CARE_SITE, PERSON, PERIOD, DEATH, *EVENT_TABLES, DRUG, RELATIONSHIP, ANCESTOR, CONCEPT)
