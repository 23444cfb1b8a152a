"""What every model of a rule shares: strictness, and the words, lengths and days that rules are written with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from pipeline.dates import Duration

NAME = r"^[a-z][a-z0-9_]*$"
LIST_NAME = r"^[a-z0-9][a-z0-9-]*$"

Name = Annotated[str, Field(pattern=NAME)]
ListName = Annotated[str, Field(pattern=LIST_NAME)]

# How lengths and days are written, for editors that check a rule by its JSON Schema.
LENGTH_SCHEMA = {
    "type": "string",
    "pattern": r"^\d{1,5} (day|week|month|year)s?$",
    "description": "A whole number and days, weeks, months or years, for example '12 months'.",
}
DAY_SCHEMA = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d$",
    "description": "A day as year, month and day, for example 2026-03-31.",
}

Length = Annotated[
    Duration,
    BeforeValidator(lambda text: Duration.parse(text) if isinstance(text, str) else text),
    WithJsonSchema(LENGTH_SCHEMA),
]


def _assumed(text: object) -> object:
    """`none` is written out: an empty key must not pass for it."""
    if text == CERTAIN_ONLY:
        return None
    if text is None:
        raise ValueError(ASSUME_OR_NONE)
    return Duration.parse(text) if isinstance(text, str) else text


CERTAIN_ONLY = "none"
ASSUME_OR_NONE = (
    "write how long a note without a length is taken to last, such as 'assume: 28 days', or 'assume: none' to count "
    "only lengths that are certain"
)
Assumed = Annotated[
    Duration | None,
    BeforeValidator(_assumed),
    PlainSerializer(lambda length: CERTAIN_ONLY if length is None else length),
    WithJsonSchema({"anyOf": [LENGTH_SCHEMA, {"const": CERTAIN_ONLY}]}),
]
Text = Annotated[str, Field(min_length=1)]
# A few words of the rule's own that people read in a cell: one line, with a letter or digit at both ends.
ShortText = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9]([^\n\r\t]*[^\s.:;,])?$")]

# Why a reviewer rejects someone, as it is counted: a few small words.
Reason = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9]([A-Za-z0-9 ,'-]*[A-Za-z0-9])?$")]


def _moment(text: object) -> object:
    """A day as a date, a length of time as a Duration; anything else is left for the model to refuse."""
    if not isinstance(text, str):
        return text
    if text[:1].isdigit() and text[4:5] == "-":
        return date.fromisoformat(text)
    return Duration.parse(text)


Day = Annotated[
    date,
    BeforeValidator(lambda text: date.fromisoformat(text) if isinstance(text, str) else text),
    WithJsonSchema(DAY_SCHEMA),
]
Moment = Annotated[date | Duration, BeforeValidator(_moment), WithJsonSchema({"anyOf": [DAY_SCHEMA, LENGTH_SCHEMA]})]
Number = int | float


SHAPE_ONLY = "shape only"  # a context of validation: what makes no sense is asked for afterwards, place by place


class Strict(BaseModel):
    """Frozen; unknown keys and wrong types are refused, and then what makes no sense."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    def mistakes(self) -> Iterator[str]:
        """What makes no sense here."""
        yield from ()

    def lacks(self) -> Iterator[str]:
        """What should be said here as well."""
        yield from ()

    @model_validator(mode="after")
    def makes_sense(self, info: ValidationInfo) -> Self:
        said = () if info.context == SHAPE_ONLY else (*self.mistakes(), *self.lacks())
        if said:
            raise ValueError("; ".join(said))
        return self
