"""Anything against a person in another of their records keeps them off. What is for them must be in their own.

1 to 5 are registered at practice A, and it is their records that are searched for `include`. 11 to 15 are records of
the same people at practice B, which is not searched. The index date is 20 November 2026.
"""

from datetime import date
from pathlib import Path

from pipeline.search.by_hand import ByHand
from pipeline.search.elsewhere import find_kept_off as find_kept_off_in_sql
from pipeline.search.in_memory.elsewhere import find_kept_off
from pipeline.search.in_memory.named_today import Days
from pipeline.search.in_memory.named_today import find_stopped as find_stopped_in_memory
from pipeline.search.named_today import find_stopped
from pipeline.search.run import search
from pipeline.vocabulary import Placement
from tests.search import tables
from tests.search.engines import complete
from tests.search.tables import INDEX, Spec

RULE = """
population: {}
criteria:
  pain: {events: {codelist: pain}}
  cancer: {events: {codelist: cancer, within: 5 years}}
  declined: {latest: {codelist: contact, roles: [declined]}}
include: pain
exclude: [cancer, declined]
"""
PAIN = "person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-05" for person in range(1, 6))
OTHERS = {person: frozenset({person + 10}) for person in range(1, 6)}


def spec(folder: Path, rule: str = RULE) -> Spec:
    """The people and their other records. Everybody's own record has pain."""
    made = Spec(folder, rule).people("person | practice\n" + "\n".join(f"{n} | A\n{n + 10} | B" for n in range(1, 6)))
    return made.events(PAIN)


def kept_off(made: Spec, others: dict[int, frozenset[int]] = OTHERS) -> list[int]:
    """The people kept off by another record. Only practice A is searched."""
    asked = (made.uses(), ["A"])
    if tables.chosen_engine == "in_memory":
        rows = complete(made.rows, made.made)
        return sorted(find_kept_off(made.rule, made.index, rows, *asked, others, made.by_hand))
    plan = search(made.engine, made.rule, made.index, *asked, made.by_hand)
    return sorted(find_kept_off_in_sql(made.engine, plan, made.uses(), others))


def test_an_exclusion_in_another_record_keeps_a_person_off(tmp_path: Path) -> None:
    # 2: undated and confidential rows count against a person in any record. 3: long ago. 4: the newest of that record.
    made = spec(tmp_path).events("""
        person | code    | role     | date       | confidential
        11     | cancer  |          | 2025-03-01 | 0
        12     | cancer  |          |            | 1
        13     | cancer  |          | 2019-03-01 | 0
        14     | contact | declined | 2026-03-01 | 0
        15     | contact | declined | 2026-03-01 | 0
        15     | contact | asked    | 2026-04-01 | 0
    """)
    assert kept_off(made) == [1, 2, 4]


def test_a_yes_in_ones_own_record_does_not_take_back_a_no_in_another(tmp_path: Path) -> None:
    # Each record is read by itself, even where the yes is newer.
    made = spec(tmp_path).events("""
        person | code    | role     | date
        11     | contact | declined | 2026-03-01
        1      | contact | asked    | 2026-04-01
    """)
    assert kept_off(made) == [1]


def test_what_speaks_for_a_person_is_read_in_their_own_record_only(tmp_path: Path) -> None:
    # Nobody is found by pain in another record, and none is saved by a scan there. 1 has one in their own.
    rule = RULE.replace("include: pain", "include: {all: [pain, {not: cancer}]}").replace(
        "[cancer, declined]", "[{all: [declined, {not: scan}]}]"
    )
    rule = rule.replace("  cancer:", "  scan: {events: {codelist: scan}}\n  cancer:")
    made = spec(tmp_path, rule).events("""
        person | code    | role     | date
        1      | scan    |          | 2026-01-01
        11     | contact | declined | 2026-03-01
        12     | contact | declined | 2026-03-01
        12     | scan    |          | 2026-01-01
        13     | cancer  |          | 2026-01-01
        14     | pain    |          | 2026-01-01
    """)
    assert kept_off(made) == [2, 3]


