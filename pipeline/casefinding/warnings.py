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
    yield from say_left_out(practices)
    yield from _unread(extract)
    yield from _silent(criteria_without_codes(resolved))
    yield from map(str, checked.warnings)


def say_left_out(practices: Iterable[Practice]) -> Iterator[str]:
    """One sentence, however many practices are left out. The manifest names every one."""
    left_out = [one for one in practices if not one.is_searched]
    oldest = min(left_out, key=lambda one: (one.extract_date, one.practice_id), default=None)
    if oldest is None:
        return
    if len(left_out) == 1:
        yield (
            f"{oldest.practice_id} is left out because its extract, of {oldest.extract_date:%d/%m/%Y}, is too old for "
            "the index date. Ask its supplier why there is no newer one."
        )
    else:
        yield (
            f"{len(left_out):,} practices are left out because their extracts are too old for the index date. The "
            f"oldest is that of {oldest.practice_id}, of {oldest.extract_date:%d/%m/%Y}; manifest.json names them all. "
            "Ask their suppliers why there are no newer ones."
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
