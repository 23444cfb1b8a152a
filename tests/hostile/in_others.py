"""The nine people's records as TPP and CPRD write them."""

from __future__ import annotations

from tests.extracts import aurum_folder, tpp_folder
from tests.hostile.people import CANCER, CODEINE, DECLINED, PAIN, PEOPLE, PRACTICES, TERMS, Person, Row, events, issues

Files = dict[str, bytes]

_CODES = {PAIN: "101", CANCER: "102", DECLINED: "103"}
_TRUE = ("false", "true")


def _tpp_day(day: str) -> str:
    year, month, number = day.split("-") if day else ("", "", "")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{number} {months[int(month) - 1]} {year} 00:00:00" if day else ""


def _tpp_row(row: Row) -> dict[str, str]:
    return {
        "key": str(row.key),
        "of": str(row.person.number),
        "org": row.person.practice,
        "DateEvent": _tpp_day(row.day),
        "DateEventRecorded": _tpp_day(row.day),
        "RemovedData": str(int(row.gone)),
    }


def tpp() -> Files:
    make = tpp_folder
    tables = make.small_extract(
        SRPatient=[
            make.patient(
                str(one.number),
                one.practice,
                NHSNumber=one.nhs_number,
                Surname=one.surname,
                DateBirth=_tpp_day(one.born),
                DateDeath=_tpp_day(one.died),
                TestPatient=_TRUE[one.is_test].upper(),
            )
            for one in PEOPLE
        ],
        SRPatientRegistration=[
            make.registration(
                str(100 + one.number), str(one.number), one.practice, DateDeRegistration=_tpp_day(one.left)
            )
            for one in PEOPLE
        ],
        SRCode=[
            make.code(**_tpp_row(row), CTV3Code="", CTV3Text="", SNOMEDCode=row.code, SNOMEDText=TERMS[row.code])
            for row in events()
        ],
        SRPrimaryCareMedication=[
            make.medication(**_tpp_row(row), DateMedicationStart=_tpp_day(row.day)) for row in issues()
        ],
        SROrganisation=[make.organisation(ods) for ods in PRACTICES],
    )
    files = {f"{name}.csv": make.text(name, rows).encode("cp1252") for name, rows in tables.items()}
    return files | {"SRManifest.csv": make.manifest_text(tables, "", make.BULK).encode()}


def _aurum_key(person: Person) -> str:
    return f"12345678901234{person.number}{'20001' if person.practice == PRACTICES[0] else '20002'}"


def _aurum_day(day: str) -> str:
    return "/".join(reversed(day.split("-"))) if day else ""


def _aurum_row(row: Row) -> dict[str, str]:
    return {"patid": _aurum_key(row.person), "pracid": _aurum_key(row.person)[-5:], "enterdate": _aurum_day(row.day)}


def aurum() -> Files:
    make = aurum_folder
    tables = make.small_extract(
        Patient=[
            make.patient(
                _aurum_key(one),
                pracid=_aurum_key(one)[-5:],
                regenddate=_aurum_day(one.left),
                cprd_ddate=_aurum_day(one.died),
            )
            for one in PEOPLE
        ],
        Practice=[{"pracid": pracid, "lcd": "20/11/2026", "region": "7"} for pracid in ("20001", "20002")],
        Observation=[
            make.observation(str(row.key), **_aurum_row(row), obsdate=_aurum_day(row.day), medcodeid=_CODES[row.code])
            for row in events()
            if not row.gone
        ],
        DrugIssue=[make.issue(str(row.key), **_aurum_row(row), issuedate=_aurum_day(row.day)) for row in issues()],
        **{
            make.MEDICAL: [
                make.medical(_CODES[code], Term=term, OriginalReadCode="", CleansedReadCode="", SnomedCTConceptId=code)
                for code, term in TERMS.items()
            ],
            make.PRODUCT: [make.product("201", TermfromEMIS=CODEINE)],
        },
    )
    data = ("Patient", "Practice", "Observation", "DrugIssue")
    return {
        (f"study_Extract_{name}_001.txt" if name in data else f"{name}.txt"): make.text(name, rows).encode("latin-1")
        for name, rows in tables.items()
    }
