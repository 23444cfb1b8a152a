"""The JSON Schema of a rule, made from its models, so that an editor completes and checks the YAML.

Kept to what editors' YAML servers do well (draft 7). It says a rule's shape; what needs the code lists, or another
rule's text, is left to `casefinder rule check`.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pipeline.rules.fields import CERTAIN_ONLY, NAME
from pipeline.rules.model import Rule
from pipeline.rules.schema_help import key_sentence

EXPRESSION = {"$ref": "#/$defs/Expression"}
OWN = ("rule", "version", "title", "extends")  # what a rule that extends another must say itself
REPLACED_WHOLE = ("AllOf", "AnyOf", "Not", "CountOf", "CountFrom", "Change")

_ONE_LIST: JsonSchemaValue = {"oneOf": [{"required": ["codelist"]}, {"required": ["codelists"]}]}
_NOT_BOTH_LISTS: JsonSchemaValue = {"not": {"required": ["codelist", "codelists"]}}
_ONE_WINDOW: JsonSchemaValue = {
    "if": {"required": ["between"]},
    "then": {"not": {"anyOf": [{"required": ["within"]}, {"required": ["before"]}]}},
}
_PROXY_SAYS_WHY: JsonSchemaValue = {
    "if": {"properties": {"mark": {"const": "proxy"}}, "required": ["mark"]},
    "then": {"required": ["because"]},
}
_COUNTS_ROWS: JsonSchemaValue = {"properties": {"count": {"enum": ["dates", "rows"]}}}
_SPREAD_COUNTS: JsonSchemaValue = {
    "if": {"required": ["spread"]},
    "then": {"required": ["at_least"], "properties": {"at_least": {"minimum": 2}}},
}
_PERSISTS_ALONE: JsonSchemaValue = {"not": {"required": ["persists", "at_least"]}}
_IN_DAYS: JsonSchemaValue = {"pattern": r"^\d{1,5} (day|week)s?$"}
_ASSUMED: JsonSchemaValue = {"anyOf": [_IN_DAYS, {"const": CERTAIN_ONLY}]}

# What the models refuse in code of their own, as far as a schema can say it.
CONDITIONS: dict[str, list[JsonSchemaValue]] = {
    "Rule": [{"not": {"required": ["drop"]}}],
    "Rows": [_ONE_LIST, _ONE_WINDOW],
    "Latest": [_ONE_LIST, _ONE_WINDOW],
    "Certificates": [_NOT_BOTH_LISTS, _ONE_WINDOW],
    "Age": [{"minProperties": 1}],
    "Between": [{"minProperties": 1}],
    "ValueRange": [{"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}],
    "Plausible": [{"minProperties": 1}],
    "Spell": [{"properties": {"gap": _IN_DAYS, "lasts": _IN_DAYS, "assume": _ASSUMED}}],
    "UnlessLater": [{"properties": {"lasts": _IN_DAYS}}],
    "EventsCriterion": [_PROXY_SAYS_WHY, _SPREAD_COUNTS, _PERSISTS_ALONE, _COUNTS_ROWS],
    "PrescriptionsCriterion": [_PROXY_SAYS_WHY, _SPREAD_COUNTS, _PERSISTS_ALONE],
    "CertificatesCriterion": [_PROXY_SAYS_WHY],
    "LatestCriterion": [_PROXY_SAYS_WHY],
}


class _Generator(GenerateJsonSchema):
    """Pydantic's own, without titles made up from keys, without null (a rule has none), without empty defaults."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        said = schema.get("default")
        spoken = isinstance(said, str | tuple) and said
        return super().default_schema(schema) if spoken else self.generate_inner(schema["schema"])


def rule_schema() -> str:
    """The schema as JSON text."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"


def _schema() -> JsonSchemaValue:
    """A rule is whole, or extends another and then need not say what the other says."""
    whole = Rule.model_json_schema(schema_generator=_Generator)
    shapes: dict[str, JsonSchemaValue] = {**whole.pop("$defs"), "Rule": whole}
    expression = {"description": key_sentence("Rule", "include"), **_expression(shapes)}
    shapes = {name: _describe(name, _refer(shape)) for name, shape in shapes.items()}
    parts = {f"Part{name}": _part(shape) for name, shape in shapes.items() if name not in (*REPLACED_WHOLE, "Rule")}
    whole_shapes = {name: _add_conditions(name, shape) for name, shape in shapes.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A Casefinder rule",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/ExtendingRule"},
        "else": {"$ref": "#/$defs/Rule"},
        "$defs": {"Expression": expression, **whole_shapes, **parts, "ExtendingRule": _extending(shapes["Rule"])},
    }


def _expression(shapes: dict[str, JsonSchemaValue]) -> JsonSchemaValue:
    """A criterion's name, or a branch."""
    branches = [branch for branch in shapes["Not"]["properties"]["not"]["oneOf"] if "$ref" in branch]
    return {"oneOf": [{"type": "string", "pattern": NAME, "description": "A criterion's name."}, *branches]}


def _refer(node: Any) -> Any:
    """Wherever the choices of an expression are written out, the one expression instead; criteria only by name."""
    if isinstance(node, list):
        return [_refer(item) for item in node]
    if not isinstance(node, dict):
        return node
    if {"$ref": "#/$defs/AllOf"} in node.get("oneOf", ()):
        return dict(EXPRESSION)
    closed = {"additionalProperties": False} if "patternProperties" in node else {}
    return {key: _refer(value) for key, value in node.items()} | closed


def _describe(name: str, shape: JsonSchemaValue) -> JsonSchemaValue:
    """Every key with its sentence, for the editor to show."""
    keys = shape["properties"].items()
    said = {key: f"{key_sentence(name, key)} {value.get('description', '')}".strip() for key, value in keys}
    return {**shape, "properties": {key: {**value, "description": said[key]} for key, value in keys}}


def _add_conditions(name: str, shape: JsonSchemaValue) -> JsonSchemaValue:
    return {**shape, "allOf": CONDITIONS[name]} if name in CONDITIONS else shape


def _part(shape: JsonSchemaValue) -> JsonSchemaValue:
    """The shape of something that another rule has said already: every key may be left out."""
    kept = {key: value for key, value in shape.items() if key != "required"}
    return _refer_to_parts(kept)  # type: ignore[no-any-return]  # an object in, an object out


def _refer_to_parts(node: Any) -> Any:
    """References to shapes that are filled in from the other rule; a criterion need not say its kind again."""
    if isinstance(node, list):
        return [_refer_to_parts(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {"anyOf" if key == "oneOf" else key: _refer_to_parts(value) for key, value in node.items()}
    target = str(found.get("$ref", "")).removeprefix("#/$defs/")
    if target and target not in (*REPLACED_WHOLE, "Expression"):
        found["$ref"] = f"#/$defs/Part{target}"
    return found


def _extending(whole: JsonSchemaValue) -> JsonSchemaValue:
    return {**_part(whole), "title": "A rule that extends another", "required": list(OWN)}
