"""Reads a rule file. Pure: no code list and no clock is touched. All errors come at once, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RuleError
from pipeline.rules.inheritance import read_extended, shipped_folder
from pipeline.rules.locations import at, find
from pipeline.rules.model import Rule
from pipeline.rules.repairing import Refused, Repaired, nonsense, repair
from pipeline.rules.validation_errors import problem_of, rule_error
from pipeline.rules.yaml_source import Location, Problem, Source, Value

FROM_THE_OTHER = ("missing", "criterion_kind")  # refused only because the rule that is extended cannot be read


@dataclass(frozen=True)
class LoadedRule:
    """A rule and the file it came from. With `problems`, it is a repaired one, only to be checked."""

    rule: Rule
    source: Source
    problems: tuple[Problem, ...]
    repaired: Repaired
    named: frozenset[str]  # the criteria as the files name them, those that had to be left out as well

    @property
    def sources(self) -> tuple[Source, ...]:
        """The rule's own file, then those it extends."""
        return tuple(_sources(self.source))

    @property
    def sha256(self) -> str:
        """Of all the files the rule is made of, one after the other."""
        return hashlib.sha256(b"".join(source.data for source in self.sources)).hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether every rule that this one extends could be read."""
        return not any(source.is_cut_off for source in self.sources)

    def problem(self, location: Location, message: str) -> Problem:
        return Problem(self.source.place(self.repaired.written(location)), message)


def load_rule(path: Path) -> LoadedRule:
    """Read a rule file, or a shipped rule by its bare name, and check its shape. Raises RuleError: every problem."""
    loaded = read_rule(path)
    if loaded.problems:
        raise refuse(loaded.source, loaded.problems)
    return loaded


def read_rule(path: Path) -> LoadedRule:
    """Read a rule file with whatever is wrong with its shape. Raises RuleError where nothing more can be checked."""
    shipped = shipped_folder() / f"{path}.yaml"
    bare = path.name == str(path) and not path.exists() and shipped.is_file()
    source, value = read_extended(shipped if bare else path)
    rule, repaired, refused = repair(Repaired(value), Rule)
    problems = [problem for one in _sources(source) for problem in one.problems]
    said = {problem.place for problem in problems}
    shapes = [*_refused(source, refused), *(_nonsense(source, rule, repaired) if rule else ())]
    problems += [problem for problem in shapes if problem.place not in said]
    if rule is None:
        raise refuse(source, problems)
    return LoadedRule(rule, source, tuple(problems), repaired, _criteria_named(value))


def _refused(source: Source, refused: Iterable[Refused]) -> Iterator[Problem]:
    """What the model refuses, except what it only lacks because the rule that is extended cannot be read."""
    is_cut_off = any(one.is_cut_off for one in _sources(source))
    for repaired, detail in refused:
        if not (is_cut_off and detail["type"] in FROM_THE_OTHER):
            location = find(repaired.value, detail["loc"])
            yield problem_of(source, detail, repaired.written(location), at(repaired.value, location), Rule)


def _nonsense(source: Source, rule: Rule, repaired: Repaired) -> Iterator[Problem]:
    for location, said in nonsense(rule, repaired):
        name = next((part for part in reversed(location) if isinstance(part, str)), "this")
        yield Problem(source.place(repaired.written(location)), f"'{name}': {said}")


def _criteria_named(value: Value) -> frozenset[str]:
    criteria = value.get("criteria") if isinstance(value, dict) else None
    return frozenset(criteria) if isinstance(criteria, dict) else frozenset()


def refuse(source: Source, problems: Iterable[Problem]) -> RuleError:
    """Every problem, in the order of the rule's files."""
    return rule_error(problems, [one.path.name for one in _sources(source)])


def _sources(source: Source) -> Iterator[Source]:
    yield source
    if source.extended:
        yield from _sources(source.extended)
