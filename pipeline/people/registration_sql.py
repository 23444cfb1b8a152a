"""Whether a person is registered, or dead, on a day, as SQL over `patient` or `person`. Not known counts as no."""

from __future__ import annotations


def registered_sql(day: str, kind: str = "regular", table: str = "") -> str:
    """Whether a registration of this type had begun by `day`, an SQL expression, and had not ended.

    `table`: the alias of the columns' table with its dot, such as `p.`.
    """
    return f"{table}registration_type = '{kind}' AND {here_sql(day, table)}"


def here_sql(day: str, table: str = "") -> str:
    """Whether a registration of whatever type had begun by `day` and had not ended."""
    return f"COALESCE({table}registered_from, {day} + 1) <= {day} AND COALESCE({table}registered_to, {day} + 1) > {day}"


def dead_sql(day: str, table: str = "") -> str:
    """Whether the patient had died by `day`."""
    return f"COALESCE({table}date_of_death, {day} + 1) <= {day}"
