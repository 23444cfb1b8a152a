"""What is against a person in another of their records keeps them off. What is for them must be in their own.

Each record is read by itself, never two of them together. Of another record, only the criteria that are read against
the person count, and of those none that an empty record would meet: what a record does not say is no reason. Anything
recorded there as in work counts too, where the rule leaves people in work out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from pipeline.people.other_records import NO_OTHERS, Others
from pipeline.rules.criteria import needs_no_row
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.decision_sql import bit_sql, decided_from
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import Engine, run_steps
from pipeline.search.found_rows import hits_step, person_step
from pipeline.search.input_tables import CodeUse, has_coded_months, number_roles, write_inputs
from pipeline.search.run import decide
from pipeline.search.step import Step
from pipeline.search.table_names import truth_column


def find_kept_off(engine: Engine, plan: Plan, uses: Iterable[CodeUse], others: Others = NO_OTHERS) -> frozenset[int]:
    """The people kept off by another of their records, by `person_row`. Needs the tables of a finished plan."""
    if not others:
        return frozenset()
    elsewhere = search_others(engine, plan, list(uses), plan.index, others)
    run_steps(engine, elsewhere_steps(plan, elsewhere))
    rows = engine.fetch(f"SELECT person_row FROM {plan.table('elsewhere')} WHERE is_kept_off = 1 ORDER BY person_row")
    return frozenset(person for (person,) in rows)


def search_others(engine: Engine, plan: Plan, uses: list[CodeUse], day: date, others: Others) -> Plan:
    """The same rule over the other records alone, whether their practice is searched or not."""
    prefix = f"{plan.names.prefix}_elsewhere__"  # no criterion's name begins with an underscore
    found = compile_rule(plan.rule, day, number_roles(uses, plan.rule), prefix=prefix)
    practices = [str(practice) for (practice,) in engine.fetch("SELECT practice_id FROM practice")]
    write_inputs(engine, found, uses, practices)
    rows = sorted({other for own in others.values() for other in own})
    engine.fill(found.table("chosen"), ("person_row BIGINT",), [(row,) for row in rows])
    pairs = sorted((person, other) for person, own in others.items() for other in own)
    engine.fill(plan.table("other_record"), ("person_row BIGINT", "other_row BIGINT"), pairs)
    run_steps(engine, (person_step(found, only=found.table("chosen")), hits_step(found)))
    decide(engine, found, has_coded_months(uses))
    return found


def elsewhere_steps(plan: Plan, elsewhere: Plan) -> Iterator[Step]:
    """Steps that leave `elsewhere`: for each person with another record, whether it keeps them off."""
    against = {variant.name for variant in plan.variants if variant.reading == "against"}
    yield truth_step(plan, elsewhere, plan.table("truth"), against)
    yield _kept_off(plan)


def truth_step(plan: Plan, elsewhere: Plan, truth: str, names: Collection[str]) -> Step:
    """The truth, where these criteria are read against a person, with that of their other records added to it."""
    pairs, other = plan.table("other_record"), elsewhere.table("truth")
    work = elsewhere.table("work")
    columns = [f"{_column(variant, variant.name in names)} AS {truth_column(variant)}" for variant in plan.variants]
    columns += [f"MAX({_in_work_sql(plan)}) AS works", "COUNT(l.other_row) AS others"]
    joined = f"LEFT JOIN {work} w ON w.person_row = l.other_row" if plan.rule.in_work else ""
    return Step(
        plan.table("truth_elsewhere"),
        (truth, pairs, other, *([work] if plan.rule.in_work else [])),
        "Whether each criterion holds, where it is read against a person in any of their records.",
        f"SELECT t.person_row, {', '.join(columns)} FROM {truth} t LEFT JOIN {pairs} l ON l.person_row = t.person_row "
        f"LEFT JOIN {other} o ON o.person_row = l.other_row {joined} GROUP BY t.person_row",
    )


def _column(variant: Variant, is_read: bool) -> str:
    own = f"t.{truth_column(variant)}"
    if variant.reading == "for" or not is_read or needs_no_row(variant.criterion):
        return f"MAX({own})"
    return f"MAX({bit_sql(f'{own} + COALESCE(o.{truth_column(variant)}, 0) >= 1')})"


def _in_work_sql(plan: Plan) -> str:
    if not plan.rule.in_work or plan.rule.in_work.action != "exclude":
        return "0"
    return bit_sql("COALESCE(w.state, 'none') = 'in_work'")


def _kept_off(plan: Plan) -> Step:
    """A `not` in `include` keeps off people the rule finds; an exclusion keeps off the others, too."""
    truth, decision = plan.table("truth_elsewhere"), plan.table("decision")
    tables, reads = decided_from(plan, truth)
    include, exclude = (
        " * ".join(["1", *(stage.sql for stage in plan.stages if stage.part == part)])
        for part in ("include", "exclude")
    )
    is_found = f"d.passed = {len(plan.stages)}"
    return Step(
        plan.table("elsewhere"),
        (*reads, decision),
        "Of everyone with another record: whether what stands against them there keeps them off.",
        f"SELECT p.person_row, CASE WHEN t.works = 1 OR {exclude} = 0 OR ({is_found} AND {include} = 0) "
        f"THEN 1 ELSE 0 END AS is_kept_off {tables} "
        f"JOIN {decision} d ON d.person_row = p.person_row WHERE t.others > 0",
    )
