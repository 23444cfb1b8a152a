"""Whether a person is registered, or dead, on a day, as SQL over `patient`. What is not known counts as no."""

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
