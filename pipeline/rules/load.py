"""Reads a rule file. Pure: no code list and no clock is touched. All errors come at once, each with its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.rules.model import Rule
from pipeline.rules.problems import problems_in, rule_error
from pipeline.rules.yaml_source import Location, Problem, Source, read_source


@dataclass(frozen=True)
class LoadedRule:
    """A rule, the file it came from, and its SHA-256."""

    rule: Rule
    source: Source
    sha256: str

    def problem(self, location: Location, message: str) -> Problem:
        return Problem(self.source.place(location), message)


def shipped_folder() -> Path:
    """The rules that come with Casefinder: beside `pipeline`, in a checkout as in an installed wheel."""
    return Path(__file__).resolve().parents[2] / "rules"


def load_rule(path: Path) -> LoadedRule:
    """Read a rule file, or a shipped rule by its bare name, and check its shape. Raises RuleError: every problem."""
    shipped = shipped_folder() / f"{path}.yaml"
    source = read_source(shipped if path.name == str(path) and not path.exists() and shipped.is_file() else path)
    value = source.value()
    if source.problems:
        raise rule_error(source.problems)
    try:
        rule = Rule.model_validate(value)
    except ValidationError as error:
        raise rule_error(problems_in(source, value, error, Rule)) from None
    return LoadedRule(rule, source, hashlib.sha256(source.data).hexdigest())
