"""Who a person is according to one practice's record, and what a run says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipeline.people.one_person import Identifier, identify, valid_number


@dataclass(frozen=True)
class Registration:
    """One patient record as the ledger keeps it. Its repr shows none of it, so that no error or log can quote it.

    `date_of_birth`: None unless the exact day is known.
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
        """The NHS number if it is valid: no other says who is one person."""
        return valid_number(self.nhs_number)

    @property
    def identifier(self) -> Identifier:
        return identify(self.number, *self.key)

    @property
    def births(self) -> set[date]:
        return {self.date_of_birth} if self.date_of_birth else set()


@dataclass(frozen=True)
class Seen:
    """What the record says about work: words of the closed lists. `row`: a hash of the row that is listed."""

    state: str
    strength: str
    age: str
    row: str = field(repr=False)


@dataclass(frozen=True)
class Outcome(Registration):
    """What one run says about one record.

    `outcome`: for_review (found, and no exclusion holds), excluded (`reason` is the rule's name for it), not_found (the
    person is alive, registered and has not refused, but the rule does not find them now) or lapsed (`reason`: died,
    moved, refused). A nominated person is for_review if no exclusion holds. `work`: of those for review.
    """

    outcome: str
    reason: str | None = None
    work: Seen | None = field(default=None, repr=False)
