"""Walks the rule models: every construct that a rule may hold, and those that one rule does hold."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pipeline.rules.model import Rule

# These say what a rule is and where it comes from, or are printed for people. Nothing is found or kept by them.
DECIDES_NOTHING = {
    *(f"Rule.{name}" for name in
      ("rule", "version", "title", "extends", "drop", "changes", "study", "limit", "ask", "reviewer", "reasons",
       "sort")),
    *(f"{kind}Criterion.{name}" for kind in ("Events", "Prescriptions", "Certificates", "Latest")
      for name in ("mark", "because", "source", "says")),
}  # fmt: skip
# Choices that the model itself refuses: events have dates and rows.
REFUSED = {"EventsCriterion.count=issues", "EventsCriterion.count=drugs"}


def constructs(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[str]:
    """`Model.field` for every field, `Model.field=choice` for every Literal, `Model.field:type` for every union."""
    seen = set() if seen is None else seen
    seen.add(model)
    for name, field in model.model_fields.items():
        place = f"{model.__name__}.{name}"
        if place in DECIDES_NOTHING:
            continue
        yield place
        inner = list(_leaves(field.annotation))
        yield from (f"{place}={leaf}" for leaf in inner if isinstance(leaf, str))
        kinds = [leaf for leaf in inner if isinstance(leaf, type) and leaf is not type(None)]
        if len(kinds) > 1:
            yield from (f"{place}:{kind.__name__}" for kind in kinds)
        for kind in kinds:
            if issubclass(kind, BaseModel) and kind not in seen:
                yield from constructs(kind, seen)


def _leaves(annotation: object) -> Iterator[object]:
    """The types and Literal choices an annotation is made of, its containers taken apart."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_origin(annotation) is dict:
        yield from _leaves(get_args(annotation)[1])
    elif get_origin(annotation) is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif get_origin(annotation) in (tuple, Union, UnionType):
        for inner in get_args(annotation):
            yield from _leaves(inner)
    elif annotation is not ...:
        yield annotation


def used(value: BaseModel) -> Iterator[str]:
    """The constructs that a rule, or a part of one, writes down."""
    for name in value.model_fields_set:
        place, inner = f"{type(value).__name__}.{name}", getattr(value, name)
        if place in DECIDES_NOTHING:
            continue
        yield place
        yield f"{place}={inner}"
        for part in _parts(inner):
            yield f"{place}:{type(part).__name__}"
            if isinstance(part, BaseModel):
                yield from used(part)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value


EVERY = frozenset(constructs(Rule)) - REFUSED
