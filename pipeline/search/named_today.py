"""Who may be named is always today's question: of those found on a past index date, who must not be named now.

The rule is asked a second time, on the newest day that the extract knows, but only for death, registration and the
criteria of `rules/refusals`. Every other criterion keeps the answer of the index date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.people.other_records import NO_OTHERS, Others
from pipeline.rules.criteria import after_of
from pipeline.rules.model import Rule
from pipeline.rules.refusals import asked_today
from pipeline.search.compile import Plan
from pipeline.search.decision_sql import decided_from, population_stages
from pipeline.search.elsewhere import search_others, truth_step
from pipeline.search.engine import Engine, run_steps
from pipeline.search.input_tables import CodeUse
from pipeline.search.run import search
from pipeline.search.step import Step
from pipeline.search.table_names import truth_column
from pipeline.vocabulary import Placement

STOPS: tuple[Placement, ...] = ("died_since", "left_since", "refused_since")


@dataclass(frozen=True)
class AskedAgain:
    """The plan of a past index date, the same rule's on the newest day, and the criteria that are asked on both.

    `elsewhere`: the plan of the newest day over people's other records, if they have any.
    """

    plan: Plan
    today: Plan
    elsewhere: Plan | None
    criteria: tuple[str, ...]


def find_stopped(
    engine: Engine,
    plan: Plan,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    day: date,
    others: Others = NO_OTHERS,
) -> dict[int, Placement]:
    """Why each of those found must not be named on `day`, by `person_row`. Needs the tables of a finished plan.

    `others`: their other records, in which a no keeps them off, too.
    """
    kept = list(uses)
    names = criteria_asked(plan.rule, kept)
    own = [use for use in kept if use.criterion_number in _numbers(plan.rule, names)]
    prefix = f"{plan.names.prefix}_today__"  # no criterion's name begins with an underscore
    today = search(engine, plan.rule, day, own, practices, plan.by_hand, prefix)
    elsewhere = search_others(engine, today, own, day, others) if others else None
    run_steps(engine, stopped_steps(AskedAgain(plan, today, elsewhere, names)))
    rows = engine.fetch(f"SELECT person_row, stop FROM {today.table('stopped')} WHERE stop < {len(STOPS)}")
    return {person: STOPS[stop] for person, stop in rows}


def criteria_asked(rule: Rule, uses: Iterable[CodeUse]) -> tuple[str, ...]:
    """The criteria that are asked again, by the roles of the codes that they read in this extract."""
    roles: dict[str, set[str]] = {name: set() for name in rule.criteria}
    by_number = dict(enumerate(rule.criteria, 1))
    for use in uses:
        if use.criterion_number in by_number:
            roles[by_number[use.criterion_number]].add(use.role)
    return asked_today(rule, roles)


def _numbers(rule: Rule, names: Sequence[str]) -> set[int]:
    """The numbers of these criteria, and of those whose dates they count from."""
    afters = {after.criterion for name in names if (after := after_of(rule.criteria[name]))}
    return {number for number, name in enumerate(rule.criteria, 1) if name in afters.union(names)}


def stopped_steps(asked: AskedAgain) -> Iterator[Step]:
    """Steps that leave `stopped`: for everyone found, the place of their reason in `STOPS`; that many where none."""
    yield _truth_today(asked)
    if asked.elsewhere:
        yield truth_step(asked.today, asked.elsewhere, asked.today.table("truth_today"), asked.criteria)
    yield _stopped(asked)


def _truth_today(asked: AskedAgain) -> Step:
    then, now = asked.plan.table("truth"), asked.today.table("truth")
    columns = ", ".join(
        f"{'n' if variant.name in asked.criteria else 't'}.{truth_column(variant)}" for variant in asked.plan.variants
    )
    return Step(
        asked.today.table("truth_today"),
        (then, now),
        "Whether each criterion holds: on the newest day for those that are asked again, else on the index date.",
        f"SELECT t.person_row, {columns} FROM {then} t JOIN {now} n ON n.person_row = t.person_row",
    )


def _stopped(asked: AskedAgain) -> Step:
    plan, truth = asked.plan, asked.today.table("truth_elsewhere" if asked.elsewhere else "truth_today")
    population = {stage.key: stage.sql for stage in population_stages(plan.rule, asked.today.index)}
    criteria = " * ".join(["1", *(stage.sql for stage in plan.stages if stage.part != "population")])
    tables, reads = decided_from(plan, truth)
    decision = plan.table("decision")
    return Step(
        asked.today.table("stopped"),
        (*reads, decision),
        "Of everyone found on the index date: who has died since (0), left (1) or said no (2), and who has not (3).",
        f"SELECT p.person_row, CASE WHEN {population['alive']} = 0 THEN 0 WHEN {population['registered']} = 0 THEN 1 "
        f"WHEN {criteria} = 0 THEN 2 ELSE {len(STOPS)} END AS stop {tables} "
        f"JOIN {decision} d ON d.person_row = p.person_row WHERE d.passed = {len(plan.stages)}",
    )
