"""Refuses an extract from the future."""

from __future__ import annotations

from datetime import date

from pipeline.errors import ExtractError


def refuse_future(made: date | None, today: date | None) -> None:
    """Raises ExtractError where an extract was made after today: a clock or a copy is wrong, and so is every window."""
    if made and today and made > today:
        raise ExtractError(
            f"The extract says it was made on {made:%d/%m/%Y}, which is after today, {today:%d/%m/%Y}. Check the "
            "computer's date. If it is right, the date in the extract's file names or rows is wrong: ask your supplier."
        )
