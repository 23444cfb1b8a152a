"""Reads a rule file. Pure: no code list and no clock is touched. All errors come at once, each with its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.rules.inheritance import read_extended, shipped_folder
from pipeline.rules.model import Rule
from pipeline.rules.validation_errors import problems_in, rule_error
from pipeline.rules.yaml_source import Location, Problem, Source


@dataclass(frozen=True)
class LoadedRule:
    """A rule and the file it came from."""

    rule: Rule
    source: Source

    @property
    def sources(self) -> tuple[Source, ...]:
        """The rule's own file, then those it extends."""
        found = [self.source]
        while found[-1].extended:
            found.append(found[-1].extended)
        return tuple(found)

    @property
    def sha256(self) -> str:
        """Of all the files the rule is made of, one after the other."""
        return hashlib.sha256(b"".join(source.data for source in self.sources)).hexdigest()

    def problem(self, location: Location, message: str) -> Problem:
        return Problem(self.source.place(location), message)


def load_rule(path: Path) -> LoadedRule:
    """Read a rule file, or a shipped rule by its bare name, and check its shape. Raises RuleError: every problem."""
    shipped = shipped_folder() / f"{path}.yaml"
    bare = path.name == str(path) and not path.exists() and shipped.is_file()
    source, value = read_extended(shipped if bare else path)
    try:
        rule = Rule.model_validate(value)
    except ValidationError as error:
        raise rule_error(problems_in(source, value, error, Rule)) from None
    return LoadedRule(rule, source)
