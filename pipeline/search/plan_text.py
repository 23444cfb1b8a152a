"""A plan as SQL that can be read from top to bottom: every step, what it holds, what it reads and how it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.codes.codelist import CodeList
from pipeline.rules.describe.criterion import say_criterion
from pipeline.rules.describe.layout import WIDTH, Item, say_date, wrapped
from pipeline.search.basis import values_in_units
from pipeline.search.compile import Plan
from pipeline.search.evidence import evidence_steps
from pipeline.search.sql_layout import lay_out_sql
from pipeline.search.step import Step
from pipeline.search.table_names import PlanTable

# The tables that Python fills before the steps run.
FILLED: dict[PlanTable, str] = {
    "code_use": "which code of the extract counts for which criterion, by its number in the rule, and in which role",
    "searched_practice": "the practices to search",
    "reported": "the people that a patient report keeps the search to",
    "nominated": "the people nominated by hand",
    "calendar": "for each date known only to the month or year, the last day of that month and year",
    "month_shift": "for each day, the day a number of months later",
    "whole_number": "which amounts are whole numbers of days, weeks or months",
    "chosen": "the people to give reasons for",
}
# Filled only where a rule compares a value in a unit.
UNITS: dict[PlanTable, str] = {"unit_use": "in which units of the extract which criterion can compare a value"}


def say_plan(plan: Plan, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    """The lines to print: SQL, with everything else as comments."""
    yield from _head(plan)
    sentences = {
        plan.criterion_table(one, "people"): say_criterion(one.criterion, codelists, plan.index)
        for one in plan.variants
    }
    for heading, steps in (("Who is found", (*plan.find, *plan.decide)), ("Why", evidence_steps(plan))):
        yield from ("", f"-- {heading}")
        for step in steps:
            yield from _say_step(step, sentences.get(step.writes, ""))


def _head(plan: Plan) -> Iterator[str]:
    rule, day = plan.rule, plan.index.toordinal()
    yield from _comment(f"Rule {rule.rule}, version {rule.version}: {rule.title}")
    index = f"The index date, {say_date(plan.index)}, is {day}."
    yield from _comment(f"A day is a whole number, counted from 1 January of the year 1. {index}")
    roles = ", ".join(f"{number} {role}" for role, number in plan.roles.items() if role)
    yield from _comment(f"Each run gives the roles of codes its own numbers. Here: 0 no role, {roles}.")
    yield from _comment("The tables patient, event and prescription are the extract's. Casefinder fills these itself:")
    for table, words in (FILLED | (UNITS if values_in_units(rule) else {})).items():
        yield from _comment(f"{plan.table(table)}: {words}", "- ")


def _say_step(step: Step, sentence: str) -> Iterator[str]:
    yield ""
    yield from _comment(step.comment)
    yield from _comment(sentence)
    yield from _comment(f"Reads {', '.join(step.reads)}." if step.reads else "")
    yield f"CREATE TABLE {step.writes} AS"
    yield f"{lay_out_sql(step.sql)};"


def _comment(text: str, marker: str = "") -> Iterator[str]:
    """Comment lines of at most 88 columns, without anything of a rule's own words that would steer a terminal."""
    yield from (f"-- {line}" for line in wrapped(Item(text, 0, marker), WIDTH - len("-- ")))
