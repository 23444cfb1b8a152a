"""Which rows a criterion looks at: code lists, roles, values and a window before the index date."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from pipeline.rules.fields import Length, ListName, Moment, Name, Number, Strict, Text

# Never time off work, whatever a rule says: a duplicate repeats a note, the others say nobody is off sick.
NEVER_OFF_WORK = frozenset({"duplicate", "not_issued", "back_to_work", "notification"})
NAME_A_LIST = "name one 'codelist', or several under 'codelists'"
DURATION_ROLES = ("duration_days", "duration_weeks", "duration_months")


class Between(Strict):
    """From one moment to another, both in: each a day, or a length of time before the index date. One may be open."""

    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")

    def lacks(self) -> Iterator[str]:
        if self.start is None and self.end is None:
            yield "give 'from', 'to' or both"


class Plausible(Strict):
    """Between which values one can be believed, both in; one may be open."""

    lowest: Number | None = Field(default=None, alias="from")
    highest: Number | None = Field(default=None, alias="to")

    def lacks(self) -> Iterator[str]:
        if self.lowest is None and self.highest is None:
            yield "give 'from', 'to' or both"

    def mistakes(self) -> Iterator[str]:
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            yield "'from' is above 'to', so no value would be plausible"


class ValueRange(Strict):
    """Bounds of a row's value, both in; one may be open. One that cannot be compared is in doubt."""

    at_least: Number | None = None
    at_most: Number | None = None
    unit: tuple[Text, ...] | None = Field(default=None, min_length=1)
    plausible: Plausible | None = None

    def takes(self, unit: str | None) -> bool:
        """Whether a value in this unit can be compared, however the unit is spaced and in whichever case."""
        return self.unit is None or (unit is not None and _plain(unit) in map(_plain, self.unit))

    def lacks(self) -> Iterator[str]:
        if self.at_least is None and self.at_most is None:
            yield "give 'at_least', 'at_most' or both"

    def mistakes(self) -> Iterator[str]:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            yield "'at_least' is above 'at_most', so no value would do"
        highest, lowest = (self.plausible.highest, self.plausible.lowest) if self.plausible else (None, None)
        if self.at_least is not None and highest is not None and self.at_least > highest:
            yield "'at_least' is above what is plausible, so no value would do"
        if self.at_most is not None and lowest is not None and self.at_most < lowest:
            yield "'at_most' is below what is plausible, so no value would do"


def _plain(unit: str) -> str:
    return "".join(unit.split()).casefold()


class Selection(Strict):
    """Rows of one or several code lists, narrowed to roles and to a window before the index date."""

    codelist: ListName | None = None
    codelists: tuple[ListName, ...] = ()
    roles: tuple[Name, ...] = ()
    within: Length | None = None
    before: Length | None = None
    between: Between | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        return (self.codelist,) if self.codelist else self.codelists

    def lacks(self) -> Iterator[str]:
        if not self.lists:
            yield NAME_A_LIST

    def mistakes(self) -> Iterator[str]:
        if {"codelist", "codelists"} <= self.model_fields_set:
            yield NAME_A_LIST
        if self.between and (self.within or self.before):
            yield "'between' says both ends of the window: leave out 'within' and 'before'"


class Rows(Selection):
    """Rows to count, narrowed to meanings and a value as well: of a prescription, its substance and its quantity."""

    meanings: tuple[Text, ...] = ()
    value: ValueRange | None = None


class Certificates(Selection):
    """Fit notes. The list is `fit-notes` unless another is given."""

    codelist: ListName | None = "fit-notes"
    roles: tuple[Name, ...] = Field(min_length=1)

    @property
    def lists(self) -> tuple[str, ...]:
        return self.codelists or ((self.codelist,) if self.codelist else ())

    def mistakes(self) -> Iterator[str]:
        yield from super().mistakes()
        never = sorted({*NEVER_OFF_WORK, *DURATION_ROLES} & set(self.roles))
        if never:
            yield f"{', '.join(never)} is never time off work: leave it out of 'roles'"


class Latest(Selection):
    """The newest row across all of the lists' roles, then whether it has one of these."""

    roles: tuple[Name, ...] = Field(min_length=1)
