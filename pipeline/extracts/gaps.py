"""The gaps of an extract: each is a sentence, with a topic that shows which rules need what is missing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    """What rules and lists need from an extract. `words`: the words for it after "does not say" or "ask for".

    The values are kept in stores and manifests: the words may change, the values may not.
    """

    words: str

    def __new__(cls, key: str, words: str) -> Topic:
        member = str.__new__(cls, key)
        member._value_, member.words = key, words
        return member

    HIERARCHY = "hierarchy", "which codes are below which in the hierarchy"
    CODES = "codes", "the codes of some systems"
    EVENTS = "events", "coded events, and their dates"
    PRESCRIPTIONS = "prescriptions", "prescriptions, their dates and the names of the medicines"
    ISSUES = "issues", "the date of each issue, not of each course"
    KIND = "kind", "whether a prescription is acute, a repeat or from elsewhere"
    CANCELLED = "cancelled", "which issues were cancelled"
    ROWS = "rows", "which rows make up one entry in the record"
    NOTE_LENGTH = "note_length", "how long a fit note lasts"
    ENCOUNTER = "encounter", "which rows belong to one consultation"
    PRECISION = "precision", "how precise a date is"
    RECORDED_ON = "recorded_on", "when a row was entered"
    CONFIDENTIAL = "confidential", "which rows are confidential"
    VALUE = "value", "measured values"
    QUANTITY = "quantity", "prescribed quantities"
    BIRTH_DATE = "birth_date", "dates of birth"
    BIRTH_DAY = "birth_day", "the day of birth, not only its month or year"
    DEATH = "death", "who has died"
    REGISTERED_FROM = "registered_from", "when registrations began"
    REGISTERED_FOR = "registered_for", "how long patients have been registered"  # known: only who is now
    REGISTERED_TO = "registered_to", "when registrations ended"
    REGISTRATION_TYPE = "registration_type", "the types of registrations"
    TEMPORARY = "temporary", "which patients are temporary"  # all count as regular
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
    """`text` is a whole sentence. `is_missing`: these files lack something that others of their format have."""

    topic: Topic
    text: str
    is_missing: bool = False


class Lost(NamedTuple):
    """What is lost with a file or column that may be missing. `text` continues "the extract does not say"."""

    topic: Topic
    text: str


HIERARCHY = Lost(Topic.HIERARCHY, "the hierarchy of codes: a list entry with its children finds only itself")
RECORDED_ON = Lost(
    Topic.RECORDED_ON, "when a row was entered, so a search as of an earlier day also sees what came later"
)


def no_table(what: str, lost: Lost) -> Gap:
    """The gap left by a missing file or table. `what`: its name, such as `Admin_UserInRole file`."""
    return Gap(lost.topic, f"There is no {what}, so the extract does not say {lost.text}.", is_missing=True)


def no_column(table: str, columns: str, lost: Lost) -> Gap:
    return Gap(lost.topic, f"{table} has no column {columns}, so the extract does not say {lost.text}.", True)
