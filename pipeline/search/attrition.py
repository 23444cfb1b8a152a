"""How many people remain after each stage, per practice, and what each criterion does alone, together and dropped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pipeline.rules.expression import names
from pipeline.rules.wording import readable
from pipeline.search.compile import Plan
from pipeline.search.doubt.readings import Variant
from pipeline.search.engine import Engine
from pipeline.search.named_today import STOPS
from pipeline.search.table_names import truth_column
from pipeline.search.work_counts import WORK_KINDS, count_work
from pipeline.vocabulary import EXCLUDED_ELSEWHERE, IN_EARLIER_LIST, WAITING


@dataclass(frozen=True)
class Count:
    """A line of the attrition table. All counts but the last stage's are of registrations, not yet of people.

    `kind`: `stage` (how many remain, and left at it), `criterion` (of the population, how many meet it), `combination`
    (of the population, with just these include criteria), `if_dropped` (also found, had it never been written),
    `in_work` and `in_work_evidence` (see `work_counts`).
    """

    practice_id: str
    kind: str
    position: int
    name: str
    words: str
    people: int
    left: int | None = None


_ONE_PERSON, _NAMED_TODAY = "one_person", "named_today"


def count_attrition(
    engine: Engine, plan: Plan, outcomes: Mapping[int, str], named_on: date | None = None
) -> list[Count]:
    """Every count of a decided search, by practice, then in the order of the stages.

    `outcomes` says, for everyone who went through every stage, whether they are `listed` under this registration.
    `named_on`: the day on which people must be free to be named, where that is a stage of its own.
    """
    stages = [*_stages(engine, plan, [*_last_stages(engine, plan, outcomes, named_on)])]
    _set_aside(engine, plan, (person for person, outcome in outcomes.items() if outcome != "listed"))
    work = [Count(*counted) for counted in count_work(engine, plan)]
    counts = [*stages, *_criteria(engine, plan), *_combinations(engine, plan), *_dropped(engine, plan), *work]
    order = ("stage", "criterion", "combination", "if_dropped", *WORK_KINDS)
    return sorted(counts, key=lambda c: (c.practice_id, order.index(c.kind), c.position))


def in_population(plan: Plan) -> str:
    """The condition on `decision` that a person went through every stage before the criteria."""
    return f"passed >= {sum(stage.part == 'population' for stage in plan.stages)}"


@dataclass(frozen=True)
class _LastStage:
    """A stage that no step of the plan decides, and how many records of each practice leave at it."""

    name: str
    words: str
    left: Mapping[str, int]


def _last_stages(
    engine: Engine, plan: Plan, outcomes: Mapping[int, str], named_on: date | None
) -> Iterator[_LastStage]:
    """One person is always a stage. The others are if anyone leaves at them, or if today's question was asked."""
    left: dict[str, set[int]] = defaultdict(set)
    for person, outcome in outcomes.items():
        if outcome != "listed":
            left[_stage_of(outcome)].add(person)
    for name, words in _words_of_last(plan, named_on).items():
        if left[name] or name == _ONE_PERSON or (name == _NAMED_TODAY and named_on):
            yield _LastStage(name, words, _by_practice(engine, plan, left[name]))


def _stage_of(outcome: str) -> str:
    if outcome in STOPS:
        return _NAMED_TODAY
    return outcome if outcome in (EXCLUDED_ELSEWHERE, IN_EARLIER_LIST, WAITING) else _ONE_PERSON


def _words_of_last(plan: Plan, named_on: date | None) -> dict[str, str]:
    """In the order in which people leave."""
    today = f" on {named_on:%d/%m/%Y}" if named_on else ""
    most = plan.rule.limit.new_per_night if plan.rule.limit else 0
    return {
        _ONE_PERSON: "Each person once, under the registration that counts",
        EXCLUDED_ELSEWHERE: "No exclusion in another record of the same person",
        IN_EARLIER_LIST: "Not in the earlier list to leave out",
        _NAMED_TODAY: f"Free to be named{today}: alive, registered, and not refusing",
        WAITING: f"Among the first {most:,} new people of the practice tonight; the others wait",
    }


