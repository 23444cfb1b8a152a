"""What a rule may say. Anything else is refused: an unknown key is a letter to the wrong person.

These models hold the rule's own shape. What needs the code lists (names, roles, systems) is checked in `check`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from pipeline.dates import Duration
from pipeline.rules.expression import Expression

# Never time off work, whatever a rule says: a duplicate repeats a note, the others say nobody is off sick.
NEVER_OFF_WORK = frozenset({"duplicate", "not_issued", "back_to_work", "notification"})
DURATION_ROLES = ("duration_days", "duration_weeks", "duration_months")

NAME = r"^[a-z][a-z0-9_]*$"
LIST_NAME = r"^[a-z0-9][a-z0-9-]*$"

Name = Annotated[str, Field(pattern=NAME)]
ListName = Annotated[str, Field(pattern=LIST_NAME)]
Length = Annotated[Duration, BeforeValidator(lambda text: Duration.parse(text) if isinstance(text, str) else text)]
Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """Frozen; unknown keys and wrong types are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )


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
            raise ValueError("'from' is above 'to', so nobody would be found")
        return self


class Population(Strict):
    registered: Registered = Registered()
    age: Age | None = None


class Selection(Strict):
    """Rows of one or several code lists, narrowed to roles and to a window before the index date."""

    codelist: ListName | None = None
    codelists: tuple[ListName, ...] = ()
    roles: tuple[Name, ...] = ()
    within: Length | None = None
    before: Length | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        return (self.codelist,) if self.codelist else self.codelists

    @model_validator(mode="after")
    def names_a_list(self) -> Self:
        if bool(self.codelist) == bool(self.codelists):
            raise ValueError("name one 'codelist', or several under 'codelists'")
        return self


class Certificates(Selection):
    """Fit notes. The list is `fit-notes` unless another is given."""

    codelist: ListName | None = "fit-notes"
    roles: tuple[Name, ...] = Field(min_length=1)

    @property
    def lists(self) -> tuple[str, ...]:
        return self.codelists or ((self.codelist,) if self.codelist else ())

    @model_validator(mode="after")
    def names_a_list(self) -> Self:
        if self.codelists and "codelist" in self.model_fields_set:
            raise ValueError("name one 'codelist', or several under 'codelists'")
        never = sorted(NEVER_OFF_WORK & set(self.roles))
        if never:
            raise ValueError(f"{', '.join(never)} is never time off work: leave it out of 'roles'")
        return self


class Latest(Selection):
    """The newest row across all of the lists' roles, then whether it has one of these."""

    roles: tuple[Name, ...] = Field(min_length=1)


class Spell(Strict):
    """Notes at most `gap` apart are one spell; it must last `lasts`; a note without a length is taken as `assume`."""

    gap: Length
    lasts: Length
    assume: Length

    @model_validator(mode="after")
    def in_days(self) -> Self:
        for name in ("gap", "lasts", "assume"):
            if getattr(self, name).days is None:
                raise ValueError(f"'{name}' is counted in days or weeks, since months differ in length")
        return self


class Counted(Strict):
    """How many rows there must be, and how far apart. `dates` counts distinct dates, `rows` every row."""

    at_least: int = Field(default=1, ge=1)
    count: Literal["dates", "rows"] = "dates"
    persists: Length | None = None


class EventsCriterion(Counted):
    events: Selection

    @property
    def selection(self) -> Selection:
        return self.events


class PrescriptionsCriterion(Counted):
    prescriptions: Selection

    @property
    def selection(self) -> Selection:
        return self.prescriptions


class CertificatesCriterion(Strict):
    certificates: Certificates
    spell: Spell

    @property
    def selection(self) -> Selection:
        return self.certificates


class LatestCriterion(Strict):
    latest: Latest

    @property
    def selection(self) -> Selection:
        return self.latest


KINDS = ("events", "prescriptions", "certificates", "latest")


def kind_of(value: object) -> str | None:
    """Which kind of criterion this is: the one kind key it has."""
    if isinstance(value, dict):
        found = [kind for kind in KINDS if kind in value]
        return found[0] if len(found) == 1 else None
    return next((kind for kind in KINDS if hasattr(value, kind)), None)


Criterion = Annotated[
    Annotated[EventsCriterion, Tag("events")]
    | Annotated[PrescriptionsCriterion, Tag("prescriptions")]
    | Annotated[CertificatesCriterion, Tag("certificates")]
    | Annotated[LatestCriterion, Tag("latest")],
    Discriminator(
        kind_of,
        custom_error_type="criterion_kind",
        custom_error_message=f"a criterion has exactly one of: {', '.join(KINDS)}",
    ),
]


class LookBack(Strict):
    """How long employment evidence is believed. `other` is as long as `in` unless given."""

    in_work: Length = Field(alias="in")
    out_of_work: Length = Field(alias="out")
    other: Length | None = None


class InWork(Strict):
    """What the record says of work: the newest role wins inside its look-back, a tie is conflicting."""

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


class Rule(Strict):
    rule: ListName
    version: int = Field(ge=1)
    title: Text
    study: Study
    population: Population
    criteria: dict[Name, Criterion] = Field(min_length=1)
    include: Expression
    exclude: tuple[Expression, ...] = ()
    flag: tuple[Name, ...] = ()
    in_work: InWork | None = None
    ask: tuple[Text, ...] = ()
