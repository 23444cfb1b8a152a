"""Which columns hold words, amounts or ends. Their names say so, so every column of every format is looked at here.

A new column whose name says the wrong thing fails this test. All others hold dates, codes, marks or whole numbers.
"""

from __future__ import annotations

import pytest

from pipeline.extracts.aurum.tables import TABLES as AURUM
from pipeline.extracts.csv.nothing import is_amount, is_end, is_free
from pipeline.extracts.emis.tables import TABLES as EMIS
from pipeline.extracts.explorer.tables import CURRENT, OLDER
from pipeline.extracts.omop.tables import TABLES as OMOP
from pipeline.extracts.tpp.tables import TABLES as TPP
from pipeline.tables import TABLES as PLAIN

COLUMNS = {
    "emis": {column for table in EMIS for column in table.layout.columns},
    "tpp": {column for table in TPP for column in table.layout.columns},
    "aurum": {column for table in AURUM for column in table.layout.columns},
    "omop": {column for table in OMOP for column in table.layout.columns},
    "explorer": {name for table in (*CURRENT, *OLDER) for names in table.words.values() for name in names},
    "plain": {column.name for table in PLAIN for column in table.columns},
}
WORDS = {
    "emis": "County GivenName HouseNameFlatNumber NumberAndStreet NumericUnit OrganisationName QuantityUnit Surname "
    "Term Title Town Village",
    "tpp": "CTV3Text Ctv3Text FirstName Mapping MedicationQuantity Name NameOfBuilding NameOfCounty NameOfLocality "
    "NameOfMedication NameOfRoad NameOfTown NumberOfBuilding NumericUnit SNOMEDText Surname Title",
    "aurum": "ProductName Term TermfromEMIS description",
    "omop": "care_site_name cdm_source_name concept_name dose_unit_source_value unit_source_value",
    "explorer": "emis_original_term emis_term given_name number_and_street numeric_unit patient_givenname "
    "patient_surname patient_title quantity_unit surname term title unit_of_measure uom",
    "plain": "address_1 address_2 address_3 address_4 address_5 given_name name supplier surname term title unit "
    "usual_gp",
}
AMOUNTS = {
    "emis": "CourseDurationInDays Quantity Value",
    "tpp": "NumericValue",
    "aurum": "duration quantity value",
    "omop": "days_supply quantity value_as_number",
    "explorer": "course_duration_in_days duration_in_days numeric_value numericvalue quantity",
    "plain": "duration_days quantity value",
}
ENDS = {
    "emis": "DateOfDeactivation DateOfDeath",
    "tpp": "DateDeRegistration DateDeath DateTo",
    "aurum": "cprd_ddate emis_ddate regenddate",
    "omop": "",  # it takes the late ends of its periods for open ones itself
    "explorer": "date_of_death datetime_of_death registration_end_date registration_end_datetime",
    "plain": "date_of_death registered_to",
}


@pytest.mark.parametrize("format", COLUMNS)
def test_every_column_is_of_its_kind(format: str) -> None:
    columns = COLUMNS[format]
    assert {column for column in columns if is_free(column)} <= {*WORDS[format].split()}
    assert {*WORDS[format].split()} - {"description"} <= {column for column in columns if is_free(column)}
    assert {column for column in columns if is_amount(column)} == {*AMOUNTS[format].split()}
    assert {column for column in columns if is_end(column)} == {*ENDS[format].split()}
