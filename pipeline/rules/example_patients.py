"""Invented patients beside a rule (`<rule>.patients.yaml`): small records, and what the rule must make of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from pipeline.codes.systems import System
from pipeline.rules.fields import Day, Strict, Text
from pipeline.rules.validation_errors import problems_in, rule_error
from pipeline.rules.yaml_source import read_source


def _in_the_calendar(moment: str) -> str:
    if moment:
        try:
            date.fromisoformat(f"{moment}-01-01"[:10])
        except ValueError:
            raise ValueError(f"'{moment}' is not a day in the calendar") from None
    return moment


# A day, a month, a year, or empty for unknown: as exactly as the record knows it.
Moment = Annotated[str, Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$"), AfterValidator(_in_the_calendar)]


class InventedRow(Strict):
    """A row of an invented record: a code of one system (a medicine's name has the system `name`), and its date."""

    code: Text
    system: System = "snomed"
    date: Moment = ""
    recorded: Day | None = None
    value: int | None = None
    encounter: str | None = None
    confidential: bool = False


class InventedPatient(Strict):
    """A person and what must become of them: `listed`, or the key of the first stage that they do not go through."""

    name: Text
    expect: Text
    because: Text
    born: Moment = "1980-06-15"
    died: Day | None = None
    registered: Day = date(2010, 1, 1)
    left: Day | None = None
    sex: Literal["female", "male", "indeterminate", ""] = ""
    type: Annotated[str, Field(pattern="^(regular|temporary|other)$")] = "regular"
    test: bool = False
    in_work: str = "none"
    events: tuple[InventedRow, ...] = ()
    prescriptions: tuple[InventedRow, ...] = ()


class InventedPatients(Strict):
    rule: Text
    index_date: Day
    patients: tuple[InventedPatient, ...] = Field(min_length=1)


def load_patients(path: Path) -> InventedPatients:
    """The invented patients of a rule. Raises RuleError listing every problem."""
    source = read_source(path)
    value = source.value()
    if source.problems:
        raise rule_error(source.problems)
    try:
        return InventedPatients.model_validate(value)
    except ValidationError as error:
        raise rule_error(problems_in(source, value, error, InventedPatients)) from None