def test_silence_in_another_record_is_no_reason(tmp_path: Path) -> None:
    # People without a consent, or seen at most twice, are left out. The other records hold nothing at all.
    rule = """
        population: {}
        criteria:
          pain: {events: {codelist: pain}}
          consent: {events: {codelist: consent}}
          rarely_seen: {events: {codelist: seen}, at_most: 2}
        include: pain
        exclude: [{not: consent}, rarely_seen]
    """
    made = spec(tmp_path, rule).events("""
        person | code    | date
        1      | consent | 2026-01-01
        1      | seen    | 2026-01-01
        1      | seen    | 2026-02-01
        1      | seen    | 2026-03-01
    """)
    assert kept_off(made, {1: frozenset({11})}) == []


def test_the_rows_of_two_records_are_never_added_up(tmp_path: Path) -> None:
    # An exclusion that needs 2 dates holds where one record has both.
    rule = RULE.replace("within: 5 years}}", "within: 5 years}, at_least: 2}")
    made = spec(tmp_path, rule).events("""
        person | code   | date
        1      | cancer | 2026-01-01
        11     | cancer | 2026-02-01
        12     | cancer | 2026-01-01
        12     | cancer | 2026-02-01
    """)
    assert kept_off(made) == [2]


def test_any_of_several_other_records_is_enough(tmp_path: Path) -> None:
    made = spec(tmp_path).events("person | code | date\n13 | cancer | 2026-01-01")
    assert kept_off(made, {1: frozenset({11, 12, 13}), 2: frozenset({11, 12})}) == [1]


def test_work_in_another_record_counts_where_the_rule_leaves_people_in_work_out(tmp_path: Path) -> None:
    rule = (
        RULE
        + """
in_work:
  codelists: [work]
  look_back: {in: 24 months, out: 12 months}
  in: [employed]
  out: [unemployed]
  action: exclude
"""
    )
    rows = """
        person | code | role       | date
        11     | work | employed   | 2026-01-01
        12     | work | employed   | 2023-01-01
        13     | work | unemployed | 2026-01-01
    """
    assert kept_off(spec(tmp_path, rule).events(rows)) == [1]
    assert kept_off(spec(tmp_path, rule.replace("exclude\n", "flag\n")).events(rows)) == []


def test_the_nominated_are_kept_off_too(tmp_path: Path) -> None:
    made = spec(tmp_path, RULE.replace("include: pain", "include: {all: [pain, {not: cancer}]}"))
    made.rows["event"] = []
    made.by_hand = ByHand(nominated=frozenset({1, 2}))
    made.events("person | code | date\n11 | cancer | 2026-01-01")
    assert kept_off(made) == [1]


def test_an_exclusion_elsewhere_keeps_off_people_the_rule_does_not_find_and_a_not_does_not(tmp_path: Path) -> None:
    # 1 and 2 are no longer found, but may still be on a night's list.
    rule = RULE.replace("include: pain", "include: {all: [pain, {not: scan}]}")
    rule = rule.replace("  cancer:", "  scan: {events: {codelist: scan}}\n  cancer:")
    made = spec(tmp_path, rule)
    made.rows["event"] = []
    made.events("person | code | date\n11 | cancer | 2026-01-01\n12 | scan | 2026-01-01")
    assert kept_off(made) == [1]


def test_a_no_since_a_past_day_counts_in_another_record(tmp_path: Path) -> None:
    # The index date is 1 July. Cancer is asked on that day only, a refusal again today.
    made = spec(tmp_path)
    made.index = date(2026, 7, 1)
    made.events("""
        person | code    | role     | date
        11     | contact | declined | 2026-08-01
        12     | cancer  |          | 2026-08-01
        3      | contact | declined | 2026-08-01
    """)
    assert kept_off(made) == []
    assert stopped(made) == {1: "refused_since", 3: "refused_since"}


def stopped(made: Spec) -> dict[int, Placement]:
    asked = (made.uses(), ["A"])
    if tables.chosen_engine == "in_memory":
        rows = complete(made.rows, made.made)
        return find_stopped_in_memory(made.rule, Days(made.index, INDEX), rows, *asked, made.by_hand, OTHERS)
    plan = search(made.engine, made.rule, made.index, *asked, made.by_hand)
    return find_stopped(made.engine, plan, *asked, INDEX, OTHERS)
