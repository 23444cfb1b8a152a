"""Who waits where a rule limits how many new people of a practice it lists in a night."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.casefinding.waiting import Candidate, choose_waiting
from pipeline.rules.model import Limit

PEOPLE = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10_000),
        st.sampled_from(["A00001", "B00002"]),
        st.integers(1, 10_000).map(str),
        st.integers(0, 3),
    ),
    unique_by=lambda one: one.person_row,
    max_size=40,
)
LIMITS = st.builds(Limit, new_per_night=st.integers(1, 9), order=st.sampled_from(["random", "evidence"]))


@given(people=PEOPLE, limit=LIMITS, data=st.data())
def test_as_many_as_the_limit_of_each_practice_come_on_and_the_order_of_the_rows_means_nothing(
    people: list[Candidate], limit: Limit, data: st.DataObject
) -> None:
    waiting = choose_waiting(people, limit, "seed")
    for practice in ("A00001", "B00002"):
        own = {one.person_row for one in people if one.practice_id == practice}
        assert len(own - waiting) == min(len(own), limit.new_per_night)
    assert choose_waiting(data.draw(st.permutations(people)), limit, "seed") == waiting


@given(people=PEOPLE, limit=LIMITS)
def test_everyone_comes_on_in_the_same_order_night_after_night(people: list[Candidate], limit: Limit) -> None:
    """Those who waited first come on first; numbering the rows of the extract anew changes nothing."""
    left, nights = people, 0
    while left:
        waiting = choose_waiting(left, limit, "seed")
        again = choose_waiting([replace(one, person_row=one.person_row + 1) for one in left], limit, "seed")
        assert {row - 1 for row in again} == waiting
        left = [one for one in left if one.person_row in waiting]
        nights += 1
    most = max((sum(one.practice_id == name for one in people) for name in ("A00001", "B00002")), default=0)
    assert nights == -(-most // limit.new_per_night)


@given(people=PEOPLE, limit=LIMITS)
def test_by_evidence_no_one_comes_on_before_someone_who_meets_more(people: list[Candidate], limit: Limit) -> None:
    waiting = choose_waiting(people, limit.model_copy(update={"order": "evidence"}), "seed")
    for one in people:
        if one.person_row in waiting:
            others = [two for two in people if two.practice_id == one.practice_id and two.person_row not in waiting]
            assert all(two.met >= one.met for two in others)


def test_another_seed_is_another_draw() -> None:
    people = [Candidate(number, "A00001", str(number), 1) for number in range(100)]
    limit = Limit(new_per_night=10)
    drawn = [choose_waiting(people, limit, seed) for seed in ("instep InSTEP", "oslo Oslo", "7")]
    assert len({frozenset(one) for one in drawn}) == 3
