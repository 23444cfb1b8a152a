"""Who is a patient of a practice on a day: one reading, in SQL over `patient`. What is not known is not so."""

from __future__ import annotations


def registered_sql(day: str) -> str:
    """Whether a regular registration had begun by `day`, an SQL expression, and had not ended."""
    return (
        f"registration_type = 'regular' AND COALESCE(registered_from, {day} + 1) <= {day} "
        f"AND COALESCE(registered_to, {day} + 1) > {day}"
    )


def dead_sql(day: str) -> str:
    """Whether the patient had died by `day`."""
    return f"COALESCE(date_of_death, {day} + 1) <= {day}"
