"""One version, one rule. A rule that changed under its version stops its study; a new one says who comes and goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.errors import RuleError
from pipeline.ledger.open import Ledger
from pipeline.ledger.record_run import RecordedRun
from pipeline.ledger.recorded_rules import RecordedRule, recorded_rules
from pipeline.rules.check import CheckedRule
from pipeline.rules.fingerprint import rule_fingerprint


@dataclass(frozen=True)
class NewVersion:
    """The first run with another rule or version than the run before, and what the list made of it.

    `came`: names that were not on the last list. `excluded`: names that left it because of an exclusion.
    `not_found`: names that the rule found in the run before and does not find now, which stay on the list.
    """

    before: RecordedRule
    rule: str
    version: int
    came: int
    excluded: int
    not_found: int

    def __str__(self) -> str:
        was = f"version {self.before.version}"
        if self.before.rule != self.rule:
            was = f"the rule {self.before.rule}, {was}"
        return (
            f"this is the first run with version {self.version} of the rule {self.rule}. The last run, on "
            f"{self.before.day:%d/%m/%Y}, used {was}. With the new version, {_people(self.came)} came onto the list, "
            f"{_people(self.excluded)} left it because of an exclusion, and {_people(self.not_found)} on it "
            f"{'is' if self.not_found == 1 else 'are'} no longer found by the rule. These numbers include what changed "
            "in the records since the last run."
        )


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def refuse_changed(ledger: Ledger, study: str, checked: CheckedRule, parts: Mapping[str, str]) -> None:
    """Raises RuleError if the study has run with another rule under the same name and version."""
    rule = checked.loaded.rule
    same = [one for one in recorded_rules(ledger, study) if (one.rule, one.version) == (rule.rule, rule.version)]
    if not same:
        return
    changed = list(_find_changes(same[-1], checked, parts))
    if changed:
        raise RuleError(
            f"{checked.loaded.source.path.name}: the rule {rule.rule} is still version {rule.version}, but it is not "
            f"as it was on {same[-1].day:%d/%m/%Y}. Changed: {', '.join(changed)}. Lists of one version must be made "
            "by one rule, so the study was not searched and its last lists stay in use. Put back what was changed, or "
            "give the rule a new version number."
        )


def _find_changes(before: RecordedRule, checked: CheckedRule, parts: Mapping[str, str]) -> Iterator[str]:
    if before.parts:
        yield from sorted(name for name in {*before.parts, *parts} if before.parts.get(name) != parts.get(name))
    elif before.fingerprint != rule_fingerprint(checked):
        yield "the rule's file or a code list"


def last_rule(ledger: Ledger, study: str, checked: CheckedRule) -> RecordedRule | None:
    """The rule of the last run, if that was another rule or version."""
    rule = checked.loaded.rule
    *_, last = recorded_rules(ledger, study) or (None,)
    return last if last and (last.rule, last.version) != (rule.rule, rule.version) else None


def count_changes(before: RecordedRule | None, checked: CheckedRule, recorded: RecordedRun) -> NewVersion | None:
    """What a new version did to the list; None if the version is the last run's."""
    if before is None:
        return None
    left = sum(one.why not in ("not_found", "missing") for one in recorded.dropped)
    return NewVersion(
        before=before,
        rule=checked.loaded.rule.rule,
        version=checked.loaded.rule.version,
        came=len(recorded.listed) - (recorded.was_for_review - left),
        excluded=sum(one.why == "excluded" for one in recorded.dropped),
        not_found=sum(one.why == "not_found" for one in recorded.dropped),
    )
