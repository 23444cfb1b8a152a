"""A tree of criteria as indented sentences; each criterion is described in full the first time it appears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from pipeline.rules.check import CheckedRule
from pipeline.rules.describe.criterion import say_criterion, say_worth
from pipeline.rules.describe.layout import Item, sentence
from pipeline.rules.expression import AllOf, AnyOf, CountOf, Expression, Not, children
from pipeline.rules.wording import readable


@dataclass
class Describer:
    """Describes the criteria of one rule, each in full only once. `index`: None says windows without days."""

    checked: CheckedRule
    index: date | None
    described: set[str] = field(default_factory=set)

    def describe(self, tree: Expression, indent: int = 2, marker: str = "") -> Iterator[Item]:
        """The tree's paragraphs, its parts numbered below it."""
        if isinstance(tree, str):
            yield from self.describe_criterion(tree, indent, marker)
            return
        yield Item(_heading(tree), indent, marker)
        for number, part in enumerate(children(tree), 1):
            yield from self.describe(part, indent + 3, "- " if isinstance(tree, Not) else f"{number}. ")

    def describe_criterion(self, name: str, indent: int = 2, marker: str = "") -> Iterator[Item]:
        title = sentence(readable(name))
        if name in self.described:
            yield Item(f"{title} As described above.", indent, marker)
            return
        self.described.add(name)
        criterion = self.checked.loaded.rule.criteria[name]
        said = say_criterion(criterion, self.checked.codelists, self.index)
        item = Item(f"{title} {said}", indent, marker)
        yield item
        called = f' The list calls it "{criterion.says}".' if criterion.says else ""
        yield Item(f"{say_worth(criterion)}{called}", item.inside)


def _heading(tree: AllOf | AnyOf | CountOf | Not) -> str:
    parts = len(children(tree))
    match tree:
        case AllOf():
            return "All of these are met:"
        case AnyOf():
            return "At least one of these is met:"
        case CountOf():
            return f"At least {tree.count_of.n} of these {parts} are met:"
        case Not():
            return "This is not met:"
        case _:
            assert_never(tree)
