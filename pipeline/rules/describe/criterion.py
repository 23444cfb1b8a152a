"""A criterion as a sentence: which entries of which lists, how many, when, and what it is worth.

The sentence of each kind stands here and not beside its SQL, because `rules` does not import the search.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from pipeline.codes.codelist import CodeList
from pipeline.rules.criteria import (
    After,
    CertificatesCriterion,
    Counted,
    Criterion,
    EventsCriterion,
    LatestCriterion,
    Marked,
    PrescriptionsCriterion,
    Spell,
)
from pipeline.rules.describe.layout import sentence
from pipeline.rules.describe.window import say_window
from pipeline.rules.fields import Number
from pipeline.rules.selection import Rows, Selection, ValueRange
from pipeline.rules.wording import joined, readable

Lists = Mapping[str, CodeList]

PLURALS = {"entry": "entries", "prescription": "prescriptions"}


def say_criterion(criterion: Criterion, lists: Lists, index: date | None) -> str:
    """What must hold of a person's record, as one or several sentences."""
    match criterion:
        case EventsCriterion():
            return _counted(criterion, criterion.events, "entry", lists, index)
        case PrescriptionsCriterion():
            return _counted(criterion, criterion.prescriptions, "prescription", lists, index)
        case LatestCriterion():
            return _latest(criterion, lists, index)
        case CertificatesCriterion():
            return _certificates(criterion, lists, index)
        case _:
            assert_never(criterion)


def say_worth(criterion: Marked) -> str:
    """`Only a proxy. A certificate does not show whether a person has a job. Source: Holmes 2020.`"""
    because = sentence(criterion.because) if criterion.because else ""
    worth = f"Only a proxy. {because}" if criterion.mark == "proxy" else f"Can be worked out from the record. {because}"
    return f"{worth.strip()} Source: {sentence(criterion.source)}" if criterion.source else worth.strip()


def say_lists(names: tuple[str, ...], lists: Lists) -> str:
    """`"Opioid analgesics" (opioids, version 1) or "Gabapentinoids" (gabapentinoids, version 1)`."""
    return joined(f'"{lists[name].title}" ({name}, version {lists[name].version})' for name in names)


def say_roles(roles: tuple[str, ...]) -> str:
    return _quoted(tuple(map(readable, roles)))


def _quoted(words: tuple[str, ...]) -> str:
    return joined(f'"{word}"' for word in words)


def _coded(selection: Selection, lists: Lists, noun: str = "entry") -> str:
    """`with a code from "Fit notes" (fit-notes, version 1) that has the role "not fit"`."""
    role = f" that has the role {say_roles(selection.roles)}" if selection.roles else ""
    words = "for a medicine in" if noun == "prescription" else "with a code from"
    return f"{words} {say_lists(selection.lists, lists)}{role}"


def _counted(criterion: Counted, rows: Rows, noun: str, lists: Lists, index: date | None) -> str:
    measure = "quantity" if noun == "prescription" else "value"
    value = f" with a {measure} of {_say_range(rows.value)}" if rows.value else ""
    meant = f" that means {_quoted(rows.meanings)}" if rows.meanings else ""
    said = f"{_number(criterion, noun)} {_coded(rows, lists, noun)}{meant}{value}, {say_window(rows, index)}"
    if criterion.after:
        said += f", and dated {_say_after(criterion.after)}"
    if criterion.reach:
        said = f"{said.rstrip(',')}. The last of them must be at least {criterion.reach} after the first"
    said += _say_doubt(rows.value, measure) if rows.value else ""
    if criterion.same:
        said += ". They must all have the same meaning, as the code list gives it"
    return sentence(said)


def _say_after(after: After) -> str:
    """`from the first date of "surgery" to 3 months after it`."""
    which = "any date" if after.date == "any" else f"the {after.date} date"
    return f'from {which} of "{readable(after.criterion)}" to {after.within} after it'


def _number(criterion: Counted, noun: str) -> str:
    """How many rows there must be, up to the noun itself."""
    if criterion.at_most == 0:
        return f"no {noun}"
    if criterion.at_most is None and criterion.least == 1:
        return PLURALS[noun] if criterion.reach else f"at least one {noun}"
    bounds = _say_bounds(criterion.least or None, criterion.at_most)
    none_will_do = "" if criterion.least else ", or none at all"
    match criterion.count:
        case "dates":
            return f"{PLURALS[noun]} on {bounds} different dates{none_will_do},"
        case "drugs":
            return f"{PLURALS[noun]} of {bounds} different drugs{none_will_do},"
        case "rows" | "issues":
            return f"{bounds} {PLURALS[noun]}{none_will_do} (each one counts, even on the same day),"


def _say_range(value: ValueRange) -> str:
    """`at least 4, in mmol/L. A value in another unit, or below 0, is in doubt`."""
    return f"{_say_bounds(value.at_least, value.at_most)}{f' {joined(value.unit)}' if value.unit else ''}"


def _say_doubt(value: ValueRange, measure: str) -> str:
    """Which values cannot be compared, as a sentence of its own."""
    plausible = value.plausible
    odd = ["in another unit, or in none"] if value.unit else []
    odd += [f"below {plausible.lowest}"] if plausible and plausible.lowest is not None else []
    odd += [f"above {plausible.highest}"] if plausible and plausible.highest is not None else []
    return f". A {measure} {joined(odd)} is in doubt, as one that is not recorded is" if odd else ""


def _say_bounds(least: Number | None, most: Number | None) -> str:
    """`at least 2 and at most 5`, both in; one may be open."""
    bounds = (("at least", least), ("at most", most))
    return " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)


def _latest(criterion: LatestCriterion, lists: Lists, index: date | None) -> str:
    latest = criterion.latest
    newest = f"the newest entry with a code from {say_lists(latest.lists, lists)}, {say_window(latest, index)}"
    return sentence(f"{newest}, has the role {say_roles(latest.roles)}")


def _certificates(criterion: CertificatesCriterion, lists: Lists, index: date | None) -> str:
    notes, spell = criterion.certificates, criterion.spell
    only = f"Only certificates dated {_say_after(criterion.after)} are used. " if criterion.after else ""
    return (
        f"A spell of {spell.lasts} or more covered by certificates {_coded(notes, lists)}. {only}"
        f"The whole spell counts if any of its days falls {say_window(notes, index)}. Certificates with {spell.gap} or "
        f"less between them make one spell. {_say_unknown_length(spell)}"
    )


def _say_unknown_length(spell: Spell) -> str:
    if spell.assume is None:
        return (
            "Nothing is assumed about a certificate without a length: it counts for a person on its own day only, and "
            "against one as long as a certificate may last, a year."
        )
    because = f" Why: {sentence(spell.assume_because)}" if spell.assume_because else ""
    return (
        f"A certificate without a length is assumed to last {spell.assume}. This is the one assumption that can add "
        f"letters: each search says how many names depend on it.{because}"
    )
