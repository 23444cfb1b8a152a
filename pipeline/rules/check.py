"""Checks that need more than the rule's own shape: names that exist, code lists and their roles, who would be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes.codelist import CodeList, available, load
from pipeline.codes.findings import not_known
from pipeline.dates import Duration
from pipeline.errors import RuleError
from pipeline.rules.criteria import CertificatesCriterion, Counted, PrescriptionsCriterion
from pipeline.rules.expression import Expression, holds, names
from pipeline.rules.load import LoadedRule
from pipeline.rules.problems import rule_error
from pipeline.rules.selection import Selection
from pipeline.rules.yaml_source import Location, Problem

MEDICINE_SYSTEMS = frozenset({"dmd", "bnf", "name"})
CLINICAL_SYSTEMS = frozenset({"snomed", "read2", "ctv3"})


@dataclass(frozen=True)
class CheckedRule:
    """A rule that can be run, the code lists it names, and what its author should look at again."""

    loaded: LoadedRule
    codelists: dict[str, CodeList]
    warnings: tuple[Problem, ...]


def check_rule(loaded: LoadedRule, folder: Path | None = None) -> CheckedRule:
    """Check a rule against its code lists (`folder` first, then the shipped ones). Raises RuleError: every problem."""
    codelists, problems = _load_lists(loaded, folder)
    problems += [*_unknown_names(loaded), *_role_problems(loaded, codelists), *_system_problems(loaded, codelists)]
    problems += [*_windows_that_cannot_match(loaded), *_anchors(loaded), *_drugs_without_substance(loaded, codelists)]
    if not problems:
        problems += _finds_everyone(loaded)
    if problems:
        raise rule_error(problems)
    return CheckedRule(loaded, codelists, (*_unused(loaded), *_assumed_too_long(loaded)))


def selections(loaded: LoadedRule) -> Iterator[tuple[Location, Selection]]:
    """Every criterion's selection, with its place in the file."""
    for name, criterion in loaded.rule.criteria.items():
        kind = next(iter(type(criterion).model_fields.keys() & {"events", "prescriptions", "certificates", "latest"}))
        yield ("criteria", name, kind), criterion.selection


def trees(loaded: LoadedRule) -> Iterator[tuple[Location, Expression]]:
    """Every expression of the rule, with its place in the file."""
    rule = loaded.rule
    yield ("include",), rule.include
    yield from ((("exclude", number), tree) for number, tree in enumerate(rule.exclude))
    yield from ((("flag", number), name) for number, name in enumerate(rule.flag))


def _lists_named(loaded: LoadedRule) -> Iterator[tuple[Location, str]]:
    for location, selection in selections(loaded):
        for name in selection.lists:
            yield (*location, "codelist" if selection.codelist else "codelists"), name
    if loaded.rule.in_work:
        yield from ((("in_work", "codelists"), name) for name in loaded.rule.in_work.codelists)


def _load_lists(loaded: LoadedRule, folder: Path | None) -> tuple[dict[str, CodeList], list[Problem]]:
    lists: dict[str, CodeList] = {}
    problems: list[Problem] = []
    known = available(folder)
    failed: set[str] = set()
    for location, name in _lists_named(loaded):
        if name not in known:
            problems.append(loaded.problem(location, not_known("code list", name, known)))
        elif name not in lists and name not in failed:
            try:
                lists[name] = load(name, folder)
            except RuleError as error:
                failed.add(name)
                problems.append(loaded.problem(location, f"the code list '{name}' cannot be used:\n{error}"))
    return lists, problems


def _unknown_names(loaded: LoadedRule) -> Iterator[Problem]:
    known = list(loaded.rule.criteria)
    for location, tree in trees(loaded):
        for name, _ in names(tree):
            if name not in known:
                yield loaded.problem(location, not_known("criterion", name, known))


