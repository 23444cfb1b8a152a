"""Reports of people over generated rules and records: every engine agrees, and nobody is let in who should not be."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules.expression import holds
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.in_memory.find import Decision, find
from tests.effort import effort, longer
from tests.generative.pool import PRACTICES
from tests.generative.records import PEOPLE, Example, examples
from tests.search.engines import decide

pytestmark = longer

SOME = st.none() | st.frozensets(st.integers(1, PEOPLE))
BY_HAND = st.builds(ByHand, SOME, SOME)
ALL = frozenset(range(1, PEOPLE + 1))


def decisions(example: Example, by_hand: ByHand) -> dict[int, Decision]:
    return find(example.rule, example.index, example.tables, example.uses, PRACTICES, by_hand)


def agree(example: Example, by_hand: ByHand, engine: str) -> bool:
    oracle = decisions(example, by_hand)
    found = decide(engine, example.rule, example.index, example.tables, example.uses, PRACTICES, by_hand)
    return {n: (one.passed, one.stages) for n, one in found.items()} == {
        n: (one.passed, one.stages) for n, one in oracle.items()
    }


@effort(few=100, many=10_000)
@given(example=examples(), by_hand=BY_HAND)
def test_sqlite_decides_as_the_oracle_does(example: Example, by_hand: ByHand) -> None:
    assert agree(example, by_hand, "sqlite")


@effort(few=10, many=1_000)
@given(example=examples(), by_hand=BY_HAND)
def test_duckdb_decides_as_the_oracle_does(example: Example, by_hand: ByHand) -> None:
    assert agree(example, by_hand, "duckdb")


@effort(few=100, many=5_000)
@given(example=examples(), by_hand=BY_HAND)
def test_a_search_kept_to_some_finds_just_those_of_them_whom_it_found_before(example: Example, by_hand: ByHand) -> None:
    free = decisions(example, ByHand(None, by_hand.nominated))
    kept = decisions(example, by_hand)
    wanted = ALL if by_hand.only is None else by_hand.only
    assert {n for n, one in kept.items() if one.listed} == {n for n in wanted if n in free and free[n].listed}


@effort(few=100, many=5_000)
@given(example=examples(), nominated=st.frozensets(st.integers(1, PEOPLE)))
def test_a_nomination_changes_nobody_else_and_overrides_no_exclusion(
    example: Example, nominated: frozenset[int]
) -> None:
    plain, named = decisions(example, NOBODY), decisions(example, ByHand(nominated=nominated))
    for person, one in named.items():
        if person not in nominated:
            assert one == plain[person]
            continue
        assert one.passed >= plain[person].passed
        if one.listed and not plain[person].listed:
            assert must_not_be_listed(example, plain[person]) == []


def must_not_be_listed(example: Example, one: Decision) -> list[str]:
    """Why a person may not be on a list whoever named them, worked out without the steps of the search."""
    rule = example.rule
    population = 3 + sum(map(bool, (rule.population.registered.at_least, rule.population.age, rule.population.sex)))

    def read(name: str, positive: bool) -> bool:
        return one.truth[name, "for" if positive else "against"]

    def read_nominated(name: str, positive: bool) -> bool:
        return positive or read(name, positive)

    reasons = {
        "not in the population": one.passed < population,
        "excluded": any(holds(tree, read, positive=False) for tree in rule.exclude),
        "something under `not` holds": not holds(rule.include, read_nominated),
        "in work": bool(rule.in_work and rule.in_work.action == "exclude" and one.work == "in_work"),
    }
    return [reason for reason, holds_ in reasons.items() if holds_]
