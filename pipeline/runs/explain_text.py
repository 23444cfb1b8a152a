"""An explained record in words: the verdict, then every step, criterion and row that led to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pipeline.rules.expression import AllOf, AnyOf, CountOf, Expression, Not, children, holds
from pipeline.runs.explain import Explained
from pipeline.search.doubt.readings import Variant
from pipeline.search.evidence_text import EvidenceRow, title
from pipeline.search.in_work import IN_WORK
from pipeline.search.near_miss import nearest_miss
from pipeline.search.work_weight import say_strength_and_age

OUTCOMES = {
    "registered_elsewhere": "Not listed: the rule is met, but another registration of the same person counts",
    "dead_elsewhere": "Not listed: the rule is met, but another record of the same person says they have died",
    "perhaps_dead": "Not listed: the rule is met, but someone has died whose record has the same NHS number and a date "
    "of birth that may be this one, mistyped",
    "excluded_elsewhere": "Not listed: the rule is met, but an exclusion holds in another record with the same NHS "
    "number. It may be another practice's, so its entries are not shown here",
    "in_earlier_list": "Not listed: the rule is met, but the person is in the earlier list to leave out",
    "waiting": "Not listed yet: the rule is met, and the person waits, because the rule limits how many new people are "
    "listed in a night",
    "died_since": "Not listed: the rule was met on the index date, but the person has died since",
    "left_since": "Not listed: the rule was met on the index date, but the person has left the practice since",
    "refused_since": "Not listed: the rule was met on the index date, but since then the newest record says no",
}


def describe(one: Explained) -> Iterator[str]:
    """The lines to print about a record: what was decided, then the files that its rows stand in."""
    yield from _decision(one)
    if one.files:
        yield "Files in the extract. Next to each row above is its file number and the supplier's row key"
        yield from (f"  file {number}: {file}" for number, file in enumerate(one.files, 1))


def _decision(one: Explained) -> Iterator[str]:
    rule = one.plan.rule
    yield f"Practice {one.practice_id}, rule {rule.rule} version {rule.version}, index date {one.plan.index:%d/%m/%Y}"
    if one.is_stale:
        yield "Note: the rule or the program has changed since this run, so this may differ from what the run decided."
    yield _verdict(one)
    if not one.bits:
        return
    yield "Population"
    for stage, bit in zip(one.plan.stages, one.bits, strict=True):
        if stage.part == "population":
            yield f"  {_mark(bool(bit))} {stage.words}"
    yield "Include"
    if one.is_nominated:
        yield "  Nominated by hand. This counts in place of everything below that the person would have to meet"
    yield from _tree(one, rule.include, True, 1)
    for heading, trees in (("Exclude", rule.exclude), ("Flags (for information only)", rule.flag)):
        yield from [heading] if trees else []
        for tree in trees:
            yield from _tree(one, tree, False, 1)
    how = f" ({say_strength_and_age(one.work_strength, one.work_age)})" if one.work != "none" else ""
    yield f"What the record says about work: {one.work.replace('_', ' ')}{how}"
    yield from (f"    {_row(one, row)}" for row in one.rows if row.variant == IN_WORK)


def _verdict(one: Explained) -> str:
    if not one.bits:
        return "Not searched: this practice's extract was too old"
    failed = next((stage for stage, bit in zip(one.plan.stages, one.bits, strict=True) if not bit), None)
    if failed:
        return f"Not listed. The first step not met: {failed.words}"
    return OUTCOMES.get(one.outcome or "", "Listed: every step is met")


def _tree(one: Explained, tree: Expression, positive: bool, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(tree, str):
        yield from _criterion(one, _variant(one, tree, positive), indent)
        return
    value = holds(tree, lambda name, side: one.truth[_variant(one, name, side).number], positive)
    yield f"{indent}{_mark(value)} {_operator(tree)}"
    for child in children(tree):
        yield from _tree(one, child, positive != isinstance(tree, Not), depth + 1)


def _variant(one: Explained, name: str, positive: bool) -> Variant:
    reading = "for" if positive else "against"
    return next(v for v in one.plan.variants if v.name == name and v.reading == reading)


def _criterion(one: Explained, variant: Variant, indent: str) -> Iterator[str]:
    if not one.truth[variant.number]:
        yield f"{indent}no  {title(variant.name)}: {_missing(one, variant)}"
        return
    yield f"{indent}yes {title(variant.name)}"
    yield from (f"{indent}      {spell.said}" for spell in one.spells if spell.variant == variant.number)
    yield from (f"{indent}      {_row(one, row)}" for row in one.rows if row.variant == variant.number)


def _missing(one: Explained, variant: Variant) -> str:
    hits = [hit for hit in one.hits if hit.criterion == variant.criterion_number]
    spells = [spell for spell in one.other_spells if spell.variant == variant.number]
    return nearest_miss(variant, hits, spells, one.plan.index)


def _operator(tree: AllOf | AnyOf | CountOf | Not) -> str:
    match tree:
        case AllOf():
            return "all of"
        case AnyOf():
            return "any of"
        case CountOf():
            return f"at least {tree.count_of.n} of"
        case Not():
            return "not"
        case _:
            assert_never(tree)


def _row(one: Explained, row: EvidenceRow) -> str:
    """What the row says, and where the supplier's file has it."""
    return f"{row.said}  [file {one.files.index(row.file) + 1} {row.key}]"


def _mark(value: bool) -> str:
    return "yes" if value else "no "
