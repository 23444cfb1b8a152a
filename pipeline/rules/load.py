"""Reads a rule file. Pure: no code list and no clock is touched. All errors come at once, each with its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.codes.findings import not_known
from pipeline.errors import RuleError
from pipeline.rules import expression, model
from pipeline.rules.expression import OPERATORS
from pipeline.rules.model import KINDS, Counted, Rule
from pipeline.rules.yaml_source import Location, Problem, Source, Value, read_source

COUNTED_KEYS = {*Counted.model_fields, *KINDS, "spell"}


@dataclass(frozen=True)
class LoadedRule:
    """A rule, the file it came from, and its SHA-256."""

    rule: Rule
    source: Source
    sha256: str

    def problem(self, location: Location, message: str) -> Problem:
        return Problem(self.source.place(location), message)


def load_rule(path: Path) -> LoadedRule:
    """Read and check a rule's own shape. Raises RuleError listing every problem."""
    source = read_source(path)
    value = source.value()
    if source.problems:
        raise rule_error(source.problems)
    try:
        rule = Rule.model_validate(value)
    except ValidationError as error:
        raise rule_error([_problem(source, value, detail) for detail in error.errors()]) from None
    return LoadedRule(rule, source, hashlib.sha256(path.read_bytes()).hexdigest())


def rule_error(problems: list[Problem]) -> RuleError:
    """One error that lists every problem, in the order of the file."""
    return RuleError("\n".join(str(problem) for problem in problems))


def _problem(source: Source, value: Value, detail: ErrorDetails) -> Problem:
    location: Location = tuple(part for part in detail["loc"] if part != "[key]")
    match detail["type"]:
        case "extra_forbidden":
            word = str(location[-1])
            return Problem(source.key_place(location), not_known("key", word, _keys_at(location[:-1])))
        case "missing":
            return Problem(source.place(location[:-1]), f"'{location[-1]}' is missing")
        case "criterion_kind":
            return Problem(source.place(location), _kind_sentence(detail["msg"], value, location))
        case _:
            return Problem(source.place(location), _sentence(detail, location))


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
            return f"'{name}' must hold keys and values"
        case "string_pattern_mismatch":
            return f"'{name}' is not written as it must be (pattern {context['pattern']})"
        case _:
            return f"'{name}': {detail['msg']}"


def _kind_sentence(message: str, value: Value, location: Location) -> str:
    """Why a criterion is of no kind: naming its first key that is none, since that is most often a slip of the pen."""
    found: Any = value
    for part in location:
        found = found[part]
    unknown = [key for key in found if key not in COUNTED_KEYS] if isinstance(found, dict) else []
    return f"{message}; {not_known('kind', unknown[0], KINDS)}" if unknown else message


def _keys_at(location: Location) -> list[str]:
    """The keys allowed at a location: follows the models along it. Tags of unions name their model."""
    here: Any = Rule
    for part in location:
        here = _step(here, part)
    return _aliases(here) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _step(here: Any, part: str | int) -> Any:
    tagged = _TAGGED.get(part) if isinstance(part, str) else None
    if isinstance(here, type) and issubclass(here, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
        return fields.get(str(part), tagged)
    if tagged and (here in (None, ...) or not _models_in(here)):
        return tagged
    inside = _models_in(here)
    return tagged if tagged in inside else (inside[0] if len(inside) == 1 else here)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Every model named anywhere inside a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]


def _aliases(shape: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in shape.model_fields.items()]


_TAGGED: dict[str, type[BaseModel]] = {
    "events": model.EventsCriterion,
    "prescriptions": model.PrescriptionsCriterion,
    "certificates": model.CertificatesCriterion,
    "latest": model.LatestCriterion,
    **dict(zip(OPERATORS, (expression.AllOf, expression.AnyOf, expression.Not, expression.CountOf), strict=True)),
}