def _role_problems(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for location, selection in selections(loaded):
        yield from _missing_roles(loaded, (*location, "roles"), selection.roles, selection.lists, codelists)
    in_work = loaded.rule.in_work
    if in_work:
        for key, roles in (("in", in_work.in_work), ("out", in_work.out_of_work), ("other", in_work.other)):
            yield from _missing_roles(loaded, ("in_work", key), roles, in_work.codelists, codelists)


def _missing_roles(
    loaded: LoadedRule,
    location: Location,
    roles: tuple[str, ...],
    list_names: tuple[str, ...],
    codelists: dict[str, CodeList],
) -> Iterator[Problem]:
    if not all(name in codelists for name in list_names):
        return  # the missing list is the error; its roles cannot be known
    known = sorted({role for name in list_names for role in codelists[name].roles})
    for role in roles:
        if role not in known:
            yield loaded.problem(location, not_known(f"role of {', '.join(list_names)}", role, known))


def _system_problems(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for (_, name, kind), selection in selections(loaded):
        medicine = isinstance(loaded.rule.criteria[str(name)], PrescriptionsCriterion)
        wanted = MEDICINE_SYSTEMS if medicine else CLINICAL_SYSTEMS
        for list_name in selection.lists:
            found = {entry.system for entry in codelists[list_name].entries} if list_name in codelists else wanted
            if not found & wanted:
                message = f"'{list_name}' holds {', '.join(sorted(found))} codes, which {kind} never carry"
                yield loaded.problem(("criteria", name, kind), message)


def _windows_that_cannot_match(loaded: LoadedRule) -> Iterator[Problem]:
    for location, selection in selections(loaded):
        within, before = selection.within, selection.before
        if within and before and _roughly_days(before) > _roughly_days(within):
            message = f"nothing can be before {before} ago and within {within}: no row would ever match"
            yield loaded.problem((*location, "before"), message)
        if not _between_in_order(selection):
            yield loaded.problem((*location, "between"), "'from' lies after 'to': no row would ever match")


def _between_in_order(selection: Selection) -> bool:
    """Whether a `between` can hold any day: two days or two lengths in order. One of each depends on the index date."""
    between = selection.between
    if not between or between.start is None or between.end is None:
        return True
    if isinstance(between.start, Duration) and isinstance(between.end, Duration):
        return _roughly_days(between.start) >= _roughly_days(between.end)
    if isinstance(between.start, Duration) or isinstance(between.end, Duration):
        return True
    return between.start <= between.end


def _anchors(loaded: LoadedRule) -> Iterator[Problem]:
    """`after` names another criterion, of events or prescriptions, that waits for none itself."""
    criteria = loaded.rule.criteria
    for name, criterion in criteria.items():
        if not isinstance(criterion, Counted) or not criterion.after:
            continue
        anchor, place = criterion.after.criterion, ("criteria", name, "after", "criterion")
        if anchor not in criteria:
            yield loaded.problem(place, not_known("criterion", anchor, list(criteria)))
        elif anchor == name or not isinstance(other := criteria[anchor], Counted) or other.after:
            yield loaded.problem(
                place, f"'{anchor}' has no date of its own: name events or prescriptions without 'after'"
            )


def _drugs_without_substance(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for name, criterion in loaded.rule.criteria.items():
        if not isinstance(criterion, Counted) or criterion.count != "drugs":
            continue
        for list_name in criterion.selection.lists:
            if list_name in codelists and not any(entry.substance for entry in codelists[list_name].entries):
                message = f"'{list_name}' has no column 'substance', so different drugs cannot be told apart"
                yield loaded.problem(("criteria", name, "count"), message)


def _roughly_days(length: Duration) -> float:
    return length.days if length.days is not None else 30.44 * (length.months or 0)


def _finds_everyone(loaded: LoadedRule) -> Iterator[Problem]:
    """A population is always positive: somebody without a single record must never be listed."""
    criteria = loaded.rule.criteria
    needs_no_row = {name for name, one in criteria.items() if isinstance(one, Counted) and one.least == 0}
    if holds(loaded.rule.include, lambda name, positive: name in needs_no_row):
        yield loaded.problem(("include",), "this would list people with an empty record: require something to be there")


def _unused(loaded: LoadedRule) -> Iterator[Problem]:
    used = {name for _, tree in trees(loaded) for name, _ in names(tree)}
    used |= {one.after.criterion for one in loaded.rule.criteria.values() if isinstance(one, Counted) and one.after}
    for name in loaded.rule.criteria:
        if name not in used:
            yield loaded.problem(("criteria", name), f"'{name}' is used nowhere, so it decides nothing")


def _assumed_too_long(loaded: LoadedRule) -> Iterator[Problem]:
    for name, criterion in loaded.rule.criteria.items():
        if isinstance(criterion, CertificatesCriterion) and _assumed_alone_is_enough(criterion):
            message = "'assume' is as long as 'lasts': any single note without a length would be enough"
            yield loaded.problem(("criteria", name, "spell", "assume"), message)


def _assumed_alone_is_enough(criterion: CertificatesCriterion) -> bool:
    return (criterion.spell.assume.days or 0) >= (criterion.spell.lasts.days or 0)
