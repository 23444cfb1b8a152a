"""What a rule may say. Anything else is refused: an unknown key is a letter to the wrong person.

These models hold the rule's own shape. What needs the code lists (names, roles, systems) is checked in `check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from pipeline.rules.criteria import Criterion
from pipeline.rules.expression import Expression
from pipeline.rules.fields import Day, Length, ListName, Name, Strict, Text


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

    def mistakes(self) -> Iterator[str]:
        roles = [*self.in_work, *self.out_of_work, *self.other]
        twice = sorted({role for role in roles if roles.count(role) > 1})
        if twice:
            yield f"{', '.join(twice)} stands in more than one of 'in', 'out' and 'other'"


class Change(Strict):
    """A change of the rule in mid-study: when, what and why."""

    on: Day
    what: Text


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
    ask: tuple[Text, ...] = ()
    reviewer: tuple[Text, ...] = ()
