"""What a rule may say. Anything else is refused: an unknown key is a letter to the wrong person.

These models hold the rule's own shape. What needs the code lists (names, roles, systems) is checked in `check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, field_validator

from pipeline.rules.criteria import Criterion
from pipeline.rules.expression import Expression
from pipeline.rules.fields import Day, Length, ListName, Name, Reason, Strict, Text
from pipeline.rules.selection import DURATION_ROLES, NEVER_OFF_WORK
from pipeline.vocabulary import FINAL_REJECTIONS, PERMANENT_ROLES, REJECTION_REASONS


class Study(Strict):
    name: Text
    isrctn: str | None = Field(default=None, pattern=r"^ISRCTN\d{8}$")


class Registered(Strict):
    """A current registration of this type that began at least `for` ago."""

    type: Literal["regular", "temporary"] = "regular"
    at_least: Length | None = Field(default=None, alias="for")


class Age(Strict):
    """Completed years on the index date, both ends in; one may be open."""

    youngest: int | None = Field(default=None, alias="from", ge=0, le=130)
    oldest: int | None = Field(default=None, alias="to", ge=0, le=130)

    def lacks(self) -> Iterator[str]:
        if self.youngest is None and self.oldest is None:
            yield "give 'from', 'to' or both"

    def mistakes(self) -> Iterator[str]:
        if self.youngest is not None and self.oldest is not None and self.youngest > self.oldest:
            yield "'from' is above 'to', so no one would be found"


class Population(Strict):
    registered: Registered = Registered()
    age: Age | None = None
    sex: tuple[Literal["female", "male", "indeterminate"], ...] | None = Field(default=None, min_length=1)


class LookBack(Strict):
    """How long employment evidence is believed. `other` is as long as `in` unless given; a role may have its own."""

    in_work: Length = Field(alias="in")
    out_of_work: Length = Field(alias="out")
    other: Length | None = None
    roles: dict[Name, Length] = Field(default_factory=dict)


class UnlessLater(Strict):
    """What overtakes a record of being in work: a later certificate with one of these roles that lasts long enough."""

    overtakes: tuple[Name, ...] = Field(min_length=1)
    roles: tuple[Name, ...] = Field(min_length=1)
    lasts: Length

    def mistakes(self) -> Iterator[str]:
        if not self.lasts.days:
            yield "'lasts' is counted in days or weeks, a day at least"
        never = sorted({*NEVER_OFF_WORK, *DURATION_ROLES} & set(self.roles))
        if never:
            yield f"{', '.join(never)} is never time off work: leave it out of 'roles'"


class InWork(Strict):
    """What the record says about work: the newest row's side, if it is still believed. A tie is conflicting.

    `permanent`: roles that are believed however old they are, unless the look-back names them.
    """

    codelists: tuple[ListName, ...] = ("employment", "fit-notes")
    look_back: LookBack
    in_work: tuple[Name, ...] = Field(alias="in", min_length=1)
    out_of_work: tuple[Name, ...] = Field(alias="out", min_length=1)
    other: tuple[Name, ...] = ()
    permanent: tuple[Name, ...] = PERMANENT_ROLES
    unless_later: UnlessLater | None = None
    action: Literal["flag", "exclude"] = "flag"

    @property
    def speaking(self) -> tuple[str, ...]:
        """The roles of rows about work, whatever they say."""
        return (*self.in_work, *self.out_of_work, *self.other)

    @property
    def roles_read(self) -> frozenset[str]:
        """Those about work, and those of the certificates that overtake them."""
        later = (*self.unless_later.roles, *DURATION_ROLES) if self.unless_later else ()
        return frozenset((*self.speaking, *later))

    @property
    def look_backs(self) -> dict[str, Length | None]:
        """How long each role about work is believed; None is however old it is."""
        back = self.look_back
        sides = (
            (self.in_work, back.in_work),
            (self.out_of_work, back.out_of_work),
            (self.other, back.other or back.in_work),
        )
        by_side: dict[str, Length | None] = {role: length for roles, length in sides for role in roles}
        for_ever = {role: None for role in self.permanent if role in by_side}
        return by_side | for_ever | {role: length for role, length in back.roles.items() if role in by_side}

    def mistakes(self) -> Iterator[str]:
        twice = sorted({role for role in self.speaking if self.speaking.count(role) > 1})
        if twice:
            yield f"{', '.join(twice)} is in more than one of 'in', 'out' and 'other'"
        both = sorted(set(self.unless_later.roles) & set(self.speaking)) if self.unless_later else []
        if both:
            yield f"{', '.join(both)} is about work itself, so 'unless_later' cannot name it"


class Change(Strict):
    """A change of the rule in mid-study: when, what and why."""

    on: Day
    what: Text


class Limit(Strict):
    """How many new people of a practice come on its list in a night, and who comes first. The others wait."""

    new_per_night: int = Field(ge=1)
    order: Literal["random", "evidence"] = "random"
    seed: int | None = None


class Rule(Strict):
    rule: ListName
    version: int = Field(ge=1)
    title: Text
    extends: ListName | None = None
    drop: tuple[Name, ...] = ()
    changes: tuple[Change, ...] = ()
    study: Study
    population: Population
    criteria: dict[Name, Criterion] = Field(min_length=1)
    include: Expression
    exclude: tuple[Expression, ...] = ()
    flag: tuple[Name, ...] = ()
    in_work: InWork | None = None
    limit: Limit | None = None
    sort: Literal["newest", "name"] = "newest"
    ask: tuple[Text, ...] = ()
    reviewer: tuple[Text, ...] = ()
    reasons: tuple[Reason, ...] = REJECTION_REASONS

    @field_validator("reasons")
    @classmethod
    def every_study_s_reasons(cls, reasons: tuple[str, ...]) -> tuple[str, ...]:
        lacking = [reason for reason in FINAL_REJECTIONS if reason not in reasons]
        if lacking:
            raise ValueError(f"add to 'reasons': {', '.join(lacking)}. A reviewer of any study must be able to say so")
        twice = sorted({reason for reason in reasons if reasons.count(reason) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is in 'reasons' more than once")
        return reasons
