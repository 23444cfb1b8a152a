"""SQL for the decision: population, include and exclude, per person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from pipeline.dates import latest_birth, shift
from pipeline.people.registration_sql import dead_sql, registered_sql
from pipeline.rules.expression import AllOf, AnyOf, CountOf, Expression, Not, children, names
from pipeline.rules.model import Age, Rule
from pipeline.rules.wording import joined, key_of, say, say_age, say_inside
from pipeline.search.basis import Basis
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.doubt.readings import Reading, Variant, turned
from pipeline.search.table_names import truth_column
from pipeline.tables import SEXES


@dataclass(frozen=True)
class Stage:
    """One step of the attrition, in order: people it lets through go on. `sql` is 1 or 0.

    `at_best`: of a part of `include`, the same if everything that may speak for a person did; empty where that is 1.
    """

    part: Literal["population", "include", "exclude"]
    key: str
    words: str
    sql: str
    at_best: str = ""

    @property
    def keeps_off(self) -> str:
        """SQL that is 0 where the step keeps a person off whether the rule finds them or not; empty if it never does.

        A `not` in `include` does so, as an exclusion does.
        """
        return self.at_best if self.part == "include" else self.sql


def stages(rule: Rule, variants: tuple[Variant, ...], index: date, by_hand: ByHand = NOBODY) -> tuple[Stage, ...]:
    """Every step between a record in the extract and the list, in the order in which people leave."""
    nominated = by_hand.nominated is not None
    return (
        *population_stages(rule, index, by_hand),
        *include_stages(rule, variants, nominated),
        *exclude_stages(rule, variants),
    )


def population_stages(rule: Rule, index: date, by_hand: ByHand = NOBODY) -> tuple[Stage, ...]:
    """Who is looked at, at all. What is not known is not so: no date of birth, no letter."""
    only = Stage("population", "reported", "In the patient report", "p.is_reported")
    return (*([] if by_hand.only is None else [only]), *_rule_population(rule, index))


def _rule_population(rule: Rule, index: date) -> list[Stage]:
    day = str(index.toordinal())
    registered = rule.population.registered
    current = registered_sql(day, registered.type, "p.")
    found = [
        Stage("population", "real", "A real person, not a test record", bit_sql("p.is_test = 0")),
        Stage("population", "alive", "Alive on the index date", bit_sql(f"NOT ({dead_sql(day, 'p.')})")),
        Stage("population", "registered", f"Now registered as a {registered.type} patient", bit_sql(current)),
    ]
    if registered.at_least:
        since = shift(index, registered.at_least, -1).toordinal()
        words = f"Registered for at least {registered.at_least}"
        found.append(Stage("population", "registered_for", words, bit_sql(f"p.registered_from <= {since}")))
    if rule.population.age:
        age = rule.population.age
        words = f"Aged {say_age(age.youngest, age.oldest)}"
        found.append(Stage("population", "age", words, bit_sql(_born_sql(age, index))))
    if rule.population.sex:
        words = f"Sex recorded as {joined(rule.population.sex)}"
        written = ", ".join(f"'{word}'" for sex in rule.population.sex for word in SEXES[sex])
        found.append(Stage("population", "sex", words, bit_sql(f"p.sex IN ({written})")))
    return found


def _born_sql(age: Age, index: date) -> str:
    """Of the age, whichever of the possible days someone was born on."""
    bounds = []
    if age.oldest is not None:
        bounds.append(f"p.born_from > {latest_birth(index, age.oldest + 1).toordinal()}")
    if age.youngest is not None:
        bounds.append(f"p.born_to <= {latest_birth(index, age.youngest).toordinal()}")
    return " AND ".join(bounds)


def include_stages(rule: Rule, variants: tuple[Variant, ...], nominated: bool) -> list[Stage]:
    """The parts of `include`. A nomination stands in for every criterion that speaks for a person, and for no other."""
    parts = children(rule.include) if isinstance(rule.include, AllOf) else (rule.include,)
    words = ", or nominated" if nominated else ""
    return [
        Stage(
            "include",
            key_of(part),
            f"{say(part)}{words}",
            tree_sql(part, variants, "for", nominated),
            _at_best(part, variants),
        )
        for part in parts
    ]


def _at_best(part: Expression, variants: tuple[Variant, ...]) -> str:
    can_keep_off = any(not positive for _, positive in names(part))
    return tree_sql(part, variants, "for", at_best=True) if can_keep_off else ""


def exclude_stages(rule: Rule, variants: tuple[Variant, ...]) -> list[Stage]:
    """The rule's exclusions, in order: the first that holds is a person's reason."""
    found = [
        Stage(
            "exclude",
            key_of(tree),
            f"Not {say_inside(tree)}",
            f"(1 - {tree_sql(tree, variants, 'against')})",
        )
        for tree in rule.exclude
    ]
    if rule.in_work and rule.in_work.action == "exclude":
        found.append(
            Stage("exclude", "in_work", "Not recorded as in work", bit_sql("COALESCE(w.state, 'none') <> 'in_work'"))
        )
    return found


def decided_from(basis: Basis, truth: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The tables that a stage's SQL uses, joined, and their names: person (p), truth (t), any look at work (w).

    `truth`: one to use in place of the plan's own.
    """
    person, truth, work = basis.table("person"), truth or basis.table("truth"), basis.table("work")
    joined = f"FROM {person} p JOIN {truth} t ON t.person_row = p.person_row"
    if not basis.rule.in_work:
        return joined, (person, truth)
    return f"{joined} LEFT JOIN {work} w ON w.person_row = p.person_row", (person, truth, work)


def tree_sql(
    tree: Expression, variants: tuple[Variant, ...], reading: Reading, nominated: bool = False, at_best: bool = False
) -> str:
    """The tree over the 0/1 columns of `truth` (alias t), as SQL giving 1 or 0. `not` turns the reading round.

    `nominated`: whatever is read for a person holds for the nominated. `at_best`: it holds for everyone.
    """
    if isinstance(tree, str) and at_best and reading == "for":
        return "1"
    if isinstance(tree, str):
        column = f"t.{truth_column(next(v for v in variants if v.name == tree and v.reading == reading))}"
        return bit_sql(f"p.is_nominated = 1 OR {column} = 1") if nominated and reading == "for" else column
    inside = turned(reading) if isinstance(tree, Not) else reading
    inner = [tree_sql(child, variants, inside, nominated, at_best) for child in children(tree)]
    match tree:
        case AllOf():
            return product_sql(inner)
        case AnyOf():
            return bit_sql(f"{' + '.join(inner)} >= 1")
        case Not():
            return f"(1 - {inner[0]})"
        case CountOf():
            return bit_sql(f"{' + '.join(inner)} >= {tree.count_of.n}")
        case _:
            assert_never(tree)


def bit_sql(condition: str) -> str:
    """A condition as 1 or 0, never NULL: what is unknown is 0."""
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def product_sql(bits: list[str]) -> str:
    """1 where all of them are, else 0."""
    return " * ".join(bits) if len(bits) == 1 else f"({' * '.join(bits)})"
