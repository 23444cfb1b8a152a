"""One person's record as Python values: dates as intervals of possible days, and the rows that may take part."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.dates import LAST_STAND_IN, NO_DAY_FROM

TableRow = Mapping[str, object]  # a row of a canonical table, by column name; days are ordinals
Tables = Mapping[str, Iterable[TableRow]]
EVENT, PRESCRIPTION = "event", "prescription"


@dataclass(frozen=True)
class When:
    """The first and last day that a date can be. An unknown date has no `When` at all."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True)
class Row:
    """A row of the record. `amount` is an event's value or a prescription's quantity; `key` its place in the table.

    `may_help`: it may count for the person, because it is not confidential and its days can be.
    """

    key: int
    code_id: int | None
    when: When | None
    recorded_on: date | None
    amount: float | None
    encounter: str | None
    may_help: bool
    unit: str | None = None


@dataclass(frozen=True)
class Person:
    """A registration record with the rows of each kind that belong to it."""

    person_row: int
    practice_id: str
    extract_date: date
    is_test: bool
    registration_type: str
    registered_from: date | None
    registered_to: date | None
    died: date | None
    born: When | None
    sex: object
    rows: Mapping[str, tuple[Row, ...]]

    def taking_part(self, kind: str, index: date) -> list[Row]:
        """The rows that count: of a real person, written by the index date and not of a day after it.

        A day that cannot be is an unknown day, and its row may not help the person.
        """
        rows = [self._without_impossible_days(row) for row in self.rows[kind]]
        return [row for row in rows if not self.is_test and _can_count(row, index)]

    def _without_impossible_days(self, row: Row) -> Row:
        if row.when and self._cannot_be(row.when):
            row = replace(row, when=None, may_help=False)
        if row.recorded_on and row.recorded_on.toordinal() >= NO_DAY_FROM:
            return replace(row, recorded_on=None)
        if row.recorded_on and row.recorded_on > self.extract_date:
            return replace(row, recorded_on=None, may_help=False)
        return row

    def _cannot_be(self, when: When) -> bool:
        """Before birth, when few were born who still live, or after the practice's extract was made."""
        before_birth = self.born is not None and when.last < self.born.first
        return before_birth or when.first.toordinal() <= LAST_STAND_IN or when.first > self.extract_date


def _can_count(row: Row, index: date) -> bool:
    is_known = row.recorded_on is None or row.recorded_on <= index
    return is_known and (row.when is None or row.when.first <= index)


def read_people(tables: Tables, practices: Iterable[str]) -> list[Person]:
    """Everyone at these practices, from the tables `practice`, `patient`, `event` and `prescription`."""
    searched = set(practices)
    made = {row["practice_id"]: _day(row["extract_date"]) for row in tables["practice"]}
    events = _rows_by_person(tables[EVENT], "value", "encounter")
    prescriptions = _rows_by_person(tables[PRESCRIPTION], "quantity", "course")
    return [
        _person(
            row,
            made[row["practice_id"]] or date.max,
            {EVENT: tuple(events[row["person_row"]]), PRESCRIPTION: tuple(prescriptions[row["person_row"]])},
        )
        for row in tables["patient"]
        if row["practice_id"] in searched
    ]


def _rows_by_person(table: Iterable[TableRow], amount: str, encounter: str) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = defaultdict(list)
    for key, row in enumerate(table):
        found[row["person_row"]].append(_row(key, row, amount, encounter))
    return found


def _row(key: int, row: TableRow, amount: str, encounter: str) -> Row:
    number, together = row.get(amount), row.get(encounter)
    return Row(
        key,
        _whole(row["code_id"]),
        read_when(row["date"], row["date_precision"]),
        _day(row.get("recorded_on")),
        None if number is None else float(str(number)),
        None if together is None else str(together),
        not row["is_confidential"],
        None if row.get("unit") is None else str(row["unit"]),
    )


def _person(row: TableRow, extract_date: date, rows: Mapping[str, tuple[Row, ...]]) -> Person:
    return Person(
        int(str(row["person_row"])),
        str(row["practice_id"]),
        extract_date,
        bool(row["is_test"]),
        str(row["registration_type"]),
        _day(row["registered_from"]),
        _day(row["registered_to"]),
        _day(row["date_of_death"]),
        read_when(row["date_of_birth"], row["birth_precision"]),
        row.get("sex"),
        rows,
    )


def read_when(value: object, precision: object) -> When | None:
    """The days that a date of this precision can be, from its first possible one."""
    first = _day(value)
    if first is None or precision == "unknown":
        return None
    if precision == "year":
        return When(first, date(first.year, 12, 31))
    if precision == "month":
        return When(first, first.replace(day=monthrange(first.year, first.month)[1]))
    return When(first, first)


def _day(value: object) -> date | None:
    number = _whole(value)
    return None if number is None else date.fromordinal(number)


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
