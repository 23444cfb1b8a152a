"""Who would not be listed if nothing were assumed about how long a fit note lasts.

An assumed length is the one thing that may add a letter in doubt, so a search says how many names depend on it. The
rule is decided again with `assume: none`, for the people found only.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.rules.criteria import Criterion, as_certificates
from pipeline.rules.model import Rule
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.engine import Engine
from pipeline.search.run import decide, found_people


def assumed_lengths(rule: Rule) -> dict[str, str]:
    """What each criterion assumes, by its name: `28 days`."""
    spells = ((name, as_certificates(criterion)) for name, criterion in rule.criteria.items())
    return {name: str(one.spell.assume) for name, one in spells if one and one.spell.assume}


def without_assumptions(rule: Rule) -> Rule:
    """The same rule with `assume: none` everywhere."""
    criteria = {name: _certain(criterion) for name, criterion in rule.criteria.items()}
    return rule.model_copy(update={"criteria": criteria})


def _certain(criterion: Criterion) -> Criterion:
    certificates = as_certificates(criterion)
    if not certificates:
        return criterion
    spell = certificates.spell.model_copy(update={"assume": None, "assume_because": None})
    return certificates.model_copy(update={"spell": spell})


def find_dependent(engine: Engine, plan: Plan, people: Iterable[int]) -> frozenset[int]:
    """Which of these people depend on an assumed length, by `person_row`. Needs the tables of a finished plan."""
    asked = frozenset(people)
    if not asked or not assumed_lengths(plan.rule):
        return frozenset()
    prefix = f"{plan.names.prefix}_certain__"  # no criterion's name begins with an underscore
    certain = compile_rule(without_assumptions(plan.rule), plan.index, plan.roles, plan.by_hand, prefix)
    chosen = certain.table("chosen")
    engine.fill(chosen, ("person_row BIGINT",), [(person,) for person in sorted(asked)])
    for table in ("person", "hits"):
        sql = f"SELECT t.* FROM {plan.names.of(table)} t JOIN {chosen} c ON c.person_row = t.person_row"
        engine.make(certain.names.of(table), sql)
    decide(engine, certain, has_coded_months=True)
    return asked - frozenset(found_people(engine, certain))