def _by_practice(engine: Engine, plan: Plan, records: Iterable[int]) -> Counter[str]:
    """How many of these records each practice has."""
    _set_aside(engine, plan, records)
    sql = f"SELECT p.practice_id FROM {plan.table('person')} p JOIN {plan.table('aside')} a "
    return Counter(row[0] for row in engine.fetch(f"{sql}ON a.person_row = p.person_row"))


def _set_aside(engine: Engine, plan: Plan, records: Iterable[int]) -> None:
    """Fill the table `aside` with these records."""
    engine.fill(plan.table("aside"), ("person_row BIGINT",), [(row,) for row in sorted(records)])


def _stages(engine: Engine, plan: Plan, last: Sequence[_LastStage]) -> Iterator[Count]:
    searched, decision = plan.table("searched_practice"), plan.table("decision")
    sql = f"SELECT q.practice_id, d.passed, COUNT(d.person_row) FROM {searched} q LEFT JOIN {decision} d "
    sql += "ON d.practice_id = q.practice_id GROUP BY q.practice_id, d.passed ORDER BY q.practice_id, d.passed"
    for practice, group in groupby(engine.fetch(sql), key=lambda row: str(row[0])):
        stopped = {passed: people for _, passed, people in group if passed is not None}
        remaining = sum(stopped.values())
        yield Count(practice, "stage", 0, "records", "Records in the extract", remaining)
        for place, stage in enumerate(plan.stages):
            left = stopped.get(place, 0)
            remaining -= left
            yield Count(practice, "stage", place + 1, stage.key, stage.words, remaining, left)
        for place, stage_after in enumerate(last, len(plan.stages) + 1):
            left = stage_after.left.get(practice, 0)
            remaining -= left
            yield Count(practice, "stage", place, stage_after.name, stage_after.words, remaining, left)


def _criteria(engine: Engine, plan: Plan) -> Iterator[Count]:
    sums = ", ".join(f"SUM({truth_column(variant)})" for variant in plan.variants)
    sql = f"SELECT practice_id, {sums} FROM {plan.table('decision')} WHERE {in_population(plan)} GROUP BY practice_id"
    for practice, *totals in engine.fetch(sql):
        for place, (variant, people) in enumerate(zip(plan.variants, totals, strict=True), 1):
            name = f"{variant.name}:{variant.reading}"
            words = readable(variant.name) + (" (met if in doubt)" if variant.reading == "against" else "")
            yield Count(practice, "criterion", place, name, words, int(people))


def _include_variants(plan: Plan) -> list[Variant]:
    """The criteria that speak for a person; none where every name is under `not`."""
    included = {name for name, positive in names(plan.rule.include) if positive}
    return [variant for variant in plan.variants if variant.reading == "for" and variant.name in included]


def _combinations(engine: Engine, plan: Plan) -> Iterator[Count]:
    variants = _include_variants(plan)
    if not variants:
        return
    columns = ", ".join(truth_column(variant) for variant in variants)
    sql = f"SELECT practice_id, {columns}, COUNT(*) FROM {plan.table('decision')} WHERE {in_population(plan)} "
    sql += f"GROUP BY practice_id, {columns}"
    for practice, *bits, people in engine.fetch(sql):
        true = [variant.name for variant, bit in zip(variants, bits, strict=True) if bit]
        position = int("".join(str(int(bit)) for bit in bits), 2)
        words = " + ".join(readable(name) for name in true) or "none of the criteria"
        yield Count(practice, "combination", position, "+".join(true) or "none", words, people)


def _dropped(engine: Engine, plan: Plan) -> Iterator[Count]:
    if not plan.dropped:
        return
    everything = len(plan.stages)
    sums = ", ".join(
        f"SUM(CASE WHEN {column} = 1 AND passed < {everything} THEN 1 ELSE 0 END)" for column in plan.dropped.values()
    )
    sql = f"SELECT practice_id, {sums} FROM {plan.table('decision')} GROUP BY practice_id"
    for practice, *totals in engine.fetch(sql):
        for number, people in zip(plan.dropped, totals, strict=True):
            name = list(plan.rule.criteria)[number - 1]
            words = f"registrations also found if this is dropped: {readable(name)}"
            yield Count(practice, "if_dropped", number, name, words, int(people))
