"""What a rule needs and an extract does not say: what is refused, what is only lessened, and the sentences for both."""

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
    "No code of this extract lies below another one, so a list entry with its children finds only itself.",
)


@dataclass(frozen=True)
class Loss:
    """Something a rule needs, and why the extract does not say it."""

    need: Need
    gap: Gap

    @property
    def is_refused(self) -> bool:
        """Unless it is accepted."""
        return self.need.grade == "needs"

    @property
    def sentence(self) -> str:
        where = f" ({', '.join(map(readable, self.need.criteria))})" if self.need.criteria else ""
        return f"{self.need.reason}{where}. {self.gap.text}"


def find_missing(
    checked: CheckedRule, extract: Extract, dictionary: CodeIndex, is_past: bool, writes_lists: bool
) -> tuple[Loss, ...]:
    """Every need of the rule that the extract does not meet, what is refused first.

    `is_past`: as of a day before the newest extract. `writes_lists`: not only counts.
    """
    aim = Aim(is_past, writes_lists, has_read=bool(dictionary.read2_five.keys))
    gaps = _all_gaps(extract, dictionary)
    found = [Loss(need, gap) for need in find_needs(checked, aim) for gap in gaps if gap.topic is need.topic]
    return tuple(sorted(found, key=lambda loss: not loss.is_refused))


def _all_gaps(extract: Extract, dictionary: CodeIndex) -> tuple[Gap, ...]:
    """What the reader said, and a hierarchy that should be there and is empty."""
    said = any(gap.topic is Topic.HIERARCHY for gap in extract.gaps)
    return extract.gaps if said or dictionary.children else (*extract.gaps, _NO_CODE_LIES_BELOW)


def refuse_missing(checked: CheckedRule, missing: Iterable[Loss], accepts: bool) -> tuple[Loss, ...]:
    """The losses accepted. Raises ExtractError where something is needed, is missing, and is not accepted.

    The rule is sound and other extracts can serve it: what has to change is the extract, so that is whose error it is.
    """
    refused = tuple(loss for loss in missing if loss.is_refused)
    if refused and not accepts:
        raise ExtractError(
            "\n".join(
                (
                    f"The rule {checked.loaded.rule.rule} needs what this extract does not say, so it was not run.",
                    *(f"- {loss.sentence} {say_ways_out(loss)}" for loss in refused),
                    f"With {ACCEPT} it runs all the same, and every loss is written in the manifest and on every list.",
                )
            )
        )
    return refused


def say_ways_out(loss: Loss) -> str:
    return f"Ask the supplier for {loss.need.topic.words}, or run with {ACCEPT}."


def say_accepted(loss: Loss) -> str:
    """As a warning."""
    return f"Accepted as missing: {loss.sentence}"


def describe_loss(loss: Loss) -> dict[str, object]:
    """For programs."""
    return {"needed_because": loss.need.reason, "criteria": list(loss.need.criteria), **describe_gap(loss.gap)}


def describe_gap(gap: Gap) -> dict[str, object]:
    return {"topic": gap.topic.value, "text": gap.text, "is_missing": gap.is_missing}
