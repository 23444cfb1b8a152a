"""What not to check: the format's reader has already said that the extract cannot carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.extracts.gaps import Gap, Topic
from pipeline.quality.judge.finding import Kind
from pipeline.quality.judge.intervals import Measured

_COLUMNS = {
    "patient.nhs_number": {Topic.NHS_NUMBER},
    "patient.date_of_birth": {Topic.BIRTH_DATE},
    "patient.registered_from": {Topic.REGISTERED_FROM},
    "patient.local_number": {Topic.NAME},
    "patient.surname": {Topic.NAME},
    "patient.given_name": {Topic.NAME},
    "patient.address": {Topic.CONTACT},
    "patient.postcode": {Topic.CONTACT},
    "patient.mobile": {Topic.CONTACT},
    "event.recorded_on": {Topic.RECORDED_ON},
    "event.encounter": {Topic.ENCOUNTER},
    "event.value": {Topic.VALUE},
    "prescription.recorded_on": {Topic.RECORDED_ON},
    "prescription.quantity": {Topic.QUANTITY},
}
_TABLES = {
    "event": {Topic.EVENTS},
    "certificate": {Topic.EVENTS},
    "prescription": {Topic.PRESCRIPTIONS, Topic.ISSUES},
}
_KINDS = {
    Kind.UNREGISTERED: {Topic.REGISTERED_FROM},
    Kind.NOBODY_REGISTERED: {Topic.REGISTERED_FROM, Topic.REGISTRATION_TYPE},
    Kind.NHS_NUMBER_INVALID: {Topic.NHS_NUMBER},
    Kind.NHS_NUMBER_REPEATED: {Topic.NHS_NUMBER},
    Kind.LIST_SILENT: {Topic.EVENTS, Topic.PRESCRIPTIONS},
}
_GAPS_OF_PSEUDONYMS = {Topic.NAME, Topic.CONTACT}
_STRAY = 0.01  # of a column's rows: fewer may be filled by chance in a format that has no such column


def find_topics_not_carried(gaps: Iterable[Gap], is_pseudonymised: bool) -> frozenset[Topic]:
    """The topics that an extract cannot carry; if it is pseudonymised, names and contacts too."""
    return frozenset({gap.topic for gap in gaps} | (_GAPS_OF_PSEUDONYMS if is_pseudonymised else set()))


def drop_not_carried(measures: Iterable[Measured], topics: frozenset[Topic]) -> list[Measured]:
    """The measures that mean something. A topic may be about another column, so a column that is filled counts."""
    known = list(measures)
    filled, rows = Counter[str](), Counter[str]()
    for one in known:
        if one.kind is Kind.COLUMN_BLANK:
            filled[one.item] += int(one.base) - one.n
            rows[one.item] += int(one.base)
    carried = {item for item in filled if filled[item] > _STRAY * rows[item]}
    return [one for one in known if not _is_lacking(one, topics, carried)]


def _is_lacking(one: Measured, topics: frozenset[Topic], carried: set[str]) -> bool:
    """Whether the measure is about something the format does not carry. A column that the last run had is carried."""
    if one.kind is Kind.COLUMN_FADED or (one.kind is Kind.COLUMN_BLANK and one.item in carried):
        return False
    table = one.item.split(".")[0] if one.kind is not Kind.LIST_SILENT else ""
    about = _KINDS.get(one.kind, set()) | _COLUMNS.get(one.item, set()) | _TABLES.get(table, set())
    return bool(about & topics)
