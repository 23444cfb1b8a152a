"""The JSON Schema that editors read says what the models say, and the file beside the rules is the newest."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.rules import criteria, expression, model, selection
from pipeline.rules import fields as base
from pipeline.rules.inheritance import OWN as NEVER_TAKEN_OVER
from pipeline.rules.schema import OWN, REPLACED_WHOLE, rule_schema
from pipeline.rules.yaml_source import read_source

RULES = Path(__file__).parents[2] / "rules"
SCHEMA: dict[str, Any] = json.loads(rule_schema())
DEFS: dict[str, Any] = SCHEMA["$defs"]
BASES = {"Strict", "Selection", "Marked", "Counted", "Branch", "BaseModel"}
MODELS = sorted(
    {
        found
        for module in (model, criteria, selection, expression)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, BaseModel) and found.__name__ not in BASES
    },
    key=lambda found: found.__name__,
)


def keys(shape: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the schema."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def test_the_file_beside_the_rules_is_current() -> None:
    current = (RULES / "rule.schema.json").read_text(encoding="utf-8")
    assert current == rule_schema(), "write it anew: casefinder rule schema > rules/rule.schema.json"


@pytest.mark.parametrize("shape", MODELS, ids=lambda shape: shape.__name__)
def test_every_key_of_every_model_is_there_and_no_other_may_be(shape: type[BaseModel]) -> None:
    said = DEFS[shape.__name__]
    needed = {field.alias or name for name, field in shape.model_fields.items() if field.is_required()}
    assert set(said["properties"]) == keys(shape)
    assert said["additionalProperties"] is False
    assert set(said.get("required", ())) == needed
    assert all(value["description"] for value in said["properties"].values())


@pytest.mark.parametrize(
    "shape", [one for one in MODELS if one.__name__ not in (*REPLACED_WHOLE, "Rule")], ids=lambda shape: shape.__name__
)
def test_what_another_rule_has_said_needs_no_key_again(shape: type[BaseModel]) -> None:
    part = DEFS[f"Part{shape.__name__}"]
    assert "required" not in part and set(part["properties"]) == keys(shape)
    assert part["additionalProperties"] is False


def test_a_rule_that_extends_says_its_own_name_version_and_title() -> None:
    assert set(DEFS["ExtendingRule"]["required"]) == set(OWN) == {*NEVER_TAKEN_OVER} - {"changes", "drop"}
    assert SCHEMA["if"] == {"required": ["extends"]}
    assert SCHEMA["then"]["$ref"].endswith("/ExtendingRule") and SCHEMA["else"]["$ref"].endswith("/Rule")


def test_no_object_takes_unknown_keys_and_no_reference_leads_nowhere() -> None:
    for node in nodes(SCHEMA):
        if isinstance(node.get("properties"), dict) and "title" in node and node is not SCHEMA:
            assert node["additionalProperties"] is False
        if isinstance(node.get("$ref"), str):
            assert node["$ref"].removeprefix("#/$defs/") in DEFS
        assert node.get("type") != "null"


def test_expressions_hold_expressions() -> None:
    assert DEFS["AllOf"]["properties"]["all"]["items"] == {"$ref": "#/$defs/Expression"}
    assert DEFS["CountFrom"]["properties"]["of"]["items"] == {"$ref": "#/$defs/Expression"}
    branches = {choice["$ref"] for choice in DEFS["Expression"]["oneOf"] if "$ref" in choice}
    assert branches == {f"#/$defs/{name}" for name in ("AllOf", "AnyOf", "Not", "CountOf")}


@pytest.mark.parametrize("good", ["12 months", "1 day", "0 weeks", "5 years"])
@pytest.mark.parametrize("bad", ["12 moons", "12months", "a year", "-1 day", "1.5 years", "123456 days"])
def test_lengths_have_a_pattern(good: str, bad: str) -> None:
    pattern = str(base.LENGTH_SCHEMA["pattern"])
    assert re.search(pattern, good) and not re.search(pattern, bad)


@pytest.mark.parametrize(
    "path", [path for path in sorted(RULES.glob("*.yaml")) if "." not in path.stem], ids=lambda path: path.name
)
def test_shipped_rules_walk_through_the_schema(path: Path) -> None:
    value = read_source(path).value()
    assert isinstance(value, dict)
    walked = list(walk(value, DEFS["ExtendingRule" if "extends" in value else "Rule"]))
    assert len(walked) > 10 and [place for place, is_known in walked if not is_known] == []


def walk(value: Any, shape: dict[str, Any], place: str = "") -> Iterator[tuple[str, bool]]:
    """Every key and every text of a value, with whether its part of the schema knows it: enough for whole rules."""
    shape = DEFS[shape["$ref"].removeprefix("#/$defs/")] if "$ref" in shape else shape
    choices = shape.get("oneOf") or shape.get("anyOf")
    if choices:
        tries = [list(walk(value, choice, place)) for choice in choices]
        yield from next((found for found in tries if all(is_known for _, is_known in found)), tries[0])
    elif isinstance(value, dict):
        yield place, shape.get("type") == "object" and set(shape.get("required", ())) <= set(value)
        named = shape.get("properties", {})
        for key, inner in value.items():
            patterns = shape.get("patternProperties", {}).items()
            found = named.get(key) or next((one for pattern, one in patterns if re.search(pattern, key)), None)
            yield from walk(inner, found, f"{place}/{key}") if found else [(f"{place}/{key}", False)]
    elif isinstance(value, tuple):
        yield place, shape.get("type") == "array" and len(value) >= shape.get("minItems", 0)
        for inner in value:
            yield from walk(inner, shape.get("items", {}), f"{place}[]")
    elif isinstance(value, str):
        matches = re.search(shape.get("pattern", ""), value) is not None and value in shape.get("enum", [value])
        yield place, shape.get("type") == "string" and matches
    else:
        yield place, shape.get("type") in ("integer", "number") and value >= shape.get("minimum", value)


def test_the_walk_itself_finds_what_is_wrong() -> None:
    good: dict[str, Any] = {"events": {"codelist": "cancer", "within": "5 years"}, "at_least": 2}
    shape = {"$ref": "#/$defs/EventsCriterion"}
    assert all(is_known for _, is_known in walk(good, shape))
    for bad in (
        good | {"at_lest": 2},
        good | {"at_least": 0},
        good | {"count": "pills"},
        {"at_least": 2},
        {"events": {"codelist": "cancer", "within": "5 moons"}},
        {"events": {"codelist": "Cancer!"}},
    ):
        assert not all(is_known for _, is_known in walk(bad, shape)), bad
