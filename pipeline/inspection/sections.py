"""What an inspection found, in words for a practice manager."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.casefinding.american_medicines import say_found
from pipeline.casefinding.requirements import ACCEPT, say_ways_out
from pipeline.casefinding.warnings import say_without_codes
from pipeline.extracts.gaps import Gap
from pipeline.inspection.advice import advise
from pipeline.inspection.inspect import Inspection
from pipeline.inspection.rules import IN_FULL, REFUSED, WITH_LOSSES, RuleVerdict
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS
from pipeline.store.manifest import Applied


@dataclass(frozen=True)
class Section:
    """A heading over rows of cells. `columns`: the heading of each column; none if each row is a sentence."""

    heading: str
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...] = ()


def sections(found: Inspection) -> Iterator[Section]:
    """Everything there is to say, in order. A section without rows is left out."""
    numbers = _number(found)
    every = (
        _sentences("What this is", _what(found)),
        Section("Deliveries", tuple(map(_delivery, found.deliveries)), ("Delivery", "What", "Made on")),
        _practices(found),
        Section("Files", tuple(_files(found)), ("File", "Rows", "Lines rejected")),
        Section("Left out, or kept although uncertain", tuple(_left_out(found)), ("What", "How many")),
        _sentences("What is missing from these files", _numbered(numbers, is_missing=True)),
        _sentences("What this format cannot carry", _numbered(numbers, is_missing=False)),
        _sentences("Warnings", found.warnings),
        _sentences("Whether each rule can be run", (line for rule in found.rules for line in _rule(rule, numbers))),
        _sentences("What to do next", advise(found)),
    )
    return (section for section in every if section.rows)


def _sentences(heading: str, lines: Iterable[str]) -> Section:
    return Section(heading, tuple((line,) for line in lines))


def _what(found: Inspection) -> Iterator[str]:
    extract, seen = found.extract, found.recognised
    yield f"{extract.format}, version {extract.version} ({'certain' if seen.is_sure else 'likely'})"
    yield from (f"Evidence: {words}." for words in seen.because)
    yield from (f"Not certain: {words}." for words in seen.doubts)
    if extract.pseudonymised_because:
        yield f"{extract.pseudonymised_because} A search of this extract gives counts, but no list."


def _delivery(each: Applied) -> tuple[str, str, str]:
    numbers = str(each.last) if each.first == each.last or each.is_full else f"{each.first}-{each.last}"
    kind = "full extract" if each.is_full else "changes"
    return numbers if each.last else "without a number", kind, _day(date.fromordinal(each.day) if each.day else None)


def _practices(found: Inspection) -> Section:
    columns = ("Practice", "Name", "Regular patients now", "Extract date", "Newest entry", "")
    rows = tuple(
        (
            each.practice_id,
            each.name,
            f"{each.registered:,}",
            _day(each.extract_date),
            _day(each.newest),
            "" if each.is_searched else _TOO_OLD,
        )
        for each in found.practices
    )
    return Section("Practices", rows, columns)


_TOO_OLD = f"left out of searches: more than {OLDEST_EXTRACT_DAYS} days older than the newest extract"


def _files(found: Inspection) -> Iterator[tuple[str, str, str]]:
    return ((file.name, f"{file.rows:,}", f"{file.rejected:,}") for file in found.extract.files)


def _left_out(found: Inspection) -> Iterator[tuple[str, str]]:
    return ((reason, f"{count:,}") for reason, count in found.extract.left_out.items())


def _number(found: Inspection) -> dict[Gap, int]:
    """Each gap with the number it is called by: those of these files first, then the format's own."""
    shown = [*found.extract.gaps, *(unmet.gap for rule in found.rules for unmet in rule.unmet)]
    ordered = sorted(dict.fromkeys(shown), key=lambda gap: not gap.is_missing)
    return {gap: number for number, gap in enumerate(ordered, 1)}


def _numbered(numbers: dict[Gap, int], is_missing: bool) -> Iterator[str]:
    return (f"({number}) {gap.text}" for gap, number in numbers.items() if gap.is_missing == is_missing)


_VERDICTS = {
    IN_FULL: "can be run in full",
    WITH_LOSSES: "can be run, with these gaps",
    REFUSED: f"cannot be run unless you add {ACCEPT}",
}


def _rule(rule: RuleVerdict, numbers: dict[Gap, int]) -> Iterator[str]:
    """The verdict; a sentence for each need that stops the rule; and the numbers of the gaps that only lessen it."""
    lost = ", ".join(f"({number})" for number in sorted({numbers[unmet.gap] for unmet in rule.lessened}))
    yield f"{rule.name}: {_VERDICTS[rule.verdict]}{f': {lost}' if lost and not rule.refused else '.'}"
    yield from (f"  Needed, but missing: {unmet.sentence} {say_ways_out(unmet)}" for unmet in rule.refused)
    if rule.refused and lost:
        yield f"  If you accept that, these gaps also apply: {lost}"
    if rule.silent:
        yield f"  {say_without_codes(rule.silent)}"
    if rule.assumed:
        yield f"  {rule.assumed.say()}"
    if rule.american:
        yield f"  Of the medicines with American names, its lists {say_found(rule.american)}."


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "not known"
