"""A model's refusals in plain words: each with its place, what is allowed there, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.codes.findings import nearest, not_known
from pipeline.errors import RuleError
from pipeline.rules import criteria, expression
from pipeline.rules.criteria import KINDS, Counted
from pipeline.rules.daily_dose import WHY, is_daily_dose
from pipeline.rules.expression import OPERATORS
from pipeline.rules.fields import ASSUME_OR_NONE, LIST_NAME, NAME
from pipeline.rules.locations import at, find
from pipeline.rules.yaml_source import Location, Problem, Source, Value

MOST_TOLD = 200  # nobody reads more, and each must be looked for in the file
CRITERION_KEYS = {*Counted.model_fields, "spell"}


def rule_error(problems: Iterable[Problem], files: Sequence[str] = ()) -> RuleError:
    """One error that lists every problem once, in the order of the files and of their lines."""
    kept = sorted(dict.fromkeys(problems), key=lambda problem: _order(problem, files))
    return RuleError("\n".join(str(problem) for problem in kept))


def _order(problem: Problem, files: Sequence[str]) -> tuple[int, ...]:
    name, *place = problem.place.split(":")
    return (files.index(name) if name in files else len(files), *map(int, place))


def problems_in(source: Source, value: Value, error: ValidationError, shape: type[BaseModel]) -> list[Problem]:
    """Everything that `shape` refuses in a file's value."""
    details = without_echoes(error.errors())
    places = [find(value, detail["loc"]) for detail in details]
    pairs = zip(details, places, strict=True)
    return [problem_of(source, detail, place, at(value, place), shape) for detail, place in pairs]


def without_echoes(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """A list whose items were all refused is also called too short: one mistake needs one sentence."""
    return [detail for detail in details[:MOST_TOLD] if not _is_echo(detail, details)]


def _is_echo(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(place)] == place != other["loc"] for other in details
    )


def problem_of(
    source: Source, detail: ErrorDetails, location: Location, here: Value | None, shape: type[BaseModel]
) -> Problem:
    """What a model refuses at a location of a file, in words. `here`: the value at that place."""
    match detail["type"]:
        case "extra_forbidden":
            known = keys_at(shape, detail["loc"][:-1])
            return Problem(source.key_place(location), _unknown("key", str(location[-1]), known))
        case "missing":
            advice = f": {ASSUME_OR_NONE}" if location[-1] == "assume" else ""
            return Problem(source.place(location[:-1]), f"'{location[-1]}' is missing{advice}")
        case "criterion_kind":
            return Problem(source.place(location), _with_hint(detail["msg"], "kind", here, KINDS, CRITERION_KEYS))
        case "expression":
            return Problem(source.place(location), _with_hint(detail["msg"], "operator", here, OPERATORS, ()))
        case _:
            return Problem(source.place(location), _sentence(detail, location))


_FORMS = {
    NAME: "lower-case letters, digits and underscores, beginning with a letter",
    LIST_NAME: "lower-case letters, digits and hyphens",
}


def _sentence(detail: ErrorDetails, location: Location) -> str:
    name = next((str(part) for part in reversed(location) if isinstance(part, str)), "this")
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return f"'{name}': {context['error']}"
        case "literal_error":
            return _one_of(name, context["expected"], detail["input"])
        case "int_type" | "int_parsing":
            return f"'{name}' must be a whole number without quotes"
        case "string_type":
            return f"'{name}' must be text: put it in quotes"
        case "tuple_type":
            return f"'{name}' must be a list, such as [one, two]"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"'{name}' must be a set of keys and values"
        case "string_pattern_mismatch":
            return f"'{name}' must be {_FORMS.get(context['pattern'], 'written as ' + context['pattern'])}"
        case "greater_than_equal":
            return f"'{name}' must be {context['ge']} or more"
        case _:
            return f"'{name}': {detail['msg']}"


def _one_of(name: str, expected: str, said: object) -> str:
    if isinstance(said, str) and is_daily_dose(said):
        return f"'{name}' must be one of {expected}: {WHY}"
    near = nearest(said, re.findall("'([^']+)'", expected)) if isinstance(said, str) else None
    return f"'{name}' must be one of {expected}" + (f"; did you mean '{near}'?" if near else "")


def _with_hint(message: str, what: str, here: Value | None, choices: Collection[str], known: Collection[str]) -> str:
    """Names the first key that is not known, which is usually a slip of the pen."""
    unknown = [key for key in here if key not in (*choices, *known)] if isinstance(here, dict) else []
    return f"{message}; {_unknown(what, unknown[0], choices)}" if unknown else message


def _unknown(what: str, word: str, choices: Collection[str]) -> str:
    return f"the {what} '{word}' is not known: {WHY}" if is_daily_dose(word) else not_known(what, word, choices)


def keys_at(shape: type[BaseModel], location: Location) -> list[str]:
    """The keys allowed at a location: follows the models along it. The tags of unions name their model."""
    here: Any = shape
    for part in location:
        here = _step(here, part)
    here = _bare(here)
    return _aliases(here) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _step(here: Any, part: str | int) -> Any:
    tagged = _TAGGED.get(part) if isinstance(part, str) else None
    here = _bare(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
        return fields.get(str(part), tagged)
    inside = _models_in(here)
    if tagged and (tagged in inside or not inside):
        return tagged
    return inside[0] if len(inside) == 1 else here


def _bare(annotation: Any) -> Any:
    """An annotation without None and conditions, where only one choice is left."""
    choices = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) is Annotated or (get_origin(annotation) in (Union, UnionType) and len(choices) == 1):
        return _bare(choices[0])
    return annotation


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Every model named anywhere inside a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]


def _aliases(shape: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in shape.model_fields.items()]


_TAGGED: dict[str, type[BaseModel]] = {
    "events": criteria.EventsCriterion,
    "prescriptions": criteria.PrescriptionsCriterion,
    "certificates": criteria.CertificatesCriterion,
    "latest": criteria.LatestCriterion,
    **dict(zip(OPERATORS, (expression.AllOf, expression.AnyOf, expression.Not, expression.CountOf), strict=True)),
}
