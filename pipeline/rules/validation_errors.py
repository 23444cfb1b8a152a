"""A model's refusals in plain words: each with its place, what is allowed there, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.codes.findings import not_known
from pipeline.errors import RuleError
from pipeline.rules import criteria, expression
from pipeline.rules.criteria import KINDS, Counted
from pipeline.rules.expression import OPERATORS
from pipeline.rules.fields import ASSUME_OR_NONE, LIST_NAME, NAME
from pipeline.rules.yaml_source import Location, Problem, Source, Value

MOST_TOLD = 200  # nobody reads more, and each must be looked for in the file
CRITERION_KEYS = {*Counted.model_fields, *KINDS, "spell"}


def rule_error(problems: Iterable[Problem]) -> RuleError:
    """One error that lists every problem, in the order they were found."""
    return RuleError("\n".join(str(problem) for problem in problems))


def problems_in(source: Source, value: Value, error: ValidationError, shape: type[BaseModel]) -> list[Problem]:
    """Everything that `shape` refuses in a file's value."""
    details = error.errors()[:MOST_TOLD]
    return [_problem(source, value, detail, shape) for detail in details if not _is_echo(detail, details)]


def _is_echo(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    """A list whose items were all refused is also called too short: one mistake needs one sentence."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(place)] == place != other["loc"] for other in details
    )


def _problem(source: Source, value: Value, detail: ErrorDetails, shape: type[BaseModel]) -> Problem:
    location: Location = tuple(part for part in detail["loc"] if part != "[key]")
    match detail["type"]:
        case "extra_forbidden":
            word = str(location[-1])
            return Problem(source.key_place(location), not_known("key", word, _keys_at(shape, location[:-1])))
        case "missing":
            advice = f": {ASSUME_OR_NONE}" if location[-1] == "assume" else ""
            return Problem(source.place(location[:-1]), f"'{location[-1]}' is missing{advice}")
        case "criterion_kind":
            return Problem(source.place(location), _kind_sentence(detail["msg"], value, location))
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
            return f"'{name}' must be one of {context['expected']}"
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


def _kind_sentence(message: str, value: Value, location: Location) -> str:
    """Why a criterion does not have a kind. Names its first unknown key, which is usually a slip of the pen."""
    found: Any = value
    for part in location:
        found = found[part]
    unknown = [key for key in found if key not in CRITERION_KEYS] if isinstance(found, dict) else []
    return f"{message}; {not_known('kind', unknown[0], KINDS)}" if unknown else message


def _keys_at(shape: type[BaseModel], location: Location) -> list[str]:
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
