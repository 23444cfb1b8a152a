"""Checks that need more than the rule's own shape: names that exist, code lists and their roles, who would be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes.codelist import CodeList, available, load
from pipeline.codes.findings import not_known
from pipeline.errors import RuleError
from pipeline.rules.contradictions import (
    anchors_without_date,
    impossible_drops,
    impossible_trees,
    impossible_windows,
    selections,
    taken_names,
    trees,
)
from pipeline.rules.criteria import as_counted
from pipeline.rules.expression import names
from pipeline.rules.load import LoadedRule, refuse
from pipeline.rules.model import InWork
from pipeline.rules.repairing import UNREADABLE
from pipeline.rules.second_looks import assumed_too_long, unused, work_without_effect
from pipeline.rules.yaml_source import Location, Problem

# In which systems the rows of a canonical table are coded.
SYSTEMS = {"prescription": frozenset({"dmd", "bnf", "name"}), "event": frozenset({"snomed", "read2", "ctv3"})}


@dataclass(frozen=True)
class CheckedRule:
    """A rule that can be run, the code lists it names, and what its author should look at again."""

    loaded: LoadedRule
    codelists: dict[str, CodeList]
    warnings: tuple[Problem, ...]


def check_rule(loaded: LoadedRule, folder: Path | None = None) -> CheckedRule:
    """Check a rule against its code lists (`folder` first, then the shipped ones). Raises RuleError: every problem."""
    codelists, problems = _load_lists(loaded, folder)
    problems += [*loaded.problems, *_of_names(loaded), *_of_lists(loaded, codelists), *_of_sense(loaded)]
    if problems:
        raise refuse(loaded.source, problems)
    return CheckedRule(loaded, codelists, (*unused(loaded), *assumed_too_long(loaded), *work_without_effect(loaded)))


def _of_names(loaded: LoadedRule) -> Iterator[Problem]:
    yield from taken_names(loaded)
    yield from impossible_drops(loaded)
    if loaded.is_whole:  # else the names of the rule that it extends are not known
        yield from _unknown_names(loaded)
        yield from anchors_without_date(loaded)


def _of_lists(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    yield from _role_problems(loaded, codelists)
    yield from _system_problems(loaded, codelists)
    yield from _uncomparable(loaded, codelists)
    yield from _unknown_meanings(loaded, codelists)


def _of_sense(loaded: LoadedRule) -> Iterator[Problem]:
    yield from impossible_windows(loaded)
    yield from impossible_trees(loaded)


def _lists_named(loaded: LoadedRule) -> Iterator[tuple[Location, str]]:
    for location, selection in selections(loaded):
        if selection.codelist and not selection.codelists:
            yield (*location, "codelist"), selection.codelist
        yield from (((*location, "codelists", place), name) for place, name in enumerate(selection.codelists))
    if loaded.rule.in_work:
        named = enumerate(loaded.rule.in_work.codelists)
        yield from ((("in_work", "codelists", place), name) for place, name in named)


def _load_lists(loaded: LoadedRule, folder: Path | None) -> tuple[dict[str, CodeList], list[Problem]]:
    lists: dict[str, CodeList] = {}
    problems: list[Problem] = []
    known = available(folder)
    failed: set[str] = set()
    for location, name in _lists_named(loaded):
        if name == UNREADABLE:
            continue
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
    known = [name for name in loaded.rule.criteria if name != UNREADABLE]
    for location, tree in trees(loaded):
        for name, _ in names(tree):
            if name not in (*known, *loaded.named, *loaded.rule.drop, UNREADABLE):
                yield loaded.problem(location, not_known("criterion", name, known))


def _role_problems(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for location, selection in selections(loaded):
        yield from _missing_roles(loaded, (*location, "roles"), selection.roles, selection.lists, codelists)
    in_work = loaded.rule.in_work
    if in_work:
        for place, roles in _work_roles(in_work):
            yield from _missing_roles(loaded, ("in_work", *place), roles, in_work.codelists, codelists)


def _work_roles(in_work: InWork) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Every role that the rule itself names about work, and where."""
    yield from ((("in",), in_work.in_work), (("out",), in_work.out_of_work), (("other",), in_work.other))
    yield ("look_back", "roles"), tuple(in_work.look_back.roles)
    if "permanent" in in_work.model_fields_set:
        yield ("permanent",), in_work.permanent
    if in_work.unless_later:
        yield ("unless_later", "overtakes"), in_work.unless_later.overtakes
        yield ("unless_later", "roles"), in_work.unless_later.roles


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
        if role not in (*known, UNREADABLE):
            yield loaded.problem(location, _unknown_role(role, known, ", ".join(list_names)))


def _unknown_role(role: str, known: list[str], lists: str) -> str:
    if not known:
        return f"{lists} has no roles, so '{role}' would match nothing: leave 'roles' out, or name a list that has it"
    return not_known(f"role of {lists}", role, known)


def _system_problems(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for (_, name, kind), selection in selections(loaded):
        wanted = SYSTEMS[loaded.rule.criteria[str(name)].table]
        yield from _strange_lists(loaded, ("criteria", name, kind), selection.lists, wanted, codelists)
    if loaded.rule.in_work:
        place = ("in_work", "codelists")
        yield from _strange_lists(loaded, place, loaded.rule.in_work.codelists, SYSTEMS["event"], codelists)


def _strange_lists(
    loaded: LoadedRule,
    place: Location,
    list_names: tuple[str, ...],
    wanted: frozenset[str],
    codelists: dict[str, CodeList],
) -> Iterator[Problem]:
    """Lists of which most entries are of systems that such rows never carry, so that most could never match."""
    for name in list_names:
        systems = [entry.system for entry in codelists[name].entries] if name in codelists else []
        strange = [system for system in systems if system not in wanted]
        if len(strange) * 2 > len(systems):
            said = f"'{name}' has mostly {', '.join(sorted(set(strange)))} codes, which {place[-1]} never have"
            yield loaded.problem(place, said)


def _uncomparable(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    """Criteria that compare substances or meanings, and lists that do not give them."""
    for name, one in loaded.rule.criteria.items():
        criterion = as_counted(one)
        if not criterion:
            continue
        for list_name in criterion.selection.lists:
            entries = codelists[list_name].entries if list_name in codelists else ()
            if not entries:
                continue
            if criterion.count == "drugs" and not any(each.substance for each in entries):
                message = f"'{list_name}' has no column 'substance', so different drugs cannot be counted"
                yield loaded.problem(("criteria", name, "count"), message)
            if criterion.same and not all(each.meaning for each in entries):
                message = f"'{list_name}' does not give every code a meaning, so 'same' cannot be compared"
                yield loaded.problem(("criteria", name, "same"), message)


def _unknown_meanings(loaded: LoadedRule, codelists: dict[str, CodeList]) -> Iterator[Problem]:
    for name, one in loaded.rule.criteria.items():
        criterion = as_counted(one)
        if not criterion or not all(list_name in codelists for list_name in criterion.selection.lists):
            continue
        entries = (entry for list_name in criterion.selection.lists for entry in codelists[list_name].entries)
        known = sorted({entry.meaning for entry in entries if entry.meaning})
        for meaning in criterion.selection.meanings:
            if meaning not in known:
                kind = "events" if criterion.table == "event" else "prescriptions"
                said = not_known(f"meaning of {', '.join(criterion.selection.lists)}", meaning, known)
                yield loaded.problem(("criteria", name, kind, "meanings"), said)
