"""What an extract cannot say: a sentence, and its topic, by which a rule that needs it is found."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    """What rules and lists are made of. `words`: how people say it, after "does not say" or "ask for".

    The values are kept in stores and manifests: words may change, they may not.
    """

    words: str

    def __new__(cls, key: str, words: str) -> Topic:
        member = str.__new__(cls, key)
        member._value_, member.words = key, words
        return member

    HIERARCHY = "hierarchy", "which codes lie below which"
    CODES = "codes", "the codes of one system or another"
    EVENTS = "events", "coded events, and their dates"
    PRESCRIPTIONS = "prescriptions", "prescriptions, their dates and the names of the medicines"
    ISSUES = "issues", "the date of each issue, not of each course"
    KIND = "kind", "whether a prescription is acute, a repeat or from elsewhere"
    CANCELLED = "cancelled", "which issues were cancelled"
    ROWS = "rows", "which rows are one entry of the record"
    NOTE_LENGTH = "note_length", "how long a fit note lasts"
    ENCOUNTER = "encounter", "which rows belong to one consultation"
    PRECISION = "precision", "how exactly a date is known"
    RECORDED_ON = "recorded_on", "when a row was typed in"
    CONFIDENTIAL = "confidential", "which rows are confidential"
    VALUE = "value", "values that were measured"
    QUANTITY = "quantity", "quantities that were prescribed"
    BIRTH_DATE = "birth_date", "dates of birth"
    BIRTH_DAY = "birth_day", "the day of birth, not only its month or year"
    DEATH = "death", "who has died"
    REGISTERED_FROM = "registered_from", "when registrations began"
    REGISTERED_FOR = "registered_for", "how long patients have been registered"  # known is only: now
    REGISTERED_TO = "registered_to", "when registrations ended"
    REGISTRATION_TYPE = "registration_type", "the types of registrations"
    TEMPORARY = "temporary", "which patients are temporary ones"  # all count as regular
    TEST_PATIENT = "test_patient", "who is a test patient"
    RESTRICTED = "restricted", "whose record is restricted"
    CARE_HOME = "care_home", "who lives in a care home"
    NHS_NUMBER = "nhs_number", "NHS numbers"
    NAME = "name", "names, and the practice's own numbers"
    CONTACT = "contact", "addresses, telephone numbers and consent to use them"
    OPT_OUT = "opt_out", "who has opted out or objected"
    AGREEMENT = "agreement", "which practices still share their records"
    OTHER = "other", "a detail that no rule asks for"


class Gap(NamedTuple):
    """`text` is a whole sentence. `is_missing`: these files lack it, where others of their format have it."""

    topic: Topic
    text: str
    is_missing: bool = False


class Lost(NamedTuple):
    """What goes with a file or a column that may be missing. `text` follows upon "the extract does not say"."""

    topic: Topic
    text: str


HIERARCHY = Lost(Topic.HIERARCHY, "the hierarchy of codes: a list entry with its children finds only itself")
RECORDED_ON = Lost(
    Topic.RECORDED_ON, "when a row was typed in, so a search as of an earlier day also sees what came later"
)


def no_table(what: str, lost: Lost) -> Gap:
    """`what`: the file or table that is not there, such as `Admin_UserInRole file`."""
    return Gap(lost.topic, f"There is no {what}, so the extract does not say {lost.text}.", is_missing=True)


def no_column(table: str, columns: str, lost: Lost) -> Gap:
    return Gap(lost.topic, f"{table} has no column {columns}, so the extract does not say {lost.text}.", True)
