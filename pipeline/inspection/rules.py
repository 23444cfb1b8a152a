"""What an inspection says about each rule: whether the extract can serve it, and what it would gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.casefinding.american_medicines import count_american
from pipeline.casefinding.assumed_names import AssumedNames, count_assumed
from pipeline.casefinding.requirements import ACCEPT, UnmetNeed, find_unmet
from pipeline.codes.code_index import CodeIndex
from pipeline.extracts.model import Extract
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS, choose_practices, index_date
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.inheritance import shipped_folder
from pipeline.rules.load import read_rule
from pipeline.rules.model import Rule
from pipeline.search.assumed_lengths import assumed_lengths
from pipeline.search.engine import DuckDbEngine
from pipeline.search.inputs import ResolvedCriterion, criteria_without_codes, resolve_rule
from pipeline.search.run import found_people, search

FIRST_RULE = "instep"
IN_FULL, WITH_LOSSES, REFUSED = "in full", "with losses", f"refused unless {ACCEPT}"


@dataclass(frozen=True, kw_only=True)
class RuleVerdict:
    """What a rule can do here. `name`: what to type for it. `silent`: criteria for which the extract has no code.

    `american`: how many medicines with American names each criterion finds; empty if the extract has none.
    `assumed`: how many people it finds only because it assumes how long a fit note lasts; None if it assumes nothing,
    or cannot be run.
    """

    name: str
    title: str
    unmet: tuple[UnmetNeed, ...]
    silent: tuple[str, ...]
    american: Mapping[str, int]
    assumed: AssumedNames | None = None

    @property
    def refused(self) -> tuple[UnmetNeed, ...]:
        """What stops the rule, unless it is accepted."""
        return tuple(one for one in self.unmet if one.is_refused)

    @property
    def lessened(self) -> tuple[UnmetNeed, ...]:
        """What the rule can do without."""
        return tuple(one for one in self.unmet if not one.is_refused)

    @property
    def verdict(self) -> str:
        if self.refused:
            return REFUSED
        return WITH_LOSSES if self.lessened else IN_FULL


def check_rules(own: Sequence[Path], codelists: Path | None) -> list[tuple[str, CheckedRule]]:
    """What to type for each rule, and the rule: the user's own, InSTEP's, the others shipped. Raises RuleError."""
    shipped = sorted(path for path in shipped_folder().glob("*.yaml") if "." not in path.stem)
    named = [
        *((str(path), path) for path in own),
        *((path.stem, path) for path in sorted(shipped, key=lambda path: path.stem != FIRST_RULE)),
    ]
    return [(name, check_rule(read_rule(path), codelists)) for name, path in named]


def judge_rules(
    con: duckdb.DuckDBPyConnection, dictionary: CodeIndex, rules: Sequence[tuple[str, CheckedRule]], extract: Extract
) -> Iterator[RuleVerdict]:
    """As a search today would judge them. A pseudonymised extract can only be counted."""
    for name, checked in rules:
        unmet = find_unmet(checked, extract, dictionary, is_past=False, writes_lists=not extract.pseudonymised_because)
        resolved = resolve_rule(checked, dictionary)
        verdict = RuleVerdict(
            name=name,
            title=checked.loaded.rule.title,
            unmet=unmet,
            silent=tuple(criteria_without_codes(resolved)),
            american=count_american(checked, resolved, dictionary),
        )
        yield (
            verdict if verdict.refused else replace(verdict, assumed=_count_assumed(con, checked.loaded.rule, resolved))
        )


def codes_for_assumed(dictionary: CodeIndex, rules: Iterable[tuple[str, CheckedRule]]) -> set[int]:
    """The codes whose rows must be loaded before `judge_rules`: of rules that assume how long a fit note lasts."""
    assuming = [checked for _, checked in rules if assumed_lengths(checked.loaded.rule)]
    return {use.code_id for one in assuming for criterion in resolve_rule(one, dictionary) for use in criterion.uses()}


def _count_assumed(
    con: duckdb.DuckDBPyConnection, rule: Rule, resolved: Iterable[ResolvedCriterion]
) -> AssumedNames | None:
    """By a search of the practices that are not too old, before anyone's several records are made one person."""
    if not assumed_lengths(rule):
        return None
    engine, index = DuckDbEngine(con), index_date(con, None)
    practices = [one.practice_id for one in choose_practices(con, index, OLDEST_EXTRACT_DAYS) if one.is_searched]
    uses = [use for criterion in resolved for use in criterion.uses()]
    plan = search(engine, rule, index, uses, practices)
    return count_assumed(engine, plan, found_people(engine, plan))
