"""What an inspection found, in words for a practice manager, and as JSON: counts, and nothing about one patient."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.casefinding.requirements import ACCEPT, Loss, describe_gap, describe_loss, say_ways_out
from pipeline.extracts.gaps import Gap
from pipeline.inspection.inspect import Inspected, RuleSeen
from pipeline.people.practices import OLDEST_EXTRACT_DAYS
from pipeline.rules.wording import readable
from pipeline.store.manifest import Applied

IN_FULL, WITH_LOSSES, REFUSED = "in full", "with losses", f"refused unless {ACCEPT}"


@dataclass(frozen=True)
class Section:
    """A heading over rows of cells. `columns`: what stands above them; none where each row is a sentence."""

    heading: str
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...] = ()


def verdict(rule: RuleSeen) -> str:
    if rule.refused:
        return REFUSED
    return WITH_LOSSES if rule.lessened else IN_FULL


def sections(found: Inspected) -> Iterator[Section]:
    """All that is said, in order; a section without rows is not said."""
    extract, numbers = found.extract, _number(found)
    said = (
        _sentences("What this is", _what(found)),
        Section("Deliveries", tuple(map(_delivery, found.deliveries)), ("Delivery", "What", "Made on")),
        _practices(found),
        Section("Files", tuple(_files(found)), ("File", "Rows", "Lines rejected")),
        Section("Left out, or kept in doubt", tuple(_left_out(found)), ("What", "How many")),
        _sentences("What is missing from these files", _numbered(numbers, is_missing=True)),
        _sentences("What this format cannot say", _numbered(numbers, is_missing=False)),
        _sentences("Be wary", extract.warnings),
        _sentences("What each rule can do here", (line for rule in found.rules for line in _rule(rule, numbers))),
        _sentences("What to do next", _advice(found)),
    )
    return (section for section in said if section.rows)


def _sentences(heading: str, lines: Iterable[str]) -> Section:
    return Section(heading, tuple((line,) for line in lines))


def _what(found: Inspected) -> Iterator[str]:
    extract, seen = found.extract, found.recognised
    yield f"{extract.format}, version {extract.version}: {'sure' if seen.is_sure else 'likely'}"
    yield from (f"Because {words}." for words in seen.because)
    yield from (f"Only likely: {words}." for words in seen.doubts)
    if extract.pseudonymised_because:
        yield f"{extract.pseudonymised_because} So it gives counts, and no list."


def _delivery(each: Applied) -> tuple[str, str, str]:
    numbers = str(each.last) if each.first == each.last or each.is_full else f"{each.first}-{each.last}"
    kind = "full extract" if each.is_full else "changes"
    return numbers if each.last else "without a number", kind, _day(date.fromordinal(each.day) if each.day else None)


def _practices(found: Inspected) -> Section:
    rows = tuple(
        (
            each.practice_id,
            each.name,
            f"{each.registered:,}",
            _day(each.extract_date),
            _day(each.newest),
            ""
            if each.is_searched
            else f"over {OLDEST_EXTRACT_DAYS} days older than the newest: a search leaves it out",
        )
        for each in found.practices
    )
    columns = ("Practice", "Name", "Regular patients now", "Extract of", "Newest entry", "")
    return Section("Practices", rows, columns)


def _files(found: Inspected) -> Iterator[tuple[str, str, str]]:
    return ((file.name, f"{file.rows:,}", f"{file.rejected:,}") for file in found.extract.files)


def _left_out(found: Inspected) -> Iterator[tuple[str, str]]:
    return ((reason, f"{count:,}") for reason, count in found.extract.left_out.items())


def _number(found: Inspected) -> dict[Gap, int]:
    """Every lack by the number it is called by: those of these files, then the format's own."""
    shown = [*found.extract.gaps, *(loss.gap for rule in found.rules for loss in rule.missing)]
    ordered = sorted(dict.fromkeys(shown), key=lambda gap: not gap.is_missing)
    return {gap: number for number, gap in enumerate(ordered, 1)}


