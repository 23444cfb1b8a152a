"""The gaps of an extract: each is a sentence, with a topic that shows which rules need what is missing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    """What rules and lists need from an extract. `words`: what to call it after "ask the supplier for".

    The values are kept in stores and manifests: the words may change, the values may not.
    """

    words: str

    def __new__(cls, key: str, words: str) -> Topic:
        member = str.__new__(cls, key)
        member._value_, member.words = key, words
        return member

    HIERARCHY = "hierarchy", "the hierarchy of codes"
    CODES = "codes", "the missing codes"
    EVENTS = "events", "coded events and their dates"
    PRESCRIPTIONS = "prescriptions", "prescriptions, their dates and the names of the medicines"
    ISSUES = "issues", "the date of each issue, not only of each course"
    KIND = "kind", "the kind of each prescription: acute, repeat or from elsewhere"
    CANCELLED = "cancelled", "a mark on cancelled issues"
    ROWS = "rows", "a way to see which rows make up one entry in the record"
    NOTE_LENGTH = "note_length", "the length of each fit note"
    ENCOUNTER = "encounter", "the consultation that each row belongs to"
    PRECISION = "precision", "the precision of each date"
    RECORDED_ON = "recorded_on", "the day on which each row was entered"
    CONFIDENTIAL = "confidential", "a mark on confidential rows"
    VALUE = "value", "measured values"
    UNIT = "unit", "the unit of each value"
    QUANTITY = "quantity", "prescribed quantities"
    BIRTH_DATE = "birth_date", "dates of birth"
    BIRTH_DAY = "birth_day", "the day of birth, not only its month or year"
    SEX = "sex", "the sex of each patient"
    DEATH = "death", "dates of death"
    REGISTERED_FROM = "registered_from", "the dates on which registrations began"
    REGISTERED_FOR = "registered_for", "the dates on which current registrations began"  # known: only who is now
    REGISTERED_TO = "registered_to", "the dates on which registrations ended"
    REGISTRATION_TYPE = "registration_type", "the type of each registration"
    TEMPORARY = "temporary", "a mark on temporary patients"  # all count as regular
    TEST_PATIENT = "test_patient", "a mark on test patients"
    RESTRICTED = "restricted", "a mark on restricted records"
    CARE_HOME = "care_home", "a mark on patients who live in a care home"
    NHS_NUMBER = "nhs_number", "NHS numbers"
    NAME = "name", "names, and the practice's own numbers"
    CONTACT = "contact", "addresses, telephone numbers and consent to use them"
    OPT_OUT = "opt_out", "opt-outs and objections"
    AGREEMENT = "agreement", "a list of the practices that still share their records"
    OTHER = "other", "a detail that no rule needs"


class Gap(NamedTuple):
    """`text` is a whole sentence. `is_missing`: these files lack something that others of their format have."""

    topic: Topic
    text: str
    is_missing: bool = False


class Lost(NamedTuple):
    """What is lost with a file or column that may be missing. `text` continues "the extract does not show"."""

    topic: Topic
    text: str


HIERARCHY = Lost(Topic.HIERARCHY, "the hierarchy of codes: a list entry with its children finds only itself")
RECORDED_ON = Lost(Topic.RECORDED_ON, "when a row was entered: a search as of an earlier day also sees what came later")


def no_table(what: str, lost: Lost) -> Gap:
    """The gap left by a missing file or table. `what`: its name, such as `Admin_UserInRole file`."""
    return Gap(lost.topic, f"There is no {what}, so the extract does not show {lost.text}.", is_missing=True)


def no_column(table: str, columns: str, lost: Lost) -> Gap:
    return Gap(lost.topic, f"{table} has no column {columns}, so the extract does not show {lost.text}.", True)
