"""Trees of criteria names: `all`, `any`, `not`, `count_of`. Two-valued: a criterion holds or it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, assert_never

from pydantic import Discriminator, Field, Tag

from pipeline.rules.fields import Strict


class AllOf(Strict):
    all: tuple[Expression, ...] = Field(min_length=1)


class AnyOf(Strict):
    any: tuple[Expression, ...] = Field(min_length=1)


class Not(Strict):
    negated: Expression = Field(alias="not")


class CountFrom(Strict):
    n: int = Field(ge=1)
    of: tuple[Expression, ...] = Field(min_length=1)

    def mistakes(self) -> Iterator[str]:
        if self.n > len(self.of):
            yield f"at least {self.n} of {len(self.of)} can never be met"


class CountOf(Strict):
    """At least `n` of these hold."""

    count_of: CountFrom


OPERATORS = ("all", "any", "not", "count_of")


def _operator(value: object) -> str | None:
    if isinstance(value, str):
        return "name"
    if isinstance(value, dict):
        found = [operator for operator in OPERATORS if operator in value]
        return found[0] if len(found) == 1 else None
    shapes = ((AllOf, "all"), (AnyOf, "any"), (Not, "not"), (CountOf, "count_of"))
    return next((operator for shape, operator in shapes if isinstance(value, shape)), None)


Expression = Annotated[
    Annotated[str, Tag("name")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[CountOf, Tag("count_of")],
    Discriminator(
        _operator,
        custom_error_type="expression",
        custom_error_message=f"write a criterion's name, or exactly one of: {', '.join(OPERATORS)}",
    ),
]

for branch in (AllOf, AnyOf, Not, CountFrom, CountOf):
    branch.model_rebuild()


def children(tree: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside this one; none for a name."""
    match tree:
        case AllOf():
            return tree.all
        case AnyOf():
            return tree.any
        case Not():
            return (tree.negated,)
        case CountOf():
            return tree.count_of.of
        case str():
            return ()
        case _:
            assert_never(tree)


def names(tree: Expression, positive: bool = True) -> Iterator[tuple[str, bool]]:
    """Each criterion's name, with whether its being true works towards the tree's being true."""
    if isinstance(tree, str):
        yield tree, positive
    for child in children(tree):
        yield from names(child, positive != isinstance(tree, Not))


def holds(tree: Expression, truth: Callable[[str, bool], bool], positive: bool = True) -> bool:
    """The tree's value. `truth` gives a criterion's, by name and by whether it works towards the tree's being true."""
    inner = [holds(child, truth, positive != isinstance(tree, Not)) for child in children(tree)]
    match tree:
        case AllOf():
            return all(inner)
        case AnyOf():
            return any(inner)
        case Not():
            return not inner[0]
        case CountOf():
            return sum(inner) >= tree.count_of.n
        case str():
            return truth(tree, positive)
        case _:
            assert_never(tree)
