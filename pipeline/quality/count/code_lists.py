"""Which code lists and roles a rule reads, and which of them are its fit notes."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.codes.codelist import CodeList, load
from pipeline.rules.check import CheckedRule
from pipeline.rules.criteria import as_certificates
from pipeline.rules.selection import DURATION_ROLES

FIT_NOTES = "fit-notes"


def list_codelists(rules: Iterable[CheckedRule]) -> dict[str, CodeList]:
    """Every list of the rules, and always the list of fit notes."""
    lists = {name: codelist for rule in rules for name, codelist in rule.codelists.items()}
    return lists if FIT_NOTES in lists else {**lists, FIT_NOTES: load(FIT_NOTES)}


def find_wanted_items(rules: Iterable[CheckedRule]) -> list[tuple[str, str]]:
    """Everything the rules rely on finding, as (list, role); the role is empty for the whole list."""
    wanted: set[tuple[str, str]] = set()
    for rule in rules:
        for criterion in rule.loaded.rule.criteria.values():
            for name in criterion.selection.lists:
                wanted |= {(name, "")} | {(name, role) for role in criterion.selection.roles if _has(rule, name, role)}
        employment = rule.loaded.rule.in_work
        roles = (*employment.in_work, *employment.out_of_work) if employment else ()
        names = employment.codelists if employment else ()
        wanted |= {(name, role) for name in names for role in ("", *roles) if not role or _has(rule, name, role)}
    return sorted(wanted)


def _has(rule: CheckedRule, name: str, role: str) -> bool:
    return any(entry.role == role for entry in rule.codelists[name].entries)


def find_note_items(rules: Iterable[CheckedRule], codelists: dict[str, CodeList]) -> list[tuple[str, str]]:
    """The roles that are notes, from the rules' certificates or else the shipped list. Durations are not notes."""
    names = {
        name
        for rule in rules
        for criterion in rule.loaded.rule.criteria.values()
        if as_certificates(criterion)
        for name in criterion.selection.lists
    } or {FIT_NOTES}
    return [
        (name, role)
        for name in sorted(names)
        for role in sorted({entry.role or "" for entry in codelists[name].entries})
        if role not in DURATION_ROLES
    ]
