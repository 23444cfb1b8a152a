"""Which criteria of a rule are asked again before anyone is named, of the newest record, whatever the index date.

A criterion is, if it stands against a letter and says what the person wants, or how things stand now: it asks what the
newest row says (`latest`), or it reads a role that is a no. All other criteria hold or not on the index date only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pipeline.rules.criteria import Criterion, LatestCriterion
from pipeline.rules.expression import names
from pipeline.rules.model import Rule
from pipeline.vocabulary import REFUSAL_ROLES


def asked_today(rule: Rule, roles: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Their names, in the order of the rule. `roles`: of each criterion, those of the codes that it reads."""
    against = set(_against_a_letter(rule))
    return tuple(
        name
        for name, criterion in rule.criteria.items()
        if name in against and _is_asked(criterion, roles.get(name, ()))
    )


def _against_a_letter(rule: Rule) -> Iterator[str]:
    """Every name in an exclusion, and those in `include` that work against its being met."""
    yield from (name for tree in rule.exclude for name, _ in names(tree))
    yield from (name for name, is_for in names(rule.include) if not is_for)


def _is_asked(criterion: Criterion, roles: Collection[str]) -> bool:
    return isinstance(criterion, LatestCriterion) or not REFUSAL_ROLES.isdisjoint(roles)
