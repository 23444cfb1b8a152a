"""A rule becomes a short list of named SQL steps over integer days, in a subset every engine reads alike.

Only whole numbers and our own words ever enter the SQL. The inputs are the canonical tables and small tables: those of
`prepare` (`code_use`, `searched_practice`, `reported`, `nominated`) and of `calendar` (`calendar`, `month_shift`,
`whole_number`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.rules.criteria import CertificatesCriterion, Counted, LatestCriterion
from pipeline.rules.model import Rule
from pipeline.search import employment
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.decision_sql import Stage, decided_from, dropped_columns, include_stages, stages
from pipeline.search.doubt.readings import Variant, find_variants, plain_variant
from pipeline.search.kinds import certificates as spells
from pipeline.search.kinds import counted
from pipeline.search.kinds.latest import latest_people
from pipeline.search.step import Step


@dataclass(frozen=True)
class Plan:
    """Everything a search does, in order, and what its columns mean.

    `find` needs the canonical tables and leaves `person` and `hits`; `decide` needs only those two, so `explain`
    runs it again over one person's hits. `dropped`: the criteria for which `decision` has a column `without_<n>`.
    With people nominated, `decision` has a column `by_rule`: whether they meet `include` by themselves.
    """

    rule: Rule
    index: date
    variants: tuple[Variant, ...]
    roles: Mapping[str, int]
    stages: tuple[Stage, ...]
    dropped: tuple[int, ...]
    find: tuple[Step, ...]
    decide: tuple[Step, ...]
    by_hand: ByHand = NOBODY


def in_work_number(rule: Rule) -> int:
    """The criterion number under which the rows about employment are kept."""
    return len(rule.criteria) + 1


def compile_rule(rule: Rule, index: date, roles: Mapping[str, int], by_hand: ByHand = NOBODY) -> Plan:
    """The steps of a rule on an index date. `roles` numbers every role its code lists use."""
    variants = find_variants(rule)
    dropped = dropped_columns(rule, variants, index, by_hand)
    found = stages(rule, variants, index, by_hand)
    nominated = by_hand.nominated is not None
    find = (Step("person", _person()), Step("hits", _hits(index)))
    decide = (
        *_criteria_steps(rule, variants, roles, index),
        *_employment_steps(rule, roles, index),
        Step("truth", _truth(variants)),
        Step("decision", _decision(rule, found, dropped, variants, nominated)),
    )
    return Plan(rule, index, variants, roles, found, tuple(dropped), find, decide, by_hand)


def _person() -> str:
    """Every record of the practices searched; a date of birth becomes the interval it can lie in."""
    born_to = (
        "CASE p.birth_precision WHEN 'day' THEN p.date_of_birth "
        "WHEN 'month' THEN c.month_end WHEN 'year' THEN c.year_end END"
    )
    return (
        "SELECT p.person_row, p.practice_id, p.is_test, p.registration_type, p.registered_from, p.registered_to, "
        f"p.date_of_death, CASE WHEN p.birth_precision <> 'unknown' THEN p.date_of_birth END AS born_from, "
        f"{born_to} AS born_to, CASE WHEN o.person_row IS NULL THEN 0 ELSE 1 END AS is_reported, "
        "CASE WHEN n.person_row IS NULL THEN 0 ELSE 1 END AS is_nominated "
        "FROM patient p JOIN searched_practice q ON q.practice_id = p.practice_id "
        "LEFT JOIN reported o ON o.person_row = p.person_row LEFT JOIN nominated n ON n.person_row = p.person_row "
        "LEFT JOIN calendar c ON c.day = p.date_of_birth"
    )


def _hits(index: date) -> str:
    """The one read of both big tables: every row whose code some criterion uses, and why it may not take part."""
    day = index.toordinal()
    event = _coded("event", 1, "e.value", "e.encounter")
    prescription = _coded("prescription", 2, "e.quantity", "e.course")
    left_out = (
        f"CASE WHEN p.is_test = 1 THEN 'test_record' WHEN r.recorded_on > {day} THEN 'recorded_later' "
        f"WHEN r.first_day > {day} THEN 'after_index' WHEN r.last_day < p.born_from THEN 'before_birth' ELSE '' END"
    )
    return (
        f"SELECT r.*, {left_out} AS left_out FROM ({event} UNION ALL {prescription}) r "
        "JOIN person p ON p.person_row = r.person_row"
    )


def _coded(table: str, kind: int, amount: str, encounter: str) -> str:
    first = "CASE WHEN e.date_precision <> 'unknown' THEN e.date END"
    last = "CASE e.date_precision WHEN 'day' THEN e.date WHEN 'month' THEN c.month_end WHEN 'year' THEN c.year_end END"
    return (
        f"SELECT {kind} AS kind, u.criterion, u.role, u.drug, e.person_row, e.code_id, {first} AS first_day, "
        f"{last} AS last_day, {amount} AS amount, {encounter} AS encounter, e.is_confidential, e.recorded_on, "
        f"e.source_file, e.source_key FROM {table} e JOIN code_use u ON u.code_id = e.code_id "
        f"LEFT JOIN calendar c ON c.day = e.date WHERE u.kind = {kind}"
    )


def _criteria_steps(rule: Rule, variants: tuple[Variant, ...], roles: Mapping[str, int], index: date) -> Iterator[Step]:
    for variant in variants:
        if isinstance(variant.criterion, Counted) and variant.criterion.after:
            anchor = plain_variant(rule, variant.criterion.after.criterion)
            yield from counted.anchor_steps(variant, variant.criterion, anchor, index)
    yield Step("matched", " UNION ALL ".join(counted.rows_in_window(variant, index) for variant in variants))
    bounded = [v for v in variants if isinstance(v.criterion, Counted) and v.criterion.at_most is not None]
    if bounded:
        yield Step("ceiling", " UNION ALL ".join(counted.rows_that_may_be_too_many(v, index) for v in bounded))
    for variant in variants:
        if isinstance(variant.criterion, CertificatesCriterion):
            yield from spells.spell_steps(variant, roles, index)
    people = [f"SELECT {v.number} AS variant, m.person_row FROM ({_people(v, roles, index)}) m" for v in variants]
    yield Step("met", " UNION ALL ".join(people))


def _people(variant: Variant, roles: Mapping[str, int], index: date) -> str:
    """The people one criterion holds for, each once."""
    match variant.criterion:
        case CertificatesCriterion() as criterion:
            return spells.off_work_people(variant, criterion, roles, index)
        case LatestCriterion() as criterion:
            return latest_people(variant, criterion, roles, index)
        case Counted() as criterion:
            return counted.counted_people(variant, criterion)


def _employment_steps(rule: Rule, roles: Mapping[str, int], index: date) -> tuple[Step, ...]:
    if not rule.in_work:
        return ()
    rows = employment.evidence_rows(rule.in_work, in_work_number(rule), roles, index)
    return Step("work_rows", rows), Step("work", employment.state())


def _truth(variants: tuple[Variant, ...]) -> str:
    columns = ", ".join(f"MAX(CASE WHEN m.variant = {v.number} THEN 1 ELSE 0 END) AS v{v.number}" for v in variants)
    return (
        f"SELECT p.person_row, {columns} FROM person p LEFT JOIN met m ON m.person_row = p.person_row "
        "GROUP BY p.person_row"
    )


def _decision(
    rule: Rule,
    found: tuple[Stage, ...],
    dropped: Mapping[int, str],
    variants: tuple[Variant, ...],
    nominated: bool,
) -> str:
    """A row per person: `passed` counts the stages gone through in order, all of them meaning listed.

    `kept_off` is the place of the first stage that keeps a person off whatever `include` says; that number where none.
    """
    columns = [f"{_first_failed(found, ('population', 'include', 'exclude'))} AS passed"]
    columns.append(f"{_first_failed(found, ('population', 'exclude'))} AS kept_off")
    columns += [f"{sql} AS without_{number}" for number, sql in dropped.items()]
    columns.append("COALESCE(w.state, 'none') AS work" if rule.in_work else "'none' AS work")
    columns += [f"t.v{variant.number}" for variant in variants]
    if nominated:
        columns.append(" * ".join(stage.sql for stage in include_stages(rule, variants, False)) + " AS by_rule")
    return f"SELECT p.person_row, p.practice_id, {', '.join(columns)} {decided_from(rule)}"


def _first_failed(found: tuple[Stage, ...], parts: tuple[str, ...]) -> str:
    whens = " ".join(f"WHEN {stage.sql} = 0 THEN {n}" for n, stage in enumerate(found) if stage.part in parts)
    return f"CASE {whens} ELSE {len(found)} END"
