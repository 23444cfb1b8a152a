"""How many people remain after each stage, per practice, and what each criterion does alone, together and dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import duckdb

from pipeline.rules.expression import names
from pipeline.rules.wording import readable
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant


@dataclass(frozen=True)
class Count:
    """A line of the attrition table. All counts but the last stage's are of registrations, not yet of people.

    `kind`: `stage` (how many remain, and left at it), `criterion` (of the population, for whom it holds), `combination`
    (of the population, with just these include criteria), `if_dropped` (found besides, had it never been written).
    """

    practice_id: str
    kind: str
    position: int
    name: str
    words: str
    people: int
    left: int | None = None


def count_attrition(con: duckdb.DuckDBPyConnection, plan: Plan, outcomes: Mapping[int, str]) -> list[Count]:
    """Every count of a decided search, by practice, then in the order of the stages.

    `outcomes` says, for everybody who went through every stage, whether they are `listed` under this registration.
    """
    elsewhere = _listed_elsewhere(con, outcomes)
    stages = [*_stages(con, plan, elsewhere)]
    counts = [*stages, *_criteria(con, plan), *_combinations(con, plan), *_dropped(con, plan)]
    order = ("stage", "criterion", "combination", "if_dropped")
    return sorted(counts, key=lambda c: (c.practice_id, order.index(c.kind), c.position))


def in_population(plan: Plan) -> str:
    """The condition on `decision` that a person went through every stage before the criteria."""
    return f"passed >= {sum(stage.part == 'population' for stage in plan.stages)}"


def _listed_elsewhere(con: duckdb.DuckDBPyConnection, outcomes: Mapping[int, str]) -> Counter[str]:
    """How many found records of each practice are another registration of somebody, or of somebody who died."""
    aside = [person for person, outcome in outcomes.items() if outcome != "listed"]
    sql = "SELECT practice_id FROM person WHERE person_row IN (SELECT unnest(?))"
    return Counter(row[0] for row in con.execute(sql, [aside]).fetchall())


def _stages(con: duckdb.DuckDBPyConnection, plan: Plan, elsewhere: Mapping[str, int]) -> Iterator[Count]:
    sql = "SELECT q.practice_id, d.passed, COUNT(d.person_row) FROM searched_practice q LEFT JOIN decision d "
    sql += "ON d.practice_id = q.practice_id GROUP BY q.practice_id, d.passed ORDER BY q.practice_id, d.passed"
    for practice, group in groupby(con.execute(sql).fetchall(), key=lambda row: str(row[0])):
        stopped = {passed: people for _, passed, people in group if passed is not None}
        remaining = sum(stopped.values())
        yield Count(practice, "stage", 0, "records", "Records in the extract", remaining)
        for place, stage in enumerate(plan.stages):
            left = stopped.get(place, 0)
            remaining -= left
            yield Count(practice, "stage", place + 1, stage.key, stage.words, remaining, left)
        left = elsewhere.get(practice, 0)
        words = "One person once: this is the registration that counts"
        yield Count(practice, "stage", len(plan.stages) + 1, "one_person", words, remaining - left, left)


def _criteria(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[Count]:
    sums = ", ".join(f"SUM(v{variant.number})" for variant in plan.variants)
    sql = f"SELECT practice_id, {sums} FROM decision WHERE {in_population(plan)} GROUP BY practice_id"
    for practice, *totals in con.execute(sql).fetchall():
        for place, (variant, people) in enumerate(zip(plan.variants, totals, strict=True), 1):
            name = f"{variant.name}:{variant.reading}"
            words = readable(variant.name) + (" (in doubt: holds)" if variant.reading == "against" else "")
            yield Count(practice, "criterion", place, name, words, int(people))


def _include_variants(plan: Plan) -> list[Variant]:
    """The criteria that speak for a person; none where every name stands under `not`."""
    included = {name for name, positive in names(plan.rule.include) if positive}
    return [variant for variant in plan.variants if variant.reading == "for" and variant.name in included]


def _combinations(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[Count]:
    variants = _include_variants(plan)
    if not variants:
        return
    columns = ", ".join(f"v{variant.number}" for variant in variants)
    sql = f"SELECT practice_id, {columns}, COUNT(*) FROM decision WHERE {in_population(plan)} "
    sql += f"GROUP BY practice_id, {columns}"
    for practice, *bits, people in con.execute(sql).fetchall():
        true = [variant.name for variant, bit in zip(variants, bits, strict=True) if bit]
        position = int("".join(str(int(bit)) for bit in bits), 2)
        words = " + ".join(readable(name) for name in true) or "none of the criteria"
        yield Count(practice, "combination", position, "+".join(true) or "none", words, people)


def _dropped(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[Count]:
    if not plan.dropped:
        return
    everything = len(plan.stages)
    sums = ", ".join(
        f"SUM(CASE WHEN without_{number} = 1 AND passed < {everything} THEN 1 ELSE 0 END)" for number in plan.dropped
    )
    for practice, *totals in con.execute(f"SELECT practice_id, {sums} FROM decision GROUP BY practice_id").fetchall():
        for number, people in zip(plan.dropped, totals, strict=True):
            name = list(plan.rule.criteria)[number - 1]
            words = f"registrations that would be found besides without: {readable(name)}"
            yield Count(practice, "if_dropped", number, name, words, int(people))
