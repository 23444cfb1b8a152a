"""How many of the people found are recorded as in work, by practice: by state, and by what says so and how old it is.

Everyone counts who is listed, and everyone who would be if in-work evidence left no one out. `left` is how many it did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from pipeline.search.compile import Plan
from pipeline.search.engine import Engine
from pipeline.search.work_weight import say_strength_and_age
from pipeline.vocabulary import WorkAge, WorkState, WorkStrength

# A line for each state, even if it counts no one; and a line for each state, strength and age that someone has.
STATE, EVIDENCE = WORK_KINDS = ("in_work", "in_work_evidence")
Line = tuple[str, str, int, str, str, int, int]  # the fields of a `Count`

_STATES: dict[str, str] = {
    "in_work": "recorded as in work",
    "out_of_work": "recorded as out of work",
    "conflicting": "conflicting entries about work",
    "other": "recorded as neither in work nor out of work",
    "not_recent": "recorded too long ago, or overtaken since",
    "none": "nothing recorded about work",
}


def count_work(engine: Engine, plan: Plan) -> Iterator[Line]:
    """Needs the table `aside`: who was found, and is not listed under this registration."""
    if not plan.rule.in_work:
        return
    every = _every_combination()
    found = engine.fetch(_sql(plan))
    practices = [row[0] for row in engine.fetch(f"SELECT practice_id FROM {plan.table('searched_practice')}")]
    people, left = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for practice, state, strength, age, both, gone in found:
        people[practice, state] += both
        left[practice, state] += gone
        words = f"{_STATES[state]}: {say_strength_and_age(strength, age)}"
        place = every.index((state, strength, age))
        yield practice, EVIDENCE, place, f"{state}:{strength}:{age}", words, int(both), int(gone)
    for practice in practices:
        for place, (state, words) in enumerate(_STATES.items()):
            yield practice, STATE, place, state, words, people[practice, state], left[practice, state]


def _sql(plan: Plan) -> str:
    """The people no stage keeps off but the one about work, which is the last."""
    everything = len(plan.stages)
    excludes = plan.rule.in_work is not None and plan.rule.in_work.action == "exclude"
    said = "d.practice_id, d.work, d.work_strength, d.work_age"
    return (
        f"SELECT {said}, COUNT(*), SUM(CASE WHEN d.passed < {everything} THEN 1 ELSE 0 END) "
        f"FROM {plan.table('decision')} d LEFT JOIN {plan.table('aside')} a ON a.person_row = d.person_row "
        f"WHERE d.passed >= {everything - excludes} AND a.person_row IS NULL GROUP BY {said}"
    )


def _every_combination() -> list[tuple[str, str, str]]:
    """In the order of the closed lists of words."""
    words = (get_args(WorkState), get_args(WorkStrength), get_args(WorkAge))
    return [(state, strength, age) for state in words[0] for strength in words[1] for age in words[2]]
