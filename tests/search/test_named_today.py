"""Who may be named is always today's question. The extract is of 20 November 2026, the index date 1 July 2026."""

from datetime import date
from pathlib import Path

from pipeline.rules.refusals import asked_today
from pipeline.search.in_memory.named_today import Days, find_stopped
from pipeline.search.named_today import find_stopped as find_stopped_in_sql
from pipeline.vocabulary import Placement
from tests.search import tables
from tests.search.engines import complete
from tests.search.tables import INDEX, ON_DUCKDB, Spec, read_rule

PAST = date(2026, 7, 1)
RULE = """
population: {registered: {type: regular, for: 3 months}, age: {from: 18, to: 64}}
criteria:
  pain: {events: {codelist: pain, within: 12 months}}
  cancer: {events: {codelist: cancer}}
  palliative: {latest: {codelist: palliative, roles: [palliative]}}
  dissent: {events: {codelist: contact, roles: [dissent], within: 6 months}}
include: pain
exclude: [%s]
"""
EACH = "cancer, palliative, dissent"


def spec_of(folder: Path, rule: str, people: str) -> Spec:
    """Everybody has pain just within 12 months of the index date, and no longer within 12 months of today."""
    spec = Spec(folder, rule, index=PAST).people(people)
    numbers = [row["person_row"] for row in spec.rows["patient"]]
    return spec.events("person | code | date\n" + "\n".join(f"{n} | pain | 2025-07-02" for n in numbers))


def stopped(spec: Spec) -> dict[int, Placement]:
    """Of whom the rule finds, all of whom it must find."""
    assert len(spec.found()) == len(spec.rows["patient"])
    asked = (spec.uses(), spec.practices)
    if tables.chosen_engine == "in_memory":
        rows = complete(spec.rows, spec.made)
        return find_stopped(spec.rule, Days(PAST, INDEX), rows, *asked, spec.by_hand)
    return find_stopped_in_sql(spec.engine, spec.run(), *asked, INDEX)


def test_whoever_died_or_left_since(tmp_path: Path) -> None:
    people = """
        person | died       | until      | born
        1      |            |            | 1980-06-15
        2      | 2026-11-20 |            | 1980-06-15
        3      |            | 2026-11-20 | 1980-06-15
        4      | 2026-07-02 | 2026-07-02 | 1980-06-15
        5      |            | 2026-11-21 | 1961-08-01
    """  # 5 is 65 by now, and leaves tomorrow
    spec = spec_of(tmp_path, RULE % EACH, people)
    assert stopped(spec) == {2: "died_since", 3: "left_since", 4: "died_since"}


def test_whoever_said_no_since(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, RULE % EACH, "person\n1\n2\n3\n4\n5\n6\n7")
    spec.events("""
        person | code       | role       | date       | recorded
        1      | contact    | dissent    | 2026-07-02 |
        2      | palliative | palliative | 2026-11-20 |
        3      | cancer     |            | 2026-08-01 |
        4      | contact    | dissent    | 2026-05-30 | 2026-08-01
        5      | contact    | invited    | 2026-08-01 |
        6      | palliative | palliative | 2026-08-01 |
        6      | palliative | ended      | 2026-08-02 |
        7      | contact    | dissent    |            | 2026-08-01
    """)
    # 3: a criterion keeps the answer of the index date. 4 and 7 were recorded since, 6 is over again.
    assert stopped(spec) == dict.fromkeys((1, 2, 4, 7), "refused_since")


def test_an_exclusion_is_asked_again_wherever_the_refusal_stands_in_it(tmp_path: Path) -> None:
    """Of the same tree, what is no refusal keeps the answer of the index date."""
    rule = RULE % "{all: [pain, {any: [cancer, dissent]}]}"
    rule = rule.replace("include: pain", "include: {all: [pain, {not: palliative}]}")
    spec = spec_of(tmp_path, rule, "person\n1\n2\n3")
    spec.events("""
        person | code       | role       | date
        1      | contact    | dissent    | 2026-08-01
        2      | palliative | palliative | 2026-08-01
        3      | cancer     |            | 2026-08-01
    """)
    assert stopped(spec) == dict.fromkeys((1, 2), "refused_since")


@ON_DUCKDB
def test_what_is_asked_again_stands_against_a_letter_and_says_no(tmp_path: Path) -> None:
    rule = read_rule(
        tmp_path,
        """
        population: {}
        criteria:
          working: {latest: {codelist: work, roles: [out]}}
          consent: {latest: {codelist: consent, roles: [given]}}
          cancer: {events: {codelist: cancer}}
          declined: {events: {codelist: contact, roles: [declined]}}
          unused: {latest: {codelist: contact, roles: [declined]}}
        include: {all: [working, {not: declined}]}
        exclude: [cancer, {not: consent}]
        """,
    )
    assert asked_today(rule, {"declined": {"declined"}, "cancer": {""}}) == ("consent", "declined")
