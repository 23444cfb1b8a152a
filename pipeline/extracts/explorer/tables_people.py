"""EMIS-X Explorer: the patient table, whose columns differ most from variant to variant."""

from __future__ import annotations

from pipeline.extracts.explorer.sql import made_sql
from pipeline.extracts.explorer.table import MADE, ORGANISATION, PATIENT_ID, REGISTRATION, ExplorerTable
from pipeline.extracts.gaps import Lost, Topic
from pipeline.extracts.sql.expressions import (
    date_sql,
    day_sql,
    end_day_sql,
    key_sql,
    may_be_true_sql,
    nhs_number_sql,
    ordinal_sql,
    says_true_sql,
    text_sql,
    unreadable_sql,
)
from pipeline.tables import VALID_PSEUDONYM

_KEY = '"key"'
# An NHS number loses its spaces. A longer text is the supplier's pseudonym for one, the same wherever a person appears.
# It does not show whether the number is valid; treating it as valid can only join records, and so save letters.
_NHS_NUMBER = (
    f"CASE WHEN length({nhs_number_sql('nhs_number')}) > 12 THEN '{VALID_PSEUDONYM}' || lower(trim(nhs_number)) "
    f"ELSE {nhs_number_sql('nhs_number')} END"
)
# A whole date, or a month `1985-06` as Recruit writes it, or a year.
_BIRTH = (
    "CASE WHEN trim(birth) LIKE '____-__' THEN try_cast(trim(birth) || '-01' AS DATE) "
    f"WHEN trim(birth) LIKE '____' THEN try_cast(trim(birth) || '-01-01' AS DATE) ELSE {date_sql('birth')} END"
)
_BORN = ordinal_sql(_BIRTH)
_BIRTH_PRECISION = (
    f"CASE WHEN ({_BIRTH}) IS NULL THEN 'unknown' WHEN trim(birth) LIKE '____-__' THEN 'month' "
    "WHEN trim(birth) LIKE '____' THEN 'year' ELSE 'day' END"
)
_SEX = (
    "CASE lower(trim(sex)) WHEN 'male' THEN 'M' WHEN 'female' THEN 'F' WHEN 'unknown' THEN 'U' "
    f"WHEN 'indeterminate' THEN 'I' ELSE upper({text_sql('sex')}) END"
)
_DEATH = end_day_sql("death", _BORN)
_START = day_sql("registered")
# Recruit's example of a type is `GMS`; EMIS Web's own word is `Regular`. Without a type, a patient is not regular.
_TYPE = "lower(trim(registration_type))"
_REGISTRATION_TYPE = (
    f"CASE WHEN regexp_matches({_TYPE}, '^(regular|gms)\\b') THEN 'regular' "
    f"WHEN regexp_matches({_TYPE}, '^temporary\\b') THEN 'temporary' ELSE 'other' END"
)
_NOT_ACTIVE = "coalesce(lower(trim(active)) IN ('false', '0', 'n', 'no', 'f'), false)"
_DATES = ("death", "registered", "left_on")
_DATE_FAULTS = " + ".join(
    [
        *(f"CAST({unreadable_sql(word)} AS INTEGER)" for word in _DATES),
        f"CAST({text_sql('birth')} IS NOT NULL AND ({_BIRTH}) IS NULL AS INTEGER)",
    ]
)
_OBJECTS = "CAST(coalesce(lower(trim({0})) NOT IN ('', 'null', 'true', '1', 'y', 'yes', 't'), false) AS TINYINT)"
_RESTRICTED = f"greatest({may_be_true_sql('sensitive')}, {may_be_true_sql('confidential')})"

PEOPLE = ExplorerTable(
    ("patient",),
    "explorer_patient",
    {
        "key": (*REGISTRATION, *PATIENT_ID),
        "organisation": ORGANISATION,
        "made": MADE,
        "deleted": ("is_deleted",),
        "nhs_number": ("nhs_number", "nhs_no", "pseudo_nhs_no"),
        "birth": ("date_of_birth",),
        "sex": ("sex", "gender"),
        "death": ("date_of_death", "datetime_of_death"),
        "died": ("has_died",),
        "registered": ("registration_start_datetime", "registration_date"),
        "left_on": ("registration_end_datetime", "registration_end_date"),
        "active": ("is_active",),
        "registration_type": ("emis_registration_type_description",),
        "dummy": ("dummy_patient_flag",),
        "sensitive": ("sensitive_patient_flag",),
        "confidential": ("confidential_patient_flag",),
        "institution": ("residential_institute_code",),
        "local_number": ("emis_no", "patient_number"),
        "title": ("title", "patient_title"),
        "given_name": ("patient_givenname", "given_name"),
        "surname": ("patient_surname", "surname"),
        "street": ("number_and_street",),
        "postcode": ("postcode",),
        "mobile": ("mobile_number",),
        "email": ("email", "email_address"),
        "shares": ("is_consent_93c1",),
        "opted_in": ("is_national_data_opted_in",),
    },
    ("key", "birth", "sex", "death"),
    {
        "key": key_sql(_KEY),
        "patient_id": text_sql(_KEY),
        "org_name": text_sql("organisation"),
        "made": made_sql(),
        "deleted": says_true_sql("deleted"),
        "nhs_number": _NHS_NUMBER,
        "born": _BIRTH,
        "date_of_birth": _BORN,
        "birth_precision": _BIRTH_PRECISION,
        "sex": _SEX,
        "date_of_death": f"coalesce({_DEATH}, CASE WHEN {says_true_sql('died')} = 1 THEN coalesce({_BORN}, 1) END)",
        "registered_from": _START,
        "registered_to": f"coalesce({end_day_sql('left_on', _START)}, "
        f"CASE WHEN {_NOT_ACTIVE} THEN coalesce({_START}, 1) END)",
        "registration_type": _REGISTRATION_TYPE,
        "is_test": may_be_true_sql("dummy"),
        "is_restricted": _RESTRICTED,
        # Some variants say which institution, others only whether there is one.
        "institution": f"CASE WHEN {may_be_true_sql('institution')} = 1 THEN {text_sql('institution')} END",
        **{
            word: text_sql(word)
            for word in ("local_number", "title", "given_name", "surname", "postcode", "mobile", "email")
        },
        "address_1": text_sql("street"),
        "objects": _OBJECTS.format("shares"),
        "opted_out": _OBJECTS.format("opted_in"),
        "date_faults": _DATE_FAULTS,
        "death_undated": f"CAST(({_DEATH}) IS NULL AND {says_true_sql('died')} = 1 AS INTEGER)",
        "end_undated": f"CAST({_NOT_ACTIVE} AND {text_sql('left_on')} IS NULL AS INTEGER)",
    },
    dates=("birth", "death", "registered", "left_on"),
    ids=("nhs_number", "local_number"),
    defaults={"registration_type": "regular"},
    losses={
        "local_number": Lost(Topic.NAME, "the number that the practice uses to find a patient"),
        "institution": Lost(Topic.CARE_HOME, "who lives in a care home"),
    },
)
