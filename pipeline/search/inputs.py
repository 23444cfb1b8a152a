"""Resolves a rule's code lists against the codes of one extract: which code counts for which criterion, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.codes.code_index import CodeIndex
from pipeline.codes.resolve import Resolution, resolve
from pipeline.rules.check import CheckedRule
from pipeline.search.basis import in_work_number
from pipeline.search.input_tables import NO_ROLE, CodeUse


@dataclass(frozen=True)
class ResolvedCriterion:
    """What one criterion's lists found in the extract. The rule's look at employment is named `in_work`."""

    number: int
    name: str
    resolution: Resolution

    def uses(self) -> Iterator[CodeUse]:
        for match in self.resolution.matches:
            yield CodeUse(self.number, match.code_id, match.role or NO_ROLE, match.entry.meaning)


def resolve_rule(checked: CheckedRule, dictionary: CodeIndex) -> list[ResolvedCriterion]:
    """Every criterion's codes, then those of employment."""
    rule, lists = checked.loaded.rule, checked.codelists
    found = [
        ResolvedCriterion(
            number,
            name,
            resolve(
                [lists[n] for n in criterion.selection.lists],
                criterion.roles_read,
                dictionary,
                criterion.meanings_read,
            ),
        )
        for number, (name, criterion) in enumerate(rule.criteria.items(), 1)
    ]
    if rule.in_work:
        named = [lists[name] for name in rule.in_work.codelists]
        found.append(
            ResolvedCriterion(in_work_number(rule), "in_work", resolve(named, rule.in_work.roles_read, dictionary))
        )
    return found


def criteria_without_codes(resolved: Iterable[ResolvedCriterion]) -> list[str]:
    """The criteria of which no code is in the extract's dictionary: no row can meet them, and nobody notices."""
    return [criterion.name for criterion in resolved if not criterion.resolution.matches]
