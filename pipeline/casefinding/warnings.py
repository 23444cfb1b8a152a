"""What a run could not look at, in sentences: each may have changed a list, so each is said on every list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.extracts.model import Extract
from pipeline.people.practices import Practice
from pipeline.rules.check import CheckedRule
from pipeline.rules.wording import readable
from pipeline.search.inputs import ResolvedCriterion, criteria_without_codes


def find_losses(
    practices: Iterable[Practice],
    extract: Extract,
    checked: CheckedRule,
    resolved: Iterable[ResolvedCriterion],
) -> Iterator[str]:
    """Practices left out, lines not read, codes not found, and what is odd about the rule itself."""
    yield from _left_out(practices)
    yield from _unread(extract)
    yield from _silent(criteria_without_codes(resolved))
    yield from map(str, checked.warnings)


def _left_out(practices: Iterable[Practice]) -> Iterator[str]:
    for practice in practices:
        if not practice.is_searched:
            yield (
                f"{practice.practice_id} is left out: its extract is of {practice.extract_date:%d/%m/%Y}, which is too "
                "long before the index date. Ask its supplier why no newer one came."
            )


def _unread(extract: Extract) -> Iterator[str]:
    rejected = sum(file.rejected for file in extract.files)
    if rejected:
        yield f"{rejected:,} lines could not be read; rejects.csv says which and why."


def _silent(names: list[str]) -> Iterator[str]:
    if names:
        yield (
            f"No code of {', '.join(map(readable, names))} is in this extract: nobody can meet it, and nobody is left "
            "out by it. Look whether the code lists are of the systems that this supplier uses."
        )
