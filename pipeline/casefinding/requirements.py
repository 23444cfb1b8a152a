"""What a rule needs and an extract cannot say: which needs refuse the rule, which only lessen it, and in what words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.casefinding.needs import Aim, Need, find_needs
from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError
from pipeline.extracts.gaps import Gap, Topic
from pipeline.extracts.model import Extract
from pipeline.rules.check import CheckedRule
from pipeline.rules.wording import readable

ACCEPT = "--accept-missing"
_NO_CODE_LIES_BELOW = Gap(
    Topic.HIERARCHY,
    "The hierarchy of codes in this extract is empty, so a list entry with its children finds only itself.",
)


@dataclass(frozen=True)
class UnmetNeed:
    """Something a rule needs, and why the extract cannot say it."""

    need: Need
    gap: Gap

    @property
    def is_refused(self) -> bool:
        """Whether it stops the rule, unless it is accepted."""
        return self.need.grade == "needs"

    @property
    def sentence(self) -> str:
        where = f" ({', '.join(map(readable, self.need.criteria))})" if self.need.criteria else ""
        return f"{self.need.reason}{where}. {self.gap.text}"


def find_unmet(
    checked: CheckedRule, extract: Extract, dictionary: CodeIndex, is_past: bool, writes_lists: bool
) -> tuple[UnmetNeed, ...]:
    """Every need of the rule that the extract does not meet, those that refuse it first.

    `is_past`: the index date is before the newest extract. `writes_lists`: it does more than count.
    """
    aim = Aim(is_past, writes_lists, has_read=bool(dictionary.read2_five.keys))
    gaps = _all_gaps(extract, dictionary)
    found = [UnmetNeed(need, gap) for need in find_needs(checked, aim) for gap in gaps if gap.topic is need.topic]
    return tuple(sorted(found, key=lambda unmet: not unmet.is_refused))


def _all_gaps(extract: Extract, dictionary: CodeIndex) -> tuple[Gap, ...]:
    """What the reader declared, and a code hierarchy that should be there but is empty."""
    said = any(gap.topic is Topic.HIERARCHY for gap in extract.gaps)
    return extract.gaps if said or dictionary.children else (*extract.gaps, _NO_CODE_LIES_BELOW)


def refuse_unmet(checked: CheckedRule, unmet: Iterable[UnmetNeed], accepts: bool) -> tuple[UnmetNeed, ...]:
    """The unmet needs that were accepted. Raises ExtractError if there are some and they were not accepted.

    The error is the extract's, because the rule is sound and other extracts can serve it.
    """
    refused = tuple(one for one in unmet if one.is_refused)
    if refused and not accepts:
        raise ExtractError(
            "\n".join(
                (
                    f"The rule {checked.loaded.rule.rule} needs what this extract does not say, so it was not run.",
                    *(f"- {one.sentence} {say_ways_out(one)}" for one in refused),
                    f"With {ACCEPT} it runs anyway, and the manifest and every list say what is missing.",
                )
            )
        )
    return refused


def say_ways_out(unmet: UnmetNeed) -> str:
    return f"Ask the supplier for {unmet.need.topic.words}, or run with {ACCEPT}."


def say_accepted(unmet: UnmetNeed) -> str:
    """As a warning."""
    return f"Accepted as missing: {unmet.sentence}"


def describe_unmet(unmet: UnmetNeed) -> dict[str, object]:
    """For programs."""
    need = unmet.need
    return {"needed_because": need.reason, "criteria": list(need.criteria), **describe_gap(unmet.gap)}


def describe_gap(gap: Gap) -> dict[str, object]:
    return {"topic": gap.topic.value, "text": gap.text, "is_missing": gap.is_missing}
