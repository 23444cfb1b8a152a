"""Invented people, and what they are read back as."""

from dataclasses import replace
from datetime import date

from pipeline.lists.row import ListProvenance, ListRow

SAOIRSE = ListRow(
    study_code="00417",
    nhs_number="9990000018",
    local_number="0007",
    title="Ms",
    given_name="Saoirse",
    surname="O'Brien",
    date_of_birth=date(1980, 2, 29),
    sex="F",
    why="Chronic pain: 4 entries, last 12/10/2026. Opioid: 9 issues in 12 months.",
    in_work_evidence="none",
    in_work_because="",
    flags="Interpreter needed",
    first_listed=date(2026, 11, 20),
    age="46",
)
# 18 digits, like a SNOMED id: as a number, a spreadsheet would keep 15 of them.
LUKASZ = replace(
    SAOIRSE,
    local_number="999000041000000102",
    given_name="Łukasz",
    date_of_birth=None,
    age="49 or 50",
    in_work_evidence="in_work",
)

ABOUT = ListProvenance(
    study="InSTEP",
    rule="instep",
    rule_title="People with chronic pain who may be out of work",
    rule_version=1,
    practice_name="Smith & Jones Surgery",
    practice_id="A81001",
    index_date=date(2026, 11, 20),
    extract_date=date(2026, 11, 19),
    questions=("In work, as far as you know", "The pain has not lasted 3 months"),
    reasons=("in work", "cancer-related pain", "said no to research"),
    lines=(("Only the person can say", "Wants to work"), ("Rule sha256", "0123abcd" * 8)),
)

HEADER = [
    *("study_code", "nhs_number", "local_number", "title", "given_name", "surname", "date_of_birth", "sex"),
    *("why", "in_work_evidence", "in_work_because", "flags", "first_listed"),
    *("decision", "reason", "reviewer", "reviewed_on"),
]
