"""A plain extract of one practice, as small as a test needs."""

from pathlib import Path

PRACTICE = "practice_id,name,supplier,extract_date\nA00001,First,Test,2026-11-20\n"
PATIENT = (
    "person_row,practice_id,patient_id,nhs_number,local_number,date_of_birth,birth_precision,registered_from,"
    "registration_type,is_test,is_restricted\n"
)
CODE = """\
code_id,snomed,ctv3,term,is_medicine
1,82423001,,Chronic pain,0
2,751481000000104,,Not fit for work,0
3,,Y08c2,Duration in months,0
4,,,Lengths,0
"""
CODE_PARENT = "code_id,parent_id\n3,4\n"
ENDS = ("date_of_death", "registered_to")  # without these columns nobody would be known to live, or to have stayed
EVENT = "person_row,code_id,date,date_precision,is_confidential\n"
PRESCRIPTION = "person_row,code_id,date,date_precision,kind,is_confidential\n"


def write_plain(folder: Path, people: str, events: str) -> None:
    """Rows of `patient` and `event`, one to a line; code 1 is chronic pain, 2 a fit note, 3 a coded length."""
    folder.mkdir()
    header, *rows = (PATIENT + people).splitlines()
    tables = {
        "practice": PRACTICE,
        "patient": "\n".join((",".join((header, *ENDS)), *(row + "," * len(ENDS) for row in rows), "")),
        "code": CODE,
        "code_parent": CODE_PARENT,
        "event": EVENT + (events + "\n" if events else ""),
        "prescription": PRESCRIPTION,
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
