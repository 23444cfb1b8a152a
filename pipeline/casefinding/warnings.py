"""What a run could not look at, in sentences. Each may have changed a list, so each is on every list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.extracts.model import Extract
from pipeline.people.practices import Practice
from pipeline.rules.check import CheckedRule
from pipeline.rules.wording import readable
from pipeline.search.inputs import ResolvedCriterion, criteria_without_codes


def find_warnings(
    practices: Iterable[Practice],
    extract: Extract,
    checked: CheckedRule,
    resolved: Iterable[ResolvedCriterion],
) -> Iterator[str]:
    """Practices left out, lines that could not be read, codes not found, and what is odd about the rule itself."""
    yield from _left_out(practices)
    yield from _unread(extract)
    yield from _silent(criteria_without_codes(resolved))
    yield from map(str, checked.warnings)


def _left_out(practices: Iterable[Practice]) -> Iterator[str]:
    for practice in practices:
        if not practice.is_searched:
            yield (
                f"{practice.practice_id} is left out because its extract, of {practice.extract_date:%d/%m/%Y}, is too "
                "old for the index date. Ask its supplier why there is no newer one."
            )


def _unread(extract: Extract) -> Iterator[str]:
    rejected = sum(file.rejected for file in extract.files)
    if rejected:
        yield f"{rejected:,} lines could not be read. See rejects.csv for which lines and why."


def _silent(names: list[str]) -> Iterator[str]:
    if names:
        yield (
            f"No code of {', '.join(map(readable, names))} is in this extract, so no one can meet it or be left out by "
            "it. Check that the code lists use this supplier's code systems."
        )
