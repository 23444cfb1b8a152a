"""How many medicines of an extract have American names, and how many of those a rule's code lists find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.codes.code_index import CodeIndex
from pipeline.rules.check import CheckedRule
from pipeline.rules.criteria import PrescriptionsCriterion
from pipeline.rules.wording import joined, readable
from pipeline.search.inputs import ResolvedCriterion


def count_american(
    checked: CheckedRule, resolved: Iterable[ResolvedCriterion], dictionary: CodeIndex
) -> dict[str, int]:
    """How many medicines with American names each criterion on prescriptions finds; empty if there are none."""
    criteria = checked.loaded.rule.criteria
    return {
        one.name: sum(match.code_id in dictionary.american for match in one.resolution.matches)
        for one in resolved
        if dictionary.american and isinstance(criteria.get(one.name), PrescriptionsCriterion)
    }


def say_american(dictionary: CodeIndex) -> str:
    return (
        f"{len(dictionary.american):,} of the {dictionary.medicines:,} medicines in this extract have American names, "
        "as in RxNorm. The code lists that come with Casefinder know only the commonest of these"
    )


def say_found(found: Mapping[str, int]) -> str:
    """Without a full stop. `found` is not empty."""
    return f"find {joined((f'{number:,} for {readable(name)}' for name, number in found.items()), 'and')}"


def warn_american(found: Mapping[str, int], dictionary: CodeIndex) -> Iterator[str]:
    """For a search: one sentence if the rule looks for medicines and some have American names."""
    if found:
        yield (
            f"{say_american(dictionary)}. Of the {len(dictionary.american):,}, this rule's lists {say_found(found)}. "
            "A person whose medicine is not found may be missing from a list, or on it despite an exclusion. Ask the "
            "supplier for dm+d codes or UK names, or add the names to the code lists."
        )
