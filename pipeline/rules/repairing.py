"""A rule with mistakes in its shape, repaired so far that everything else in it can be checked as well.

What is wrong is taken out, or read as what was probably meant, or a stand-in takes its place. Only the search for more
mistakes reads the result: a rule that had to be repaired is never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.codes.findings import nearest
from pipeline.rules.criteria import KINDS
from pipeline.rules.expression import OPERATORS
from pipeline.rules.fields import SHAPE_ONLY, Strict
from pipeline.rules.locations import at, find, put
from pipeline.rules.validation_errors import CRITERION_KEYS, keys_at, without_echoes
from pipeline.rules.yaml_source import Location, Value

UNREADABLE = "unreadable"  # stands for a name that cannot be read; no sentence mentions it
MOST_ROUNDS = 30  # each repairs all that the one before brought to light

_SPELL: Value = {"gap": "7 days", "lasts": "42 days", "assume": "28 days"}
_STAND_INS: dict[str, Value] = {
    "rule": UNREADABLE, "version": 1, "title": "?", "study": {"name": "?"}, "name": "?", "population": {},
    "criteria": {UNREADABLE: {"events": {"codelist": UNREADABLE}}}, "include": UNREADABLE,
    "roles": (UNREADABLE,), "spell": _SPELL, "gap": "7 days", "lasts": "42 days", "assume": "28 days",
    "criterion": UNREADABLE, "within": "1 year", "on": "2026-01-01", "what": "?",
    "all": (UNREADABLE,), "any": (UNREADABLE,), "not": UNREADABLE, "count_of": {"n": 1, "of": (UNREADABLE,)},
    "new_per_night": 1,
    "n": 1, "of": (UNREADABLE,), "look_back": {"in": "1 year", "out": "1 year"},
    "look_back.in": "1 year", "look_back.out": "1 year", "in": (UNREADABLE,), "out": (UNREADABLE,),
}  # fmt: skip


@dataclass(frozen=True)
class Repaired:
    """A rule's value so far. `damaged`: where something was taken out or replaced; `renamed`: keys as written."""

    value: Value
    damaged: frozenset[Location] = frozenset()
    renamed: dict[Location, str] = field(default_factory=dict)

    def written(self, location: Location) -> Location:
        """The location as the file has it."""
        return tuple(self.renamed.get(location[: n + 1], part) for n, part in enumerate(location))

    def is_echo(self, location: Location) -> bool:
        """Whether what is wrong here may only follow from what was repaired: there, around it or inside."""
        return any(place[: len(location)] == location[: len(place)] for place in self.damaged)

    def is_made_up(self, location: Location) -> bool:
        """Whether what stands here is not the file's."""
        return any(place == location[: len(place)] for place in self.damaged)


Refused = tuple[Repaired, ErrorDetails]  # what a model refused, and the value as it was then
Shape = TypeVar("Shape", bound=BaseModel)


def repair(repaired: Repaired, shape: type[Shape]) -> tuple[Shape | None, Repaired, list[Refused]]:
    """The value as its model, after all repairs (None if that is hopeless), and all that was refused on the way."""
    refused: list[Refused] = []
    for _ in range(MOST_ROUNDS):
        try:
            return shape.model_validate(repaired.value, context=SHAPE_ONLY), repaired, refused
        except ValidationError as error:
            details = without_echoes(error.errors())
        refused += [
            (repaired, detail) for detail in details if not repaired.is_echo(find(repaired.value, detail["loc"]))
        ]
        before = repaired
        for detail in details:
            repaired = _repair_one(repaired, detail, shape)
        if repaired == before:
            break
    return None, repaired, refused


def _repair_one(repaired: Repaired, detail: ErrorDetails, shape: type[BaseModel]) -> Repaired:
    location = find(repaired.value, detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return _rename(repaired, location, keys_at(shape, detail["loc"][:-1]))
        case "criterion_kind" | "expression":
            choices = KINDS if detail["type"] == "criterion_kind" else OPERATORS
            return _rename_inside(repaired, location, choices)
        case "missing":
            return _stand_in(repaired, location)
    if detail["loc"][-1:] == ("[key]",):
        return _rename_to(
            repaired, location, re.sub("[^a-z0-9_]", "_", f"{location[-1]}".lower()).lstrip("0123456789_")
        )
    return _take_out(repaired, location)


def _rename(repaired: Repaired, location: Location, choices: list[str]) -> Repaired:
    """A key that is not known is read as the one that was probably meant, unless that is there as well."""
    meant = nearest(str(location[-1]), choices)
    parent = at(repaired.value, location[:-1])
    if meant and isinstance(parent, dict) and meant not in parent:
        return _rename_to(repaired, location, meant)
    return _take_out(repaired, location)


def _rename_inside(repaired: Repaired, location: Location, choices: tuple[str, ...]) -> Repaired:
    here = at(repaired.value, location)
    if isinstance(here, dict) and not set(choices) & here.keys():
        for key in here:
            if key not in CRITERION_KEYS and (meant := nearest(key, choices)):
                return _rename_to(repaired, (*location, key), meant)
    return _take_out(repaired, location)


def _rename_to(repaired: Repaired, location: Location, name: str) -> Repaired:
    parent, key = at(repaired.value, location[:-1]), location[-1]
    if not name or not isinstance(parent, dict) or key not in parent or name in parent:
        return _take_out(repaired, location)
    value = {name if each == key else each: one for each, one in parent.items()}
    new = (*location[:-1], name)
    renamed = {**repaired.renamed, new: repaired.renamed.get(location, str(key))}
    return Repaired(put(repaired.value, location[:-1], value), repaired.damaged, renamed)


def _take_out(repaired: Repaired, location: Location) -> Repaired:
    """A key goes; an item of a list keeps its place. Where that was tried, whatever holds it goes."""
    if location in repaired.damaged and location:
        return _take_out(repaired, location[:-1])
    if not location:
        return repaired
    stands = UNREADABLE if isinstance(location[-1], int) or location == ("include",) else None
    return Repaired(put(repaired.value, location, stands), repaired.damaged | {location}, repaired.renamed)


def _stand_in(repaired: Repaired, location: Location) -> Repaired:
    found = _STAND_INS.get(".".join(map(str, location[-2:])), _STAND_INS.get(str(location[-1])))
    if found is None:
        return _take_out(repaired, location[:-1])
    return Repaired(put(repaired.value, location, found), repaired.damaged | {location}, repaired.renamed)


def nonsense(model: Strict, repaired: Repaired, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Everything in a model that makes no sense, with its place. What was taken out there may be what it lacks."""
    found = [*model.mistakes()]
    if not any(place[:-1] == location for place in repaired.damaged):
        found += model.lacks()
    yield from ((location, said) for said in found if not repaired.is_made_up(location))
    for name, one in type(model).model_fields.items():
        inner = (*location, one.alias or name)
        for place, part in _parts(getattr(model, name), inner):
            yield from nonsense(part, repaired, place)


def _parts(value: object, location: Location) -> Iterator[tuple[Location, Strict]]:
    if isinstance(value, Strict):
        yield location, value
    elif isinstance(value, dict):
        yield from (found for key, one in value.items() for found in _parts(one, (*location, key)))
    elif isinstance(value, tuple):
        yield from (found for key, one in enumerate(value) for found in _parts(one, (*location, key)))
