"""Turns the people found into the rows of each practice's list, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.casefinding.list_marks import mark_homes
from pipeline.casefinding.reasons import Reasons
from pipeline.dates import completed_years, month_ends
from pipeline.lists.row import ListRow
from pipeline.people.one_address import home_of
from pipeline.rules.model import Rule
from pipeline.search.engine import Engine


def build_rows(engine: Engine, reasons: Reasons) -> dict[int, tuple[str, ListRow]]:
    """The practice and the list's row of each person whose reasons were gathered, by `person_row`."""
    chosen, decision = reasons.plan.table("chosen"), reasons.plan.table("decision")
    sql = (
        f"SELECT p.*, d.work FROM patient p JOIN {chosen} c ON c.person_row = p.person_row "  # noqa: S608
        f"JOIN {decision} d ON d.person_row = p.person_row ORDER BY p.person_row"
    )
    records = ((int(str(record["person_row"])), record) for record in engine.fetch_dicts(sql))
    return {person: (str(record["practice_id"]), _row(record, person, reasons)) for person, record in records}


def group_by_practice(rows: Iterable[tuple[str, ListRow]], rule: Rule) -> dict[str, list[ListRow]]:
    """The rows of each practice's list, in the order they are reviewed."""
    found: dict[str, list[ListRow]] = defaultdict(list)
    for practice, row in rows:
        found[practice].append(row)
    return {practice: in_order(mark_homes(people), rule) for practice, people in found.items()}


def in_order(people: Iterable[ListRow], rule: Rule) -> list[ListRow]:
    """By name, or as the rule says the newest certificate first, then the newest entry, and people without either."""
    by_name = sorted(people, key=_name)
    return by_name if rule.sort == "name" else sorted(by_name, key=_newness)


def _row(record: Mapping[str, object], person: int, reasons: Reasons) -> ListRow:
    def text(name: str) -> str:
        return "" if record[name] is None else str(record[name])

    exact = record["birth_precision"] == "day"  # the first possible day must not be read as the birthday
    born = record["date_of_birth"] if exact else None
    return ListRow(
        study_code="",  # drawn by the ledger, once per person and study
        nhs_number=text("nhs_number"),
        local_number=text("local_number"),
        title=text("title"),
        given_name=text("given_name"),
        surname=text("surname"),
        date_of_birth=None if born is None else date.fromordinal(int(str(born))),
        age=_age(record, reasons.plan.index),
        sex=text("sex"),
        why=reasons.why(person),
        in_work_evidence=text("work"),
        in_work_because=reasons.work(person, text("work")),
        flags=reasons.flags(person, record),
        first_listed=None,  # known to the ledger only
        newest=reasons.newest(person),
        home=home_of((text(f"address_{n}") for n in range(1, 6)), text("postcode")),
    )


def _age(record: Mapping[str, object], index: date) -> str:
    """`50`, `49 or 50` where the day of birth is not known, or nothing."""
    if record["date_of_birth"] is None:
        return ""
    first = int(str(record["date_of_birth"]))
    ends = {"month": month_ends(first)[0], "year": month_ends(first)[1]}
    last = ends.get(str(record["birth_precision"]), first)
    ages = {completed_years(date.fromordinal(day), index): None for day in (last, first)}
    return " or ".join(map(str, ages))


def _newness(row: ListRow) -> int:
    return -row.newest.toordinal() if row.newest else 0


def _name(row: ListRow) -> tuple[str, ...]:
    born = row.date_of_birth.isoformat() if row.date_of_birth else ""
    return row.surname.casefold(), row.given_name.casefold(), born, row.nhs_number, row.local_number