def _numbered(numbers: dict[Gap, int], is_missing: bool) -> Iterator[str]:
    return (f"({number}) {gap.text}" for gap, number in numbers.items() if gap.is_missing == is_missing)


def _rule(rule: RuleSeen, numbers: dict[Gap, int]) -> Iterator[str]:
    """The verdict, what is refused in sentences, and what is only lessened by its number above."""
    lost = ", ".join(f"({number})" for number in sorted({numbers[loss.gap] for loss in rule.lessened}))
    yield f"{rule.name}: {verdict(rule)}{f': {lost}' if lost and not rule.refused else ''}"
    yield from (f"  Needed and missing: {loss.sentence} {say_ways_out(loss)}" for loss in rule.refused)
    if rule.refused and lost:
        yield f"  If accepted, {WITH_LOSSES} besides: {lost}"
    if rule.silent:
        names = ", ".join(map(readable, rule.silent))
        yield f"  No code of {names} is in this extract: nobody can meet it, and nobody is left out by it"


def _advice(found: Inspected) -> Iterator[str]:
    rule = _best_rule(found)
    for topic in dict.fromkeys(loss.need.topic for loss in rule.refused):
        yield f"Ask the supplier for {topic.words}."
    if rule.refused:
        yield "Until then, if you take the loss:"
    yield from commands(found)


def _best_rule(found: Inspected) -> RuleSeen:
    """The first that runs: the user's own, InSTEP's, any other shipped. If none does, the first."""
    return next((rule for rule in found.rules if not rule.refused), found.rules[0])


def commands(found: Inspected) -> list[str]:
    """The search that this extract allows, exactly as it is typed."""
    look, rule = found.look, _best_rule(found)
    day = max(each.extract_date for each in found.practices)
    words = ["casefinder", "search", "--extract", str(look.extract), "--rule", rule.name, "--out", f"runs/{day}"]
    words += ["--codelists", str(look.codelists)] if look.codelists else []
    words += ["--counts"] if found.extract.pseudonymised_because else []
    words += [ACCEPT] if rule.refused else []
    return [shlex.join(words)]


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "not known"


def as_json(found: Inspected) -> dict[str, object]:
    """The same, for programs."""
    extract = found.extract
    return {
        "inspect_schema": 1,
        "format": extract.format,
        "version": extract.version,
        "sure": found.recognised.is_sure,
        "because": list(found.recognised.because),
        "doubts": list(found.recognised.doubts),
        "counts_only_because": extract.pseudonymised_because or None,
        "deliveries": [_delivery_json(each) for each in found.deliveries],
        "practices": [
            {
                "practice": each.practice_id,
                "name": each.name,
                "regular_patients_now": each.registered,
                "extract_date": each.extract_date.isoformat(),
                "newest_entry": each.newest.isoformat() if each.newest else None,
                "searched": each.is_searched,
            }
            for each in found.practices
        ],
        "files": [{"file": each.name, "rows": each.rows, "rejected": each.rejected} for each in extract.files],
        "left_out": extract.left_out,
        "missing": _gaps(gap for gap in extract.gaps if gap.is_missing),
        "not_carried": _gaps(gap for gap in extract.gaps if not gap.is_missing),
        "warnings": list(extract.warnings),
        "rules": [_rule_json(rule) for rule in found.rules],
        "next": commands(found),
    }


def _delivery_json(each: Applied) -> dict[str, object]:
    day = date.fromordinal(each.day).isoformat() if each.day else None
    return {"first": each.first, "last": each.last, "full": each.is_full, "made_on": day}


def _rule_json(rule: RuleSeen) -> dict[str, object]:
    return {
        "rule": rule.name,
        "title": rule.title,
        "verdict": verdict(rule),
        "refused": _losses(rule.refused),
        "lessened": _losses(rule.lessened),
        "criteria_without_codes": list(rule.silent),
    }


def _losses(losses: Sequence[Loss]) -> list[dict[str, object]]:
    return [describe_loss(loss) for loss in losses]


def _gaps(gaps: Iterable[Gap]) -> list[dict[str, object]]:
    return [describe_gap(gap) for gap in gaps]
