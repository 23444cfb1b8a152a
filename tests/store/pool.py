"""The small pool of keys and values that generated histories draw on, so that their changes often meet."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.extracts.emis_folder import Row, clinical_code, drug_code, guid, organisation, patient
from tests.store.world import (
    AGREEMENT,
    CLINICAL,
    CONSULTATION,
    COURSE,
    DRUG,
    FIRST,
    ISSUE,
    KEY_COLUMN,
    OBSERVATION,
    OF_PATIENTS,
    ORGANISATION,
    PATIENT,
    SECOND,
    STAFF,
    THIRD,
    Key,
    World,
    first_world,
)

Change = Callable[[World], World]

# The same keys in every practice, and in every table one that is no GUID.
PATIENTS = (guid(1, "A"), guid(2, "A"), "Patient 3")
KEYS = {
    CONSULTATION: (guid(1, "E"), "c2"),
    OBSERVATION: (guid(1, "B"), guid(2, "B"), "o3"),
    COURSE: (guid(1, "D"), "d2"),
    ISSUE: (guid(1, "C"), guid(2, "C"), "i3"),
    STAFF: (guid(1, "F"), "s2"),
}
CODES = ("101", "102", "103", "201")  # of either dictionary: the same number means another thing in each
PRACTICES = st.sampled_from((FIRST, FIRST, FIRST, FIRST, SECOND, THIRD))


def _some(**columns: tuple[str, ...]) -> st.SearchStrategy[Row]:
    """Values for some of the columns."""
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in columns.items()})


_FLAG = ("true", "false", "false")
_DATED = {
    "EffectiveDate": ("2026-03-15", "2026-05-01", "2019-01-01", ""),
    "EffectiveDatePrecision": ("YMD", "YMD", "YM", "U"),
    "EnteredDate": ("2026-05-02", ""),
    "ConsultationGuid": (*KEYS[CONSULTATION], ""),
    "IsConfidential": _FLAG,
}
VALUES = {
    PATIENT: _some(
        UsualGpUserInRoleGuid=(*KEYS[STAFF], ""),
        Surname=("Testcase", "Other", ""),
        DateOfDeath=("2026-11-01", "", ""),
        NhsNumber=("9990000018", "", ""),
        PatientTypeDescription=("Regular", "Temporary", "Dummy"),
        SpineSensitive=_FLAG,
    ),
    CONSULTATION: _some(IsConfidential=_FLAG),
    OBSERVATION: _some(CodeId=(*CODES, "199", ""), Value=("3.5", "x", ""), NumericUnit=("kg", ""), **_DATED),
    COURSE: _some(CodeId=(*CODES, ""), PrescriptionType=("Acute", "Repeat", "Automatic", ""), IsConfidential=_FLAG),
    ISSUE: _some(
        CodeId=(*CODES, ""),
        DrugRecordGuid=(*KEYS[COURSE], ""),
        Quantity=("28", "56"),
        CourseDurationInDays=("28", ""),
        IssueMethodDescription=("Outside Hospital", "", ""),
        **_DATED,
    ),
    STAFF: _some(Surname=("Able", "Baker", ""), Title=("Dr", "")),
    AGREEMENT: _some(IsActivated=("true", "true", "false"), Disabled=_FLAG, Deleted=_FLAG),
    CLINICAL: _some(
        Term=("Backache", "Lumbago"), SnomedCTConceptId=("161891005", "73211009", ""), ParentCodeId=(*CODES, "199", "0")
    ),
    DRUG: _some(Term=("Codeine 30mg tablets", "Paracetamol"), DmdProductCodeId=("376689003", "")),
}
ODS = {FIRST: ("A81001",), SECOND: ("B82002", "b82002", ""), THIRD: ("C83003", "")}  # never two the same


def put(table: str, key: Key, values: Row, of: str | None) -> Change:
    """`of`: the patient whom the row is said to be of; None leaves it as it was."""

    def change(world: World) -> World:
        is_new = key not in world.tables[table]
        owner = {"PatientGuid": of or PATIENTS[0]} if table in OF_PATIENTS and (of or is_new) else {}
        return world.put(table, key, (_NEW[table](key) if is_new else {}) | values | owner)

    return change


_NEW: dict[str, Callable[[Key], Row]] = {
    **dict.fromkeys(KEY_COLUMN, lambda key: {}),
    PATIENT: lambda key: patient(key[1], key[0], NhsNumber=""),
    CLINICAL: lambda key: clinical_code(key[1]),
    DRUG: lambda key: drug_code(key[1]),
    ORGANISATION: lambda key: organisation(key[1], ODS[key[1]][0], CDB=key[1][3:8]),
    AGREEMENT: lambda key: {"IsActivated": "true", "Disabled": "false", "Deleted": "false"},
    OBSERVATION: lambda key: {"CodeId": "101", "EffectiveDate": "2026-04-01", "EffectiveDatePrecision": "YMD"},
    ISSUE: lambda key: {"CodeId": "201", "EffectiveDate": "2026-04-01", "EffectiveDatePrecision": "YMD"},
}


def furnished_world() -> World:
    """The first practice has a row of every key, linked to each other; the second a patient of the same GUID."""
    world = first_world()
    for place, key in enumerate(PATIENTS):
        world = put(PATIENT, (FIRST, key), {"UsualGpUserInRoleGuid": KEYS[STAFF][place % 2]}, None)(world)
    for table in (STAFF, *OF_PATIENTS):
        for place, key in enumerate(KEYS[table]):
            world = put(table, (FIRST, key), _linked(table, place), PATIENTS[place])(world)
    world = put(PATIENT, (SECOND, PATIENTS[0]), {}, None)(world)
    return put(OBSERVATION, (SECOND, KEYS[OBSERVATION][0]), _linked(OBSERVATION, 0), PATIENTS[0])(world)


def _linked(table: str, place: int) -> Row:
    """Column values of a row: each practice's second consultation and drug record are confidential."""
    if table == STAFF:
        return {"Surname": "Able"}
    if table in (CONSULTATION, COURSE):
        kind = {"PrescriptionType": "Repeat"} if table == COURSE else {}
        return {"IsConfidential": "true" if place else "false"} | kind
    course = {"DrugRecordGuid": KEYS[COURSE][place % 2]} if table == ISSUE else {}
    return {"ConsultationGuid": KEYS[CONSULTATION][place % 2]} | course
