"""What a rule may say. Anything else is refused: an unknown key is a letter to the wrong person.

These models hold the rule's own shape. What needs the code lists (names, roles, systems) is checked in `check`.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from pipeline.rules.criteria import Criterion
from pipeline.rules.expression import Expression
from pipeline.rules.fields import Day, Length, ListName, Name, Reason, Strict, Text
from pipeline.vocabulary import FINAL_REJECTIONS, REJECTION_REASONS


class Study(Strict):
    name: Text
    isrctn: str | None = Field(default=None, pattern=r"^ISRCTN\d{8}$")


class Registered(Strict):
    """A current registration of this type that began at least `for` ago."""

    type: Literal["regular", "temporary"] = "regular"
    at_least: Length | None = Field(default=None, alias="for")


class Age(Strict):
    """Completed years on the index date, both ends in."""

    youngest: int = Field(alias="from", ge=0, le=130)
    oldest: int = Field(alias="to", ge=0, le=130)

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.youngest > self.oldest:
            raise ValueError("'from' is above 'to', so no one would be found")
        return self


class Population(Strict):
    registered: Registered = Registered()
    age: Age | None = None


class LookBack(Strict):
    """How long employment evidence is believed. `other` is as long as `in` unless given."""

    in_work: Length = Field(alias="in")
    out_of_work: Length = Field(alias="out")
    other: Length | None = None


class InWork(Strict):
    """What the record says about work: the newest role wins inside its look-back, a tie is conflicting."""

    codelists: tuple[ListName, ...] = ("employment", "fit-notes")
    look_back: LookBack
    in_work: tuple[Name, ...] = Field(alias="in", min_length=1)
    out_of_work: tuple[Name, ...] = Field(alias="out", min_length=1)
    other: tuple[Name, ...] = ()
    action: Literal["flag", "exclude"] = "flag"

    @model_validator(mode="after")
    def no_role_twice(self) -> Self:
        roles = [*self.in_work, *self.out_of_work, *self.other]
        twice = sorted({role for role in roles if roles.count(role) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands in more than one of 'in', 'out' and 'other'")
        return self


class Change(Strict):
    """A change of the rule in mid-study: when, what and why."""

    on: Day
    what: Text


class Rule(Strict):
    rule: ListName
    version: int = Field(ge=1)
    title: Text
    extends: ListName | None = None
    changes: tuple[Change, ...] = ()
    study: Study
    population: Population
    criteria: dict[Name, Criterion] = Field(min_length=1)
    include: Expression
    exclude: tuple[Expression, ...] = ()
    flag: tuple[Name, ...] = ()
    in_work: InWork | None = None
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
            raise ValueError(f"{', '.join(twice)} stands in 'reasons' more than once")
        return reasons
