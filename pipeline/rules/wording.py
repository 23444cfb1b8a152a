"""Names and trees in words, for tables, lists and descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pipeline.rules.expression import AllOf, AnyOf, CountOf, Expression, Not, children


def key_of(tree: Expression) -> str:
    """What a tree is called in tables: a criterion's own name, or the tree in words."""
    return tree if isinstance(tree, str) else say(tree)


def say(tree: Expression) -> str:
    """A tree in words: `pain core or pain persisted`."""
    match tree:
        case AllOf() | AnyOf():
            joint = " and " if isinstance(tree, AllOf) else " or "
            return joint.join(say_inside(child) for child in children(tree))
        case Not():
            return f"not {say_inside(tree.negated)}"
        case CountOf():
            return f"at least {tree.count_of.n} of ({', '.join(say(child) for child in children(tree))})"
        case str():
            return readable(tree)
        case _:
            assert_never(tree)


def say_inside(tree: Expression) -> str:
    """A tree as part of a longer sentence: in brackets, unless it is one name."""
    return say(tree) if isinstance(tree, str) else f"({say(tree)})"


def readable(name: str) -> str:
    """One of our own names as words: `pain_core` is `pain core`."""
    return name.replace("_", " ")


def say_age(youngest: int | None, oldest: int | None) -> str:
    """`18 to 64`, `18 or over`, `64 or under`."""
    if oldest is None:
        return f"{youngest} or over"
    return f"{oldest} or under" if youngest is None else f"{youngest} to {oldest}"


def joined(parts: Iterable[str], joint: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = parts
    return f"{', '.join(first)} {joint} {last}" if first else last
