"""Trees of criteria compared with their plain reading, attrition that adds up, and the SQL that steps may use."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import expressions as exp
from sqlglot import parse_one

from pipeline.rules.expression import AllOf, AnyOf, CountFrom, CountOf, Expression, Not, children, holds
from pipeline.rules.load import load_rule
from pipeline.search.attrition import count_attrition
from pipeline.search.compile import compile_rule
from pipeline.search.evidence import evidence_steps
from pipeline.search.input_tables import number_roles
from pipeline.search.step import Step
from tests.search.tables import INDEX, ON_DUCKDB, Spec

NAMES = ("a", "b", "c")
SHIPPED = sorted((Path(__file__).parents[2] / "rules").glob("*.yaml"))

TREES = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(all=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(any=tuple(parts))),
        inner.map(lambda part: Not.model_validate({"not": part})),
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda parts: st.integers(1, len(parts)).map(lambda n: CountOf(count_of=CountFrom(n=n, of=tuple(parts))))
        ),
    ),
    max_leaves=6,
)


def three_criteria(folder: Path) -> Spec:
    """Eight people: person 1 + 4a + 2b + c has just those of the criteria a, b, c."""
    criteria = "\n".join(f"  {name}: {{events: {{codelist: {name}}}}}" for name in NAMES)
    spec = Spec(folder, f"population: {{}}\ncriteria:\n{criteria}\ninclude: {{all: [a, b, c]}}\n")
    spec.people("person\n" + "\n".join(str(number + 1) for number in range(8)))
    rows = [
        f"{number + 1} | {name} | 2026-01-01"
        for number in range(8)
        for name, bit in zip(NAMES, (4, 2, 1), strict=True)
        if number & bit
    ]
    return spec.events("person | code | date\n" + "\n".join(rows))


def truth_of(number: int) -> Callable[[str, bool], bool]:
    """Which of a, b, c the person of this number has, whichever way a criterion is read: all rows are certain."""
    bits = dict(zip(NAMES, (4, 2, 1), strict=True))
    return lambda name, _: bool(number & bits[name])


@settings(max_examples=20, deadline=None)
@given(include=TREES, exclude=st.lists(TREES, max_size=2))
def test_every_tree_finds_whom_its_plain_reading_finds(
    tmp_path_factory: pytest.TempPathFactory, include: Expression, exclude: list[Expression]
) -> None:
    spec = three_criteria(tmp_path_factory.mktemp("trees"))
    spec.rule = spec.rule.model_copy(update={"include": include, "exclude": tuple(exclude)})
    trees = [include, *exclude]
    expected = [
        n + 1 for n in range(8) if [holds(tree, truth_of(n)) for tree in trees] == [True] + [False] * len(exclude)
    ]
    assert spec.found() == expected
    dropped = {name: count for name in NAMES if (count := added_without(name, include, exclude, expected)) is not None}
    counts = count_attrition(spec.engine, spec.run(), {})
    assert {count.name: count.people for count in counts if count.kind == "if_dropped"} == dropped


def added_without(name: str, include: Expression, exclude: list[Expression], listed: list[int]) -> int | None:
    """How many people are found had the criterion never been written; None where it decides nothing."""
    rest, kept = without(include, name), [without(tree, name) for tree in exclude]
    if rest is None or (rest, kept) == (include, exclude):
        return None
    found = [
        n + 1
        for n in range(8)
        if holds(rest, truth_of(n)) and not any(tree is not None and holds(tree, truth_of(n)) for tree in kept)
    ]
    return len({*found} - {*listed})


def without(tree: Expression, name: str) -> Expression | None:
    """The tree as if this criterion had never been written; None when nothing is left."""
    if isinstance(tree, str):
        return None if tree == name else tree
    kept = tuple(child for child in (without(child, name) for child in children(tree)) if child is not None)
    if not kept:
        return None
    match tree:
        case AllOf():
            return AllOf(all=kept)
        case AnyOf():
            return AnyOf(any=kept)
        case Not():
            return Not.model_validate({"not": kept[0]})
        case CountOf():
            return CountOf(count_of=CountFrom(n=min(tree.count_of.n, len(kept)), of=kept))
        case _:
            assert_never(tree)


@ON_DUCKDB
def test_attrition_adds_up(tmp_path: Path) -> None:
    # Four of the eight people have a, two of those b, and one of those c. Dropping any criterion adds one person.
    spec = three_criteria(tmp_path)
    counts = count_attrition(spec.engine, spec.run(), {})
    stages = [(c.name, c.people, c.left) for c in counts if c.kind == "stage"]
    assert stages == [
        ("records", 8, None),
        ("real", 8, 0),
        ("alive", 8, 0),
        ("registered", 8, 0),
        ("a", 4, 4),
        ("b", 2, 2),
        ("c", 1, 1),
        ("one_person", 1, 0),
    ]
    assert {c.name: c.people for c in counts if c.kind == "criterion"} == {"a:for": 4, "b:for": 4, "c:for": 4}
    assert {c.name: c.people for c in counts if c.kind == "if_dropped"} == {"a": 1, "b": 1, "c": 1}
    combinations = {c.name: c.people for c in counts if c.kind == "combination"}
    assert combinations == {name: 1 for name in ("none", "a", "b", "c", "a+b", "a+c", "b+c", "a+b+c")}


@ON_DUCKDB
def test_an_include_that_names_nothing_for_a_person_is_counted_too(tmp_path: Path) -> None:
    # "Not at most one" means two or more. The only criterion is under `not`, so none is read for the person.
    rule = """
        population: {}
        criteria:
          few: {events: {codelist: a}, at_most: 1}
        include: {not: few}
    """
    spec = (
        Spec(tmp_path, rule)
        .people("person\n1\n2")
        .events("""
        person | code | date
        1      | a    | 2026-01-01
        2      | a    | 2026-01-01
        2      | a    | 2026-01-02
    """)
    )
    counts = count_attrition(spec.engine, spec.run(), {})
    assert [count.people for count in counts if count.name == "one_person"] == [1]
    assert [count for count in counts if count.kind == "combination"] == []


@ON_DUCKDB
def test_dropping_a_criterion_never_brings_back_who_is_excluded_or_in_work(tmp_path: Path) -> None:
    # All three lack `b`. Without it, 1 would be found; 2 has cancer; 3 is in work, which excludes here.
    rule = """
        population: {}
        criteria:
          a: {events: {codelist: a}}
          b: {events: {codelist: b}}
          cancer: {events: {codelist: cancer}}
        include: {all: [a, b]}
        exclude: [cancer]
        in_work: {look_back: {in: 1 year, out: 1 year}, in: [employed], out: [unemployed], action: exclude}
    """
    spec = (
        Spec(tmp_path, rule)
        .people("person\n1\n2\n3")
        .events("""
        person | code       | date       | role
        1      | a          | 2026-01-01 |
        2      | a          | 2026-01-01 |
        3      | a          | 2026-01-01 |
        2      | cancer     | 2026-01-01 |
        3      | employment | 2026-01-01 | employed
    """)
    )
    counts = count_attrition(spec.engine, spec.run(), {})
    assert {count.name: count.people for count in counts if count.kind == "if_dropped"} == {"a": 0, "b": 1, "cancer": 0}


ALLOWED = {
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Union, exp.Subquery,
    exp.With, exp.CTE, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Literal,
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In,
    exp.Is, exp.Null, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case, exp.If, exp.Coalesce, exp.Min, exp.Max, exp.Sum,
    exp.Count, exp.Distinct, exp.Window, exp.WindowSpec,
}  # fmt: skip


def strange(step: Step) -> list[str]:
    """What a step uses beyond the subset of SQL that every engine reads alike."""
    tree = parse_one(step.sql, dialect="duckdb")
    found = {type(node).__name__ for node in tree.walk() if type(node) not in ALLOWED}
    found |= {
        "a window without ROWS or order"
        for w in tree.find_all(exp.Window)
        if not (w.args.get("spec") and w.args.get("order"))
    }
    found |= {"UNION without ALL" for union in tree.find_all(exp.Union) if union.args.get("distinct")}
    return sorted(found)


@ON_DUCKDB
@pytest.mark.parametrize(
    "path", [path for path in SHIPPED if not path.name.endswith(".patients.yaml")], ids=lambda path: path.stem
)
def test_every_step_of_a_shipped_rule_is_in_the_subset(path: Path) -> None:
    rule = load_rule(path).rule
    plan = compile_rule(rule, INDEX, number_roles((), rule))
    found = {step.writes: strange(step) for step in (*plan.find, *plan.decide, *evidence_steps(plan))}
    assert {name: odd for name, odd in found.items() if odd} == {}


@ON_DUCKDB
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT date_diff('day', a, b) FROM t",
        "SELECT CAST(a AS DATE) FROM t",
        "SELECT a + INTERVAL 1 MONTH FROM t",
        "SELECT ROW_NUMBER() OVER (ORDER BY a) FROM t",
        "SELECT MAX(a) OVER (PARTITION BY b) FROM t",
        "SELECT a FROM t UNION SELECT a FROM u",
        "SELECT regexp_matches(a, 'x') FROM t",
    ],
)
def test_the_subset_check_can_fail(sql: str) -> None:
    assert strange(Step("bad", (), "", sql))
