"""Takes away from a full account of the population what a format declares that it cannot say, one topic at a time.

What is left must lead to the same people as the format itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.extracts.gaps import Topic
from pipeline.rules.check import CheckedRule
from tests.formats.population import Person, Told, find, search_all, undone

# Of patients, a column that the format cannot say in full is put as the format says it.
_PATIENT: dict[Topic, tuple[str, ...]] = {
    Topic.BIRTH_DAY: ("date_of_birth", "birth_precision"),
    Topic.TEST_PATIENT: ("is_test",),
    Topic.RESTRICTED: ("is_restricted",),
    Topic.REGISTRATION_TYPE: ("registration_type",),
    Topic.TEMPORARY: ("registration_type",),
    Topic.REGISTERED_FROM: ("registered_from",),
    Topic.REGISTERED_FOR: ("registered_from",),
    Topic.REGISTERED_TO: ("registered_to",),
    Topic.NHS_NUMBER: ("nhs_number",),
}
_ROWS: dict[Topic, tuple[str, ...]] = {
    Topic.HIERARCHY: ("DELETE FROM code_parent",),
    # Codes of the supplier's own are under nothing.
    Topic.CODES: (
        "DELETE FROM code_parent WHERE code_id IN "
        "(SELECT code_id FROM code WHERE coalesce(snomed, read2, ctv3, dmd) IS NULL)",
    ),
    Topic.CONFIDENTIAL: ("UPDATE event SET is_confidential = 0", "UPDATE prescription SET is_confidential = 0"),
    Topic.RECORDED_ON: ("UPDATE event SET recorded_on = NULL", "UPDATE prescription SET recorded_on = NULL"),
    Topic.KIND: ("UPDATE prescription SET kind = 'unknown'",),
    Topic.ENCOUNTER: ("UPDATE event SET encounter = NULL",),
    Topic.VALUE: ("UPDATE event SET value = NULL, unit = NULL",),
}
BLINDERS = (*_PATIENT, *_ROWS)


def blind(full: Told, topic: Topic, other: Told) -> None:
    """Change the full account's tables, for the caller to undo."""
    for statement in _ROWS.get(topic, ()):
        full.con.execute(statement)
    if topic in _PATIENT:
        _say_as(full, _PATIENT[topic], other)


def _say_as(full: Told, columns: tuple[str, ...], other: Told) -> None:
    """Patients that the other format does not hold stay as they are."""
    names = ", ".join(columns)
    said = {
        other.number[row]: values
        for row, *values in other.con.execute(f"SELECT person_row, {names} FROM patient").fetchall()
    }
    rows = [(row, *said[number]) for row, number in full.number.items() if number in said]
    full.con.execute(f"CREATE OR REPLACE TEMP TABLE said AS SELECT person_row, {names} FROM patient WHERE false")
    full.con.executemany(f"INSERT INTO said VALUES ({', '.join('?' * (len(columns) + 1))})", rows)
    sets = ", ".join(f"{name} = said.{name}" for name in columns)
    full.con.execute(f"UPDATE patient SET {sets} FROM said WHERE said.person_row = patient.person_row")


def absent(full: Told, other: Told) -> set[Person]:
    """Whom the other format does not hold."""
    return {*full.number.values()} - {*other.number.values()}


def find_without(full: Told, topics: Iterable[Topic], other: Told, checked: CheckedRule) -> set[Person]:
    """Whom a search of the full account finds where these topics are not said."""
    with undone(full):
        for topic in topics:
            blind(full, topic, other)
        return find(full, checked)


def unsure(full: Told, checked: CheckedRule) -> set[Person]:
    """Who has rows of the rule's whose day is not known exactly."""
    with undone(full):
        hits = search_all(full, checked).table("hits")
        vague = f"SELECT DISTINCT person_row FROM {hits} WHERE first_day IS NULL OR first_day < last_day"
        return {full.number[row] for (row,) in full.con.execute(vague).fetchall()}
