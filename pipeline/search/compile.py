"""A rule becomes a short list of named SQL steps over integer days, in a subset every engine reads alike.

Only whole numbers and our own words ever enter the SQL. The inputs are the canonical tables and small tables: those of
`input_tables` (`code_use`, `searched_practice`, `reported`, `nominated`) and of `calendar` (`calendar`, `month_shift`,
`whole_number`), and `unit_use` where a rule compares a value in a unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.rules.model import Rule
from pipeline.search.basis import Basis
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.decision_sql import Stage, decided_from, include_stages, stages
from pipeline.search.doubt.readings import Variant, find_variants
from pipeline.search.dropped_sql import Dropped, compile_dropped, sums_step
from pipeline.search.found_rows import hits_step, person_step
from pipeline.search.in_work import in_work_steps
from pipeline.search.kinds.kind_of import kind_of
from pipeline.search.step import Step
from pipeline.search.table_names import TableNames, prefix_of, truth_column


@dataclass(frozen=True)
class Plan(Basis):
    """Everything a search does, in order, and what its columns mean.

    `find` needs the canonical tables and leaves `person` and `hits`; `decide` needs only those two, so `explain`
    runs it again over one person's hits. `dropped`: for each criterion that decides, by its number, the column of
    `decision` that says who would be found without it. With people nominated, `decision` has a column `by_rule`:
    whether they meet `include` by themselves.
    """

    variants: tuple[Variant, ...]
    stages: tuple[Stage, ...]
    dropped: Mapping[int, str]
    find: tuple[Step, ...]
    decide: tuple[Step, ...]


def compile_rule(
    rule: Rule, index: date, roles: Mapping[str, int], by_hand: ByHand = NOBODY, prefix: str | None = None
) -> Plan:
    """The steps of a rule on an index date. `roles` numbers every role its code lists use.

    `prefix`: what the names of its tables begin with; of its own rule, unless two plans of one rule share a connection.
    """
    names = TableNames(prefix_of(rule.rule) if prefix is None else prefix)
    basis = Basis(rule, index, roles, names, by_hand)
    variants = find_variants(rule)
    found = stages(rule, variants, index, by_hand)
    dropped = compile_dropped(rule, variants, index, by_hand)
    decide = (
        *_criteria_steps(variants, basis),
        *(in_work_steps(rule.in_work, basis) if rule.in_work else ()),
        _truth(variants, basis),
        sums_step(dropped, basis),
        _decision(found, dropped, variants, basis),
    )
    find = (person_step(basis), hits_step(basis))
    return Plan(rule, index, roles, names, by_hand, variants, found, dropped.names, find, decide)


def _criteria_steps(variants: tuple[Variant, ...], basis: Basis) -> Iterator[Step]:
    """The steps of every criterion; a table that both readings of one need is made once."""
    yield from dict.fromkeys(step for one in variants for step in kind_of(one.criterion).steps(one, basis))


def _truth(variants: tuple[Variant, ...], basis: Basis) -> Step:
    """A row per person, and a column for each criterion in each reading."""
    person, tables = basis.table("person"), [basis.criterion_table(variant, "people") for variant in variants]
    people = " UNION ALL ".join(
        f"SELECT {variant.number} AS variant, person_row FROM {table}"
        for variant, table in zip(variants, tables, strict=True)
    )
    columns = ", ".join(
        f"MAX(CASE WHEN m.variant = {variant.number} THEN 1 ELSE 0 END) AS {truth_column(variant)}"
        for variant in variants
    )
    return Step(
        basis.table("truth"),
        (person, *tables),
        "For each person and each criterion, read for the person or against them: 1 where it holds, else 0.",
        f"SELECT p.person_row, {columns} FROM {person} p LEFT JOIN ({people}) m ON m.person_row = p.person_row "
        "GROUP BY p.person_row",
    )


def _decision(found: tuple[Stage, ...], dropped: Dropped, variants: tuple[Variant, ...], basis: Basis) -> Step:
    """A row per person: `passed` counts the stages gone through in order, all of them meaning listed.

    `kept_off` is the place of the first stage that keeps a person off whatever `include` says; that number where none.
    """
    columns = [f"{_first_failed(stage.sql for stage in found)} AS passed"]
    columns.append(f"{_first_failed(stage.keeps_off for stage in found)} AS kept_off")
    columns += dropped.columns
    columns += [
        f"COALESCE(w.{name}, 'none') AS {column}" if basis.rule.in_work else f"'none' AS {column}"
        for name, column in (("state", "work"), ("strength", "work_strength"), ("age", "work_age"))
    ]
    columns += [f"t.{truth_column(variant)}" for variant in variants]
    if basis.by_hand.nominated is not None:
        columns.append(" * ".join(stage.sql for stage in include_stages(basis.rule, variants, False)) + " AS by_rule")
    tables, reads = decided_from(basis)
    sums = basis.table("sums")
    return Step(
        basis.table("decision"),
        (*reads, sums),
        "What becomes of each person: how many stages of the attrition they go through, and what would change that.",
        f"SELECT p.person_row, p.practice_id, {', '.join(columns)} {tables} "
        f"JOIN {sums} s ON s.person_row = p.person_row",
    )


def _first_failed(found: Iterable[str]) -> str:
    """The place of the first that is 0; how many there are, if none is. An empty one is never 0."""
    known = list(found)
    whens = " ".join(f"WHEN {sql} = 0 THEN {n}" for n, sql in enumerate(known) if sql)
    return f"CASE {whens} ELSE {len(known)} END"
