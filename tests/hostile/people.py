"""Nine invented people, two of whom a small rule lists, and why it lists no one else: what damage must not change.

Whoever is left out is left out by one row or one value alone, so that losing it in silence shows as a wrong name.
"""

from __future__ import annotations

from dataclasses import dataclass

PRACTICES = ("A81001", "B82002")
NIGHT = "2026-11-20"
# Named in no message: every name, number, key and text of a patient begins or ends with one of these.
CANARIES = ("Zyxwhale", "Qwertzfisch", "zyx-words")


@dataclass(frozen=True)
class Person:
    """`number` is the person's in every key of theirs. Everybody has chronic pain and codeine, unless it says not."""

    number: int
    because: str
    is_listed: bool = False
    pain_gone: bool = False  # the row of the pain is deleted
    pain_hidden: bool = False  # the row of the pain is confidential
    cancer: bool = False
    declined: bool = False
    died: str = ""
    left: str = ""
    is_test: bool = False
    is_restricted: bool = False
    drug_day: str = "2026-09-01"
    born: str = "1980-02-15"

    @property
    def nhs_number(self) -> str:
        """One of the numbers that nobody has, its check digit right."""
        for middle in range(10, 100):
            nine = f"999{middle}321{self.number}"
            check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
            if check != 10:
                return f"{nine}{check % 11}"
        raise AssertionError("one in eleven has no check digit")

    @property
    def surname(self) -> str:
        return f"{CANARIES[0]}{'ABCDEFGHIJ'[self.number]}"

    @property
    def practice(self) -> str:
        return PRACTICES[self.number % 2]


PEOPLE = (
    Person(1, "listed", is_listed=True),
    Person(2, "listed, and her record is restricted", is_listed=True, is_restricted=True),
    Person(3, "cancer", cancer=True),
    Person(4, "does not want to hear of research", declined=True),
    Person(5, "dead", died="2026-05-01"),
    Person(6, "left the practice", left="2026-05-01"),
    Person(7, "no person, a test", is_test=True),
    Person(8, "the row of the pain was deleted", pain_gone=True),
    Person(9, "the row of the pain is confidential", pain_hidden=True),
)

PAIN, CANCER, DECLINED = "82423001", "363346000", "1091881000000109"
TERMS = {PAIN: "Chronic pain", CANCER: "Malignant disease", DECLINED: "Declined research"}
PAIN_DAY, CANCER_DAY = "2026-03-15", "2025-06-10"
CODEINE, CODEINE_DMD = "Codeine 30mg tablets", "376689003"


@dataclass(frozen=True)
class Row:
    """A coded row or an issue of somebody: `key` is a number of its own."""

    key: int
    person: Person
    code: str
    day: str
    gone: bool = False
    hidden: bool = False


def events() -> list[Row]:
    found = []
    for person in PEOPLE:
        found.append(Row(10 * person.number, person, PAIN, PAIN_DAY, person.pain_gone, person.pain_hidden))
        if person.cancer:
            found.append(Row(10 * person.number + 1, person, CANCER, CANCER_DAY))
        if person.declined:
            found.append(Row(10 * person.number + 2, person, DECLINED, CANCER_DAY))
    return found


def issues() -> list[Row]:
    return [Row(10 * person.number + 5, person, CODEINE_DMD, person.drug_day) for person in PEOPLE]


RULE = """\
rule: hostile
version: 1
title: Hostile
study: {name: Hostile}
population:
  registered: {type: regular}
criteria:
  pain: {events: {codelist: hostile-pain, within: 5 years}}
  drug: {prescriptions: {codelist: hostile-drug, within: 12 months}}
  cancer: {events: {codelist: hostile-cancer}}
  declined: {latest: {codelist: hostile-research, roles: [declined]}}
include: {all: [pain, drug]}
exclude: [cancer, declined]
"""
LISTS = {
    "hostile-pain": (f"code,system,term\n{PAIN},snomed,Chronic pain\n", ""),
    "hostile-drug": ("code,system,term\nCodeine,name,Codeine\n", ""),
    "hostile-cancer": (f"code,system,term\n{CANCER},snomed,Malignant disease\n", ""),
    "hostile-research": (f"code,system,term,role\n{DECLINED},snomed,Declined research,declined\n", "roles: [declined]"),
}
