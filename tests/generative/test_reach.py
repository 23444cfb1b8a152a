"""The generated examples reach the whole language: no construct, answer or state that they never meet."""

from itertools import product

from hypothesis import given, settings

from pipeline.rules.criteria import KINDS, kind_key
from pipeline.search.doubt.readings import find_variants
from pipeline.search.in_memory.find import Decision, find
from pipeline.search.in_work import STATES
from tests.effort import effort, long
from tests.generative.constructs import EVERY, used
from tests.generative.pool import PRACTICES
from tests.generative.records import Example, examples

# The truth of each kind of criterion in each reading, each state of work, and who is listed.
ANSWERS = {*product(KINDS, ("for", "against"), (True, False)), *STATES, "listed", "not listed"}
POPULATION = {
    "real",
    "alive",
    "registered",
    "registered_for",
    "age",
    "sex",
}  # stages, each of which turns somebody away


def answers(example: Example, decisions: dict[int, Decision]) -> set[object]:
    found: set[object] = set()
    variants = find_variants(example.rule)
    for decision in decisions.values():
        found |= {(kind_key(v.criterion), v.reading, decision.truth[v.name, v.reading]) for v in variants}
        found |= {decision.work, "listed" if decision.listed else "not listed"}
    return found


def left_at(example: Example, decision: Decision) -> set[str]:
    """The stage of the population at which somebody left."""
    asked = example.rule.population
    options = (("registered_for", asked.registered.at_least), ("age", asked.age), ("sex", asked.sex))
    stages = ["real", "alive", "registered", *(name for name, given in options if given)]
    return set(stages[decision.passed : decision.passed + 1])


@long
def test_every_construct_and_every_answer_is_generated() -> None:
    reached: set[str] = set()
    answered: set[object] = set()
    turned_away: set[str] = set()

    @settings(effort(few=300, many=300), derandomize=True)
    @given(example=examples())
    def collect(example: Example) -> None:
        reached.update(used(example.rule))
        decisions = find(example.rule, example.index, example.tables, example.uses, PRACTICES)
        answered.update(answers(example, decisions))
        turned_away.update(*(left_at(example, decision) for decision in decisions.values()))

    collect()
    assert EVERY - reached == set()
    assert ANSWERS - answered == set()
    assert POPULATION - turned_away == set()


def test_the_walk_knows_the_language() -> None:
    # By hand: a field, a choice, either kind of moment, an operator, and a field of a nested model.
    assert {
        "EventsCriterion.at_most",
        "EventsCriterion.count=rows",
        "PrescriptionsCriterion.count=drugs",
        "Between.start:date",
        "Between.start:Duration",
        "ValueRange.at_least:float",
        "Rule.include:CountOf",
        "CountFrom.of:Not",
        "After.date=last",
        "LookBack.other",
        "InWork.action=exclude",
        "Registered.type=temporary",
    } <= EVERY
