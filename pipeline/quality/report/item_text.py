"""Names of tables, columns, code systems and months for people who do not know the software."""

from __future__ import annotations

from calendar import month_name
from datetime import date

from pipeline.quality.count.periods import TAIL, TAIL_DAYS

ROWS = {"event": "coded entries", "prescription": "prescriptions", "certificate": "fit notes"}
_TABLES = {"patient": "patients", **ROWS}
_COLUMNS = {
    "nhs_number": "the NHS number",
    "date_of_birth": "the date of birth",
    "sex": "sex",
    "registered_from": "the registration date",
    "local_number": "the practice's own patient number",
    "surname": "the surname",
    "given_name": "the given name",
    "address": "the address",
    "postcode": "the postcode",
    "mobile": "the mobile number",
    "usual_gp": "the usual GP",
    "date": "the date",
    "recorded_on": "the date of entry",
    "encounter": "the consultation",
    "value": "the value",
    "quantity": "the quantity",
    "duration_days": "the length of the course",
}
_SYSTEMS = {"snomed": "SNOMED CT", "dmd": "dm+d", "read2": "Read v2", "ctv3": "CTV3"}


def name_rows(item: str) -> str:
    """`event.date` or `event`: coded entries."""
    return _TABLES[item.split(".")[0]]


def name_column(item: str) -> str:
    return _COLUMNS[item.split(".")[1]]


def name_system(item: str) -> str:
    return _SYSTEMS[item]


def name_list(item: str) -> str:
    """`fit-notes/not_fit`: the meaning 'not fit' in the code list 'fit-notes'."""
    name, _, role = item.partition("/")
    said = f"the code list '{name}'"
    return f"the meaning '{role.replace('_', ' ')}' in {said}" if role else said


def capitalise(text: str) -> str:
    """Change the first letter only, because names may follow."""
    return f"{text[:1].upper()}{text[1:]}"


def lower_first(text: str) -> str:
    """As `text` stands after a colon; an abbreviation at its beginning stays as it is."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def format_day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def format_month(name: str) -> str:
    """`2026-09`: September 2026."""
    year, number = name.split("-")
    return f"{month_name[int(number)]} {year}"


def format_span(months: tuple[str, ...], extract_date: date) -> str:
    """A run of months in a sentence. If it ends with the newest days, it is still going on."""
    first, last = months[0], months[-1]
    if last == TAIL:
        begins = extract_date.toordinal() - TAIL_DAYS + 1
        return (
            f"since {format_day(date.fromordinal(begins))}"
            if first == TAIL
            else f"since the beginning of {format_month(first)}"
        )
    return f"in {format_month(first)}" if first == last else f"from {format_month(first)} to {format_month(last)}"


def format_share(n: int, of: float) -> str:
    """`120 of 400 (30%)`; shares under 10% to one decimal place."""
    percent = 100 * n / of if of else 0.0
    return f"{n:,} of {of:,.0f} ({percent:.0f}%)" if percent >= 10 else f"{n:,} of {of:,.0f} ({percent:.1f}%)"
