"""Who somebody is, as one practice's record has it, and what a run says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipeline.people.one_person import valid_number


@dataclass(frozen=True)
class Registration:
    """One patient record. Nothing of it is in its repr, so that no error or log can quote it.

    `date_of_birth`: None unless the day is known.
    """

    practice_id: str = field(repr=False)
    patient_id: str = field(repr=False)
    nhs_number: str | None = field(repr=False)
    date_of_birth: date | None = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.practice_id, self.patient_id

    @cached_property
    def number(self) -> str | None:
        """The number, if it is a valid one: no other says who is one person."""
        return valid_number(self.nhs_number)

    @property
    def births(self) -> set[date]:
        return {self.date_of_birth} if self.date_of_birth else set()


@dataclass(frozen=True)
class Outcome(Registration):
    """What one run says of one record.

    `outcome`: for_review (found, no exclusion holds), excluded (`reason` is the rule's name for it), not_found (looked
    at: alive, registered, not refused, but not found by the rule now) or lapsed (`reason`: died, moved, refused).
    A nominated person whom no exclusion meets is for_review.
    """

    outcome: str
    reason: str | None = None
