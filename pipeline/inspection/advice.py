"""What to do next with an inspected extract: what to ask for, and the search to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from pipeline.casefinding.requirements import ACCEPT
from pipeline.inspection.inspect import Inspection
from pipeline.inspection.rules import RuleVerdict


def advise(found: Inspection) -> Iterator[str]:
    """Sentences, and then commands."""
    rule = _best_rule(found)
    for topic in dict.fromkeys(unmet.need.topic for unmet in rule.refused):
        yield f"Ask the supplier for {topic.words}."
    if rule.refused:
        yield "If you accept that this is missing, you can search meanwhile:"
    yield from commands(found)


def commands(found: Inspection) -> list[str]:
    """The search that this extract allows, exactly as it is typed."""
    options, rule = found.options, _best_rule(found)
    day = max(each.extract_date for each in found.practices)
    words = ["casefinder", "search", "--extract", str(options.extract), "--rule", rule.name, "--out", f"runs/{day}"]
    words += ["--codelists", str(options.codelists)] if options.codelists else []
    words += ["--counts"] if found.extract.pseudonymised_because else []
    words += [ACCEPT] if rule.refused else []
    return [shlex.join(words)]


def _best_rule(found: Inspection) -> RuleVerdict:
    """The first that runs: the user's own, InSTEP's, any other shipped. If none runs, the first."""
    return next((rule for rule in found.rules if not rule.refused), found.rules[0])
