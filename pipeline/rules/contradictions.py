"""Rules that make no sense: windows that hold no day, trees that are never or always true, words already taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from pipeline.codes.findings import not_known
from pipeline.dates import Duration
from pipeline.rules.criteria import KINDS, Counted, after_of, as_counted, needs_no_row
from pipeline.rules.expression import OPERATORS, Expression, holds, names
from pipeline.rules.load import LoadedRule
from pipeline.rules.repairing import UNREADABLE
from pipeline.rules.selection import Selection
from pipeline.rules.yaml_source import Location, Problem
from pipeline.vocabulary import STAGES

TAKEN = (*STAGES, *KINDS, *OPERATORS)
MOST_NAMES = 12  # of a tree whose every combination is tried: 4,096


def selections(loaded: LoadedRule) -> Iterator[tuple[Location, Selection]]:
    """Every criterion's selection, with its place in the file."""
    for name, criterion in loaded.rule.criteria.items():
        kind = next(kind for kind in KINDS if kind in type(criterion).model_fields)
        yield ("criteria", name, kind), criterion.selection


def trees(loaded: LoadedRule) -> Iterator[tuple[Location, Expression]]:
    """Every expression of the rule, with its place in the file."""
    rule = loaded.rule
    yield ("include",), rule.include
    yield from ((("exclude", number), tree) for number, tree in enumerate(rule.exclude))
    yield from ((("flag", number), name) for number, name in enumerate(rule.flag))


def taken_names(loaded: LoadedRule) -> Iterator[Problem]:
    for name in loaded.rule.criteria:
        if name in TAKEN:
            message = f"'{name}' is a word that Casefinder uses itself: give the criterion another name"
            yield loaded.problem(("criteria", name), message)


def impossible_drops(loaded: LoadedRule) -> Iterator[Problem]:
    """Criteria that `drop` names and that are not inherited, or that the rule still has a use for."""
    rule, source = loaded.rule, loaded.source
    if rule.drop and not rule.extends:
        yield loaded.problem(
            ("drop",), "'drop' leaves out criteria of the rule that 'extends' names, and there is none"
        )
        return
    if not loaded.is_whole:
        return
    for place, name in enumerate(rule.drop):
        uses = ", ".join(sorted(_uses_of(loaded, name)))
        if name not in (*source.inherited, UNREADABLE):
            yield loaded.problem(("drop", place), not_known("inherited criterion", name, source.inherited))
        elif name in rule.criteria:
            yield loaded.problem(("drop", place), f"'{name}' is also under 'criteria': drop it, or say what it is now")
        elif uses:
            message = f"'{name}' cannot be dropped while it is named in: {uses}"
            yield loaded.problem(("drop", place), message)


def _uses_of(loaded: LoadedRule, wanted: str) -> set[str]:
    """The keys of the rule that name a criterion."""
    found = {str(location[0]) for location, tree in trees(loaded) for name, _ in names(tree) if name == wanted}
    afters = {name: after for name, one in loaded.rule.criteria.items() if (after := after_of(one))}
    return found | {f"{name} (after)" for name, after in afters.items() if after.criterion == wanted}


def impossible_windows(loaded: LoadedRule) -> Iterator[Problem]:
    """Windows, or counts in a window, that no rows can satisfy on any index date."""
    for location, selection in selections(loaded):
        within, before = selection.within, selection.before
        if within and before and before.shortest_days > within.longest_days:
            message = f"no entry is both within the last {within} and at least {before} old, so none would ever match"
            yield loaded.problem((*location, "before"), message)
        if not _in_order(selection):
            yield loaded.problem((*location, "between"), "'from' is after 'to', so no entry would ever match")
    for name, one in loaded.rule.criteria.items():
        criterion = as_counted(one)
        if criterion and criterion.selection.within:
            yield from _too_much(loaded, name, criterion, criterion.selection.within)


def _too_much(loaded: LoadedRule, name: str, criterion: Counted, within: Duration) -> Iterator[Problem]:
    """More than a window holds: dates further apart than it is long, or more of them than it has days."""
    if criterion.reach and criterion.reach.shortest_days > within.longest_days:
        word = "spread" if criterion.spread else "persists"
        message = (
            f"nothing {'is spread over' if criterion.spread else 'persists for'} {criterion.reach} within {within}"
        )
        yield loaded.problem(("criteria", name, word), message)
    if criterion.count == "dates" and criterion.least > within.longest_days + 1:
        yield loaded.problem(("criteria", name, "at_least"), f"there are not {criterion.least} dates within {within}")


def _in_order(selection: Selection) -> bool:
    """Whether a `between` can hold any day: two days or two lengths in order. One of each depends on the index date."""
    between = selection.between
    if not between or between.start is None or between.end is None:
        return True
    if isinstance(between.start, Duration) and isinstance(between.end, Duration):
        return between.start.longest_days >= between.end.shortest_days
    if isinstance(between.start, Duration) or isinstance(between.end, Duration):
        return True
    return between.start <= between.end


def anchors_without_date(loaded: LoadedRule) -> Iterator[Problem]:
    """`after` names another criterion, of events or prescriptions, that waits for none itself."""
    criteria = loaded.rule.criteria
    for name, criterion in criteria.items():
        after = after_of(criterion)
        if not after:
            continue
        anchor, place = after.criterion, ("criteria", name, "after", "criterion")
        if anchor not in (*criteria, *loaded.named, *loaded.rule.drop, UNREADABLE):
            yield loaded.problem(place, not_known("criterion", anchor, list(criteria)))
        elif anchor in criteria and (anchor == name or not as_counted(criteria[anchor]) or after_of(criteria[anchor])):
            message = f"'{anchor}' cannot give a date: name a criterion of events or prescriptions without 'after'"
            yield loaded.problem(place, message)


def impossible_trees(loaded: LoadedRule) -> Iterator[Problem]:
    """An include that holds for an empty record or for no one, an exclude that holds for no one or for everyone."""
    repaired = loaded.repaired
    readable = {name: one for name, one in loaded.rule.criteria.items() if not repaired.is_echo(("criteria", name))}
    empty = {name for name, one in readable.items() if needs_no_row(one)}
    if not repaired.is_echo(("include",)) and holds(loaded.rule.include, lambda name, positive: name in empty):
        yield loaded.problem(
            ("include",), "this would list people with an empty record: ask for at least one thing that must be in it"
        )
    for location, tree in trees(loaded):
        values = set() if repaired.is_echo(location) else _values(tree)
        if values == {False}:
            yield loaded.problem(location, "this can never be met, whatever a record says")
        if values == {True} and location[0] == "exclude":
            yield loaded.problem(location, "this is always met, so no one would be listed")


def _values(tree: Expression) -> set[bool]:
    """The values a tree can take; both, without looking, where it names too many criteria to try them all."""
    used = sorted({name for name, _ in names(tree)})
    if len(used) > MOST_NAMES:
        return {True, False}
    return {_value(tree, dict(zip(used, bits, strict=True))) for bits in product((False, True), repeat=len(used))}


def _value(tree: Expression, truth: dict[str, bool]) -> bool:
    return holds(tree, lambda name, positive: truth[name])
