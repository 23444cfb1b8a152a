"""SQL that reads the canonical tables, once: who is looked at, and every row that a criterion could use."""

from __future__ import annotations

from pipeline.rules.model import Rule
from pipeline.search.basis import Basis, values_in_units
from pipeline.search.doubt.days import is_entered_in_future, is_impossible, possible_days, why_left_out
from pipeline.search.step import Step

HIT_COLUMNS = (
    "kind", "criterion", "role", "meaning", "person_row", "code_id", "first_day", "last_day", "impossible_day",
    "amount", "encounter", "is_confidential", "may_help", "recorded_on", "source_file", "source_key", "left_out",
)  # fmt: skip


def hit_columns(rule: Rule) -> tuple[str, ...]:
    """Those of every rule and, where a value is compared in a unit, whether a row's unit is one of these."""
    return (*HIT_COLUMNS, "unit_fits") if values_in_units(rule) else HIT_COLUMNS


def person_step(basis: Basis, only: str | None = None) -> Step:
    """Every record of the practices searched; a date of birth becomes the interval it can lie in.

    `only`: a table of the only records to look at.
    """
    born_from, born_to = possible_days("p.date_of_birth", "p.birth_precision", "c")
    searched, reported, nominated, calendar = (
        basis.names.of(table) for table in ("searched_practice", "reported", "nominated", "calendar")
    )
    chosen = f" JOIN {only} h ON h.person_row = p.person_row" if only else ""
    return Step(
        basis.table("person"),
        ("patient", searched, reported, nominated, calendar, *([only] if only else [])),
        "Everyone registered at the practices searched, and between which days they were born.",
        "SELECT p.person_row, p.practice_id, p.is_test, p.registration_type, p.registered_from, p.registered_to, "
        f"p.sex, p.date_of_death, {born_from} AS born_from, {born_to} AS born_to, "
        "CASE WHEN o.person_row IS NULL THEN 0 ELSE 1 END AS is_reported, "
        "CASE WHEN n.person_row IS NULL THEN 0 ELSE 1 END AS is_nominated "
        f"FROM patient p JOIN {searched} q ON q.practice_id = p.practice_id "
        f"LEFT JOIN {reported} o ON o.person_row = p.person_row "
        f"LEFT JOIN {nominated} n ON n.person_row = p.person_row "
        f"LEFT JOIN {calendar} c ON c.day = p.date_of_birth{chosen}",
    )


def hits_step(basis: Basis) -> Step:
    """The one read of both big tables: every row whose code some criterion uses, and why it may not take part.

    A day that cannot be is an unknown day: `impossible_day` holds what the row says, for people to read.
    """
    use, calendar, person = basis.table("code_use"), basis.table("calendar"), basis.table("person")
    units = basis.table("unit_use") if values_in_units(basis.rule) else None
    event = _coded("event", 1, "e.value", "e.encounter", use, calendar, units)
    prescription = _coded("prescription", 2, "e.quantity", "e.course", use, calendar, units)
    fits = ", unit_fits" if units else ""
    return Step(
        basis.table("hits"),
        ("event", "prescription", "practice", use, calendar, person, *([units] if units else [])),
        "Every row whose code a criterion uses: between which days its date lies, whether it may help a person and, in "
        "left_out, why it does not count at all.",
        "SELECT kind, criterion, role, meaning, person_row, code_id, CASE WHEN impossible = 0 THEN first_day END AS "
        "first_day, CASE WHEN impossible = 0 THEN last_day END AS last_day, CASE WHEN impossible = 1 THEN first_day "
        "END AS impossible_day, amount, encounter, is_confidential, CASE WHEN is_confidential + impossible + "
        "entered_in_future = 0 THEN 1 ELSE 0 END AS may_help, recorded_on, source_file, source_key, "
        f"{why_left_out(basis.index.toordinal())} AS left_out{fits} FROM (SELECT r.*, p.is_test, x.extract_date, "
        f"{is_impossible()} AS impossible, {is_entered_in_future()} AS entered_in_future "
        f"FROM ({event} UNION ALL {prescription}) r JOIN {person} p ON p.person_row = r.person_row "
        "JOIN practice x ON x.practice_id = p.practice_id) d",
    )


def _coded(table: str, kind: int, amount: str, encounter: str, use: str, calendar: str, units: str | None) -> str:
    fits = ", CASE WHEN w.unit IS NULL THEN 0 ELSE 1 END AS unit_fits" if units else ""
    joined = f"LEFT JOIN {units} w ON w.criterion = u.criterion AND w.unit = e.unit " if units else ""
    first, last = possible_days("e.date", "e.date_precision", "c")
    return (
        f"SELECT {kind} AS kind, u.criterion, u.role, u.meaning, e.person_row, e.code_id, {first} AS first_day, "
        f"{last} AS last_day, {amount} AS amount, {encounter} AS encounter, e.is_confidential, e.recorded_on, "
        f"e.source_file, e.source_key{fits} FROM {table} e JOIN {use} u ON u.code_id = e.code_id {joined}"
        f"LEFT JOIN {calendar} c ON c.day = e.date WHERE u.kind = {kind}"
    )
